"""Text a terminal cannot be steered with, and quantities a person can compare."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.views import text

HOSTILE = ("\x1b[2J\x1b]52;c;ZXZpbA==\x07", "a\x00b\x7f", "\x9b31m", "left\u202eright", "tag\U000e0041", "\ud800",
           "line\u2028break\r\n\tend")


@given(st.text())
def test_nothing_that_moves_a_cursor_or_a_reading_direction_survives(value: str) -> None:
    shown = text.printable(value)
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}
    assert shown == text.printable(shown)
    assert 1 == len(shown.splitlines() or [""])


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_text_is_tamed(value: str) -> None:
    assert text.printable(value).isprintable()


@given(st.text(alphabet=st.characters(categories=("L", "N", "P", "S"))))
def test_ordinary_text_stays_as_it_is(value: str) -> None:
    assert value == text.printable(value)


@pytest.mark.parametrize(("value", "shown"), [
    (0.0, "0"), (0.00048, "0.00048"), (0.000001234, "0.00000123"), (12.345, "12.3"), (999.4, "999"), (20100, "20,100"),
    (0.1 + 0.2, "0.3"), (100.0, "100"), (1234567.0, "1,234,567")])
def test_numbers_keep_three_digits_and_never_an_exponent(value: float, shown: str) -> None:
    assert shown == text.number(value)


@given(st.floats(0, 1e12))
def test_a_shown_number_is_the_number_to_three_digits(value: float) -> None:
    assert pytest.approx(value, rel=6e-3, abs=1e-300) == float(text.number(value).replace(",", ""))


@pytest.mark.parametrize(("energy_joules", "shown"), [
    (None, "unknown"), (0.0, "0 Wh"), (3600.0, "1 Wh"), (3_599_999, "1,000 Wh"), (3_600_000, "1 kWh"),
    (8_640_000, "2.4 kWh")])
def test_energy_is_exact_at_its_borders_and_unknown_is_not_zero(energy_joules: float | None, shown: str) -> None:
    assert shown == text.energy(energy_joules)


@pytest.mark.parametrize(("seconds", "shown"), [
    (None, "unknown"), (0.0, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.4, "59 s"), (59.6, "1 min 00 s"),
    (184, "3 min 04 s"), (3599.6, "1 h 00 min"), (7500, "2 h 05 min")])
def test_durations(seconds: float | None, shown: str) -> None:
    assert shown == text.duration(seconds)


@pytest.mark.parametrize(("size_bytes", "shown"), [
    (None, "unknown"), (0, "0 B"), (999, "999 B"), (18_234, "18.2 kB"), (5_000_000, "5 MB")])
def test_sizes(size_bytes: int | None, shown: str) -> None:
    assert shown == text.size(size_bytes)


def test_the_rest() -> None:
    assert "unknown" == text.count(None) == text.emissions(None)
    assert "0.273 kgCO2e" == text.emissions(0.2734)
    assert "too_short 7" == text.top_reason({"a": 1, "too_short": 7})
    assert "" == text.top_reason({})
    assert ("abcdef", "ab...") == (text.shortened("abcdef", 6), text.shortened("abcdef", 5))
