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
from appliance.gateway import aliases, knowledge_guard, known
from appliance.gateway.aliases import Persons
from appliance.gateway.canaries import UNKNOWN, CanaryWatch
from appliance.gateway.knowledge_guard import KnowledgeGuard
from appliance.gateway.known import KnownValues
from appliance.gateway.operators import any_of
from appliance.gateway.pseudonyms import Pseudonyms
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
    tight = Counted(monkeypatch, type(GUARD._spelling), "tight", lambda _, text: len(text))
    for count in (50, 400):
        fields = [field] * count
        assert counted.of(lambda fields=fields: GUARD.runs(fields)) <= 12 * (sum(map(len, fields)) + 3 * count + 20)
        assert tight.steps <= 12 * (sum(map(len, fields)) + 3 * count + 20)
        tight.steps = 0


@given(st.integers(0, 60), st.integers(1, 90), st.sampled_from([".", "", "-\n", "…" * 90, "\u200b"]))
def test_a_run_is_found_across_any_number_of_fields_without_a_letter(cut: int, between: int, field: str) -> None:
    run = PAGE[:60]
    assert GUARD.runs([f"See: {run[:cut]}", *[field] * between, f"{run[cut:]}"]) > 0


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
