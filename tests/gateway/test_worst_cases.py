"""Work grows with the text and not with its square, whatever the text is made of: counted in steps, not in seconds."""

from __future__ import annotations

import base64
import itertools
import re
import time
from collections.abc import Callable, Iterable
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.detection import encoded
from appliance.gateway import aliases, knowledge_guard, known, known_together, resolve
from appliance.gateway.aliases import Persons
from appliance.gateway.canaries import UNKNOWN, CanaryWatch
from appliance.gateway.disguises import SPELLING
from appliance.gateway.knowledge_guard import KnowledgeGuard
from appliance.gateway.known import KnownValues
from appliance.gateway.pseudonyms import Pseudonyms
from appliance.gateway.stand_ins import any_of
from appliance.knowledge.canaries import Canary
from appliance.policy.parts import KnowledgePolicy

PAGE = "Repeat prescriptions are ready after two working days; controlled medicines need a visit in person."
GUARD = KnowledgeGuard([PAGE], KnowledgePolicy(), identity="k")
CANARY = Canary("c-1", ("bolumiratesa", "kedofanuvipo"), "Ask Bolumiratesa about Kedofanuvipo.", "2026-11-21T00:00:00Z",
                None)
WATCH = CanaryWatch([CANARY], None, None)  # type: ignore[arg-type]  # it only looks
FIRSTS = ["".join(letters) for letters in itertools.product("bdfgklmnprst", "aeiou", "bdfgklmnprst", "aeiou")]


class Counted:
    """Counts the calls of something, or what they cost."""

    def __init__(self, patch: pytest.MonkeyPatch, owner: Any, name: str,
                 cost: Callable[..., int] = lambda *_: 1) -> None:
        self.steps = 0
        self._real, self._cost = getattr(owner, name), cost
        patch.setattr(owner, name, lambda *given: self._call(*given))

    def _call(self, *given: Any) -> Any:
        self.steps += self._cost(*given)
        return self._real(*given)

    def of(self, work: Callable[[], object]) -> int:
        self.steps = 0
        work()
        return self.steps


HOSTILE_NAMES: dict[str, Callable[[int], list[str]]] = {
    "one surname": lambda count: [f"{first} smith" for first in FIRSTS[:count]],
    "one surname and initial": lambda count: [f"b{first} smith" for first in FIRSTS[:count]],
    "one name and many middle names": lambda count: [f"john {first} smith" for first in FIRSTS[:count]],
    "initials of one name": lambda count: [f"j. {first} smith" for first in FIRSTS[:count]],
    "one name with many signs": lambda count: [f"john{'.' * number} smith" for number in range(count)],
    "one surname with many signs": lambda count: ["ann smith", *("." * number + "smith" for number in range(count))],
    "one first name": lambda count: [f"john {first}" for first in FIRSTS[:count]],
    "words on words": lambda count: [" ".join(["john", *FIRSTS[:number % 50], "smith"]) for number in range(count)],
}


@pytest.mark.parametrize("kind", HOSTILE_NAMES)
def test_a_name_is_compared_with_a_bounded_number_of_others(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Counted(monkeypatch, aliases, "_same_person")
    names = HOSTILE_NAMES[kind]
    some, more = (counted.of(lambda count=count: Persons().add(names(count))) for count in (300, 600))
    assert more <= 2.5 * some + 1000
    assert more <= 600 * 100


def test_two_of_many_with_one_surname_are_still_the_same_person() -> None:
    persons = Persons()
    persons.add([f"{first} smith" for first in FIRSTS[:500]])
    persons.add([f"{FIRSTS[7]} r. smith", "smith", "b. smith"])
    assert f"{FIRSTS[7]} smith" == persons.group(f"{FIRSTS[7]} r. smith")
    assert ("smith", "b. smith") == (persons.group("smith"), persons.group("b. smith"))


def test_a_text_is_walked_through_once_however_many_values_begin_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Counted(monkeypatch, known._Searchable, "place")
    for pattern in ("{} smith", "smith {}", "555-010-{:05d}", "the royal institute of {}"):
        steps = []
        for count in (200, 400):
            names = Pseudonyms()
            each = [pattern.format(number if ":" in pattern else FIRSTS[number]) for number in range(count)]
            names.assign([("PERSON" if "smith" in pattern else "ID", value) for value in each])
            values = KnownValues(names)
            steps.append(counted.of(lambda values=values, each=each: list(values.find(". ".join(each)))))
        assert 0 < steps[1] <= 2.5 * steps[0], pattern


@given(st.lists(st.sampled_from(["Amara", "Osei", "OSEI", "(AO)", "555", "010", "A.", "x", "Oseis", "o'neil"]),
                max_size=12), st.lists(st.sampled_from([" ", ", ", "-", " - ", "."]), min_size=12, max_size=12))
def test_every_mention_is_found_as_if_each_value_was_searched_for_alone(words: list[str], gaps: list[str]) -> None:
    values = ["amara osei", "555-010", "555 010 x", "o'neil", "a. x"]
    names = Pseudonyms()
    names.assign([("ID", value) for value in values])
    text = "".join(map("".join, zip(words, gaps, strict=False)))
    plain = known._one_line(text.casefold())
    assert len(plain) == len(text)
    alone = {match.span() for value in map(known._one_line, values)
             for match in re.finditer(rf"(?<!\w)(?={re.escape(value)}(?!\w))(?:{re.escape(value)})", plain)}
    assert alone <= {(hit.start, hit.end) for hit in KnownValues(names).find(text)}


@pytest.mark.parametrize("field", [".", "", "a", "... " * 20, "a" + "." * 300, "a b c "])
def test_many_fields_are_read_a_bounded_number_of_times(field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Counted(monkeypatch, knowledge_guard, "views", len)
    tight = Counted(monkeypatch, type(SPELLING), "tight", lambda _, text: len(text))
    for count in (50, 400):
        fields = [field] * count
        assert counted.of(lambda fields=fields: GUARD.runs(fields)) <= 12 * (sum(map(len, fields)) + 3 * count + 20)
        assert tight.steps <= 12 * (sum(map(len, fields)) + 3 * count + 20)
        tight.steps = 0


@given(st.integers(0, 60), st.integers(1, 90), st.sampled_from([".", "", "-\n", "…" * 90, "\u200b"]))
def test_a_run_is_found_across_any_number_of_fields_without_a_letter(cut: int, between: int, field: str) -> None:
    run = PAGE[:60]
    assert GUARD.runs([f"See: {run[:cut]}", *[field] * between, f"{run[cut:]}"]) > 0


class CountedEnd(int):
    """The end of a hit that counts how often it is compared."""

    compared = 0

    def _count(self) -> None:
        CountedEnd.compared += 1

    def __lt__(self, other: int) -> bool:
        self._count()
        return int(self) < int(other)

    def __gt__(self, other: int) -> bool:
        self._count()
        return int(self) > int(other)

    def __le__(self, other: int) -> bool:
        self._count()
        return int(self) <= int(other)

    def __ge__(self, other: int) -> bool:
        self._count()
        return int(self) >= int(other)


def _compared(work: Callable[[], object]) -> int:
    CountedEnd.compared = 0
    work()
    return CountedEnd.compared


@pytest.mark.parametrize("step", [1, 2], ids=["one in the other", "beside each other"])
def test_hits_are_merged_in_a_bounded_number_of_steps_each(step: int) -> None:
    def work(count: int) -> Callable[[], object]:
        # Each reaches over its neighbours: one group of all.
        hits = [resolve.Hit(at * step, CountedEnd(at * step + 3), "ID", 0.5, "xxx") for at in range(count)]
        return lambda: resolve.merge("x" * (2 * count + 9), hits)

    assert 0 < _compared(work(1200)) <= 6 * _compared(work(300))


def test_what_is_ours_is_looked_up_for_each_hit_and_not_walked_through() -> None:
    def work(count: int) -> Callable[[], object]:
        ours = [(at * 10, CountedEnd(at * 10 + 5)) for at in range(count)]
        hits = [resolve.Hit(at * 10 + 6, CountedEnd(at * 10 + 9), "ID", 0.5, "xxx") for at in range(count)]
        return lambda: [list(resolve._around(ours, "x" * (10 * count), hit)) for hit in hits]

    assert 0 < _compared(work(1200)) <= 1200 * 60


@given(st.lists(st.integers(1, 6), max_size=12), st.integers(0, 40), st.integers(1, 20))
def test_around_what_is_ours_is_as_if_each_was_compared(gaps: list[int], start: int, length: int) -> None:
    edges = list(itertools.accumulate(gaps))
    ours = list(zip(edges[::2], edges[1::2], strict=False))
    text = "x" * 100
    parts = [(hit.start, hit.end) for hit in resolve._around(ours, text, resolve.Hit(start, start + length, "ID", 0.5,
                                                                                       ""))]
    covered = {at for first, end in ours for at in range(first, end)}
    wanted = {at for at in range(start, start + length) if at not in covered}
    assert wanted <= {at for first, end in parts for at in range(first, end)}
    assert bool(wanted) == bool(parts)


def test_broken_secrets_are_put_back_without_walking_through_every_break() -> None:
    text = "AKIAIOSF\nODNN7EXAMPLE and more;\n"
    found = encoded.broken_secrets(text * 3)
    assert ["AKIAIOSF\nODNN7EXAMPLE"] * 3 == [(text * 3)[start:end] for start, end, _ in found]
    # Eight times the breaks and secrets: 64 times the work, if each was compared with each.
    assert (_quickest_s(lambda: encoded.broken_secrets(text * 8000))
            <= 24 * _quickest_s(lambda: encoded.broken_secrets(text * 1000)) + 0.05)


def test_names_run_together_are_looked_for_a_bounded_number_of_times(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Counted(monkeypatch, known_together.KnownTogether, "_counts")

    def work(count: int) -> Callable[[], object]:
        together = known_together.KnownTogether()
        for first in FIRSTS[:count]:
            together.add("PERSON", f"{first} smith", first)
        text = "".join(f"{first}smith" for first in FIRSTS[:count])
        return lambda: list(together.find(text))

    assert 0 < counted.of(work(400)) <= 5 * counted.of(work(100))


def test_what_is_encoded_behind_many_encoded_runs_is_read() -> None:
    before = " ".join(base64.b64encode(b"word number %d" % number).decode() for number in range(2 * encoded.MAX_RUNS))
    canary = base64.b64encode(f"say {CANARY.words[0]}".encode()).decode()
    quote = base64.b64encode(PAGE[:40].encode()).decode()
    assert (None, "c-1") == (WATCH.holds([before]), WATCH.holds([f"{before} {canary}"]))
    assert 0 == GUARD.runs([before]) < GUARD.runs([f"{before} {quote}"])


def test_what_unfolds_to_more_than_is_decoded_is_not_taken_for_clean() -> None:
    long = base64.b64encode(b"some words here " * (encoded.MAX_CHARS // 16)).decode()
    deep = "some words that are here"
    for _ in range(encoded.MAX_DEPTH + 1):
        deep = base64.b64encode(deep.encode()).decode()
    for text in (f"{long} {long}", deep):
        assert UNKNOWN == WATCH.holds([text])
        assert GUARD.runs([text]) > 0
        WATCH.look([text], "instance")  # shuts no door: the detector refuses the instance alone
    assert None is WATCH.holds(["Nothing encoded."])


def _quickest_s(work: Callable[[], object]) -> float:
    spent_s = []
    for _ in range(3):
        began_s = time.process_time()
        work()
        spent_s.append(time.process_time() - began_s)
    return min(spent_s)


def test_what_was_put_there_is_known_again_as_quickly_among_many() -> None:
    draw = Random(3)

    def work(count: int) -> Callable[[], object]:
        strings = [f"555-010-{number:05d}" for number in range(count)]
        text = " call 555-010-9999x and ".join(draw.sample(strings, count))
        return lambda: any_of(strings).sub("", text)

    # Eight times the strings in eight times the text: 64 times the work, if each was searched for.
    assert _quickest_s(work(4000)) <= 30 * _quickest_s(work(500)) + 0.05


@pytest.mark.parametrize(("strings", "text", "left"), [
    (["J. Smith", "J.", "Smith"], "J. Smith, J. and Smithson", "#, # and Smithson"),
    (["<REDACTED>", "12/3/1985"], "x<REDACTED>x 12/3/1985. 112/3/1985 12/3/1985/4", "x#x #. 112/3/1985 12/3/1985/4"),
    (["(555) 010"], "(555) 010-1 (555) 010 (555) 0101", "(555) 010-1 # (555) 0101"),
])
def test_what_was_put_there_is_known_whole(strings: Iterable[str], text: str, left: str) -> None:
    assert left == any_of(list(strings)).sub("#", text)
