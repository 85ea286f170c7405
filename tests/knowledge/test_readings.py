"""Forms in which a page can be quoted, and that the guard's index holds each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.knowledge.fingerprints import Fingerprints
from appliance.knowledge.ingest import readings, rendered

RUN_CHARS = 20


@pytest.mark.parametrize(("page", "quote"), [
    ("The [late fee][fees] is ninety.\n\n[fees]: https://intra.example", "The late fee is ninety."),
    ("The [late fee](https://intra.example/a_(b)) is ninety.", "The late fee is ninety."),
    ("The [[internal-fees-list|late fee]] is ninety dollars.", "The late fee is ninety"),
    ("The [![late fee](fee.png)](https://intra.example) is ninety.", "The late fee is ninety."),
    ("Pay ninety-five dollars[^17] for a late visit.", "five dollars for a late"),
    ("The pre<b>mium</b> pla<span class='x'>n</span> costs <i>n</i>ine.", "The premium plan costs nine"),
    ("The pre**mium** pl*a*n costs n~~i~~ne.", "The premium plan costs nine"),
    ("The prem<!-- pending -->ium plan <!-- old -->costs nine.", "The premium plan costs nine"),
    ("1. The premium\n2. plan costs\n3. ninety-nine.", "The premium plan costs ninety"),
    (f"The premium pl<span style='{'x' * 9000}'>an</span> costs nine.", "The premium plan costs nine"),
])
def test_a_quote_without_the_marks_of_the_page_is_found(page: str, quote: str) -> None:
    assert Fingerprints(readings(page), RUN_CHARS).runs(quote)
    assert not Fingerprints([page, rendered(page)], RUN_CHARS).runs(quote)


@given(st.text(alphabet="ab 1.[]()^|!<>/*`~-#&;\n", max_size=60))
def test_the_text_comes_first_and_no_form_twice(text: str) -> None:
    forms = list(readings(text))
    assert text == forms[0]
    assert len(set(forms)) == len(forms)
    assert rendered(text) in forms


def test_a_page_that_is_all_marks_takes_no_longer_than_another() -> None:
    for marks in ("[" * 200_000, "[a](" * 50_000, "<a" * 100_000, "[[" * 100_000, "[^" * 100_000, "*" * 200_000):
        assert marks == next(readings(marks))
        assert 4 >= len(list(readings(marks)))
