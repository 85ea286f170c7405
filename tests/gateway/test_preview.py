"""A look beforehand says what the door would do; what the detector fails on is refused."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import Scripted

from appliance.detection.detector import Span
from appliance.errors import DetectorFailed, EgressDenied
from appliance.gateway.door import Door
from appliance.gateway.guard import Guard
from appliance.gateway.knowledge_guard import KnowledgeGuard
from appliance.gateway.near import Nearness
from appliance.gateway.preview import CANARY, KNOWN_GOOD, Preview, Previewed
from appliance.gateway.scrub import Scrubber
from appliance.gateway.submitted import Submitted
from appliance.knowledge.canaries import Canary, new_canary
from appliance.policy.model import Policy
from appliance.policy.parts import KnowledgePolicy
from appliance.records import Instance, Passage

KNOWLEDGE = "Repeat prescriptions are ready after two working days; controlled medicines need a visit in person."
QUOTED = "prescriptions are ready after two working days"
TABLE = {"Osei": "PERSON", "Lima": "LOCATION", "12 May 2021": "DATE_TIME", "AKIA123": "API_KEY"}


def policy(**more: Any) -> Policy:
    return Policy(name="t", version=1, **more)


def fails_on(*words: str) -> Scripted:
    def act(text: str) -> list[Span]:
        if any(word in text for word in words):
            raise DetectorFailed("down")
        return []

    return Scripted(act=act)


def shown(detector: Scripted, texts: Sequence[str], rules: Policy | None = None, *, separate: bool = False,
          progress: Any = None, **parts: Any) -> list[Previewed]:
    look = Preview(detector, rules or policy(), **parts)
    return [record for part in look.of([Submitted(text) for text in texts], separate=separate, progress=progress)
            for record in part]


def quoting(rules: Policy) -> dict[str, Any]:
    return {"rules": rules, "knowledge": KnowledgeGuard([KNOWLEDGE], rules.knowledge, identity="k")}


def test_each_record_that_fails_is_refused_and_no_other_however_many_they_are() -> None:
    texts = [f"{'bad' if number % 3 else 'good'} {number}" for number in range(300)]
    assert [("detector_failed", None) if "bad" in text else (None, text) for text in texts] == [
        (record.refused, record.after) for record in shown(fails_on("bad"), texts, separate=True)]


def test_one_record_that_fails_takes_few_questions() -> None:
    detector = fails_on("bad")
    shown(detector, [f"good {number}" for number in range(2047)] + ["bad"], separate=True)
    failed = [call for call in detector.calls if any("bad" in text for text in call)]
    assert len(failed) <= 3
    assert len(detector.calls) < 150


def test_a_set_that_fails_is_refused_as_a_whole() -> None:
    assert ["detector_failed"] * 2 == [record.refused for record in shown(fails_on("bad"), ["good", "bad"])]


@pytest.mark.parametrize("separate", [False, True])
def test_a_detector_that_fails_on_anything_ends_it(separate: bool) -> None:
    with pytest.raises(DetectorFailed):
        shown(fails_on("bad", KNOWN_GOOD), ["good", "bad"], separate=separate)


def test_a_detector_that_dies_on_the_way_is_not_believed_to_live_because_it_did() -> None:
    dead: list[bool] = []

    def act(text: str) -> list[Span]:
        if "bad" in text or dead:
            dead.extend([True] * ("alone" in text))
            raise DetectorFailed("down")
        return []

    with pytest.raises(DetectorFailed):
        shown(Scripted(act=act), ["bad", KNOWN_GOOD, "bad alone"], separate=True)


def test_separate_records_are_counted_from_none() -> None:
    told: list[tuple[int, int]] = []
    shown(fails_on(), ["one", "two"], separate=True, progress=lambda done, wanted: told.append((done, wanted)))
    assert [(0, 2), (2, 2)] == told


def test_no_text_is_looked_at_twice() -> None:
    detector = Scripted(TABLE)
    shown(detector, ["Osei is in", "nobody is in"])
    asked = [text for call in detector.calls for text in call]
    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize("separate", [False, True])
def test_what_quotes_k_is_masked_or_refused_as_the_policy_says_and_shown_where_it_stands(separate: bool) -> None:
    text = f"Osei\u200b says: {QUOTED}, says Osei."
    at = text.index(QUOTED)
    quotation = (at, at + len(QUOTED), "KNOWLEDGE", "knowledge")
    names = [(0, 5, "PERSON", "scripted"), (text.rindex("Osei"), len(text) - 1, "PERSON", "scripted")]
    for on_run, refused, after in (("drop", "knowledge_run", None), ("refuse", "knowledge_run", None),
                                   ("mask", None, "<PERSON_1> says: <KNOWLEDGE_1>, says <PERSON_1>.")):
        rules = policy(knowledge=KnowledgePolicy(on_run=on_run))
        record, other = shown(Scripted(TABLE), [text, "Lima is far."], separate=separate, **quoting(rules))
        assert (refused, after) == (record.refused, record.after)
        assert [names[0], quotation, names[1]] == [
            (span.start, span.end, span.entity, span.source) for span in record.spans]
        assert "<LOCATION_1> is far." == other.after
        assert (("<PERSON_1>", "<KNOWLEDGE_1>", "<PERSON_1>") if after else ()) == record.stand_ins


def test_placeholders_of_k_are_shared_by_a_set_and_counted_anew_where_records_are_apart() -> None:
    rules = policy(knowledge=KnowledgePolicy(on_run="mask"))
    texts = [f"One: {QUOTED}.", "Two: controlled medicines need a visit in person.", f"Three: {QUOTED}."]
    assert ["One: <KNOWLEDGE_1>.", "Two: <KNOWLEDGE_2>.", "Three: <KNOWLEDGE_1>."] == [
        record.after for record in shown(Scripted(), texts, **quoting(rules))]
    assert ["One: <KNOWLEDGE_1>.", "Two: <KNOWLEDGE_1>.", "Three: <KNOWLEDGE_1>."] == [
        record.after for record in shown(Scripted(), texts, separate=True, **quoting(rules))]


def test_in_a_document_a_run_that_goes_on_in_the_next_text_is_masked_in_both() -> None:
    from appliance.gateway.documents import JsonDocument

    source = json.dumps({"a": "say prescriptions are ready", "b": "after two working days, \u00e9", "n": 92})
    rules = policy(knowledge=KnowledgePolicy(on_run="mask"))
    texts = JsonDocument(source).texts()
    look = Preview(Scripted({"92": "AGE"}), rules,
                   knowledge=KnowledgeGuard([" ".join((texts[1][4:], texts[2], texts[3][:22]))], rules.knowledge,
                                            identity="k"))
    (record,), = look.of([Submitted(source, JsonDocument(source))])
    assert record.refused is None
    assert {"KNOWLEDGE", "AGE"} == {span.entity for span in record.spans}
    assert "prescriptions are ready" == source[record.spans[0].start:record.spans[0].end]
    assert "after" not in str(record.after) and "prescriptions" not in str(record.after)
    assert "92" == source[record.spans[-1].start:record.spans[-1].end]


WORDS = st.sampled_from(["Osei", "Lima", "12 May 2021", "AKIA123", QUOTED, QUOTED[:20], QUOTED[20:], KNOWLEDGE,
                         "<PERSON_1>", "\u200b", "caf\u00e9", "\uff2f\uff53\uff45\uff49", "\n", "\x00", "a", "1450",
                         "and then", "cmVwZWF0"])


@given(texts=st.lists(st.lists(WORDS, min_size=1, max_size=6).map(" ".join), min_size=1, max_size=4),
       on_run=st.sampled_from(["drop", "mask", "refuse"]),
       operator=st.sampled_from(["placeholder", "redact", "generalise"]))
def test_the_door_does_what_the_look_beforehand_said(texts: list[str], on_run: str, operator: str) -> None:
    rules = policy(knowledge=KnowledgePolicy(on_run=on_run), operators={"DEFAULT": operator})  # type: ignore[arg-type]
    guard = KnowledgeGuard([KNOWLEDGE], rules.knowledge, identity="k")
    said = shown(Scripted(TABLE), texts, rules, knowledge=guard)
    scrubber = Scrubber(Scripted(TABLE), rules)
    nothing_sends: Any = None
    door = Door(scrubber=scrubber, guard=Guard(rules, scrubber, guard, "m"), exchange=nothing_sends)
    drawn = [Instance(str(number), "", text, "") for number, text in enumerate(texts)]
    if on_run == "refuse" and "knowledge_run" in [record.refused for record in said]:
        with pytest.raises(EgressDenied, match="on_run"):
            door.admit(drawn)
        return
    admission = door.admit(drawn)
    clean = {each.id: each.input for each in admission.clean}
    assert [(admission.refused.get(str(number)), clean.get(str(number))) for number in range(len(texts))] == [
        (record.refused, record.after) for record in said]


@given(texts=st.lists(st.lists(WORDS, min_size=1, max_size=6).map(" ".join), min_size=1, max_size=3))
def test_what_stands_between_the_spans_is_what_leaves(texts: list[str]) -> None:
    """With what was found cut out of the one and what stands there of the other, the same letters are left."""
    for before, record in zip(texts, shown(Scripted(TABLE), texts, **quoting(
            policy(knowledge=KnowledgePolicy(on_run="mask")))), strict=True):
        if record.refused:
            continue
        after, position, left = str(record.after), 0, ""
        for span in record.spans:
            left, position = left + before[position:span.start], span.end
        for stand_in in record.stand_ins:
            after = after.replace(stand_in, "", 1)
        left += before[position:]
        assert _letters(after) == _letters(left)


def _letters(text: str) -> str:
    import unicodedata

    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text)))


def planted(*words: str) -> Canary:
    made = new_canary()
    return Canary(made.id, (words[0], words[1]), made.sentence, made.made_utc, None)


@pytest.mark.parametrize("spelling", ["vepovutusobi", "Vepo-vutu-sobi", "v e p o v u t u s o b i", "ibosutuvopev",
                                      "\u0475\u0435povutusobi", "dmVwb3Z1dHVzb2Jp"])
def test_a_text_with_a_canary_is_refused_in_any_spelling_and_no_other(spelling: str) -> None:
    canary = planted("vepovutusobi", "daripunimeli")
    for separate in (False, True):
        found = shown(Scripted(), [f"ask {spelling} today", "nobody"], separate=separate, canaries=[canary])
        assert [(CANARY, None), (None, "nobody")] == [(record.refused, record.after) for record in found]


def test_where_a_canary_can_be_read_it_is_a_span_that_names_it() -> None:
    canary = planted("vepovutusobi", "daripunimeli")
    (record,) = shown(Scripted(TABLE), ["Osei asks Vepovutu-SOBI and daripunimeli"], canaries=[canary])
    assert [("PERSON", 0, 4), ("CANARY", 10, 23), ("CANARY", 28, 40)] == [
        (span.entity, span.start, span.end) for span in record.spans]
    assert canary.id in record.spans[1].why


def test_a_canary_across_two_records_of_a_set_refuses_both_and_none_where_they_are_apart() -> None:
    halves = ["ask vepovu", "tusobi today"]
    parts: dict[str, Any] = {"canaries": [planted("vepovutusobi", "daripunimeli")]}
    assert [CANARY, CANARY] == [record.refused for record in shown(Scripted(), halves, **parts)]
    assert [None, None] == [record.refused for record in shown(Scripted(), halves, separate=True, **parts)]


def test_what_means_nearly_the_same_is_refused_where_the_policy_drops_it() -> None:
    import numpy

    class Embedder:
        def embed(self, texts: Sequence[str]) -> Any:
            return numpy.asarray([[1.0, 0.0] if "ready" in text else [0.0, 1.0] for text in texts])

    embedder: Any = Embedder
    passage = Passage("p", "page", "Hours", KNOWLEDGE)
    cases: Any = (("drop", ["near_knowledge", None]), ("warn", [None, None]))
    for on_near, expected in cases:
        rules = policy(knowledge=KnowledgePolicy(on_near=on_near))
        nearness = Nearness(embedder, [passage], 0.9, needed=True)
        assert expected == [record.refused for record in shown(
            Scripted(), ["it is ready", "it is not"], nearness=nearness, **quoting(rules))]


def test_what_the_last_look_finds_is_refused() -> None:
    def act(text: str) -> list[Span]:
        date = [Span(5, 16, "DATE_TIME", 0.9, "s")] if "12 May 2021" in text else []
        # A year that stands for a date is hidden from detectors; so short a text only the guard shows.
        return [Span(0, 4, "PERSON", 0.9, "s")] if len(text) == len("Lima 2021") else date

    rules = policy(operators={"DATE_TIME": "generalise"})
    (record,) = shown(Scripted(act=act), ["Lima 12 May 2021"], rules)
    assert (None, "residual_PERSON") == (record.after, record.refused)


def test_a_quotation_with_a_character_that_text_cannot_hold_is_refused_for_it() -> None:
    rules = policy(knowledge=KnowledgePolicy(on_run="mask"))
    assert ["bad_characters", None] == [record.refused for record in shown(
        Scripted(), [QUOTED.replace(" ", " \x00 ", 1), "open"], **quoting(rules))]


def test_spans_of_a_refused_record_are_apart_and_a_canary_comes_first() -> None:
    from appliance.detection.detector import Span
    from appliance.gateway.preview import _apart

    canary, same, other = Span(4, 9, "CANARY", 1.0, "canary"), Span(4, 9, "PERSON", 0.9, "ner"), Span(
        12, 15, "PERSON", 0.9, "ner")
    assert (canary, other) == _apart((other, same, canary))
