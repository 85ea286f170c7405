"""One placeholder for one value, counted, never derived."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.gateway.pseudonyms import PLACEHOLDER, Pseudonyms, foreign_placeholder


def assigned(*found: tuple[str, str]) -> Pseudonyms:
    names = Pseudonyms()
    names.assign(found)
    return names


def test_placeholders_count_up_in_order_of_first_appearance_per_type() -> None:
    names = assigned(("PERSON", "Bo Lind"), ("PERSON", "Ada Moss"), ("URL", "https://a.example"), ("PERSON", "Bo Lind"))
    assert "<PERSON_1>" == names.token("PERSON", "Bo Lind")
    assert "<PERSON_2>" == names.token("PERSON", "Ada Moss")
    assert "<URL_1>" == names.token("URL", "https://a.example")
    assert 3 == len(names)


@pytest.mark.parametrize("spelling", ["amara osei", "AMARA  OSEI", "Dr. Amara Osei", "Amara Osei's", "Osei, Amara",
                                      "Osei", "AMARA"])
def test_spellings_and_single_names_of_one_person_share_a_placeholder(spelling: str) -> None:
    names = assigned(("PERSON", "Amara Osei"), ("PERSON", spelling))
    assert "<PERSON_1>" == names.token("PERSON", spelling)


def test_a_surname_of_two_people_is_neither_of_them() -> None:
    names = assigned(("PERSON", "Smith"), ("PERSON", "Ann Smith"), ("PERSON", "Bob Smith"))
    assert 3 == len({names.token("PERSON", name) for name in ("Smith", "Ann Smith", "Bob Smith")})


def test_a_single_name_before_the_full_one_already_gets_its_placeholder() -> None:
    names = assigned(("PERSON", "Osei"), ("PERSON", "Amara Osei"), ("PERSON", "Bo Lind"))
    assert ["<PERSON_1>", "<PERSON_1>", "<PERSON_2>"] == [
        names.token("PERSON", name) for name in ("Osei", "Amara Osei", "Bo Lind")]


@given(st.lists(st.tuples(st.sampled_from(["PERSON", "URL", "AGE"]), st.text(min_size=1, max_size=8)), max_size=20))
def test_other_values_with_the_same_shape_get_the_same_placeholders(found: list[tuple[str, str]]) -> None:
    """The placeholder depends on order and type only: renaming every value changes nothing."""
    renamed = {key: (key[0], f"value{number}x") for number, key in enumerate(dict.fromkeys(found))}
    plain, other = Pseudonyms(), Pseudonyms()
    distinct = {(entity, plain_value) for entity, plain_value in renamed.values()}
    plain.assign(renamed[item] for item in found)
    other.assign((entity, value.replace("value", "other")) for entity, value in (renamed[item] for item in found))
    assert len(distinct) == len({plain.token(*key) for key in distinct})
    assert [plain.token(*renamed[item]) for item in found] == [
        other.token(renamed[item][0], renamed[item][1].replace("value", "other")) for item in found]
    assert all(PLACEHOLDER.fullmatch(plain.token(*key)) and plain.issued(plain.token(*key)) for key in distinct)


@pytest.mark.parametrize("text", ["<PERSON_1>", "a <person 1> b", "</PERSON_2>", "< Person_3 >", "<PERSON-4/>",
                                  "<РERSON_1>", "<US_SSN_12>"])
def test_what_looks_like_a_placeholder_is_seen(text: str) -> None:
    assert foreign_placeholder(text)


@pytest.mark.parametrize("text", ["<b>bold</b>", "a < 3 and b > 4", "<h1>", "x <- y", "PERSON_1"])
def test_other_angle_brackets_are_left_alone(text: str) -> None:
    assert not foreign_placeholder(text)


def test_only_placeholders_that_were_issued_are_known() -> None:
    names = assigned(("PERSON", "Bo Lind"))
    assert not foreign_placeholder("ask <PERSON_1>", names)
    assert foreign_placeholder("ask <PERSON_2>", names)
    assert foreign_placeholder("ask <person_1>", names)


def test_a_copy_goes_its_own_way() -> None:
    first = assigned(("PERSON", "Bo Lind"))
    second = first.copy()
    second.assign([("PERSON", "Ada Moss")])
    assert (1, 2) == (len(first), len(second))


def test_a_value_that_was_never_assigned_has_no_placeholder() -> None:
    with pytest.raises(KeyError):
        Pseudonyms().token("PERSON", "Bo Lind")


@pytest.mark.parametrize("text", ["<jazzyw_88> hi", "<Foo_1>", "<Table 3>", "<osei-2>"])
def test_a_nickname_in_a_chat_is_text(text: str) -> None:
    assert not foreign_placeholder(text, Pseudonyms())


@pytest.mark.parametrize("text", ["<FOO_1>", "<us ssn 1>", "<Person-1/>", "<p\u0435rson_1>", "</email address_2>"])
def test_capitals_and_the_name_of_a_type_in_any_case_are_none(text: str) -> None:
    assert foreign_placeholder(text, Pseudonyms())


def test_a_type_that_was_issued_is_known_in_any_case() -> None:
    names = Pseudonyms()
    names.assign([("PROJECT", "Heron")])
    assert foreign_placeholder("<project_2>", names) and not foreign_placeholder("<project_2>", Pseudonyms())
