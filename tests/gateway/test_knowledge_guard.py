"""The hard gate against quoting K, across spellings, fields and requests: laws, so mostly tested as laws."""

from __future__ import annotations

import base64
import codecs
import gzip
import itertools
import json
import random
import time
from pathlib import Path
from typing import Any

import pytest
from door_bench import KNOWLEDGE, MODEL, Bench, Upstream, instance
from hypothesis import given
from hypothesis import strategies as st
from plain_detector import PlainDetector

from appliance.errors import EgressDenied, LimitReached, ResidualFound
from appliance.gateway import schema
from appliance.gateway.disguises import SPELLING, views
from appliance.gateway.exchange import OutboundRequest
from appliance.gateway.guard import Guard
from appliance.gateway.knowledge_guard import KnowledgeGuard, Template
from appliance.gateway.scrub import Scrubber
from appliance.policy.parts import KnowledgePolicy
from appliance.reflect.prompts import LINE_HEAD, TEMPLATES, high_level_prompt

PAGE = ("The laboratory on the second floor draws blood from 7 am to 4 pm. Repeat prescriptions are ready after two "
        "working days; controlled medicines need a visit in person. Café vouchers cost 12 dollars at the desk.")
POLICY = KnowledgePolicy()
GUARD = KnowledgeGuard([PAGE], POLICY, identity="k")
K, LETTERS = 24, 20
FILL = st.text(alphabet="qxz jwy.", max_size=30)


def spaced_run(start: int, length: int) -> str:
    """A piece of K of so many characters, as the index spells it; K is long enough."""
    spelled = SPELLING.spaced(PAGE)
    return spelled[start % (len(spelled) - length):][:length]


@given(st.integers(0, 500), st.integers(K, 60), st.lists(st.integers(0, 60), max_size=5), FILL, FILL)
def test_every_run_of_k_is_found_in_any_field_and_split_anywhere_between_fields(
        start: int, length: int, cuts: list[int], before: str, after: str) -> None:
    run = f"{before} {spaced_run(start, length)} {after}"
    ends = [0, *sorted(cut % (len(run) + 1) for cut in cuts), len(run)]
    fields = [run[first:last] for first, last in itertools.pairwise(ends)]
    assert GUARD.runs(fields) > 0
    assert GUARD.runs([*fields, "Something else."]) > 0
    assert GUARD.runs(["Something else.", *fields]) > 0


@given(st.integers(0, 500), st.integers(LETTERS, 60), st.lists(st.sampled_from(["", " ", "\n", "-", ".", "\u200b"]),
                                                             min_size=60, max_size=60))
def test_every_run_of_twenty_letters_is_found_however_it_is_spaced(start: int, length: int, gaps: list[str]) -> None:
    letters = SPELLING.tight(PAGE)
    run = letters[start % (len(letters) - length):][:length]
    assert GUARD.runs(["".join(map("".join, zip(run, gaps, strict=False)))]) > 0


CYRILLIC = str.maketrans("aceopxyi", "асеорхуі")


@pytest.mark.parametrize("disguise", [
    "repeatprescriptionsareready",
    "Repeat prescriptions are ready".translate(CYRILLIC), "R e p e a t prescriptions are",
    "ydaer era snoitpircserp taepeR", codecs.encode("Repeat prescriptions are ready", "rot13"),
    "Repeat  prescriptions\n\n- are ready", "ＲＥＰＥＡＴ ＰＲＥＳＣＲＩＰＴＩＯＮＳ ＡＲＥ",
    "Repeat pre\u00adscrip\u200btions are ready", "Rèpéat prescrîptions are reàdy",
    codecs.encode("Repeat prescriptions are ready", "rot13").translate(CYRILLIC)[::-1],
    base64.b64encode(b"Repeat prescriptions are ready").decode(), b"Repeat prescriptions are ready".hex(" "),
    base64.b64encode(base64.b64encode(b"Repeat prescriptions are ready")).decode(),
    base64.b64encode(gzip.compress(b"Repeat prescriptions are ready", mtime=0)).decode(),
    "Repeat%20prescriptions%20are%20ready", "".join(f"&#{ord(each)};" for each in "Repeat prescriptions are ready"),
    " ".join(base64.b64encode(word).decode() for word in (b"Repeat pres", b"criptions are", b"ready after")),
    f"Repeat {base64.b64encode(b'prescriptions').decode()} are ready", "R3p34t pr3scr1pt10ns ar3 r34dy",
    "<b>Rep</b>eat <i>prescriptions</i> <span class='x'>are</span> ready",
    base64.b85encode(b"Repeat prescriptions are ready").decode(), " ".join(map(str, b"Repeat prescriptions are ready")),
    "".join(f"\\{each:03o}" for each in b"Repeat prescriptions are ready"),
])
def test_a_disguise_hides_nothing(disguise: str) -> None:
    assert GUARD.runs([f"Is it so that {disguise}?"]) > 0


@given(FILL, st.integers(0, 40))
def test_what_shares_less_than_a_run_is_clean(text: str, start: int) -> None:
    assert 0 == GUARD.runs([text, "Please answer the question that was asked."])
    short = SPELLING.tight(PAGE)[start:start + LETTERS - 1]
    assert 0 == GUARD.runs([f"qqqq{short}qqqq"])


@given(st.integers(0, 150), st.integers(1, 60), st.integers(0, 500), st.integers(K, 60))
def test_public_text_never_hides_a_run_that_reaches_beyond_it(at: int, size: int, start: int, length: int) -> None:
    spelled = SPELLING.spaced(PAGE)
    public = spelled[at:at + size]
    guard = KnowledgeGuard([PAGE], POLICY, identity="k", nobodys=[public])
    run = spaced_run(start, length)
    windows = [run[first:first + K] for first in range(len(run) - K + 1)]
    if any(window not in f" {public} " for window in windows):
        assert guard.runs([run]) > 0
    assert 0 == guard.runs([public])


def test_the_templates_count_as_nobodys_and_the_bullets_between_them_do_not() -> None:
    guard = KnowledgeGuard([f"{PAGE} {TEMPLATES[1]}"], POLICY, identity="k", template=Template(TEMPLATES, LINE_HEAD))
    assert 0 == guard.runs([high_level_prompt(["Answer what was asked."])])
    assert guard.runs([high_level_prompt([f"Say that {PAGE[67:97]}"])]) > 0
    assert "Say yes." == guard.template.without(high_level_prompt(["Say yes."]))


def test_look_alikes_alone_make_no_further_view_and_a_ligature_read_backwards_does() -> None:
    assert 4 == len(list(views("þ The caf\u00e9 opens at nine; n\u043e one knows why. þ")))
    assert 4 < len(list(views(f"þ {base64.b64encode(PAGE.encode()).decode()} þ")))
    assert any("if" in SPELLING.spaced(view) for view in views("þ \ufb01 þ"))


def test_a_whole_request_is_compared_within_half_a_second_of_processor_time() -> None:
    words = [f"{one}{other}" for one in ("vok", "zul", "wem", "xar") for other in ("im", "otta", "up", "elli", "ys")]
    draw = random.Random(4)
    pairs = [f"Pair {number}\nInstruction: {' '.join(draw.choices(words, k=25))}\nInput: <noinput>\nOutput: "
             f"{' '.join(draw.choices(words, k=25))}\n" for number in range(300)]
    guard = KnowledgeGuard([PAGE], POLICY, identity="k", template=Template(TEMPLATES, LINE_HEAD))
    prompt = "\n".join([*pairs, TEMPLATES[0]])
    assert 90_000 < len(prompt) < 131_072
    spent_s = []
    for number in range(2):
        began_s = time.process_time()
        assert 0 == guard.runs_in_request([f"{prompt}{number}"])
        spent_s.append(time.process_time() - began_s)
    assert min(spent_s) < 0.5


def test_spans_are_whole_words_around_each_run() -> None:
    text = ("They told me: repeat-prescriptions are ready after two workingdays, is that so? "
            "REPEATPRESCRIPTIONSAREREADYAFTER.")
    [first, second] = GUARD.spans(text)
    assert "repeat-prescriptions are ready after two workingdays" == text[slice(*first)]
    assert "REPEATPRESCRIPTIONSAREREADYAFTER" == text[slice(*second)]


def test_an_index_that_is_older_than_k_shuts_the_door(bench: Bench) -> None:
    stale = KnowledgeGuard([KNOWLEDGE], bench.policy.knowledge, identity="k", fresh=lambda: False)
    guard = Guard(bench.policy, Scrubber(bench.detector, bench.policy), stale, MODEL)
    with pytest.raises(EgressDenied, match="changed"):
        bench.door(guard=guard).release_subset("d-1", bench.door().admit([instance("a", "Do you have parking?")]).clean)
    with pytest.raises(EgressDenied, match="changed"):
        guard.check_body(body("Hello."), None)


@pytest.fixture
def bench(tmp_path: Path, upstream: Upstream) -> Bench:
    """The door with a detector that finds one name: these tests are about K."""
    return Bench(tmp_path / "log", upstream, PlainDetector())


def test_an_index_that_grows_old_before_a_repeat_lets_nothing_more_out(bench: Bench) -> None:
    ages = KnowledgeGuard([KNOWLEDGE], bench.policy.knowledge, identity="k", fresh=lambda: not bench.waits)
    bench.upstream.script = [(529, b"{}")]
    with pytest.raises(EgressDenied, match="changed"):
        guard = Guard(bench.policy, Scrubber(bench.detector, bench.policy), ages, MODEL)
        send(bench, bench.door(guard=guard), "Hello.")
    assert (1, ["request", "outcome", "refused"]) == (len(bench.upstream.received), bench.kinds())


def body(text: str) -> bytes:
    return schema.canonical({"model": MODEL, "max_tokens": 9, "messages": [{"role": "user", "content": text}]})


def send(bench: Bench, door: Any, text: str) -> None:
    """One request with this text, of whatever was released: the last look is at the bytes."""
    released, _ = door.release_cluster("c-1", [])
    data = body(text)
    head = schema.headers(f"127.0.0.1:{bench.upstream.port}", len(data))
    door.pass_through(OutboundRequest("POST", "/v1/messages", head, data), released)


def policy(bench: Bench, **changes: Any) -> None:
    bench.policy = bench.policy.model_copy(update={"knowledge": bench.policy.knowledge.model_copy(update=changes)})


QUOTING = instance("quotes", "They said repeat prescriptions are ready after two working days, is it so?")
CLEAN = instance("clean", "Do you have parking?")


def test_by_policy_a_quotation_is_dropped_masked_or_refuses_the_job(bench: Bench) -> None:
    assert {"quotes": "knowledge_run"} == bench.door().admit([QUOTING, CLEAN]).refused
    policy(bench, on_run="refuse")
    with pytest.raises(EgressDenied, match="on_run"):
        bench.door().admit([QUOTING, CLEAN])
    assert {} == bench.door().admit([CLEAN]).refused
    policy(bench, on_run="mask")
    admission = bench.door().admit([QUOTING, CLEAN])
    assert {} == admission.refused
    assert "They said <KNOWLEDGE_1>, is it so?" == admission.clean[0].input
    assert {"KNOWLEDGE": 1} == dict(admission.masked)


@given(cut=st.integers(1, 50), data=st.data())
def test_masking_leaves_no_run_wherever_it_stands(cut: int, data: st.DataObject) -> None:
    from appliance.gateway.mask_runs import masked_runs

    run = KNOWLEDGE[data.draw(st.integers(0, 20)):][:data.draw(st.integers(24, 60))]
    guard = KnowledgeGuard([KNOWLEDGE], POLICY, identity="k")
    given_instance = instance("a", f"I heard {run[:cut]}", f"{run[cut:]} and so on.")
    masked, names, refused = masked_runs([given_instance], guard)
    assert {} == refused
    assert 0 == guard.runs(list(masked[0].texts().values()))
    assert all(entity == "KNOWLEDGE" for entity, _ in names.values())


def test_an_instance_that_brings_its_own_placeholder_is_not_masked_around_it(bench: Bench) -> None:
    policy(bench, on_run="mask")
    bringing = instance("own", "I am <KNOWLEDGE_1>. Repeat prescriptions are ready after two working days.")
    assert {"own": "looks_like_placeholder"} == bench.door().admit([bringing, CLEAN]).refused


def test_a_run_split_between_two_requests_is_found_also_after_a_restart(bench: Bench) -> None:
    middle = KNOWLEDGE[:34]
    for cut in range(1, len(middle)):
        fresh = Bench(bench.directory.with_name(f"log-{cut}"), bench.upstream, bench.detector)
        first, second = f"I ask about {middle[:cut]}", f"{middle[cut:]} is my question"
        if fresh.door()._guard.knowledge.runs([first]) or fresh.door()._guard.knowledge.runs([second]):
            continue
        send(fresh, fresh.door(), first)
        with pytest.raises(ResidualFound, match="completes a run"):
            send(fresh, fresh.door(), second)
        assert "refused" == fresh.kinds()[-1]


@pytest.mark.parametrize("between", ["." * 200, "\n- \n" * 100, "\u200b" * 300])
@pytest.mark.parametrize("at_the_end", [True, False])
def test_a_run_split_between_two_requests_is_found_however_much_stands_between(bench: Bench, between: str,
                                                                               at_the_end: bool) -> None:
    first, second = f"I ask about {KNOWLEDGE[:15]}", f"{KNOWLEDGE[15:34]} is my question"
    send(bench, bench.door(), f"{first}{between}" if at_the_end else first)
    with pytest.raises(ResidualFound, match="completes a run"):
        send(bench, bench.door(), second if at_the_end else f"{between}{second}")


def test_what_two_requests_only_together_hide_too_deep_is_no_clean_border() -> None:
    deep = "We meet again on the second floor."
    for _ in range(5):
        deep = base64.b64encode(deep.encode()).decode()
    assert GUARD.runs([deep])
    first, second = deep[:3], deep[3:]
    assert (0, 0, True) == (GUARD.runs([first]), GUARD.runs([second]), GUARD.runs_across(f"as in {first}", second))


@given(st.integers(0, 500), st.integers(K, 60))
def test_a_run_that_stands_whole_beside_a_border_does_not_lie_across_it(start: int, length: int) -> None:
    run = spaced_run(start, length)
    assert not GUARD.runs_across(f"{run} zzz", "Something else.")
    assert not GUARD.runs_across("Something else.", f"Zzz {run}")


def test_k_cannot_leave_drop_by_drop_and_a_restart_forgets_nothing(bench: Bench) -> None:
    words = KNOWLEDGE.split()
    drops = [" ".join(words[at:at + 2]) for at in range(len(words) - 1)]
    policy(bench, short_runs_per_job=25)
    shown: list[str] = []
    with pytest.raises(LimitReached, match="short_runs_per_job"):
        for drop in drops:
            send(bench, bench.door(), f"Something else about {drop}, thank you. {json.dumps(len(shown))}")
            shown.append(drop)
    assert 1 < len(shown) < len(drops)
    last = list(bench.log.reader.records())[-1]
    assert ("refused", "LimitReached", "knowledge.short_runs_per_job") == (
        last.kind, last.fields["reason"], last.fields["limit"])
    used = [record.fields["used"]["short_runs"] for record in bench.log.reader.records() if record.kind == "request"]
    assert used == sorted(used)
    another = bench.door(job_id="job-2")
    send(bench, another, "Something else about controlled medicines, thank you.")
