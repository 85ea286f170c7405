"""A gate lets through every text that its pattern matches."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest
import regex
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.detection import gates
from appliance.detection.analyzer import build_analyzer
from appliance.detection.gates import DIGIT, could_match, needs
from appliance.detection.phones import MIN_DIGITS, most_digits
from appliance.detection.recognisers import RULES
from appliance.policy.model import Policy

PRESIDIO_FLAGS = regex.DOTALL | regex.MULTILINE | regex.IGNORECASE


@cache
def analyzer(*, gated: bool) -> Any:
    return build_analyzer(Policy(name="t", version=1, deny_list={"PROJECT": ("Project Heron",)}), gated=gated)


@cache
def patterns() -> list[tuple[str, int]]:
    foreign = [(pattern.regex, int(PRESIDIO_FLAGS)) for recogniser in analyzer(gated=True).registry.recognizers
               for pattern in getattr(recogniser, "patterns", ()) if not recogniser.name.startswith("psi_")]
    return [*((rule.pattern, int(regex.MULTILINE)) for rule in RULES), *foreign]


def found(text: str, *, gated: bool) -> set[tuple[Any, ...]]:
    results = analyzer(gated=gated).analyze(text, language="en", score_threshold=0.0)
    return {(r.entity_type, r.start, r.end, r.score, r.recognition_metadata["recognizer_name"]) for r in results}


@pytest.mark.parametrize(("pattern", "signs", "words"), [
    (r"\b\d{3}-\d{2}-\d{4}\b", {DIGIT: 9, "-": 2}, None),
    (r"(?<=\d)a@b", {"@": 1}, ("a@b",)),
    (r"(?:x|\d\d)+", {}, None),
    (r"(?:a\d|b\d\d)", {DIGIT: 1}, None),
    (r"(?=\S{0,9}\d)[A-Z0-9]{4}", {DIGIT: 1}, None),
    (r"(?=\d\d)\d", {DIGIT: 2}, None),
    (r"(?:\d){0,3}x?", {}, None),
    (r"[\d.]+", {}, None),
    (r"\b(?i:user[ ]?name|login)\s\K\w+", {}, ("login", "user name", "username")),
    (r"\p{Lu}\p{L}+ [(]", {"(": 1}, (" (",)),
    (r"colou?r", {}, ("color", "colour")),
    (r"(?:jan|feb)(?:uary)?\.?", {}, ("feb", "feb.", "febuary", "febuary.", "jan", "jan.", "january", "january.")),
    (r"[[a-z]--[aeiou]]\L<names>", {}, None),
])
def test_needs_are_read_off_the_pattern(pattern: str, signs: dict[str, int], words: tuple[str, ...] | None) -> None:
    assert (signs, words) == (dict(needs(pattern).signs), needs(pattern).words)


def test_no_gate_closes_where_the_parser_says_something_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a later Python might: a part of another name is not looked into, and here one that counts double."""
    assert could_match(needs(r"\d{3}-x"), "no digit") is False
    counted = gates._needs_of_set
    monkeypatch.setattr(gates, "_needs_of_set", lambda members: counted(members) + counted(members))
    gates._read.cache_clear()
    try:
        assert could_match(needs(r"\d{3}-x"), "no digit") and could_match(needs(r"\d{3}-x"), "")
    finally:
        gates._read.cache_clear()


def test_letters_outside_ascii_that_fold_to_ascii_ones_open_the_gate() -> None:
    pattern = r"(?i)mask"
    for text in ("maſk", "maſK", "MASK"):
        assert regex.search(pattern, text) is not None
        assert could_match(needs(pattern), text)
    assert not could_match(needs(pattern), "mast")


def test_digits_of_every_script_count() -> None:
    assert could_match(needs(r"\d{3}"), "٠٧٨") and could_match(needs(r"\d{3}"), "a1b2c3")
    assert not could_match(needs(r"\d{3}"), "a1b2")


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_text_that_a_pattern_matches_passes_its_gate(data: st.DataObject) -> None:
    pattern, flags = data.draw(st.sampled_from(patterns()))
    plain = pattern
    for unknown, stand_in in gates._TRANSLATED:
        plain = unknown.sub(stand_in, plain)
    try:
        compiled = re.compile(gates._without_lookbehinds(plain), re.IGNORECASE if flags & regex.IGNORECASE else 0)
    except re.error:
        assert not needs(pattern).signs
        return
    text = data.draw(st.from_regex(compiled))[:5_000]
    if regex.search(pattern, text, flags):
        assert could_match(needs(pattern), text), pattern


def pieces() -> st.SearchStrategy[str]:
    signs = st.sampled_from([*list("@.:/-#=+()[]'\"_, \n\t"), "://", "::", ". ", ", "])
    words = st.sampled_from([word for pattern, _ in patterns() for word in needs(pattern).words or ()])
    numbers = st.integers(0, 10**12).map(str) | st.sampled_from(["2125550147", "078-05-1120", "1640", "03/12/1985"])
    plain = st.sampled_from(["Amara Osei", "the", "May", "K", "ſ", "٣", "heron", "Project", "x"])
    return st.lists(signs | words | numbers | plain, max_size=30).map("".join)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=pieces())
def test_gated_recognisers_find_what_ungated_ones_find(text: str) -> None:
    if text.strip():
        assert found(text, gated=False) == found(text, gated=True)


def test_gated_recognisers_find_what_ungated_ones_find_in_real_text(shared_texts: list[str]) -> None:
    for text in shared_texts:
        assert found(text, gated=False) == found(text, gated=True)


def test_a_gate_is_worth_having() -> None:
    plain = "The nurse will check your weight, height and pulse before you see anyone else in the clinic"
    open_gates = sum(could_match(needs(pattern), plain) for pattern, _ in patterns())
    assert open_gates < len(patterns()) / 5


def test_every_region_has_a_number_of_its_least_digits_or_more() -> None:
    import phonenumbers
    from presidio_analyzer.predefined_recognizers import PhoneRecognizer

    assert set(PhoneRecognizer.DEFAULT_SUPPORTED_REGIONS) == set(MIN_DIGITS)
    for region, least in MIN_DIGITS.items():
        about = phonenumbers.PhoneMetadata.metadata_for_region(region)
        assert about is not None and about.general_desc is not None
        assert least == min(about.general_desc.possible_length), region


@pytest.mark.parametrize("number", ["+61 2 5550 1832", "+800 1234 5678", "+43 1 234567", "(212) 555-0147"])
def test_a_number_of_any_country_is_found(number: str) -> None:
    assert "PHONE_NUMBER" in {kind for kind, *_ in found(f"T {number}", gated=True)}


@pytest.mark.parametrize(("text", "digits"), [
    ("", 0), ("no digits", 0), ("a1b", 1), ("12 - 34", 4), ("12 then, much later, 345", 3), ("(212) 555-0147", 10)])
def test_most_digits_looks_at_rows(text: str, digits: int) -> None:
    assert digits == most_digits(text)


def test_presidios_recognisers_do_not_boost_themselves() -> None:
    """Our engine leaves that step out."""
    from presidio_analyzer import EntityRecognizer

    for recogniser in analyzer(gated=True).registry.recognizers:
        assert type(recogniser).enhance_using_context is EntityRecognizer.enhance_using_context
