"""Names in the seeds are masked wherever they come back, without a title and without a list."""

from __future__ import annotations

from typing import Any

from appliance.detection.process import DetectorProcess
from appliance.gateway.scrub import Scrubber
from appliance.gateway.seed_names import seed_names, with_seed_names
from appliance.policy.model import Policy
from appliance.records import Instance

SEEDS = [Instance("s1", "Reply.", "Priya Raghunathan here. My mother, Jinny, lives in Belfry, England. Are you open?",
                  "Dear Priya, we open on Monday. Thank you."),
         Instance("s2", "Reply.", "Good morning, my son Milo Arden is afraid. Can he come? Is Parking free?", "Yes.")]
PAGES = ["The car park is behind the house; parking is free."]


def test_names_are_known_by_their_place_and_common_words_are_not_names() -> None:
    assert ("Arden", "Belfry", "England", "Jinny", "Milo", "Priya", "Raghunathan") == seed_names(SEEDS, PAGES)


def test_seeds_without_names_change_nothing() -> None:
    policy = Policy(name="test", version=1)
    assert policy is with_seed_names(policy, [Instance("s", "Reply.", "When do you open?", "At eight.")], PAGES)


def test_what_the_policy_allows_is_no_name() -> None:
    policy = with_seed_names(Policy(name="test", version=1, allow_list=("england",)), SEEDS, PAGES)
    assert "England" not in policy.deny_list["SEED_NAME"]
    assert "Belfry" in policy.deny_list["SEED_NAME"]


def test_a_name_of_a_seed_is_masked_in_an_instance_that_repeats_it() -> None:
    policy = with_seed_names(Policy(name="test", version=1), SEEDS, PAGES)
    with DetectorProcess(policy) as detector:
        result = Scrubber(detector, policy).scrub([
            Instance("a", "Reply.", "My son Milo Arden, born in spring, sees raghunathan of BELFRY.", "Fine.")])
    [clean] = result.clean
    text: Any = clean.input.casefold()
    assert not [name for name in ("milo", "arden", "raghunathan", "belfry") if name in text]


def test_the_hash_in_the_records_is_still_that_of_the_policy_file() -> None:
    policy = Policy(name="test", version=1)
    assert policy.entities == with_seed_names(policy, SEEDS, PAGES).entities


def test_a_name_in_an_address_or_a_file_name_is_still_a_name() -> None:
    seed = Instance("s", "Reply.", "My name is Leonie Marsh, write to leonie.marsh@example.org.",
                    "Dear Ms. Marsh, we will.")
    pages = ["The picture is at photos/leonie_marsh.jpg and at www.example.org/marsh."]
    assert {"Leonie", "Marsh"} <= set(seed_names([seed], pages))
    assert "Marsh" not in seed_names([seed], ["Behind the car park lies a marsh."])


def test_a_name_with_small_words_inside_is_one_name() -> None:
    seed = Instance("s", "Reply.", "Caller: Fenna de Wit, 555-0182. Please tell Ada van der Berg.", "We will.")
    assert {"Ada", "Berg", "Fenna", "Wit"} <= set(seed_names([seed], []))


def test_a_local_phone_number_is_masked_without_a_word_that_announces_it() -> None:
    policy = Policy(name="test", version=1)
    with DetectorProcess(policy) as detector:
        result = Scrubber(detector, policy).scrub([
            Instance("a", "Reply.", "Caller: someone, 555-0182, asks twice. Then 555 0191 rings.", "It costs $120.")])
    [clean] = result.clean
    assert "0182" not in clean.input and "0191" not in clean.input
    assert "$120" in clean.output
