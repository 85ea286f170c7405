"""`psi policy` as people call it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

GOOD = "name: ours\nversion: 3\ndeny_list: {PERSON: [Quillon Vesper]}\n"


def psi(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "appliance.cli.main", "policy", *arguments, "--root", str(root)],
                          capture_output=True, text=True, timeout=200, cwd=root,
                          env={name: value for name, value in os.environ.items() if name != "PSI_HOME"})


def written(root: Path, text: str, name: str = "ours.yaml") -> str:
    (root / name).write_text(text)
    return name


def test_check_says_what_is_wrong_where_and_how_to_mend_it(tmp_path: Path) -> None:
    bad = written(tmp_path, "name: a\nversion: 1\ndetector:\n  score_treshold: 0.9\nlimits:\n  requests: 0\n",
                  "bad.yaml")
    types = written(tmp_path, GOOD + "operators:\n  AGE: generalise\n  PERSN: redact\nentities: all\n", "types.yaml")
    left_out = written(tmp_path, GOOD + "knowledge: {public_text: [gone.txt]}\n", "left.yaml")
    ended = psi(tmp_path, "check", bad, types, left_out, "hippa", written(tmp_path, GOOD))
    assert 2 == ended.returncode
    verdicts = [" ".join(each.split()) for each in re.split(r"^(?=FAIL|OK)", ended.stdout, flags=re.MULTILINE)[1:]]
    assert ["FAIL", "FAIL", "FAIL", "FAIL", "OK"] == [each.split()[0] for each in verdicts]
    assert "bad.yaml:4: detector.score_treshold: unknown key; did you mean score_threshold?" in verdicts[0]
    assert "line 6: limits.requests: must be a whole number of at least 1" in verdicts[0]
    assert "types.yaml:6: operators: the detector does not know the type PERSN; did you mean PERSON?" in verdicts[1]
    assert "left.yaml:4: knowledge.public_text: " in verdicts[2] and "does not exist" in verdicts[2]
    assert "did you mean hipaa-safe-harbor?" in verdicts[3]
    assert "psi: error: 4 of 5 policies cannot be used\n" == ended.stderr
    assert "Vesper" not in ended.stdout + ended.stderr


def test_check_warns_and_says_why(tmp_path: Path) -> None:
    loose = written(tmp_path, GOOD + "entities: [PERSON, URL]\nallow_list: [Mary]\n")
    ended = psi(tmp_path, "check", loose)
    assert (0, "") == (ended.returncode, ended.stderr)
    assert "WARN  entities: only 2 types are masked: PERSON, URL; every other type leaves" in ended.stdout
    assert "NOTE  allow_list: term 1 is very short" in ended.stdout
    assert max(map(len, ended.stdout.splitlines())) <= 80


def test_check_as_json_is_one_document_on_standard_output(tmp_path: Path) -> None:
    ended = psi(tmp_path, "check", written(tmp_path, GOOD), written(tmp_path, "name: [\n", "bad.yaml"), "--json")
    document = json.loads(ended.stdout)
    good, bad = document["policies"]
    assert (2, False) == (ended.returncode, document["ok"])
    assert ("ours", 3, [], [], None) == (good["name"], good["version"], good["problems"], good["destinations"],
                                         good["unchecked"])
    assert (None, None, True) == (bad["name"], bad["sha256"], "not valid YAML" in bad["problems"][0])


@pytest.mark.parametrize("name", ["default", "hipaa-safe-harbor", "gdpr-strict", "internal-only"])
def test_explain_says_it_in_sentences(tmp_path: Path, name: str) -> None:
    ended = psi(tmp_path, "explain", name)
    assert (0, "") == (ended.returncode, ended.stderr)
    titles = ["What is masked", "What takes its place", "What is refused instead of masked",
              "What of your knowledge may show", "What may leave, and where to", "What may come back", "What is kept",
              "What is permissive here", "What the detector cannot find"]
    assert titles == [line for line in ended.stdout.splitlines() if line in titles]
    leaves = "Requests may go over HTTPS to api.anthropic.com:443" if name == "default" else "Nothing. No host may be"
    assert leaves in " ".join(ended.stdout.split())
    assert max(map(len, ended.stdout.splitlines()[2:])) <= 80


def test_explain_as_json_and_of_a_file_with_no_model(tmp_path: Path) -> None:
    file = written(tmp_path, GOOD + "detector: {model: none_names_pass_unseen, other_language: send_unread}\n")
    document = json.loads(psi(tmp_path, "explain", file, "--json").stdout)
    assert [("detector.model", True), ("detector.other_language", True)] == [
        (each["key"], each["warning"]) for each in document["openings"]]
    said = " ".join(sentence for section in document["sections"] for sentence in section["sentences"])
    assert "No name model is asked." in said and "A job with an API key is refused until" in said
    assert "Names of people without a title" in said and "names of people 1" in said and "Vesper" not in said


def test_list_and_diff(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    written(tmp_path, GOOD, "policies/ours.yaml")
    written(tmp_path, "name: [\n", "policies/broken.yaml")
    rows = json.loads(psi(tmp_path, "list", "--json").stdout)["policies"]
    assert ["broken", "default", "gdpr-strict", "hipaa-safe-harbor", "internal-only", "ours", "seeds-may-leave"] == [
        row["asked_for"] for row in rows]
    plain = psi(tmp_path, "list").stdout
    assert "cannot be used; psi policy check says why" in plain and "version 3, nothing leaves" in plain
    found = json.loads(psi(tmp_path, "diff", "default", "seeds-may-leave", "--json").stdout)["differences"]
    assert [{"key": "seeds_may_leave", "first": "false", "second": "true", "looser": "second"}] == found
    assert "seeds_may_leave  (seeds-may-leave lets more through)" in psi(
        tmp_path, "diff", "default", "seeds-may-leave").stdout
    assert "default and default say the same\n" == psi(tmp_path, "diff", "default", "default").stdout


@pytest.mark.parametrize("arguments", [("explain", "absent.yaml"), ("diff", "default", "absent"), ("check", "absent"),
                                       ("explain", "\x1b[31mred\x1b[0m\nname")])
def test_what_is_not_there_is_one_line_and_exit_code_2(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ended = psi(tmp_path, *arguments)
    assert (2, 1) == (ended.returncode, len(ended.stderr.splitlines()))
    assert "\x1b" not in ended.stderr + ended.stdout
