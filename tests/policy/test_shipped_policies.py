"""The policies that ship: complete, commented, and what their names promise."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from appliance.policy.difference import differences
from appliance.policy.find import policies
from appliance.policy.model import Policy, load_policy
from appliance.policy.openings import openings
from appliance.policy.shipped_model import shipped_thresholds
from appliance.setup.policies import detector_types, examine_policy
from appliance.yaml_problems import leaves

FOLDER = Path(__file__).parents[2] / "policies"
WHOLE = ("default", "hipaa-safe-harbor", "gdpr-strict", "internal-only")
_OF_LIST_ITEMS = ("destinations.", "detector.plugins.")


def shipped(name: str) -> Policy:
    return load_policy(FOLDER / f"{name}.yaml")


def keys(document: object, above: str = "") -> set[str]:
    if not isinstance(document, dict):
        return set()
    return {name for key, value in document.items() for name in (f"{above}{key}", *keys(value, f"{above}{key}."))}


@pytest.fixture(scope="module")
def known() -> frozenset[str]:
    return detector_types()


def test_these_ship(tmp_path: Path) -> None:
    assert {*WHOLE, "seeds-may-leave"} == set(policies(tmp_path))
    assert [path.stem for path in policies(tmp_path).values()] == [shipped(name).name for name in policies(tmp_path)]


@pytest.mark.parametrize("name", WHOLE)
def test_every_key_stands_in_it_with_a_comment(name: str) -> None:
    text = (FOLDER / f"{name}.yaml").read_text()
    wanted = {leaf for leaf in leaves(Policy) if not leaf.startswith(_OF_LIST_ITEMS)}
    assert wanted <= keys(yaml.safe_load(text))
    assert [] == list(without_comment(text))


def without_comment(text: str) -> list[str]:
    """Keys of the first two levels with no comment on their line, above it, or above their block."""
    missing, covered = [], False
    for line in text.splitlines():
        if not line.strip():
            covered = False
        elif line.lstrip().startswith("#"):
            covered = True
        elif re.match(r" {0,2}[a-zA-Z_]+:", line) and not covered and "  #" not in line and line[:5] not in (
                "name:", "versi"):
            missing.append(line)
    return missing


@pytest.mark.parametrize("name", [*WHOLE, "seeds-may-leave"])
def test_the_detector_knows_every_type_in_it(name: str, known: frozenset[str], tmp_path: Path) -> None:
    assert () == examine_policy(name, tmp_path, lambda: known).problems


def test_safe_harbor_names_all_eighteen_classes_in_order_and_generalises_what_the_rule_lets_stay() -> None:
    policy, text = shipped("hipaa-safe-harbor"), (FOLDER / "hipaa-safe-harbor.yaml").read_text()
    operators = text[text.index("\noperators:"):text.index("\npseudonym_map")]
    assert list("ABCDEFGHIJKLMNOPQR") == re.findall(r"\(([A-R])\)", operators)
    assert {"ZIP_CODE", "DATE_TIME", "AGE", "LOCATION", "STREET_ADDRESS"} == {
        entity for entity, operator in policy.operators.items() if operator == "generalise"}
    assert {"generalise", "placeholder"} == set(policy.operators.values())
    assert "all" == policy.entities


@pytest.mark.parametrize("name", ["hipaa-safe-harbor", "gdpr-strict", "internal-only"])
def test_a_strict_policy_lets_nothing_through_that_the_default_stops(name: str) -> None:
    looser = {each.key for each in differences(shipped("default"), shipped(name)) if each.looser == "second"}
    # The deny list is for its owner to fill in; the generalised types are the point of the policy.
    assert looser <= {"deny_list", "operators.AGE", "operators.DATE_TIME", "operators.ZIP_CODE", "operators.LOCATION",
                      "operators.STREET_ADDRESS"}
    assert ["deny_list"] == [opening.key for opening in openings(shipped(name))]
    assert shipped(name).nothing_leaves


def test_internal_only_is_the_default_without_a_destination() -> None:
    differing = {each.key for each in differences(shipped("default"), shipped("internal-only"))}
    assert {"deny_list", "destinations"} == differing


def test_the_default_opens_nothing() -> None:
    assert () == openings(shipped("default"))
    assert not shipped("default").nothing_leaves


@pytest.mark.parametrize("name", WHOLE)
def test_no_shipped_policy_or_comment_is_looser_than_the_name_model_as_shipped(name: str) -> None:
    text = " ".join((FOLDER / f"{name}.yaml").read_text().replace("#", " ").split())
    assert "lower masks more." in text and "between some hundredths and a tenth" in text
    thresholds = shipped_thresholds().values()
    assert 0.01 <= min(thresholds) <= max(thresholds) <= 0.1
    own = shipped(name).detector.model_threshold
    assert (name == "gdpr-strict") == (own is not None)
    assert own is None or own < min(thresholds)
