"""What stands in the place of a value: invented, coarser, nothing, itself; and what comes back is known exactly."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted import Scripted

from appliance.detection.detector import Span
from appliance.detection.normalise import fold
from appliance.gateway.generalise import generalised
from appliance.gateway.people import invented
from appliance.gateway.pseudonyms import PLACEHOLDER
from appliance.gateway.results import ScrubResult
from appliance.gateway.scrub import Scrubber
from appliance.gateway.stand_ins import REDACTED, StandIns, words_of_knowledge
from appliance.gateway.surrogates import Surrogates
from appliance.policy.model import Policy
from appliance.policy.type_names import TYPE_NAMES
from appliance.policy.type_operators import operators_of
from appliance.records import Instance

TABLE = {"Amara Osei": "PERSON", "John Smith": "PERSON", "Maria": "PERSON", "12 March 1985": "DATE_TIME",
         "03/14/1985": "DATE_TIME", "last spring": "DATE_TIME", "212-555-8147": "PHONE_NUMBER",
         "+44 20 7946 0958": "PHONE_NUMBER", "john.smith@acme.org": "EMAIL_ADDRESS", "078-05-1120": "US_SSN",
         "Boston, Ohio": "LOCATION", "Springfield": "LOCATION", "02139": "ZIP_CODE", "45 years old": "AGE",
         "Larkfield Clinic": "ORGANIZATION", "12 Elm Lane": "STREET_ADDRESS", "http://x.acme.org/a": "URL"}
TEXT = ("Amara Osei met John Smith on 12 March 1985, again on 03/14/1985 and last spring. OSEI called 212-555-8147 or "
        "+44 20 7946 0958, wrote john.smith@acme.org; 078-05-1120. Smith, John of 12 Elm Lane, Boston, Ohio 02139 is "
        "45 years old. Maria works at Larkfield Clinic, Springfield, see http://x.acme.org/a. A. Osei's desk.")


def policy_of(operators: dict[str, str]) -> Policy:
    """The text is mostly private values, which no limit shall refuse here."""
    return Policy.model_validate({"name": "t", "version": 1, "operators": operators, "limits": {"masked_share": 1}})


def scrubbed(operators: dict[str, str], *texts: str, seed: int = 7, **more: object) -> ScrubResult:
    return Scrubber(Scripted(TABLE), policy_of(operators), seed=seed, **more).scrub(  # type: ignore[arg-type]
        [Instance(str(number), text, "", "ok") for number, text in enumerate(texts)])


def only(result: ScrubResult) -> str:
    return result.clean[0].instruction


def test_surrogates_hold_no_word_of_the_values_and_keep_their_shape() -> None:
    text = only(scrubbed({"DEFAULT": "surrogate"}, TEXT))
    assert not re.search(r"\b(Osei|Amara|Smith|John|Maria|Larkfield|Springfield|Boston|Elm|acme|8147|1120|7946|0958)\b",
                         text)
    assert re.search(r"on \d{1,2} [A-Z][a-z]+ 19\d\d, again on \d{2}/\d{2}/19\d\d", text)
    assert re.search(r"\d{3}-555-01\d\d or \+44 \d\d \d{4} \d{4}", text)
    assert re.search(r"; \d{3}-\d{2}-\d{4}\. ", text)
    assert ["DATE_TIME"] == [match[1:-3] for match in PLACEHOLDER.findall(text)]  # "last spring" has no shape to keep


def test_one_invented_person_stands_for_every_spelling_of_one() -> None:
    text = only(scrubbed({"PERSON": "surrogate"}, TEXT))
    first, last = re.match(r"(\w+) (\w+) met (\w+) (\w+) on", text).group(1, 2)  # type: ignore[union-attr]
    other, surname = re.match(r"(\w+) (\w+) met (\w+) (\w+) on", text).group(3, 4)  # type: ignore[union-attr]
    assert f" {last.upper()} called" in text
    assert f". {surname}, {other} of" in text
    assert text.endswith(f"{first[0]}. {last}'s desk.")


def test_gender_and_origin_of_a_first_name_are_kept() -> None:
    from faker.providers.person.de_DE import Provider as German
    from faker.providers.person.en_US import Provider as American

    random = Random(1)
    assert all(invented(["john smith"], random).first in American.first_names_male for _ in range(20))
    assert all(invented(["mary smith"], random).first in American.first_names_female for _ in range(20))
    assert all(invented(["wolfgang weber"], random).first in German.first_names_male for _ in range(20))


def test_an_address_takes_the_name_of_whoever_stands_in() -> None:
    text = only(scrubbed({"DEFAULT": "surrogate"}, "John Smith writes from john.smith@acme.org"))
    first, last = text.split()[:2]
    assert re.fullmatch(rf"{first} {last} writes from {first}\.{last}@\w+\.example", text, re.IGNORECASE)


@pytest.mark.parametrize(("address", "form"), [
    ("emily.smith@acme.org", "{0}.{2}@"), ("jsmith@acme.org", "{1[0]}{2}@"), ("smith_j@acme.org", "{2}_{1[0]}@")])
def test_an_address_is_that_of_the_right_one_of_a_family_in_its_own_form(address: str, form: str) -> None:
    table = {"Emily Smith": "PERSON", "John Smith": "PERSON", address: "EMAIL_ADDRESS"}
    text = f"Emily Smith, John Smith: {address}"
    (clean,) = Scrubber(Scripted(table), policy_of({"DEFAULT": "surrogate"}), seed=4).scrub(
        [Instance("0", text, "", "")]).clean
    emily, last, john, _, *_ = re.findall(r"\w+", clean.instruction.casefold())
    assert form.format(emily, john, last) in clean.instruction


@pytest.mark.parametrize("iban", ["GB29 NWBK 6016 1331 9268 19", "DE89370400440532013000",
                                  "IBAN NL91 ABNA 0417 1643 00"])
def test_an_invented_iban_keeps_its_country_and_layout_and_its_check_digits_are_right(iban: str) -> None:
    for seed in range(5):
        made = Surrogates(Random(seed)).value("IBAN_CODE", iban)
        assert made is not None
        forms = [re.sub(r"\d", "9", re.sub(r"[A-Z]", "A", number)) for number in (iban, made)]
        assert forms[0] == forms[1]
        plain = made.removeprefix("IBAN ").replace(" ", "")
        assert iban != made
        assert iban.removeprefix("IBAN ")[:2] == plain[:2]
        assert 1 == int("".join(str(int(each, 36)) for each in plain[4:] + plain[:4])) % 97


@pytest.mark.parametrize(("entity", "value", "word"), [
    ("PHONE_NUMBER", "Boston,617-555-8147", "boston"), ("AGE", "Smith, 45", "smith"), ("AGE", "45 Elm", "elm"),
    ("IBAN_CODE", "Smith GB29 NWBK 6016 1331 9268 19", "smith"), ("STREET_ADDRESS", "12 Harbour View Lane", "view"),
    ("STREET_ADDRESS", "Flat 4, 12 Elm Lane, Boston, MA 02139", "boston"), ("LOCATION", "Leeds LS1 4AP", "leeds"),
    ("RECORD_NUMBER", "Smith 4471", "smith"), ("DATE_TIME", "Smith, 5 May 2020", "smith"),
])
def test_a_value_that_was_found_together_with_a_name_keeps_nothing_of_it(entity: str, value: str, word: str) -> None:
    text = only(Scrubber(Scripted({value: entity}), policy_of({"DEFAULT": "surrogate"}), seed=2).scrub(
        [Instance("0", f"It is {value} here", "", "")]))
    assert word not in text.casefold()


def test_an_extension_and_the_word_for_a_street_stay() -> None:
    surrogates = Surrogates(Random(3))
    assert re.fullmatch(r"\d{3}-555-01\d\d ext\. \d{3}",
                        surrogates.value("PHONE_NUMBER", "212-555-8147 ext. 123") or "")
    assert re.fullmatch(r"\d\d \w+ Lane, [\w ]+, [A-Z]{2} \d{5}",
                        surrogates.value("STREET_ADDRESS", "12 Elm Lane, Boston, MA 02139") or "")


@pytest.mark.parametrize("value", ["45 years old", "62-year-old", "aged 91", "5-year-old", "17 y/o"])
def test_an_invented_age_is_another_of_the_same_stage_of_life(value: str) -> None:
    real = int(re.findall(r"\d+", value)[0])
    for seed in range(30):
        age = int(re.findall(r"\d+", Surrogates(Random(seed)).value("AGE", value) or "")[0])
        assert 0 < abs(age - real) < 5
        assert (age < 18, age < 90) == (real < 18, real < 90)


def test_a_date_that_was_taken_for_a_number_is_moved_with_the_dates() -> None:
    text = only(Scrubber(Scripted({"14/03/1961": "PHONE_NUMBER", "15 March 1961": "DATE_TIME"}),
                         policy_of({"DEFAULT": "surrogate"}), seed=2).scrub(
        [Instance("0", "14/03/1961 then 15 March 1961", "", "")]))
    first, second = text.split(" then ")
    assert datetime.strptime(second, "%d %B %Y") - datetime.strptime(first, "%d/%m/%Y") == timedelta(days=1)


SAMPLES = {"AGE": "45 years old", "DATE_TIME": "12 March 1985", "LOCATION": "Boston, Ohio", "ZIP_CODE": "02139",
           "STREET_ADDRESS": "12 Elm Lane, Ohio", "PERSON": "John Smith", "EMAIL_ADDRESS": "j@acme.org"}


@pytest.mark.parametrize("entity", [*TYPE_NAMES, "INTERNAL_CODE", "PROJECT"])
def test_what_a_policy_may_ask_of_a_type_is_what_can_be_done(entity: str) -> None:
    value = SAMPLES.get(entity, "Heron Street")
    assert ("generalise" in operators_of(entity)) == (generalised(entity, value, this_year=2026) is not None)
    if entity not in ("PERSON", "EMAIL_ADDRESS", "DATE_TIME", "AGE"):
        assert ("surrogate" in operators_of(entity)) == (Surrogates(Random(1)).value(entity, value) is not None)


@pytest.mark.parametrize(("title", "form"), [("nurse", r"[^aeiou][a-z ,/()-]+"), ("Engineer", r"[AEIOU].+")])
def test_an_invented_job_takes_the_same_article(title: str, form: str) -> None:
    assert all(re.fullmatch(form, Surrogates(Random(seed)).value("JOB_TITLE", title) or "") for seed in range(20))


def test_the_word_between_two_dates_stays() -> None:
    def act(text: str) -> list[Span]:
        return [Span(match.start(), match.end(), "DATE_TIME", 0.9, "scripted")
                for match in re.finditer(r"5 Jan to|28 Jan|to 30 Apr", text)]

    result = Scrubber(Scripted(act=act), policy_of({})).scrub(
        [Instance("0", "5 Jan to 28 Jan, and to 30 Apr", "", "")])
    assert "<DATE_TIME_1> to <DATE_TIME_2>, and to <DATE_TIME_3>" == only(result)


def test_surrogates_depend_on_the_seed_and_not_on_the_value() -> None:
    same = [only(scrubbed({"DEFAULT": "surrogate"}, TEXT, seed=seed)) for seed in (1, 1, 2)]
    assert same[0] == same[1] != same[2]
    other = Scrubber(Scripted({"Mary Jones": "PERSON"}), Policy(name="t", version=1, operators={"PERSON": "surrogate"}),
                     seed=3).scrub([Instance("0", "Mary Jones rang", "", "ok")])
    renamed = Scrubber(Scripted({"Mary Baker": "PERSON"}), Policy(name="t", version=1,
                                                                  operators={"PERSON": "surrogate"}),
                       seed=3).scrub([Instance("0", "Mary Baker rang", "", "ok")])
    assert only(other) == only(renamed)


def test_nobody_is_invented_who_stands_in_the_set_or_in_k() -> None:
    first = scrubbed({"PERSON": "surrogate"}, "Maria is in")
    name = only(first).split()[0]
    avoiding = scrubbed({"PERSON": "surrogate"}, "Maria is in", taken=words_of_knowledge([f"Ask {name.upper()} first"]))
    beside = scrubbed({"PERSON": "surrogate"}, "Maria is in", f"{name} is not private here")
    assert name != only(avoiding).split()[0]
    assert name != only(beside).split()[0]


def test_the_last_look_takes_what_was_issued_for_ours_and_nothing_else() -> None:
    table = {**TABLE}
    policy = Policy(name="t", version=1, operators={"DEFAULT": "surrogate"})
    result = Scrubber(Scripted(table), policy, seed=7).scrub([Instance("0", "John Smith is in", "", "ok")])
    issued = " ".join(result.clean[0].instruction.split()[:2])
    wary = Scrubber(Scripted({**table, issued: "PERSON", "Somebody Else": "PERSON"}), policy)
    assert {} == dict(wary.residual(f"say {issued} again", result.pseudonyms))
    assert {"PERSON": 1} == dict(wary.residual(f"say {issued} again"))
    assert {"PERSON": 1} == dict(wary.residual(f"{issued} and Somebody Else", result.pseudonyms))
    assert {"PERSON": 1} == dict(wary.residual(f"{issued} and smith", result.pseudonyms))


def test_scrubbing_what_holds_surrogates_changes_nothing() -> None:
    policy = policy_of({"DEFAULT": "surrogate"})
    first = Scrubber(Scripted(TABLE), policy, seed=7).scrub([Instance("0", TEXT, "", "ok")])
    names = dict.fromkeys(re.findall(r"[A-Z][a-z]+ [A-Z][a-z]+", first.clean[0].instruction), "PERSON")
    again = Scrubber(Scripted(names), policy, seed=8).scrub(
        [Instance("0", first.clean[0].instruction, "", "ok")], first.pseudonyms)
    assert first.clean[0].instruction == again.clean[0].instruction


@pytest.mark.parametrize(("entity", "value", "general"), [
    ("DATE_TIME", "12 March 1985", "1985"), ("DATE_TIME", "1985-03-12T10:30", "1985"), ("DATE_TIME", "12 March", None),
    ("DATE_TIME", "from 1985 to 1990", None), ("DATE_TIME", "3 May 1921", None), ("AGE", "45 years old", "40-49"),
    ("AGE", "93", "90+"), ("AGE", "89", "80-89"), ("AGE", "7 months old", "0-9"), ("AGE", "forty", None),
    ("AGE", "102nd birthday", "90+"), ("AGE", "50th birthday", "50-59"), ("AGE", "130-month-old", "10-19"),
    ("AGE", "1931", None),
    ("ZIP_CODE", "02139", "021**"), ("ZIP_CODE", "02139-1234", "021**"), ("ZIP_CODE", "03601", "000**"),
    ("ZIP_CODE", "EC1A 1BB", None), ("LOCATION", "Boston, MA 02139", "MA"), ("LOCATION", "Boston, MA", None),
    ("LOCATION", "Springfield, Ohio", "Ohio"),
    ("LOCATION", "Lyon, France", "France"), ("LOCATION", "Springfield", None), ("LOCATION", "IN", None),
    ("STREET_ADDRESS", "12 Elm Lane, Boston, MA 02139", "MA"), ("STREET_ADDRESS", "12 Elm Lane", None),
    ("LOCATION", "12 High St, Leeds LS1 4CA", None), ("STREET_ADDRESS", "221 Cleethorpe rd, DN31 3AZ", None),
    ("LOCATION", "Bath BA1 2NY", None), ("LOCATION", "Leeds LS1 4CA, England", "England"),
    ("STREET_ADDRESS", "Ohio Works, EC1A 1BB", None), ("STREET_ADDRESS", "12 Elm Lane, Ohio, Apt 5", "Ohio"),
    ("LOCATION", "Derry, Northern Ireland", "Northern Ireland"), ("LOCATION", "Guinea-Bissau", "Guinea-Bissau"),
    ("PERSON", "John Smith", None), ("PHONE_NUMBER", "212-555-0147", None),
])
def test_general_forms(entity: str, value: str, general: str | None) -> None:
    assert general == generalised(entity, value, this_year=2026)


def test_what_has_no_general_form_is_redacted_and_nothing_of_it_can_be_restored() -> None:
    result = scrubbed({"DEFAULT": "generalise", "ORGANIZATION": "keep_in_clear"}, TEXT)
    text = only(result)
    assert text.startswith(f"{REDACTED} met {REDACTED} on 1985, again on 1985 and {REDACTED}.")
    assert f"of {REDACTED}, Ohio 021** is 40-49. {REDACTED} works at Larkfield Clinic, {REDACTED}, see" in text
    assert ((), (), ()) == result.replaced["0"]


def test_a_general_form_is_no_finding_but_what_it_is_part_of_is() -> None:
    result = scrubbed({"DEFAULT": "generalise"}, "on 12 March 1985")
    scrubber = Scrubber(Scripted({"1985": "DATE_TIME", "1985-555-0147": "PHONE_NUMBER"}), Policy(
        name="t", version=1, operators={"DEFAULT": "generalise"}))
    assert {} == dict(scrubber.residual("on 1985", result.pseudonyms))
    assert {"PHONE_NUMBER": 1, "DATE_TIME": 0} | dict(scrubber.residual("on 1985-555-0147", result.pseudonyms)) == {
        "PHONE_NUMBER": 1, "DATE_TIME": 0}


def test_a_type_that_is_kept_stays_unless_the_value_is_also_found_as_another_type() -> None:
    policy = Policy(name="t", version=1, operators={"ORGANIZATION": "keep_in_clear"})
    scrubber = Scrubber(Scripted({"Acme": "ORGANIZATION", "John Smith": "PERSON", "Smith Ltd": "ORGANIZATION"}), policy)
    (clean,) = scrubber.scrub([Instance("0", "Acme knows John Smith of Smith Ltd", "", "ok")]).clean
    assert "Acme knows <PERSON_1> of <PERSON_1> Ltd" == clean.instruction


def test_the_default_operator_holds_for_every_type_nobody_named() -> None:
    policy = Policy(name="t", version=1, operators={"DEFAULT": "redact", "PERSON": "placeholder"})
    stand_ins = StandIns(policy, Random(1))
    assert ["placeholder", "redact"] == [stand_ins.operator(entity) for entity in ("PERSON", "NEW_TYPE")]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(sorted(TABLE)), min_size=1, max_size=8), st.integers(0, 3),
       st.sampled_from(["placeholder", "surrogate", "generalise", "redact"]))
def test_no_operator_lets_a_value_out(values: list[str], seed: int, operator: str) -> None:
    text = "; ".join(f"note: {value} end" for value in values)
    made = only(scrubbed({"DEFAULT": operator}, text, seed=seed))
    assert [] == [value for value in values if value.casefold() in made.casefold()]


@pytest.mark.parametrize("name", ["Strauß", "Peter Groß", "İbrahim Şahin", "Frau Meißner", "Dr. İpek Weiß"])
def test_a_name_whose_letters_grow_when_folded_is_replaced_whole(name: str) -> None:
    result = Scrubber(Scripted({fold(name).text: "PERSON"}), policy_of({"PERSON": "surrogate"}), 7).scrub(
        [Instance("a", f"Ask {name} about it.", "", "")])
    left = only(result).casefold()
    assert not [word for word in name.casefold().split() if word[:4] in left and word not in ("frau", "dr.")]
