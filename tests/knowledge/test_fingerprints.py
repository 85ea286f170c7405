"""The hard gate: every verbatim run of k characters is found; that is a law, so it is tested as one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.knowledge.fingerprints import Fingerprints, normalise

PAGE = ("The laboratory on the second floor draws blood from 7 am to 4 pm. Repeat prescriptions are ready after two "
        "working days; controlled medicines need a visit. Café vouchers cost 12 dollars.")
K = 24
INDEX = Fingerprints([PAGE], K)
WORDS = st.text(alphabet="abcdefghij klm", max_size=40)


@given(st.integers(0, len(PAGE) - 1), st.integers(0, 80), WORDS, WORDS)
def test_every_run_of_k_normalised_characters_is_found(start: int, length: int, before: str, after: str) -> None:
    quoted = normalise(PAGE[start:start + length])
    runs = INDEX.runs(f"{before} {quoted} {after}")
    if len(quoted) >= K:
        assert runs >= len(quoted) - K + 1
    assert (runs > 0) == any(normalise(f"{before} {quoted} {after}")[i:i + K] in normalise(PAGE)
                             for i in range(len(normalise(f"{before} {quoted} {after}")) - K + 1))


@pytest.mark.parametrize("disguise", [
    PAGE.upper(), PAGE.replace(" ", "\n\n  "), PAGE.replace("o", "o\u200b"), PAGE.replace("a", "a\u0301"),
    PAGE.replace("é", "e\u0301"), PAGE.replace(" ", " - "),
    "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in PAGE),
])
def test_a_disguise_that_normalisation_removes_hides_nothing(disguise: str) -> None:
    assert INDEX.runs(disguise) > 0


def test_a_run_may_not_hide_at_the_edges_or_in_a_short_text() -> None:
    normal = normalise(PAGE)
    assert 1 == INDEX.runs(normal[:K])
    assert 1 == INDEX.runs(normal[-K:])
    assert 0 == INDEX.runs(normal[:K - 1])
    assert 0 == INDEX.runs("")


def test_an_empty_index_finds_nothing_and_a_page_shorter_than_k_has_no_runs() -> None:
    assert 0 == Fingerprints([], K).runs(PAGE)
    assert 0 == len(Fingerprints(["short"], K))


def test_pages_are_kept_apart() -> None:
    index = Fingerprints(["the first page ends here", "and the second begins"], 12)
    assert 0 == index.runs("ends here and the")


@pytest.mark.parametrize("k", [3, K])
def test_what_is_public_is_forgotten_and_an_index_of_nothing_else_is_empty(k: int) -> None:
    index = Fingerprints([PAGE], k)
    index.subtract([PAGE])
    assert (0, 0, set(), []) == (len(index), index.runs(PAGE * 50), index.seen(PAGE), index.spans(PAGE))
    index = Fingerprints([PAGE], k)
    index.subtract([PAGE[:80]])
    assert 0 == index.runs(PAGE[:80])
    assert index.runs(PAGE) > 0
