"""Laws through the door, for generated sets: no original in any byte upstream, one value one placeholder."""

from __future__ import annotations

import json
import re
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from door_bench import MODEL, Bench, Upstream
from hostile_bench import CARD, MAIL, POLICY, SSN, Overheard, Scripted, send_all, strings, unseen
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from appliance.detection.detector import Detector, Span
from appliance.detection.process import DetectorProcess
from appliance.gateway import schema
from appliance.gateway.guard import SURE
from appliance.gateway.scrub import Scrubber
from appliance.records import Instance

# A set costs a second or so, and making one smaller after a failure costs hundreds of them.
FEW = settings(max_examples=6, deadline=None, derandomize=True, phases=(Phase.explicit, Phase.generate),
               suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
Sentences = Sequence[tuple[str, str]]
"""Values, each with the sentence that holds it."""
VALUES = ("Tomas Brandt", "Larkfield Outpatient Clinic", "Project Heron", CARD, SSN, MAIL, "+44 20 7946 0958",
          "192.168.10.4", "12 Elm Tree Lane", "GB33BUKB20201555555555")
WORDS = st.lists(st.sampled_from(("the", "clinic", "opens", "early", "please", "bring", "your", "form", "and", "wait")),
                 min_size=1, max_size=6).map(" ".join)


def respelled(value: str, how: int) -> str:
    """One of the spellings a person or a converter makes of a value."""
    return (value, value.upper(), value.lower(), f"{value[:3]}\u200b{value[3:6]}\u00ad{value[6:]}",
            value.replace(" ", "\u00a0"), unicodedata.normalize("NFD", value),
            "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in value), value.replace("-", "\u2011"))[how]


WAYS = 8


def said(before: str, value: str, how: int, after: str) -> tuple[str, str]:
    """A value, and a sentence that holds it spelled in one of the ways."""
    return value, f"{before}: {respelled(value, how)} - {after}."


SENTENCE = st.builds(said, WORDS, st.sampled_from(VALUES), st.integers(0, WAYS - 1), WORDS)
SETS = st.permutations(range(WAYS)).flatmap(lambda ways: st.tuples(*(
    st.builds(said, WORDS, st.sampled_from(VALUES), st.just(how), WORDS) for how in ways)))
"""Every way of spelling once, each with some value, so that a few examples are enough."""


@contextmanager
def fresh(upstream: Upstream, detector: Detector) -> Iterator[Bench]:
    """A door of its own for every example, on one upstream."""
    upstream.received.clear()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder) / "log", upstream, detector)
        limits = POLICY.limits.model_copy(update={"masked_share": 1.0})
        bench.policy = POLICY.model_copy(update={"limits": limits})
        yield bench


def rows(drawn: Sentences) -> list[Instance]:
    texts = [text for _, text in drawn]
    return [Instance(str(number), "Reply to the message.", *pair)
            for number, pair in enumerate(zip(texts[::2], texts[1::2], strict=True))]


@FEW
@given(SETS)
def test_no_original_and_no_form_of_it_is_in_any_byte_that_leaves(
        upstream: Upstream, detector: DetectorProcess, drawn: Sentences) -> None:
    with fresh(upstream, detector) as bench:
        send_all(bench, *rows(drawn))
        unseen(bench, *(value for value, _ in drawn))


@FEW
@given(st.sampled_from(VALUES), st.lists(st.integers(0, WAYS - 1), min_size=2, max_size=3, unique=True))
def test_one_value_has_one_placeholder_over_the_whole_set(
        upstream: Upstream, detector: DetectorProcess, value: str, spellings: list[int]) -> None:
    with fresh(upstream, detector) as bench:
        instances = [Instance(str(number), "Reply to the message.", f"Note: {respelled(value, how)} - end.", "Ok.")
                     for number, how in enumerate(spellings)]
        admission = bench.door().admit(instances)
        assert {} == dict(admission.refused)
        assert 1 == len({item.input for item in admission.clean})


@FEW
@given(SETS, SENTENCE)
def test_more_text_never_unmasks_what_was_masked(
        upstream: Upstream, detector: DetectorProcess, drawn: Sentences,
        more: tuple[str, str]) -> None:
    with fresh(upstream, detector) as bench:
        long = f"{more[1]} " * 4
        grown = [Instance(item.id, f"{item.instruction}\n{long}", f"{long}\n{item.input}", f"{long}\n{item.output}")
                 for item in rows(drawn)]
        send_all(bench, *grown, Instance("more", more[1], "", "Ok."))
        unseen(bench, more[0], *(value for value, _ in drawn))


def others_words(raw: bytes) -> list[str]:
    """Every string of a request as it left, found by an own walker, but for those that are ours."""
    ours = {MODEL, *schema.ROLES, *(part for field in schema.FIELDS for part in re.split(r"\W+", field.path))}
    return [text for text in strings(json.loads(raw.partition(b"\r\n\r\n")[2])) if text not in ours]


def without_placeholders(text: str) -> str:
    """A detector reads somebody where one of them stands."""
    return " ".join(re.sub(r"<[A-Z_]+_\d+>|\bsomeon?e?\b", " ", text).split())


@FEW
@given(SETS)
def test_what_left_is_what_the_log_holds_and_every_string_of_it_was_scanned(
        upstream: Upstream, detector: DetectorProcess, drawn: Sentences) -> None:
    """Every string was shown to the detector, and the guard's last look, taken once more, finds nothing in it."""
    with fresh(upstream, detector) as bench:
        bench.detector = overheard = Overheard(detector)
        send_all(bench, *rows(drawn))
        [raw] = bench.upstream.received
        shown = set(map(without_placeholders, overheard.shown))
        record = bench.log.reader.record(0)
        assert raw.partition(b"\r\n\r\n")[2] == bench.log.reader.payload(record.fields["payload_sha256"])
        left = others_words(raw)
        assert left and set(map(without_placeholders, left)) <= shown
        scrubber = Scrubber(detector, bench.policy)
        names = scrubber.scrub(rows(drawn)).pseudonyms
        assert [] == [found for found in scrubber.residuals(left, names, model_from=SURE) if found]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=1, max_size=4))
def test_every_string_of_a_request_was_shown_to_the_detector(upstream: Upstream,
                                                             texts: list[tuple[str, str, str]]) -> None:
    """Not only what was released: each string of the bytes as they left, found by an own walker, whole."""
    shown: list[str] = []

    def look(text: str) -> list[Span]:
        shown.append(text)
        return []

    with fresh(upstream, Scripted(look)) as bench:
        send_all(bench, *(Instance(str(number), *each) for number, each in enumerate(texts)))
        [raw] = bench.upstream.received
    left = set(others_words(raw))
    assert left and left <= set(shown)
