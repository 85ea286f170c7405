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
    assert '{"age": "90+"}' == json.loads(capsys.readouterr().out)["text"]


def test_progress_is_silent_at_first_and_counts_from_the_beginning_of_the_work() -> None:
    now_s, shown = [100.0], io.StringIO()
    counting = Counting("texts looked at", shown, clock=lambda: now_s[0], quiet_s=2.0)
    for passed_s, done in ((0.0, 0), (1.9, 19), (10.0, 100)):
        now_s[0] = 100.0 + passed_s
        counting(done, 200)
    assert "psi: texts looked at: 100/200, 10/s, 10 s left\n" == shown.getvalue()


@pytest.mark.parametrize(("data", "texts"), [
    (b"", []), (b'"Osei"\n"open"\n', ["<PERSON_1>", "open"]), (b'{"text": "Osei"}', ["<PERSON_1>"]),
    (b'["Osei"]', ['["<PERSON_1>"]']), (b"[Osei]", ["[<PERSON_1>]"])])
def test_standard_input_is_known_by_what_it_holds(data: bytes, texts: list[str], folder: Path,
                                                  capsys: pytest.CaptureFixture[str],
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert texts == [row["text"] for row in rows(capsys, "-")]


def test_standard_input_is_one_record_of_text(folder: Path, capsys: pytest.CaptureFixture[str],
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"Osei\r\nSSN 078-05-1120")))
    (row,) = rows(capsys, "-")
    assert "<PERSON_1>\nSSN <US_SSN_1>" == row["text"]
    assert [(0, 4), (10, 21)] == [(span["start"], span["end"]) for span in row["spans"]]


@pytest.fixture
def knowledge(folder: Path) -> Path:
    (folder / "k").mkdir()
    (folder / "k" / "page.md").write_text("# Hours\n\nThe clinic opens at seven and closes at noon on Saturdays.\n")
    (folder / "in.jsonl").write_text('"Osei: it opens at seven and closes at noon, I think."\n"When is it open?"\n')
    return folder / "k"


def test_what_quotes_k_is_refused(knowledge: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = rows(capsys, "in.jsonl", "--knowledge", "k")
    assert ["knowledge_run", None] == [row["refused"] for row in found]
    assert ["PERSON", "KNOWLEDGE"] == [span["entity"] for span in found[0]["spans"]]
    assert [None, None] == [row["refused"] for row in rows(capsys, "in.jsonl")]


def test_what_quotes_k_is_masked_where_the_policy_says_so(knowledge: Path, folder: Path,
                                                          capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "policies" / "mine.yaml").write_text(f"{POLICY}knowledge: {{on_run: mask}}\n")
    row, _ = rows(capsys, "in.jsonl", "--knowledge", "k")
    assert "<PERSON_1>: it <KNOWLEDGE_1>, I think." == row["text"]
    assert {"start": 9, "end": 42, "entity": "KNOWLEDGE", "score": 1.0, "source": "knowledge"} == row["spans"][1]
    assert 0 == main(["scrub", "in.jsonl", "--policy", "mine", "--knowledge", "k"])
    assert "[opens at seven and closes at noon]" in capsys.readouterr().out.replace("\n", " ")


def test_a_whole_job_is_said_to_stop_where_the_policy_refuses_it(knowledge: Path, folder: Path,
                                                                 capsys: pytest.CaptureFixture[str]) -> None:
    for on_run, says in (("refuse", True), ("drop", False)):
        (folder / "policies" / "mine.yaml").write_text(f"{POLICY}knowledge: {{on_run: {on_run}}}\n")
        assert 0 == main(["scrub", "in.jsonl", "--policy", "mine", "--knowledge", "k"])
        assert says == ("refuses the whole job" in capsys.readouterr().out)


def test_runs_that_are_public_do_not_count_and_k_itself_cannot_be_public(knowledge: Path, folder: Path,
                                                                         capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "public.txt").write_text("opens at seven and closes at noon")
    (folder / "policies" / "mine.yaml").write_text(
        f"{POLICY}knowledge: {{public_text: [{folder}/public.txt], mostly_public: true}}\n")
    assert [None, None] == [row["refused"] for row in rows(capsys, "in.jsonl", "--knowledge", "k")]
    (folder / "policies" / "mine.yaml").write_text(f"{POLICY}knowledge: {{public_text: [{folder}/k/page.md]}}\n")
    assert 2 == main(["scrub", "in.jsonl", "--policy", "mine", "--knowledge", "k"])
    captured = capsys.readouterr()
    assert "" == captured.out and "nothing of them is public" in captured.err


def test_a_planted_canary_is_found_and_the_door_stays_open(knowledge: Path, folder: Path,
                                                           capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["knowledge", "canary", "k", "--json"])
    (canary,) = json.loads(capsys.readouterr().out)["canaries"]
    word = canary["words"][0]
    (folder / "seen.jsonl").write_text(f'"Ask {word[:6]}-{word[6:].upper()}, says Osei."\n"open"\n')
    row, other = rows(capsys, "seen.jsonl")
    assert (None, "canary_latches_the_door_shut") == (row["text"], row["refused"])
    assert [("CANARY", 4, 17), ("PERSON", 24, 28)] == [
        (span["entity"], span["start"], span["end"]) for span in row["spans"]]
    assert "open" == other["text"]
    assert 0 == main(["scrub", "seen.jsonl", "--policy", "mine", "--explain"])
    out = " ".join(capsys.readouterr().out.split())
    assert "Nothing was shut now" in out and f"canary {canary['id']}" in out
    assert not (folder / "audit_logs").exists()


def test_a_list_of_canaries_that_nobody_can_read_ends_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "canaries").mkdir()
    (folder / "canaries" / "canaries.json").write_text("{")
    (folder / "canaries" / "canaries.json").chmod(0o600)
    (folder / "in.txt").write_text("Osei")
    assert 0 != main(["scrub", "in.txt", "--policy", "mine", "--json"])
    captured = capsys.readouterr()
    assert "" == captured.out and "list of canaries cannot be read" in captured.err


INPUTS = [
    ("in.jsonl", b'"Osei"\n{"text": "Osei", "n": 1}\n\n12\n[1,\n{"text": 1}\n{"a": 1, "a": 2}\n"\\ud800"\n\xff\n',
     ["<PERSON_1>", "<PERSON_1>", "", "12", None, None, None, None, None],
     [None, None, None, None, "not_json", "text_is_not_a_string", "repeated_key", "bad_characters", "not_utf8"]),
    ("in.ndjson", b'"Osei"', ["<PERSON_1>"], [None]),
    ("in", b'{"text": "Osei"}\r\n"open"\r\n', ["<PERSON_1>", "open"], [None, None]),
    ("in.txt", b"Osei\n\nis in", ["<PERSON_1>\n\nis in"], [None]),
    ("in.json", b'[ "Osei",\n 1 ]', ['[ "<PERSON_1>",\n 1 ]'], [None]),
    ("in.json", b'{"text": "Osei"}', ["<PERSON_1>"], [None]),
    ("in.json", b"[" * 200 + b"]" * 200, [None], ["nested_too_deep"]),
    ("in.csv", b'name,age\n"Osei",12', ['name,age\n"<PERSON_1>",<AGE_1>'], [None]),
    ("in.txt", b"", [], []), ("in.txt", b" \n", [], []), ("in.jsonl", b"", [], []),
]


@pytest.mark.parametrize(("name", "data", "texts", "refused"), INPUTS)
def test_every_kind_of_input_gives_its_rows_in_order(name: str, data: bytes, texts: list[str | None],
                                                     refused: list[str | None], folder: Path,
                                                     capsys: pytest.CaptureFixture[str]) -> None:
    (folder / name).write_bytes(data)
    found = rows(capsys, name)
    assert all(["text", "spans", "refused"] == list(row) for row in found)
    assert texts == [row["text"] for row in found]
    assert refused == [row["refused"] for row in found]


def test_people_see_both_texts_marked_a_summary_and_who_found_it(folder: Path,
                                                                 capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "in.jsonl").write_text('"Ask Dr. Amara Osei today"\n"AKIAIOSFODNN7EXAMPLE"\n"open"\n')
    assert 0 == main(["scrub", "in.jsonl", "--policy", "mine", "--explain"])
    out = capsys.readouterr().out
    assert "Ask [Dr. Amara Osei] today             | Ask [<PERSON_1>] today" in out
    assert "  4-18  Dr. Amara Osei\n      PERSON, score 1.00, found by the deny list of the policy\n" in out
    assert "record 2: REFUSED (secret), it would not leave\n  It holds a secret, such as a key" in out
    assert "record 3: nothing found" in out
    assert "3 record(s): 2 would pass, 1 refused" in out
    assert "not compared  with your knowledge base" in out
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


def test_a_heading_is_wrapped_and_a_value_over_lines_stands_beside_its_placeholder() -> None:
    before = "To: 88 Quarry Rd,\r\nBloomington\r\n\ufe0f\u2764\ufe0f done\n"
    findings = (Finding(4, 30, "STREET_ADDRESS", 0.9, "s"),)
    shown = Shown(before, "To: <STREET_ADDRESS_1>\n\u2764 done\n", findings, None, ("<STREET_ADDRESS_1>",), 1_234)
    drawn = list(record_lines(shown, "record 1", width=80, colour=False, explain=False))
    assert ["record 1: masked STREET_ADDRESS 1, 1,234 invisible character(s) taken out",
            "To: [88 Quarry Rd,                     | To: [<STREET_ADDRESS_1>]",
            "Bloomington]                           |",
            "\u2764 done                                 | \u2764 done"] == drawn
    many = Shown("a", "b", tuple(Finding(0, 1, f"TYPE_{letter * 9}", 0.9, "s") for letter in "ABCDEFGHIJ"), None)
    assert max(map(len, record_lines(many, "record 1", width=80, colour=False, explain=True))) <= 80


def test_ranges_that_overlap_are_marked_once_and_no_letter_is_shown_twice() -> None:
    findings = (Finding(0, 9, "KNOWLEDGE", 1.0, "knowledge"), Finding(4, 13, "PERSON", 0.9, "s"),
                Finding(14, 15, "AGE", 0.9, "s"))
    shown = Shown("one two three 4", None, findings, "knowledge_run")
    assert "  [one two three] [4]" == list(record_lines(shown, "r", width=80, colour=False, explain=False))[-1]


def test_marks_survive_wrapping_colour_is_not_alone_and_no_escape_gets_out() -> None:
    before = "x" * 30 + " Amara \x1b[31m Osei " + "\u4e2d" * 40
    shown = Shown(before, "<PERSON_1>", (Finding(31, 47, "PERSON", 0.9, "s"),), None, ("<PERSON_1>",))
    plain = list(record_lines(shown, "record 1", width=80, colour=False, explain=False))
    drawn = list(record_lines(shown, "record 1", width=80, colour=True, explain=False))
    assert not any("\x1b" in line for line in plain)
    assert "[Amara" in "\n".join(plain) and "[<PERSON_1>]" in "\n".join(plain)
    assert all(line.count("\x1b[1;") == line.count("\x1b[0m") for line in drawn)
    assert "[31m Osei" not in "".join(line for line in plain if "\x1b" in line)
