"""One form to send, one to look at, and a map between them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.detection.normalise import clean, fold, identity
from appliance.errors import InputError

# Everything but surrogates and controls, which are refused.
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\téß\u200bﬁ"), max_size=80)


@pytest.mark.parametrize(("dirty", "expected"), [
    ("T\u200bomas", "Tomas"), ("To\u00admas", "Tomas"), ("\ufeffTomas", "Tomas"), ("T\u202eomas", "Tomas"),
    ("T\U000e0041omas", "Tomas"), ("T\ufe0fomas", "Tomas"), ("T\U000e0101omas", "Tomas"), ("T\u034fomas", "Tomas"),
    ("０７８－０５", "078-05"), ("x²", "x2"), ("e\u0301", "é"), ("ﬁt", "fit"), ("a\u00a0b", "a b"),
    ("a\u2028b\u2029c", "a\nb\nc"), ("a\u1680b", "a b"), ("tab\tand\nline", "tab\tand\nline"),
])
def test_invisible_and_compatibility_characters_do_not_survive(dirty: str, expected: str) -> None:
    assert expected == clean(dirty)


@pytest.mark.parametrize("bad", ["\ud800", "a\udfffb", "\x00", "\x1b[31m", "\r\n", "\x7f", "\x85", "\x9f"])
def test_surrogates_and_control_characters_are_refused(bad: str) -> None:
    with pytest.raises(InputError, match=r"U\+"):
        clean(bad)


@pytest.mark.parametrize(("text", "expected"), [
    ("Тоmаs", "Tomas"), ("ΡΑΥΑ", "PAYA"), ("José", "Jose"), ("078–05—1120", "078-05-1120"), ("O’Hara", "O'Hara"),
    ("٠٧٨", "078"), ("Straße", "Strasse"), ("“x”", '"x"'), ("Łukasz", "Lukasz"), ("T̶o̶m̶", "Tom"),
])
def test_folding_makes_look_alikes_equal(text: str, expected: str) -> None:
    assert expected == fold(clean(text)).text


@given(TEXTS)
def test_what_is_sent_is_stable_and_holds_nothing_invisible(text: str) -> None:
    sent = clean(text)
    assert sent == clean(sent)
    assert sent == unicodedata.normalize("NFKC", sent)
    assert not [c for c in sent if unicodedata.category(c) == "Cf"]


@given(TEXTS, st.data())
def test_every_folded_range_maps_to_a_range_that_folds_back_to_it(text: str, data: st.DataObject) -> None:
    sent = clean(text)
    folded = fold(sent)
    assert len(folded.text) + 1 == len(folded.offsets)
    if folded.text:
        start = data.draw(st.integers(0, len(folded.text) - 1))
        end = data.draw(st.integers(start + 1, len(folded.text)))
        first, last = folded.to_clean(start, end)
        assert 0 <= first < last <= len(sent)
        # With the words it lies in: whether a letter is a look-alike is for its whole word to say.
        while first > 0 and not sent[first - 1].isspace():
            first -= 1
        while last < len(sent) and not sent[last].isspace():
            last += 1
        assert folded.text[start:end] in fold(sent[first:last]).text


def test_spellings_of_one_value_are_one_value() -> None:
    spellings = ["Amara Osei", "AMARA  OSEI", "amara\nosei", "Amara Osei's", "Amara Osei’s", "Аmara Оsei", "Amára Oséi",
                 "Amara\u200b Osei"]
    assert {"amara osei"} == {identity(spelling) for spelling in spellings}
