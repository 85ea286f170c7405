"""What a person reads about a job file that is wrong: file, line, key, what it has to be; never a value."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from appliance.config import JobConfig, load_job
from appliance.errors import ConfigError
from appliance.policy.model import Policy
from appliance.yaml_file import line_of
from appliance.yaml_problems import PATTERNS, describe, leaves

GOOD = "name: a\nseeds: s\nknowledge: k\npolicy: p\n"


def message(folder: Path, text: str | bytes) -> str:
    path = folder / "job.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigError) as caught:
        load_job(path)
    said = str(caught.value)
    assert said.startswith(str(path))
    assert "\n" not in said
    return said.removeprefix(str(path))


@pytest.mark.parametrize(("text", "says"), [
    ("psi:\n  subset: 3\n", ":6: psi.subset: unknown key; did you mean subsets?"),
    ("subsets: 3\n", ":5: subsets: unknown key here; did you mean psi.subsets?"),
    ("generator: {model: x, zzz: 1}\n", ":5: generator.zzz: unknown key; known here are context_tokens, engine, "
                                        "model, sequences, server, threads"),
    ("psi:\n  subsets: yes\n", ":6: psi.subsets: must be a whole number of at least 1"),
    ("psi:\n  temperature: .inf\n", ":6: psi.temperature: must be a number of at least 0"),
    ("psi:\n  top_p: 1.5\n", ":6: psi.top_p: must be a number above 0 and at most 1"),
    ("psi:\n  shape: table9\n", ":6: psi.shape: must be one of auto, single, table8"),
    ("psi:\n  initial: maybe\n", ":6: psi.initial: must be true or false"),
    ("principles:\n  source: 3\n", ":6: principles.source: must be reflect, none or a path"),
    ("principles:\n  leave_out: H-1\n", ":6: principles.leave_out: must be a list"),
    ("budget:\n  energy_wh: lots\n", ":6: budget.energy_wh: must be a number above 0"),
    ("carbon:\n  country_iso_code: no\n", ":6: carbon.country_iso_code: must be text (in quotes if it looks like a "
                                          "number)"),
    ("psi:\n  language: english\n", ":6: psi.language: must be auto, any, or an ISO 639 code such as en"),
    ("generator: []\n", ":5: generator: must be a section: keys and values indented below it"),
    ("method: other\n", ":5: method: must be psi"),
])
def test_each_kind_of_mistake_has_a_sentence_of_its_own(tmp_path: Path, text: str, says: str) -> None:
    assert says == message(tmp_path, GOOD + text)


def test_all_mistakes_come_at_once_in_the_order_of_the_file_and_few_are_shown(tmp_path: Path) -> None:
    said = message(tmp_path, GOOD + "psi:\n  subsets: 0\n  demos: -1\nbudgets: {}\n")
    assert (":6: psi.subsets: must be a whole number of at least 1; line 7: psi.demos: must be a whole number of at "
            "least 0; line 8: budgets: unknown key; did you mean budget?") == said
    many = "".join(f"wrong_{number}: 1\n" for number in range(9))
    assert message(tmp_path, GOOD + many).endswith("; and 4 more")


@pytest.mark.parametrize(("text", "says"), [
    ("a:\n\tb: 1\n", ":2: not valid YAML (a tab stands where spaces belong)"),
    ("a: b: c\n", ":1: not valid YAML (a text with ': ' in it needs quotes, or this line is indented wrongly)"),
    ("a: {b: 1\n", ":1: not valid YAML (a bracket is not closed, or a comma is missing)"),
    ("a: 1\nb: 'x\nc: 3\n", ":2: not valid YAML (a quote is not closed)"),
    ("a: 1\nb: [x,\nc: 3\n", ":2: not valid YAML (a bracket is not closed, or a comma is missing)"),
    ("a: 1\nb: \x07\n", ":2: not valid YAML (a control character is in the file)"),
    ("a: 1\nb: 2026-13-45\n", ":2: not valid YAML (this looks like a date or a number and is none; put it in quotes)"),
    ("a: 1\n---\nb: 2\n", ":2: not valid YAML ('---' begins a second document; only one is read)"),
    ("a: 1\npsi:\n  b: 1\n  b: 2\n", ":4: the key b is given twice, first in line 3"),
    ("a: 1\nErika Mustermann: 1\nErika Mustermann: 2\n", ":3: a key is given twice, first in line 2"),
    ("a: !!python/object:os.system x\n", ":1: not valid YAML (a tag)"),
    (b"a: 1\nb: caf\xe9\n", ":2: not UTF-8 text; save the file as UTF-8"),
    ("", ": this file is empty, not a YAML mapping; see examples/clinic/job.yaml"),
    ("# nothing\n", ": this file is empty, not a YAML mapping; see examples/clinic/job.yaml"),
    ("- a\n", ": this file is not a YAML mapping (key: value); see examples/clinic/job.yaml"),
])
def test_what_is_no_yaml_says_where_and_why(tmp_path: Path, text: str | bytes, says: str) -> None:
    assert says == message(tmp_path, text)


def test_a_folder_and_a_missing_file_are_not_job_files(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="this is a folder; name the file in it"):
        load_job(tmp_path)
    with pytest.raises(ConfigError, match="No such file"):
        load_job(tmp_path / "absent.yaml")


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_no_text_at_all_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(text.encode())
    with pytest.raises(ConfigError) as caught:
        load_job(path)
    assert str(caught.value).startswith(str(path))


SECRET = "Zebedee Quux"


@given(st.sampled_from(leaves(JobConfig)), st.sampled_from([SECRET, [SECRET], {SECRET: SECRET}, {"x": SECRET}]))
def test_no_message_shows_a_value(key: str, value: object) -> None:
    document: dict[str, object] = {"name": "a", "seeds": "s", "knowledge": "k", "policy": "p"}
    section, _, name = key.partition(".")
    document[section] = {name: value} if name else value
    try:
        JobConfig.model_validate(document)
    except ValidationError as error:
        said = describe(error, JobConfig)
        assert said
        assert SECRET not in said


def test_every_pattern_has_words() -> None:
    def patterns(model: type) -> set[str]:
        found = set()
        for field in model.model_fields.values():  # type: ignore[attr-defined]
            found |= {str(bound.pattern) for bound in field.metadata if getattr(bound, "pattern", None)}
            if hasattr(field.annotation, "model_fields"):
                found |= patterns(field.annotation)
        return found

    assert set(PATTERNS) == patterns(JobConfig) | patterns(Policy)


def test_the_line_of_a_key_is_found(tmp_path: Path) -> None:
    path = tmp_path / "job.yaml"
    path.write_text(GOOD + "psi:\n  # T\n  subsets: 3\n")
    assert (7, 1, 5) == (line_of(path, "psi.subsets"), line_of(path, "name"), line_of(path, "psi.demos"))
    assert line_of(path, "budget.requests") is None
    assert line_of(tmp_path / "absent.yaml", "name") is None
