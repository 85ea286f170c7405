"""Canaries: found in any disguise, anywhere, and the door stays shut until a person opens it."""

from __future__ import annotations

import codecs
import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from door_bench import ANSWER, MODEL, Bench, Upstream, instance, message
from hypothesis import given
from hypothesis import strategies as st
from plain_detector import PlainDetector

from appliance.audit.log import AuditLog
from appliance.config import ReflectorConfig
from appliance.errors import DoorLatched, EgressDenied, InputError, LogLatched
from appliance.gateway import schema
from appliance.gateway.canaries import DOOR_SHUT, CanaryWatch, DoorLatch, door_state
from appliance.gateway.exchange import OutboundRequest
from appliance.jobs.canary_filter import CanaryFilter
from appliance.knowledge.canaries import Canary, CanaryFile, new_canary
from appliance.methods.psi.composer import Candidate
from appliance.records import Usage
from appliance.reflect.anthropic_client import AnthropicReflector

PSI = Path(sys.executable).with_name("psi")
CANARY = Canary("c-1", ("bolumiratesa", "kedofanuvipo"), "Ask Bolumiratesa about Kedofanuvipo.", "2026-11-21T00:00:00Z",
                None)
WORD = CANARY.words[0]
CYRILLIC = str.maketrans("aeo", "аео")


@pytest.fixture
def bench(tmp_path: Path, upstream: Upstream) -> Bench:
    return Bench(tmp_path / "log", upstream, PlainDetector())


def watched(bench: Bench, **changes: Any) -> Any:
    watch = CanaryWatch([CANARY], DoorLatch(bench.log), "job-1")
    door = bench.door(watch=watch, **changes)
    door._watch = watch
    return door


def send(bench: Bench, door: Any, text: str, **more: str) -> None:
    released, _ = door.release_cluster("c-1", [])
    body = schema.canonical({"model": MODEL, "max_tokens": 9, "messages": [{"role": "user", "content": text}], **more})
    head = schema.headers(f"127.0.0.1:{bench.upstream.port}", len(body))
    door.pass_through(OutboundRequest("POST", "/v1/messages", head, body), released)


DISGUISES = [WORD, WORD.upper(), WORD.translate(CYRILLIC), " ".join(WORD), WORD[::-1], codecs.encode(WORD, "rot13"),
             "\u200b".join(WORD), f"{WORD[:5]}-\n{WORD[5:]}", CANARY.words[1].capitalize()]


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_canary_in_a_request_shuts_the_door_for_every_job_and_every_process(bench: Bench, disguise: str) -> None:
    with pytest.raises(DoorLatched, match="c-1"):
        send(bench, watched(bench), f"Ask about {disguise} now.")
    assert ([], ["latched", "refused"]) == (bench.upstream.received, bench.kinds())
    assert {"canary": "c-1", "where": "request", "job": "job-1"} == dict(next(bench.log.reader.records()).fields)
    again = Bench(bench.directory, bench.upstream, bench.detector)
    for door in (again.door(job_id="job-2"), watched(again)):
        with pytest.raises(DoorLatched):
            send(again, door, "Nothing wrong with this.")
    assert [] == bench.upstream.received
    assert WORD.encode() not in b"".join(path.read_bytes() for path in bench.directory.rglob("*") if path.is_file())


@given(at=st.integers(1, len(WORD) - 1))
def test_a_canary_that_is_split_between_fields_is_seen(at: int) -> None:
    watch = CanaryWatch([CANARY], None, None)  # type: ignore[arg-type]  # it only looks
    assert "c-1" == watch.holds([f"say {WORD[:at]}", f"{WORD[at:]} twice"])
    assert None is watch.holds([WORD[:at], "quite"])


def test_a_canary_in_a_drawn_instance_or_in_the_system_text_shuts_it_too(bench: Bench) -> None:
    with pytest.raises(DoorLatched, match="instance"):
        watched(bench).admit([instance("a", "Do you have parking?"), instance("b", f"Is {WORD} in?")])
    other = Bench(bench.directory.with_name("other"), bench.upstream, bench.detector)
    with pytest.raises(DoorLatched, match="request"):
        send(other, watched(other), "hello", system=f"You know {WORD}.")


def test_a_canary_in_an_answer_shuts_it_and_is_not_kept(bench: Bench) -> None:
    bench.upstream.script = [(200, message(ANSWER.replace("facts", " ".join(WORD).upper())))]
    door = watched(bench)
    released = door.release_subset("d-1", door.admit([instance("a", "Do you have parking?")]).clean)
    with pytest.raises(DoorLatched, match="answer"):
        AnthropicReflector(door, ReflectorConfig(model=MODEL), bench.url, demonstration=True).reflect(released)
    assert ["request", "latched", "outcome"] == bench.kinds()
    assert b'{"withheld": "canary"}' == bench.log.reader.payload(bench.log.reader.record(2).fields["payload_sha256"])


def test_a_canary_in_a_record_never_gets_into_the_log(bench: Bench) -> None:
    with pytest.raises(DoorLatched, match="record"):
        send(bench, watched(bench, facts={"policy_sha256": "0", "detector": {"note": WORD}}), "hello")
    assert ["latched", "refused"] == bench.kinds()
    assert WORD not in "".join(map(str, bench.log.reader.records()))


def test_only_a_persons_recorded_word_opens_it_again(bench: Bench) -> None:
    with pytest.raises(DoorLatched):
        send(bench, watched(bench), WORD)
    (bench.directory / DOOR_SHUT).unlink()
    bench.log = AuditLog.open(bench.directory)
    with pytest.raises(DoorLatched):
        send(bench, bench.door(), "Deleting the file opens nothing.")
    assert DoorLatch(bench.log).reopen("kim", "a test of ours")
    send(bench, bench.door(), "Open again.")
    assert {"by": "kim", "reason": "a test of ours", "canary": "c-1"} == dict(
        next(record for record in bench.log.reader.records() if record.kind == "opened").fields)
    assert not DoorLatch(bench.log).reopen("kim", "again")


def test_a_job_that_runs_already_sees_that_another_one_shut_it_although_the_file_is_gone(bench: Bench) -> None:
    one, other = DoorLatch(bench.log), DoorLatch(AuditLog.open(bench.directory))
    other.check()
    one.shut("c-1", "answer", "job-1")
    (bench.directory / DOOR_SHUT).unlink()
    with pytest.raises(DoorLatched, match="job-1"):
        other.check()
    assert one.reopen("kim", "a test of ours")
    for latch in (one, other):
        latch.check()


def full_disk(handle: int, data: bytes) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_log_that_takes_no_record_leaves_it_shut_by_the_file(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    door = watched(bench)
    with monkeypatch.context() as patch:
        patch.setattr("appliance.audit.log._write_all", full_disk)
        with pytest.raises((DoorLatched, LogLatched)):
            send(bench, door, WORD)
    assert [] == bench.kinds()
    again = Bench(bench.directory, bench.upstream, bench.detector)
    assert door_state(again.log.reader) is not None
    with pytest.raises(DoorLatched):
        send(again, again.door(), "hello")
    assert [] == bench.upstream.received


def killed(handle: object, data: bytes) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(("what", "failing"), [
    ("appliance.audit.log._write_all", full_disk), ("appliance.audit.log.write_durably", full_disk),
    ("appliance.audit.log.write_durably", killed)])
def test_a_canary_in_an_answer_shuts_it_although_nothing_of_the_answer_can_be_recorded(
        bench: Bench, monkeypatch: pytest.MonkeyPatch, what: str, failing: Any) -> None:
    bench.upstream.script = [(200, message(f"You know {WORD}."))]
    door = watched(bench)
    with monkeypatch.context() as patch:
        bench.upstream.before_answer = lambda: patch.setattr(what, failing)
        with pytest.raises(KeyboardInterrupt if failing is killed else DoorLatched):
            send(bench, door, "hello")
    assert "outcome" not in bench.kinds()
    again = Bench(bench.directory, bench.upstream, bench.detector)
    assert "answer" == (door_state(again.log.reader) or {}).get("where")
    with pytest.raises(DoorLatched):
        send(again, again.door(), "hello")
    assert 1 == len(bench.upstream.received)


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"schema":1}', b'{"schema":2,"canaries":[]}',
                                    b'{"schema":1,"canaries":[{"id":"a","words":["x","y"],"sentence":"","made_utc":"",'
                                    b'"page":null}]}'])
def test_a_list_that_cannot_be_read_shuts_the_door(tmp_path: Path, damage: bytes) -> None:
    file = CanaryFile(tmp_path)
    file.plant(new_canary(), None)
    file.path.write_bytes(damage)
    with pytest.raises(EgressDenied, match="canaries"):
        file.load()
    file.save([CANARY])
    file.path.chmod(0o640)
    with pytest.raises(EgressDenied, match="chmod"):
        file.load()


def test_planted_canaries_are_read_back_differ_and_go_away_again(tmp_path: Path) -> None:
    folder, file = tmp_path / "k", CanaryFile(tmp_path / "root")
    folder.mkdir()
    planted = [file.plant(new_canary(), folder) for _ in range(5)]
    assert tuple(planted) == file.load()
    assert 10 == len({word for canary in planted for word in canary.words})
    assert (0o700, 0o600) == (file.path.parent.stat().st_mode & 0o777, file.path.stat().st_mode & 0o777)
    assert all(canary.sentence in Path(canary.page or "").read_text() for canary in planted)
    assert not any(word in str(canary.page) for canary in planted for word in canary.words)
    Path(planted[0].page or "").write_text("changed by hand")
    with pytest.raises(InputError, match="changed"):
        file.remove(planted[0].id)
    with pytest.raises(InputError, match="no canary"):
        file.remove("c-none")
    for canary in planted[1:]:
        file.remove(canary.id)
    assert ([planted[0]], 1) == (list(file.load()), len(list(folder.iterdir())))


def test_a_candidate_that_holds_one_is_dropped_and_nothing_of_it_is_kept() -> None:
    class Composer:
        def expand(self, indices: Any) -> Any:
            for index in indices:
                given = f"Who is {' '.join(WORD)}?" if index % 2 else "Do you have parking?"
                yield Candidate(index, instance(str(index), given), None, Usage(1, 1), given)

    watch = CanaryWatch([CANARY], None, None)  # type: ignore[arg-type]  # it only looks
    kept = list(CanaryFilter(Composer(), watch).expand(range(4)))  # type: ignore[arg-type]
    assert [None, "canary", None, "canary"] == [candidate.reason for candidate in kept]
    assert [False, True, False, True] == [candidate.instance is None and candidate.fact is None for candidate in kept]


def psi(*arguments: str, root: Path) -> tuple[int, str, str]:
    environment = {**os.environ, "PSI_HOME": str(root)}
    done = subprocess.run([PSI, *arguments], capture_output=True, text=True, env=environment, cwd=root, check=False)
    return done.returncode, done.stdout, done.stderr


def test_the_commands(bench: Bench, tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "k").mkdir(parents=True)
    code, out, _ = psi("knowledge", "canary", "k", "--count", "2", "--json", root=root)
    made = json.loads(out)["canaries"]
    assert (0, 2, 2) == (code, len(made), len(list((root / "k").iterdir())))
    assert made == json.loads(psi("knowledge", "canary", "--list", "--json", root=root)[1])["canaries"]
    code, out, _ = psi("knowledge", "canary", "--print", root=root)
    assert (0, 3) == (code, len(CanaryFile(root).load()))
    assert CanaryFile(root).load()[2].sentence == out.strip()
    assert 0 == psi("knowledge", "canary", "--remove", made[0]["id"], root=root)[0]
    assert 1 == len(list((root / "k").iterdir()))
    for wrong in (["knowledge", "canary"], ["knowledge", "canary", "k", "--list"], ["knowledge", "canary", "nowhere"],
                  ["knowledge", "canary", "--remove", "c-none"], ["door", "open", "--reason", "x"]):
        assert 2 == psi(*wrong, root=root)[0]
    log = AuditLog.open(root / "audit_logs" / "appliance")
    assert (0, True) == ((result := psi("door", "status", "--json", root=root))[0], json.loads(result[1])["open"])
    DoorLatch(log).shut("c-1", "request", "job-1")
    code, out, _ = psi("door", "status", "--json", root=root)
    assert (3, False, "request") == (code, json.loads(out)["open"], json.loads(out)["shut"]["where"])
    assert 2 == psi("door", "open", "--reason", " ", root=root)[0]
    assert 0 == psi("door", "open", "--reason", "it was a drill", root=root)[0]
    assert 0 == psi("door", "status", root=root)[0]
    assert None is door_state(log.reader)
