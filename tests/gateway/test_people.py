"""Those who stand in for people: one for each, of their gender, with their family's name, in every form."""

from __future__ import annotations

import re
from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted import Scripted

from appliance.gateway.genders import scores, told
from appliance.gateway.people import as_written, invented
from appliance.gateway.scrub import Scrubber
from appliance.policy.model import Policy
from appliance.records import Instance

POLICY = Policy.model_validate({"name": "t", "version": 1, "operators": {"DEFAULT": "surrogate"},
                                "limits": {"masked_share": 1}})
NAMES = ("John Smith", "Mary Smith", "Emily Smith", "Smith", "John Adam Smith", "J. Smith", "Osei")


def made(text: str, *names: str, seed: int = 5) -> str:
    table = dict.fromkeys(names or NAMES, "PERSON")
    (clean,) = Scrubber(Scripted(table), POLICY, seed=seed).scrub([Instance("0", text, "", "")]).clean
    return clean.instruction


@cache
def first_names(gender: str) -> frozenset[str]:
    from faker.providers.person.en_US import Provider

    return frozenset(getattr(Provider, f"first_names_{gender}"))


@pytest.mark.parametrize("seed", range(8))
def test_a_family_keeps_one_surname_and_its_members_apart(seed: int) -> None:
    text = made("John Smith and Mary Smith are here. Mr. Smith and MRS. SMITH left Emily Smith.", seed=seed)
    form = r"(\w+) (\w+) and (\w+) (\w+) are here\. Mr\. (\w+) and MRS\. (\w+) left (\w+) (\w+)\."
    one, last, two, *lasts, three, final = re.findall(form, text)[0]
    assert {last} == {name.title() for name in (*lasts, final)}
    assert 3 == len({one, two, three})
    assert lasts[-1].isupper()


def test_people_of_other_names_share_nothing() -> None:
    words = re.findall(r"[A-Z]\w+", made("John Smith, John Brown", "John Smith", "John Brown"))
    assert 4 == len(set(words))


def test_every_name_of_one_person_has_its_own_and_initials_follow() -> None:
    text = made("John Adam Lee Smith; J. A. L. Smith; Smith, John Adam Lee; SMITH", "John Adam Lee Smith",
                "J. A. L. Smith", "Smith, John Adam Lee", "SMITH")
    first, second, third, last = re.match(r"(\w+) (\w+) (\w+) (\w+);", text).groups()  # type: ignore[union-attr]
    assert 4 == len({first, second, third, last})
    assert text.endswith(f"; {first[0]}. {second[0]}. {third[0]}. {last}; {last}, {first} {second} {third}; "
                         f"{last.upper()}")


@pytest.mark.parametrize("names", [("Amara B. Osei",), ("Amara B Osei", "Osei, Amara B."),
                                   ("A. B. Osei", "Amara Osei")])
def test_an_initial_stays_one_letter(names: tuple[str, ...]) -> None:
    for real, name in zip(names, made("; ".join(names), *names).split("; "), strict=True):
        assert [len(word) == 1 for word in re.findall(r"\w+", real)] == [len(word) == 1
                                                                        for word in re.findall(r"\w+", name)]
        assert re.sub(r"\w+", "", real) == re.sub(r"\w+", "", name)


def test_an_initial_is_that_of_the_name_another_mention_writes_out() -> None:
    names = "Amara B. Osei", "Amara Beth Osei"
    short, full = made("; ".join(names), *names).split("; ")
    first, middle, last = full.split()
    assert f"{first} {middle[0]}. {last}" == short
    assert 3 == len({first, middle, last})


def test_what_stands_behind_a_name_stays() -> None:
    person = invented(["amara osei"], Random(2))
    assert f"Dr. {person.first} {person.last}, MD" == as_written(person, "Dr. Amara Osei, MD")
    assert f"{person.first} {person.last} Jr." == as_written(person, "Amara Osei Jr.")
    assert f"{person.last}, {person.first}" == as_written(person, "Osei, Amara")
    assert f"{person.first[0]}{person.last[0]}".upper() == as_written(person, "AO")


@pytest.mark.parametrize(("text", "gender"), [
    ("Mr. Kim Osei is here.", "male"), ("Mrs Kim Osei is here.", "female"), ("Ms. Kim Osei is here.", "female"),
    ("His wife, Kim Osei, came.", "female"), ("her brother Kim Osei came.", "male"),
    ("Kim Osei said she came.", "female"), ("Kim Osei came. He was late.", "male"),
    ("Kim Osei, his daughter, came.", "female"), ("Kim Osei (a man of 40) came.", "male"),
    ("Kim Osei came.", None), ("Dr. Kim Osei came.", None),
    ("Kim Osei met Ann Bell. She came.", None), ("Kim Osei's husband said he came.", None),
    ("He saw his wife. Kim Osei came.", None),
])
def test_what_the_words_around_a_name_say(text: str, gender: str | None) -> None:
    start = text.index("Kim Osei")
    score = scores([("<PERSON_1>", text, start, start + len("Kim Osei"))])
    assert gender == told(score["<PERSON_1>"])[0]


@pytest.mark.parametrize(("text", "gender"), [
    ("Mr. Osei came.", "male"), ("Mrs. Osei came.", "female"), ("Osei hurt her knee.", "female"),
    ("Kim Osei is a friend. Mr. Kim Osei came.", "male"), ("Mary Osei, Mr. Mary Osei.", "male"),
    ("Mary Osei said he came.", "female"),
])
def test_an_invented_person_is_of_the_gender_that_is_told(text: str, gender: str) -> None:
    for seed in range(6):
        words = made(text + " Kim Osei.", "Osei", "Kim Osei", "Mary Osei", seed=seed)
        names = set(re.findall(r"[A-Z][a-z]+", words)) & (first_names("male") | first_names("female"))
        if "Mary" in text or "Kim" in text:
            assert names & first_names(gender)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=6), st.integers(0, 50))
def test_one_text_stands_for_one_text(names: list[str], seed: int) -> None:
    pairs = dict(zip(names, made("; ".join(names), seed=seed).split("; "), strict=True))
    assert len(set(names)) == len(pairs) == len(set(pairs.values()))
    assert not {word for name in names for word in name.split() if len(word) > 2} & {
        word for name in pairs.values() for word in name.split()}
