"""What a policy may say is told apart: contradictions refuse to load, permissive settings are said out loud."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from appliance.errors import PolicyError
from appliance.jobs.notices import policy_warnings
from appliance.policy import shipped_model
from appliance.policy.difference import differences
from appliance.policy.explanation import explain
from appliance.policy.find import find_policy, policies
from appliance.policy.model import Policy, load_policy
from appliance.policy.openings import openings
from appliance.policy.shipped_model import shipped_thresholds

MINIMAL = "name: t\nversion: 1\ndeny_list: {PROJECT: [Bluebird]}\n"


def written(folder: Path, text: str, name: str = "policy.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


# Each of these would let something through that nobody meant to let through.
@pytest.mark.parametrize(("text", "says"), [
    ("operators: {DEFAULT: keep_in_clear}", "every type nobody thought of"),
    ("operators: {PROJECT: keep_in_clear}", "operators keeps PROJECT in clear"),
    ("operators: {JWT: placeholder}", "operators names JWT"),
    ("entities: [PROJECT, EMAIL_ADDRESS]\noperators: {PERSON: surrogate}", "they would leave in clear: PERSON"),
    ("allow_list: ['.*']", "looks like a pattern"), ("allow_list: ['[A-Z]+']", "looks like a pattern"),
    ("allow_list: ['\\d{4}']", "looks like a pattern"), ("allow_list: ['^Anna']", "looks like a pattern"),
    ("allow_list: ['ab']", "at least 3"), ("allow_list: ['ＢＬＵＥＢＩＲＤ']", "deny_list too"),
    ("destinations: [{host: api.anthropic.com.example.org}]", "easily taken for"),
    ("destinations: [{host: api.anthropic.co}]", "easily taken for"),
    ("destinations: [{host: api.anthr0pic.com}]", "easily taken for"),
    ("destinations: [{host: api-anthropic.com}]", "easily taken for"),
    ("destinations: [{host: api.xn--nthropic-8fg.com}]", "easily taken for"),
    ("knowledge: {run_chars: 16, short_run_chars: 16}", "short_run_chars must be below run_chars"),
    ("knowledge: {near_similarity: 0.1}", "knowledge.near_similarity"),
    ("limits: {masked_share: 1.5}", "limits.masked_share"), ("limits: {requests: -1}", "limits.requests"),
    ("limits:", "limits"), ("deny_list: null", "deny_list"), ("entities:", "entities"), ("detector: null", "detector"),
    ("destinations: null", "destinations"), ("allow_list: yes", "allow_list"), ("seeds_may_leave: 'maybe'", "seeds"),
    ("name: \"t\\nversion: 2\"", "name"), ("name: 't\"'", "name"), ("version: true", "version"),
    ("detector: {other_language: send}", "detector.other_language"),
    ("detector: {languages: []}", "detector.languages"), ("detector: {languages: [de]}", "detector.languages"),
    ("detector: {model: none}", "detector.model"),
    ("pseudonym_map: keep", "pseudonym_map"), ("answers: {on_injection: use}", "answers.on_injection"),
])
def test_what_cannot_be_meant_is_refused_with_file_line_and_key(tmp_path: Path, text: str, says: str) -> None:
    whole = MINIMAL
    for line in text.splitlines():
        key = line.partition(":")[0]
        whole = "\n".join(each for each in whole.splitlines() if not each.startswith(f"{key}:")) + f"\n{line}\n"
    path = written(tmp_path, whole)
    with pytest.raises(PolicyError) as caught:
        load_policy(path)
    assert says in str(caught.value)
    assert str(caught.value).startswith(f"{path}:{len(whole.splitlines())}: ")


@pytest.mark.parametrize(("text", "key", "loud"), [
    ("detector: {model: none_names_pass_unseen}", "detector.model", True),
    ("detector: {model_threshold: 0.8}", "detector.model_threshold", True),
    ("detector: {model_threshold: 0.1}", "detector.model_threshold", True),
    ("detector: {score_threshold: 0.5}", "detector.score_threshold", True),
    ("detector: {other_language: send_unread}", "detector.other_language", True),
    ("detector: {plugins: [{kind: spacy, path: p, labels: {PER: PERSON}, threshold: 0.8}]}", "detector.plugins", False),
    ("entities: [PROJECT, EMAIL_ADDRESS]", "entities", True),
    ("allow_list: [Mary]", "allow_list", False), ("allow_list: [Vandermeer]", "allow_list", False),
    ("allow_list: ['555-0100']", "allow_list", False),
    ("operators: {PERSON: keep_in_clear}", "operators", True),
    ("pseudonym_map: keep_encrypted", "pseudonym_map", False),
    ("knowledge: {run_chars: 200}", "knowledge.run_chars", True),
    ("knowledge: {run_chars: 10}", "knowledge.short_run_chars", True),
    ("knowledge: {on_run: mask}", "knowledge.on_run", False),
    ("knowledge: {on_near: do_not_look}", "knowledge.on_near", False),
    ("knowledge: {short_runs_per_job: 100000}", "knowledge.short_runs_per_job", False),
    ("knowledge: {public_text: [leaflet.txt]}", "knowledge.public_text", False),
    ("seeds_may_leave: true", "seeds_may_leave", True), ("limits: {requests: 100000}", "limits.requests", False),
    ("limits: {masked_share: 1}", "limits.masked_share", False),
    ("answers: {on_injection: flag_only}", "answers.on_injection", False),
    ("destinations: [{host: reflector.example}]", "destinations", False),
    ("destinations: [{host: api.anthropic.com, port: 8443}]", "destinations", False),
])
def test_what_may_be_meant_is_said(tmp_path: Path, text: str, key: str, loud: bool) -> None:
    policy = load_policy(written(tmp_path, f"{MINIMAL}{text}\n"))
    (found,) = openings(policy)
    assert (key, loud) == (found.key, found.loud)
    assert [loud] == [f"WARNING: policy t version 1, {key}: " in line for line in policy_warnings(policy)] or not loud
    said = [line for section in explain(policy, "x") for line in section.sentences]
    assert any(line.startswith(("WARNING " if loud else "") + f"{key}: ") for line in said)
    closed = load_policy(written(tmp_path, MINIMAL, "closed.yaml"))
    stricter = {"first"} if "run_chars: 10" in text else set()  # what opens there is that the shorter runs do not count
    assert {"second", None, *stricter} >= {each.looser for each in differences(closed, policy)}


def test_no_term_of_a_list_is_repeated(tmp_path: Path) -> None:
    text = "name: t\nversion: 1\ndeny_list: {PERSON: [Quillon Vesper]}\nallow_list: [Marzipan, '77-88-99']\n"
    policy = load_policy(written(tmp_path, text))
    other = load_policy(written(tmp_path, text.replace("Quillon Vesper", "Ada Holm, Quillon Vesper"), "b.yaml"))
    said = repr((openings(policy), explain(policy, "x"), list(differences(policy, other)), policy_warnings(policy)))
    assert not [term for term in ("Quillon", "Vesper", "Marzipan", "77-88", "Holm") if term in said]
    assert [("1 terms", "2 terms, 1 of them only here", "first")] == [
        (each.first, each.second, each.looser) for each in differences(policy, other)]


@pytest.mark.parametrize(("first", "second", "looser"), [
    ("entities: [URL]", "entities: all", "first"), ("entities: [URL]", "entities: [URL, AGE]", "first"),
    ("entities: [URL]", "entities: [AGE]", None), ("limits: {models: [a]}", "limits: {models: any}", "second"),
    ("operators: {AGE: generalise}", "operators: {AGE: redact}", "first"),
    ("operators: {AGE: keep_in_clear}", "operators: {}", "first"), ("operators: {AGE: surrogate}", "", "first"),
    ("block_entities: [API_KEY, AWS_KEY, ENCODED_TEXT, JWT, PASSWORD, PRIVATE_KEY, US_SSN]", "", "second"),
    ("detector: {model_threshold: 0.2}", "", "first"), ("detector: {model_threshold: 0.001}", "", "second"),
    ("", "detector: {model_threshold: 0.2}", "second"),
    ("detector: {model_threshold: 0.1}", "detector: {model_threshold: 0.02}", "first"),
    ("release: automatic", "", None), ("detector: {deadline_s: 5}", "", None)])
def test_which_of_two_lets_more_through(tmp_path: Path, first: str, second: str, looser: str | None) -> None:
    loaded = [load_policy(written(tmp_path, f"name: t\nversion: 1\n{text}\n")) for text in (first, second)]
    assert {looser} >= {each.looser for each in differences(*loaded)}
    assert looser is None or looser in {each.looser for each in differences(*loaded)}


def test_a_name_is_found_in_the_root_first_and_a_path_is_a_path(tmp_path: Path) -> None:
    assert "gdpr-strict" == load_policy(find_policy("gdpr-strict", tmp_path)).name
    own = written(tmp_path, MINIMAL, "policies/gdpr-strict.yaml")
    assert own == find_policy("gdpr-strict", tmp_path) == policies(tmp_path)["gdpr-strict"]
    assert Path("gdpr-strict.yaml") == find_policy("gdpr-strict.yaml", tmp_path)
    assert Path("./gdpr-strict") == find_policy("./gdpr-strict", tmp_path)
    with pytest.raises(PolicyError, match="did you mean hipaa-safe-harbor"):
        find_policy("hipaa", tmp_path)
    with pytest.raises(PolicyError, match="there are default, gdpr-strict"):
        find_policy("..", tmp_path)


def test_paths_in_a_policy_are_relative_to_it_and_its_hash_stays(tmp_path: Path) -> None:
    text = f"{MINIMAL}knowledge: {{public_text: [a/leaflet.txt]}}\n"
    policy = load_policy(written(tmp_path, text))
    assert (tmp_path / "a" / "leaflet.txt",) == policy.knowledge.public_text
    assert policy.sha256 == load_policy(written(tmp_path / "b", text)).sha256


def test_what_the_name_model_is_shipped_with_is_read_from_its_card(tmp_path: Path,
                                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    card = json.loads(shipped_model.CARD.read_bytes())
    shipped_thresholds.cache_clear()
    assert card["thresholds"] == shipped_thresholds()
    (tmp_path / "card.json").write_text('{"thresholds": {"PERSON": 0.2, "NRP": 0.3}}')

    def threshold(value: float | None) -> Policy:
        text = "null" if value is None else value
        return load_policy(written(tmp_path, f"{MINIMAL}detector: {{model_threshold: {text}}}\n"))

    for name, expected, looser in (("card.json", [0, 0, 1, 1], ["second", "second", None, "first"]),
                                   ("missing.json", [1, 1, 1, 1], [None] * 4)):
        monkeypatch.setattr(shipped_model, "CARD", tmp_path / name)
        shipped_thresholds.cache_clear()
        tried = [threshold(value) for value in (0.1, 0.2, 0.25, 0.3)]
        assert (expected, 0) == ([len(openings(each)) for each in tried], len(openings(threshold(None))))
        assert looser == [found.looser for each in tried for found in differences(each, threshold(None))]
        assert ("as shipped, 20% to 30%" if looser[0] else "not set") == next(
            differences(threshold(None), tried[0])).first
    shipped_thresholds.cache_clear()
