"""Hostile inputs 36 to 41 of docs/hostile-inputs.md: the log, the policy, approvals, what is shown and what is kept."""

from __future__ import annotations

import json
import logging
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from door_bench import KNOWLEDGE, MODEL, Bench, DiesInSend, instance, reflector
from hostile_bench import MAIL, POLICY, READY, SSN, files, nothing_left, process, send, send_all, unseen
from test_hostile_01_10 import CLEAN
from test_hostile_11_20 import prompt_of

from appliance.audit.log import AuditLog
from appliance.errors import (
    AuditError,
    AwaitingApproval,
    DetectorFailed,
    LogBroken,
    PolicyError,
)
from appliance.gateway.vault import ValueMap, Vault
from appliance.policy.model import load_policy
from appliance.sender.https import HttpsSender

ROOT = Path(__file__).parents[2]



# 36

def damage(segment: Path, how: str, backup: bytes) -> None:
    lines = segment.read_bytes().splitlines(keepends=True)
    segment.write_bytes({
        "edited": b"".join(lines).replace(b"job-1", b"job-9", 1), "dropped": b"".join(lines[1:]),
        "reordered": b"".join([lines[1], lines[0], *lines[2:]]), "doubled": b"".join([*lines, lines[-1]]),
        "emptied": b"\n", "foreign": backup.replace(b"job-1", b"job-2") + b"".join(lines[2:]),
    }[how])


@pytest.mark.parametrize("how", ["edited", "dropped", "reordered", "doubled", "emptied", "foreign"])
def test_36_a_log_that_was_changed_opens_no_door(bench: Bench, how: str) -> None:
    for place in ("by the gate", "behind the house", "near the river"):
        send(bench, instance("a", f"Is there parking {place}?"))
    segment = next(bench.directory.glob("seg-*"))
    whole = segment.read_bytes()
    damage(segment, how, b"".join(whole.splitlines(keepends=True)[:2]))
    with pytest.raises(LogBroken):
        AuditLog.open(bench.directory)
    with pytest.raises(AuditError):
        send(bench, instance("a", "Is there parking at night?"))
    assert 3 == len(bench.upstream.received)


def test_36_segments_that_changed_places_open_no_door(bench: Bench) -> None:
    bench.log = AuditLog.open(bench.directory, segment_bytes=1_500)
    for place in ("by the gate", "behind the house", "near the river"):
        send(bench, instance("a", f"Is there parking {place}?"))
    first, second, *_ = sorted(bench.directory.glob("seg-*"))
    both = first.read_bytes(), second.read_bytes()
    second.write_bytes(both[0])
    first.write_bytes(both[1])
    with pytest.raises(LogBroken):
        AuditLog.open(bench.directory)
    with pytest.raises(AuditError):
        send(bench, instance("a", "Is there parking at night?"))
    assert 3 == len(bench.upstream.received)


def test_36_an_altered_or_missing_payload_is_not_sent(bench: Bench) -> None:
    from appliance.sender.base import Outcome

    inner = bench.door
    real = HttpsSender(bench.log.reader, allowed=frozenset({("http", "127.0.0.1", bench.upstream.port)}),
                       credentials={"anthropic": "sk-secret"}, timeout_s=5.0)

    class Altering:
        """Changes the payload between the record and the send, as somebody with the disk could."""

        def send(self, log_index: int) -> Outcome:
            path = bench.directory / "payload" / bench.log.reader.record(log_index).fields["payload_sha256"]
            path.write_bytes(path.read_bytes().replace(b"parking", b"PARKING"))
            return real.send(log_index)

    with pytest.raises(AuditError):
        send(bench, CLEAN, door=inner(sender=Altering()))
    assert [] == bench.upstream.received


# 37

def test_37_line_ends_quotes_and_formulas_stay_inside_their_field(bench: Bench) -> None:
    odd = 'job\r\n"],{x}\u2028=cmd()|\'/C calc\'!A0\t\x1b[31m'
    door = bench.door(job_id=odd)
    admission = door.admit([CLEAN])
    reflector(bench, door).reflect(door.release_subset(odd, admission.clean))
    lines = next(bench.directory.glob("seg-*")).read_bytes().split(b"\n")
    assert (3, b"") == (len(lines), lines[-1])
    assert not any(byte < 0x20 for line in lines for byte in line)
    record = json.loads(lines[0])
    assert (odd, odd) == (record["fields"]["job"], record["fields"]["released"])
    assert odd.encode() not in bench.upstream.received[0]
    from appliance.views.text import printable

    assert printable(odd).isprintable()


# 38

PERMISSIVE = ("name: t\nversion: 2\nallow_list: [Tomas Brandt]\nentities: [US_SSN]\n"
              "destinations: [{host: api.example.com}]\n")
STRICT = "name: t\nversion: 1\ndeny_list: {PERSON: [Tomas Brandt]}\n"


@pytest.mark.parametrize("later", [PERMISSIVE, "", "name: [\n", None])
def test_38_a_policy_replaced_while_a_door_is_open_changes_nothing(bench: Bench, tmp_path: Path,
                                                                    later: str | None) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(STRICT)
    bench.policy = load_policy(path)
    before = bench.policy.sha256
    door = bench.door()
    path.unlink() if later is None else path.write_text(later)
    send_all(bench, instance("a", "Ask Tomas Brandt, kim.voss@larkfield.example."), door=door)
    unseen(bench, "Brandt", MAIL)
    assert before == bench.log.reader.record(0).fields["policy_sha256"]


@pytest.mark.parametrize("text", ["", "name: [\n", "name: t\n", STRICT + "surprise: 1\n", "\x00", STRICT + STRICT,
                                  STRICT + "block_entities: [JWT]\n", STRICT + "entities: []\n",
                                  STRICT + "destinations: [{host: '*'}]\n"])
def test_38_a_malformed_or_emptied_policy_opens_no_door(tmp_path: Path, text: str) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(text)
    with pytest.raises(PolicyError):
        load_policy(path)


# 39

def lose(bench: Bench, item: Any, times: int = 2, job: str = "job-1") -> None:
    for _ in range(times):
        with pytest.raises(KeyboardInterrupt):
            send(bench, item, door=bench.door(sender=DiesInSend(), job_id=job))


def test_39_a_decision_opens_one_request_once(bench: Bench) -> None:
    lose(bench, CLEAN)
    with pytest.raises(AwaitingApproval) as caught:
        send(bench, CLEAN)
    assert bench.log.reader.record(0).fields["payload_sha256"] == caught.value.body_sha256
    bench.log.append("decision", {"job": "job-1", "by": "kim", "reason": "the line was down"})
    lose(bench, CLEAN, times=1)
    with pytest.raises(AwaitingApproval):
        send(bench, CLEAN)
    assert [] == bench.upstream.received, "a decision is used up by the attempt after it"


def test_39_a_decision_is_for_its_job_and_for_what_was_open_then(bench: Bench) -> None:
    lose(bench, CLEAN)
    bench.log.append("decision", {"job": "job-2", "by": "kim", "reason": "another job"})
    with pytest.raises(AwaitingApproval):
        send(bench, CLEAN)
    bench.log.append("decision", {"job": "job-1", "by": "kim", "reason": "seen"})
    other = instance("b", "Is there a lift in the building?")
    lose(bench, other)
    with pytest.raises(AwaitingApproval):
        send(bench, other)
    assert [] == bench.upstream.received, "approved was the first, not what came after it"


# 40

def test_40_no_error_and_no_log_line_repeats_a_text(bench: Bench, caplog: pytest.LogCaptureFixture,
                                                    capfd: pytest.CaptureFixture[str]) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("presidio-analyzer").setLevel(logging.DEBUG)
    shown = []
    for act in (f"{READY}\nsys.stdin.readline()\nprint(sys.stdin, flush=True)",
                f"{READY}\nline = sys.stdin.readline()\nprint(line, flush=True)\ntime.sleep(9)",
                f"{READY}\nline = sys.stdin.readline()\nprint('{{\"id\": 1, \"error\": \"did not find Brandt\"}}', "
                f"flush=True)", f"{READY}\nraise ValueError(sys.stdin.readline())"):
        with process(act) as bench.detector, pytest.raises(DetectorFailed) as caught:
            send(bench, instance("a", f"Ask Tomas Brandt, {SSN}"))
        shown.append(_everything(caught.value))
    bench.detector = Raising()
    with pytest.raises(DetectorFailed) as raised:
        send(bench, instance("a", f"Ask Tomas Brandt, {SSN}"))
    shown.append(_everything(raised.value))
    captured = capfd.readouterr()
    for text in (*shown, caplog.text, captured.out, captured.err):
        assert not re.search("Brandt|078-05", text)
    nothing_left(bench)


class Raising:
    """A detector whose error quotes the text, as libraries do; wrapped as the adapters wrap it."""

    def describe(self) -> dict[str, str]:
        return {"name": "raising"}

    def detect(self, texts: Any) -> Any:
        from appliance.detection.presidio import PresidioDetector

        direct = PresidioDetector(POLICY)

        def analyze(text: str, *_: Any, **__: Any) -> Any:
            raise ValueError(f"did not find {text}")

        direct._analyzer.analyze = analyze
        return direct.detect(texts)


def _everything(error: BaseException | None) -> str:
    """An error as any handler might print it: with what it came from, unless that is suppressed."""
    if error is None:
        return ""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return f"{error!r} {error} {_everything(cause)}"


def test_40_no_core_dump_is_written() -> None:
    units = list((ROOT / "systemd").glob("*.service"))
    assert units
    assert all("LimitCORE=0\n" in unit.read_text() for unit in units)


# 41

def test_41_no_value_behind_a_placeholder_is_in_any_file_beside_the_log(bench: Bench) -> None:
    door = bench.door()
    admission, _ = send(bench, instance("a", f"Ask Tomas Brandt or Mrs. Ingrid Solberg, {SSN}, {MAIL}"), door=door)
    assert "<PERSON_1>" in prompt_of(bench)
    for name, data in files(bench.directory).items():
        assert not re.search(rb"(?i)brandt|solberg|078-05-1120|kim\.voss|sk-secret", data), name
    record = bench.log.reader.record(0)
    assert not re.search("(?i)brandt|solberg", json.dumps(dict(record.fields)))
    assert not re.search("(?i)brandt|solberg", repr(admission))


def test_41_the_map_lies_apart_encrypted_and_for_its_owner_alone(bench: Bench, tmp_path: Path) -> None:
    vault = Vault(tmp_path / "root")
    seed = vault.seed("job-1")
    door = bench.door()
    door._keep = lambda result: vault.save("job-1", ValueMap.of(result, seed))
    send(bench, instance("a", f"Ask Tomas Brandt, {SSN}"), door=door)
    kept = files(tmp_path / "root")
    assert kept
    both = (*kept.values(), *files(bench.directory).values())
    assert not any(re.search(rb"(?i)brandt|078-05", data) for data in both)
    for name in kept:
        assert 0o600 == stat.S_IMODE((tmp_path / "root" / name).stat().st_mode), name
    for raw in bench.upstream.received:
        assert not any(data[:24] in raw for data in kept.values())
    assert not any(data in record for record in files(bench.directory).values() for data in kept.values())


def test_41_the_sender_cannot_even_import_what_knows_the_values() -> None:
    program = ("import sys\nimport appliance.sender.https\n"
               "print([name for name in sys.modules if name.startswith('appliance.') and name.split('.')[1] in "
               "('gateway', 'detection', 'knowledge', 'policy', 'jobs')])")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert ("[]\n", "") == (done.stdout, done.stderr)


def test_41_knowledge_and_model_are_no_part_of_a_record(bench: Bench) -> None:
    send(bench, CLEAN, instance("quotes", f"Is it so that {KNOWLEDGE}?"))
    assert not any(KNOWLEDGE[:24].encode() in data for data in files(bench.directory).values())
    assert MODEL.encode() in bench.upstream.received[0]
