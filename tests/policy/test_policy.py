"""A policy file is read exactly or not at all."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from appliance.errors import PolicyError
from appliance.policy.model import SECRETS, Policy, load_policy
from appliance.policy.parts import KnowledgePolicy

DEFAULT = Path(__file__).parents[2] / "policies" / "default.yaml"
MINIMAL = "name: t\nversion: 1\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "policy.yaml"
    path.write_bytes(text.encode())
    return path


def test_the_policy_that_ships_loads_and_its_hash_is_that_of_its_bytes() -> None:
    policy = load_policy(DEFAULT)
    assert hashlib.sha256(DEFAULT.read_bytes()).hexdigest() == policy.sha256
    assert {"Dr. Amara Osei", "Nurse Pilar Quintero", "Tomas Brandt"} <= set(policy.deny_list["PERSON"])
    assert [("api.anthropic.com", 443)] == [(item.host, item.port) for item in policy.destinations]
    assert policy.entities == "all"


def test_the_policy_that_ships_says_what_the_code_would_default_to() -> None:
    own = {"name", "version", "deny_list", "destinations"}
    made = Policy(name="t", version=1)
    assert made.model_dump(exclude=own) == load_policy(DEFAULT).model_dump(exclude=own)
    assert ({}, ()) == (made.deny_list, made.destinations), "what a file does not say opens nothing"


def test_a_comment_changes_the_hash(tmp_path: Path) -> None:
    first = load_policy(written(tmp_path, MINIMAL)).sha256
    assert first != load_policy(written(tmp_path, MINIMAL + "# x\n")).sha256


@pytest.mark.parametrize(("text", "named"), [
    ("", "mapping"),
    ("- a\n", "mapping"),
    ("name: [\n", "not valid YAML"),
    ("\x00", "not valid YAML"),
    (MINIMAL + "name: twice\n", "twice"),
    (MINIMAL + "detector: {deadline_s: 1, deadline_s: 600}\n", "twice"),
    (MINIMAL + "deny_list: &a {PERSON: [Ann Bell]}\nx: *a\n", "aliases"),
    (MINIMAL + "surprise: 1\n", "surprise"),
    ("version: 1\n", "name"),
    (MINIMAL + "detector: {engine: regex}\n", "detector.engine"),
    (MINIMAL + "detector: {score_threshold: 0.99}\n", "detector.score_threshold"),
    (MINIMAL + "detector: {deadline_s: .inf}\n", "detector.deadline_s"),
    (MINIMAL + "detector: {deadline_s: .nan}\n", "detector.deadline_s"),
    (MINIMAL + "detector: {max_text_chars: 100000000}\n", "detector.max_text_chars"),
    (MINIMAL + "entities: []\n", "entities"),
    (MINIMAL + "entities: none\n", "entities"),
    (MINIMAL + "block_entities: []\n", "block_entities"),
    (MINIMAL + "block_entities: [JWT]\n", "block_entities"),
    (MINIMAL + "knowledge: {run_chars: 7}\n", "knowledge.run_chars"),
    (MINIMAL + "limits: {request_bytes: 0}\n", "limits.request_bytes"),
    (MINIMAL + "unknown_outcome: resend_forever\n", "unknown_outcome"),
    (MINIMAL + "release: never_ask\n", "release"),
    (MINIMAL + "destinations: [{host: '*'}]\n", "destinations"),
    (MINIMAL + "destinations: [{host: '*.anthropic.com'}]\n", "destinations"),
    (MINIMAL + "destinations: [{host: 10.0.0.1}]\n", "destinations"),
    (MINIMAL + "destinations: [{host: api.anthropic.com, port: 0}]\n", "destinations"),
    (MINIMAL + "destinations: [{host: api.anthropic.com, scheme: http}]\n", "scheme"),
    (MINIMAL + "allow_list: [' ']\n", "allow_list"),
    (MINIMAL + "deny_list: {PERSON: []}\n", "deny_list"),
    (MINIMAL + "deny_list: {person: [Ann Bell]}\n", "deny_list"),
    (MINIMAL + "deny_list: {PERSON: [No]}\n", "deny_list"),
    (MINIMAL + "deny_list: {PERSON: [Ann Bell]}\nallow_list: [ann bell]\n", "allow_list"),
    (MINIMAL + "deny_list: {PROJECT: [Heron]}\nentities: [PERSON]\n", "PROJECT"),
    (MINIMAL + "operators:\n  AGE: generalise\n  NRP: surrogate\n",
     "policy.yaml:5: operators: NRP cannot be surrogate; it can be one of placeholder, redact, keep_in_clear"),
    (MINIMAL + "operators: {PERSON: generalise}\n",
     "PERSON cannot be generalise; it can be one of placeholder, surrogate, redact, keep_in_clear"),
    (MINIMAL + "operators: {PROJECT: surrogate}\n", "PROJECT cannot be surrogate"),
])
def test_a_policy_that_is_empty_malformed_or_too_permissive_is_refused_by_name(tmp_path: Path, text: str,
                                                                               named: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(PolicyError) as caught:
        load_policy(path)
    assert str(path) in str(caught.value)
    assert named in str(caught.value)


def test_no_message_repeats_a_term_of_the_deny_list(tmp_path: Path) -> None:
    text = MINIMAL + "deny_list: {PERSON: [Quillon Vesper, xy]}\nallow_list: [Quillon Vesper]\n"
    with pytest.raises(PolicyError) as caught:
        load_policy(written(tmp_path, text))
    assert "Vesper" not in str(caught.value)


def test_a_missing_a_huge_and_a_non_utf8_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="cannot be read"):
        load_policy(tmp_path / "absent.yaml")
    with pytest.raises(PolicyError, match="longer than"):
        load_policy(written(tmp_path, MINIMAL + "#" * 1_000_000))
    (tmp_path / "latin.yaml").write_bytes(b"name: caf\xe9\nversion: 1\n")
    with pytest.raises(PolicyError, match="UTF-8"):
        load_policy(tmp_path / "latin.yaml")


def test_a_policy_cannot_be_changed_after_it_was_read() -> None:
    policy = load_policy(DEFAULT)
    with pytest.raises(ValueError, match="frozen"):
        policy.knowledge = KnowledgePolicy(run_chars=1000)
    assert set(SECRETS) <= set(policy.block_entities)


def test_the_policy_of_the_ablation_differs_from_the_default_in_nothing_else() -> None:
    default, ablation = load_policy(DEFAULT), load_policy(DEFAULT.with_name("seeds-may-leave.yaml"))
    assert default.model_copy(update={"name": "seeds-may-leave", "seeds_may_leave": True}).model_dump() == (
        ablation.model_dump())


@pytest.mark.parametrize("document", [{"version": "1"}, {"seeds_may_leave": "false"}, {"limits": {"requests": "5"}},
                                      {"limits": {"requests": True}}, {"detector": {"model_threshold": "0.1"}},
                                      {"detector": {"languages": ["de"]}}])
def test_text_is_no_number_and_no_truth_value(document: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"remove the quotes|not true or false|only en"):
        Policy.model_validate({"name": "t", "version": 1} | document)
