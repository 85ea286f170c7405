"""`psi scrub`: what would leave, in the order of the input, for programs and for people; nothing else happens."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from appliance.cli.counting import Counting
from appliance.cli.main import main
from appliance.views.scrub_lines import Finding, Shown, record_lines

POLICIES = Path(__file__).parents[2] / "policies"
POLICY = """name: t
version: 1
detector: {model: none_names_pass_unseen}
deny_list: {PERSON: [Dr. Amara Osei]}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "mine.yaml").write_text(POLICY)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rows(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    assert 0 == main(["scrub", *arguments, "--policy", "mine", "--json"])
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_row_for_each_line_in_order_with_offsets_into_the_line(folder: Path,
                                                                 capsys: pytest.CaptureFixture[str]) -> None:
    texts = ["Ask Dr. Amara Osei", "Os\u200bei's SSN is 078-05-1120 \U0001f600 kim@larkfield.example",
             "AKIAIOSFODNN7EXAMPLE", "open at seven", "caf\u00e9 \x00", "say <PERSON_1>"]
    lines = [json.dumps(text if number % 2 else {"text": text, "n": 1}) for number, text in enumerate(texts)]
    (folder / "in.jsonl").write_text("\n".join(lines))
    found = rows(capsys, "in.jsonl")
    assert ["Ask <PERSON_1>", None, "open at seven", None, None] == [
        found[number]["text"] for number in (0, 2, 3, 4, 5)]
    assert found[1]["text"].startswith("<PERSON_1>'s SSN is <US_SSN_1> \U0001f600 <")
    assert [None, None, "secret", None, "bad_characters", "looks_like_placeholder"] == [row["refused"] for row in found]
    assert all({"start", "end", "entity", "score", "source"} == set(span) for row in found for span in row["spans"])
    assert ["Os\u200bei", "078-05-1120", "kim@larkfield.example"] == [
        texts[1][span["start"]:span["end"]] for span in found[1]["spans"]]
    assert ["AWS_KEY"] == [span["entity"] for span in found[2]["spans"]]
    assert ["in.jsonl", "policies"] == sorted(path.name for path in folder.iterdir())  # nothing was written


def test_lines_share_their_placeholders_unless_each_is_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "in.jsonl").write_text('"SSN 078-05-1120"\n"SSN 219-09-9999"\n')
    assert ["SSN <US_SSN_1>", "SSN <US_SSN_2>"] == [row["text"] for row in rows(capsys, "in.jsonl")]
    assert ["SSN <US_SSN_1>"] * 2 == [row["text"] for row in rows(capsys, "in.jsonl", "--separate")]


def test_a_document_keeps_its_form_and_its_keys_are_looked_at(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = '{\n  "kim@larkfield.example": ["Osei \\u00e9", {"ssn": "078-05-1120"}]\n}'
    (folder / "in.json").write_text(source)
    (row,) = rows(capsys, "in.json")
    assert '{\n  "<EMAIL_ADDRESS_1>": ["<PERSON_1> \u00e9", {"ssn": "<US_SSN_1>"}]\n}' == row["text"]
    assert ["kim@larkfield.example", "Osei", "078-05-1120"] == [
        source[span["start"]:span["end"]] for span in row["spans"]]


def test_seeds_are_documents_of_their_own_line_and_every_line_has_its_row(folder: Path,
                                                                          capsys: pytest.CaptureFixture[str]) -> None:
    lines = ['{"instruction": "Is Osei in?", "input": "", "output": "Caf\\u00e9, ask Osei."}', "", "no json: Osei",
             '{"age": 92, "rooms": 3}', '"Osei"']
    (folder / "seeds.jsonl").write_text("\n".join(lines) + "\n")
    found = rows(capsys, "seeds.jsonl")
    assert len(lines) == len(found)
    assert {"instruction": "Is <PERSON_1> in?", "input": "", "output": "Caf\u00e9, ask <PERSON_1>."} == json.loads(
        found[0]["text"])
    assert ["Osei", "Osei"] == [lines[0][span["start"]:span["end"]] for span in found[0]["spans"]]
    assert {"text": "", "spans": [], "refused": None} == found[1]
    assert {"text": None, "spans": [], "refused": "not_json"} == found[2]
    assert {"age": "<AGE_1>", "rooms": 3} == json.loads(found[3]["text"])
    assert "<PERSON_1>" == found[4]["text"]


def test_the_age_of_the_very_old_does_not_leave_under_safe_harbor(folder: Path,
                                                                  capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "in.json").write_text('{"age": 92}')
    assert 0 == main(["scrub", "in.json", "--policy", str(POLICIES / "hipaa-safe-harbor.yaml"), "--json"])
    assert '{"age": "90 or older"}' == json.loads(capsys.readouterr().out)["text"]


def test_progress_is_silent_at_first_and_counts_from_the_beginning_of_the_work() -> None:
    now_s, shown = [100.0], io.StringIO()
    counting = Counting("texts looked at", shown, clock=lambda: now_s[0], quiet_s=2.0)
    for passed_s, done in ((0.0, 0), (1.9, 19), (10.0, 100)):
        now_s[0] = 100.0 + passed_s
        counting(done, 200)
    assert "psi: texts looked at: 100/200, 10/s, 10 s left\n" == shown.getvalue()


def test_standard_input_is_one_record_of_text(folder: Path, capsys: pytest.CaptureFixture[str],
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"Osei\r\nSSN 078-05-1120")))
    (row,) = rows(capsys, "-")
    assert "<PERSON_1>\nSSN <US_SSN_1>" == row["text"]
    assert [(0, 4), (10, 21)] == [(span["start"], span["end"]) for span in row["spans"]]


def test_what_quotes_k_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "k").mkdir()
    (folder / "k" / "page.md").write_text("# Hours\n\nThe clinic opens at seven and closes at noon on Saturdays.\n")
    (folder / "in.jsonl").write_text('"It opens at seven and closes at noon, I think."\n"When is it open?"\n')
    assert ["knowledge_run", None] == [row["refused"] for row in rows(capsys, "in.jsonl", "--knowledge", "k")]


def test_people_see_both_texts_marked_a_summary_and_who_found_it(folder: Path,
                                                                 capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "in.jsonl").write_text('"Ask Dr. Amara Osei today"\n"AKIAIOSFODNN7EXAMPLE"\n"open"\n')
    assert 0 == main(["scrub", "in.jsonl", "--policy", "mine", "--explain"])
    out = capsys.readouterr().out
    assert "Ask [Dr. Amara Osei] today             | Ask [<PERSON_1>] today" in out
    assert "PERSON, 1.00, by deny_list_person" in out
    assert "record 2: REFUSED (secret), it would not leave" in out
    assert "record 3: nothing found" in out
    assert "3 record(s): 2 would pass, 1 refused" in out
    assert "cannot find" in out
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize(("arguments", "message"), [
    (["missing.txt", "--policy", "mine"], "cannot be read"), (["in.txt", "--policy", "nowhere"], "policy"),
    (["binary", "--policy", "mine"], "not UTF-8"),
])
def test_what_cannot_be_read_is_exit_code_2_and_one_line(folder: Path, capsys: pytest.CaptureFixture[str],
                                                         arguments: list[str], message: str) -> None:
    (folder / "in.txt").write_text("Osei")
    (folder / "binary").write_bytes(b"\x00\xff\xfe Osei")
    assert 2 == main(["scrub", *arguments])
    captured = capsys.readouterr()
    assert "" == captured.out
    assert message in captured.err and "Osei" not in captured.err and 1 == captured.err.count("\n")


def test_marks_survive_wrapping_colour_is_not_alone_and_no_escape_gets_out() -> None:
    before = "x" * 30 + " Amara \x1b[31m Osei " + "\u4e2d" * 40
    shown = Shown(before, "<PERSON_1>", (Finding(31, 47, "PERSON", 0.9, "s"),), None, ("<PERSON_1>",))
    plain = list(record_lines(shown, "record 1", width=80, colour=False, explain=False))
    drawn = list(record_lines(shown, "record 1", width=80, colour=True, explain=False))
    assert not any("\x1b" in line for line in plain)
    assert "[Amara" in "\n".join(plain) and "[<PERSON_1>]" in "\n".join(plain)
    assert all(line.count("\x1b[1;") == line.count("\x1b[0m") for line in drawn)
    assert "[31m Osei" not in "".join(line for line in plain if "\x1b" in line)
