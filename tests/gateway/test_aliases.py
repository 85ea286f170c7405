"""One person in every spelling, a word of the language in none; one value one placeholder, whatever it is taken for."""

from __future__ import annotations

import pytest
from scripted import Scripted

from appliance.detection.detector import Span
from appliance.gateway.aliases import Persons
from appliance.gateway.results import ScrubResult
from appliance.gateway.scrub import Scrubber
from appliance.policy.model import Policy
from appliance.records import Instance

POLICY = Policy.model_validate({"name": "t", "version": 1, "limits": {"masked_share": 0.6}})


def scrub(table: dict[str, str], *texts: str) -> ScrubResult:
    return Scrubber(Scripted(table), POLICY).scrub([Instance(str(n), text, "", "ok") for n, text in enumerate(texts)])


def texts(table: dict[str, str], *given: str) -> list[str]:
    return [item.instruction for item in scrub(table, *given).clean]


@pytest.mark.parametrize(("mention", "left"), [
    ("JOHN SMITH came", "<PERSON_1> came"), ("Smith, John came", "<PERSON_1> came"),
    ("J. Smith came", "<PERSON_1> came"),
    ("Smith's son", "<PERSON_1>'s son"), ("the Smiths came", "the <PERSON_1>s came"), ("john came", "<PERSON_1> came"),
    ("J Smith came", "<PERSON_1> came"), ("Smith J. came", "<PERSON_1> came"), ("John-Smith came", "<PERSON_1> came"),
    ("Smith J came", "<PERSON_1> came"), ("Smith K. came", "<PERSON_1> K. came"),
    ("the blacksmith came", "the blacksmith came"), ("JS came", "JS came"), ("Johnson came", "Johnson came"),
    ("Johnny came", "<PERSON_1> came"), ("Jack Smith came", "<PERSON_1> came"),
    ("a jack of spades", "a jack of spades"),
])
def test_spellings_of_one_person(mention: str, left: str) -> None:
    assert left == texts({"John Smith": "PERSON"}, "ask John Smith", mention)[1]


@pytest.mark.parametrize("mention", [
    "078*05*1120", "078)(05)(1120", "078/05/1120", "078 | 05 | 1120", "078,05,1120", "O78-O5-112O", "078-05-ll20",
    "078\n05\n1120", "0 7 8 0 5 1 1 2 0"])
def test_a_known_number_is_found_in_any_grouping(mention: str) -> None:
    assert "It is <US_SSN_1>." == texts({"078-05-1120": "US_SSN"}, "SSN 078-05-1120", f"It is {mention}.")[1]


def test_other_numbers_in_a_row_are_no_known_number() -> None:
    rows = "078 05 11201", "078 and 05 and 1120", "1078 05 1120", "O OO OOOO"
    assert [*rows] == texts({"078-05-1120": "US_SSN", "000-0000": "ID"}, "078-05-1120 and 000-0000", *rows)[1:]


@pytest.mark.parametrize("mention", ["J**oh**n Sm*it*h came", "Jo<b>hn</b> S<i>mith came", "J|o|h|n Sm~~i~~th came"])
def test_signs_inside_a_known_name_do_not_hide_it(mention: str) -> None:
    left = texts({"John Smith": "PERSON"}, "ask John Smith", mention)[1]
    assert "ohn" not in left and "mith" not in left and left.endswith(" came")


@pytest.mark.parametrize(("mention", "left"), [
    ("J0hn Sm1th came", "<PERSON_2> came"), ("sm1th came", "<PERSON_2> came"), ("5m1th came", "<PERSON_2> came"),
    ("sm11th came", "sm11th came"), ("room 1smt", "room 1smt")])
def test_figures_in_the_place_of_letters_hide_no_known_name(mention: str, left: str) -> None:
    assert left == texts({"John Smith": "PERSON"}, "ask John Smith", mention)[1]


@pytest.mark.parametrize(("mention", "left"), [
    ("Bob came", "<PERSON_1> came"), ("Bob Reyes and Reyes, Bobby", "<PERSON_1> and <PERSON_1>"),
    ("Frank Reyes came", "Frank <PERSON_1> came"), ("to rob a bank", "to rob a bank"), ("Robin came", "Robin came")])
def test_a_short_form_of_a_first_name_is_the_person(mention: str, left: str) -> None:
    assert left == texts({"Robert Reyes": "PERSON"}, "ask Robert Reyes", mention)[1]
    assert "<PERSON_1> came" == texts({"Bob Reyes": "PERSON"}, "ask Bob Reyes", "Robert came")[1]


def test_a_short_form_that_fits_two_people_is_neither_and_is_masked() -> None:
    (text,) = texts({"Robert Reyes": "PERSON", "Roberta Reyes": "PERSON", "Robert Osei": "PERSON"},
                    "Robert Reyes, Roberta Reyes, Robert Osei, Bob, Bob Reyes")
    assert "<PERSON_1>, <PERSON_2>, <PERSON_3>, <PERSON_4>, <PERSON_1>" == text


def test_initials_count_once_they_stood_beside_the_name() -> None:
    assert ["<PERSON_1> (<PERSON_1>) came", "<PERSON_1> left, js too"] == texts(
        {"John Smith": "PERSON"}, "John Smith (JS) came", "JS left, js too")


@pytest.mark.parametrize(("one", "other", "same"), [
    ("j. smith", "john smith", True), ("john r. smith", "john smith", True), ("jane smith", "john smith", False),
    ("smith", "john smith", True), ("js", "john smith", True), ("john", "john", True), ("smith", "jones", False),
    ("amara osei jr", "amara osei", True), ("smith j.", "john smith", True), ("smith j r", "john smith", True),
    ("smith k.", "john smith", False), ("bob smith", "robert smith", True), ("bob", "robert smith", True),
    ("bob", "robert", False), ("alexander smith", "alexandra smith", False),
])
def test_who_can_be_the_same(one: str, other: str, same: bool) -> None:
    persons = Persons()
    persons.add([one, other])
    assert same is (persons.group(one) == persons.group(other))


def test_an_initial_that_fits_two_people_is_neither() -> None:
    (text,) = texts({"John Smith": "PERSON", "Jane Smith": "PERSON", "J. Smith": "PERSON"},
                    "John Smith, Jane Smith, J. Smith")
    assert "<PERSON_1>, <PERSON_2>, <PERSON_3>" == text


def test_a_value_taken_for_two_types_has_one_placeholder_of_the_more_frequent_one() -> None:
    seen: list[int] = []

    def act(text: str) -> list[object]:
        at = text.find("Larkfield")
        seen.append(at)
        kind = "LOCATION" if text.startswith("in") else "ORGANIZATION"
        return [Span(at, at + 9, kind, 0.9, "ner")] if at >= 0 else []

    result = Scrubber(Scripted(act=act), POLICY).scrub(
        [Instance(str(n), text, "", "ok") for n, text in enumerate(["in Larkfield", "at Larkfield", "by Larkfield"])])
    assert ["in <ORGANIZATION_1>", "at <ORGANIZATION_1>", "by <ORGANIZATION_1>"] == [
        item.instruction for item in result.clean]


def test_a_name_taken_for_a_place_is_still_the_person() -> None:
    assert ["<PERSON_1> is in", "<PERSON_1> is busy"] == texts(
        {"Ingrid Solberg": "PERSON", "Solberg": "LOCATION"}, "Ingrid Solberg is in", "Solberg is busy")


def test_one_number_in_two_groupings_is_one_value_and_two_dates_are_two() -> None:
    table = {"555-010-7788": "PHONE_NUMBER", "555 010 7788": "PHONE_NUMBER", "1/23/1985": "DATE_TIME",
             "12/3/1985": "DATE_TIME"}
    assert ["<PHONE_NUMBER_1> <PHONE_NUMBER_1> <DATE_TIME_1> <DATE_TIME_2>"] == texts(
        table, "555-010-7788 555 010 7788 1/23/1985 12/3/1985")


def test_a_false_hit_on_a_word_does_not_take_the_word_everywhere() -> None:
    def act(text: str) -> list[object]:
        return [Span(0, 4, "PERSON", 0.9, "ner")] if text.startswith("Pain!") or text.startswith("Will!") else []

    rows = ["Pain! Will!", "the pain is bad", "no pain today", "Pain again. Pain came", "pain", "Will! ok",
            "Will you come? I will.", "tell Will about it"]
    result = Scrubber(Scripted(act=act), POLICY).scrub([Instance(str(n), row, "", "") for n, row in enumerate(rows)])
    assert ["the pain is bad", "no pain today", "Pain again. Pain came", "pain"] == [
        item.instruction for item in result.clean[1:5]]
    assert ["Will you come? I will.", "tell <PERSON_1> about it"] == [
        item.instruction.replace("PERSON_2", "PERSON_1") for item in result.clean[6:]]


@pytest.mark.parametrize(("value", "entity", "other"), [
    ("to the", "LOCATION", "We went to the river."), ("world player", "ORGANIZATION", "A world player of note.")])
def test_a_false_hit_on_common_words_stays_where_it_is(value: str, entity: str, other: str) -> None:
    def act(text: str) -> list[object]:
        return [Span(5, 5 + len(value), entity, 0.2, "ner")] if text.startswith("Here ") else []

    rows = [f"Here {value} was taken for something.", other, "The world is big.", "A player plays.", "One world.",
            "Another player."]
    result = Scrubber(Scripted(act=act), POLICY).scrub([Instance(str(n), row, "", "") for n, row in enumerate(rows)])
    assert other == result.clean[1].instruction


def test_a_record_that_is_mostly_masked_is_refused_and_a_short_one_is_not() -> None:
    values = {f"Person{letter} Name{letter}": "PERSON" for letter in "abcdefghijklmnopqrst"}
    long, short = " ".join(values) + " are here", "Persona Namea"
    result = scrub(values, long, short, f"{short} {'waits at the desk ' * 14}")
    assert {"0": "mostly_masked"} == dict(result.refused)
    assert ["1", "2"] == [item.id for item in result.clean]


def test_many_texts_are_one_question_to_the_detector() -> None:
    detector = Scripted({"John Smith": "PERSON"})
    Scrubber(detector, POLICY).scrub([Instance(str(n), f"John Smith {n}", "in", "out") for n in range(50)])
    assert 2 == len(detector.calls)  # as they came, and as they read masked


def test_a_name_found_in_a_refused_record_is_masked_in_the_others() -> None:
    result = scrub({"Zorblaxia Quuxberg": "PERSON", "Hunter2": "PASSWORD"},
                   "Patient Zorblaxia Quuxberg called. password Hunter2", "zorblaxia quuxberg asked again.")
    assert {"0": "secret"} == dict(result.refused)
    assert ["<PERSON_1> asked again."] == [item.instruction for item in result.clean]


def test_a_possessive_is_not_a_value() -> None:
    def act(text: str) -> list[object]:
        at = text.find("'s desk")
        return [Span(at + 1, at + 2, "LOCATION", 0.1, "ner")] if at >= 0 else []

    result = Scrubber(Scripted(act=act), POLICY).scrub([Instance("a", "Ask at the clerk's desk.", "", "")])
    assert "Ask at the clerk's desk." == result.clean[0].instruction


@pytest.mark.parametrize(("text", "left"), [
    ("Mrs Siobhan Bhriain and Siobhan. Her son, Mr Bhriain, waits.",
     "<PERSON_1> and <PERSON_1>. Her son, <PERSON_2>, waits."),
    ("Mrs Siobhan Bhriain. Mrs. Bhriain waits, Bhriain paid.", "<PERSON_1>. <PERSON_1> waits, <PERSON_1> paid."),
    ("Siobhan Bhriain. Mr Bhriain waits.", "<PERSON_1>. <PERSON_1> waits."),
])
def test_a_title_of_another_gender_is_another_person(text: str, left: str) -> None:
    table = dict.fromkeys(("Mrs Siobhan Bhriain", "Siobhan Bhriain", "Mr Bhriain", "Mrs. Bhriain"), "PERSON")
    assert [left] == texts(table, text)
    assert "Mr Bhriain" not in texts({**table}, text, "Mr Bhriain came")[1]


@pytest.mark.parametrize(("text", "left"), [
    ("I am Femi Oyelaran, Bola's husband.", "I am <PERSON_1>, <PERSON_2>'s husband."),
    ("That is Smith, John's son.", "That is <PERSON_1>'s son.")])
def test_a_full_name_before_a_comma_and_a_possessive_is_a_person_of_its_own(text: str, left: str) -> None:
    assert [left] == texts(dict.fromkeys(("Femi Oyelaran, Bola", "Smith, John"), "PERSON"), text)
