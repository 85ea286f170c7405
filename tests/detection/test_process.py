"""The detector's process and the pool of them: every way to fail is a `DetectorFailed`, in bounded time, as one."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.detection import pool as pool_module
from appliance.detection.normalise import clean, fold
from appliance.detection.pool import DetectorPool
from appliance.detection.presidio import PresidioDetector
from appliance.detection.process import QUESTION_CHARS, DetectorProcess, questions
from appliance.errors import DetectorFailed
from appliance.policy.model import DetectorPolicy, Policy
from appliance.policy.parts import ModelPlugin

QUICK = Policy(name="t", version=1, detector=DetectorPolicy(deadline_s=0.5))
READY = "print('{\"ready\": {\"name\": \"x\"}}', flush=True)"
# Answers every text with one span over all of it.
ECHO = f"""import json
{READY}
for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps({{"id": asked["id"], "spans": [[[0, len(t), "PERSON", 1, "x", t]] for t in asked["texts"]]}}),
          flush=True)
"""
DIES_OF_X = ECHO.replace("    print", "    'xxx' in line and sys.exit()\n    print")


def command(body: str) -> list[str]:
    return [sys.executable, "-c", f"import sys, time, re\nsys.stdin.readline()\n{body}"]


def scripted(body: str, start_deadline_s: float = 30.0) -> DetectorProcess:
    return DetectorProcess(QUICK, command(body), start_deadline_s)


@pytest.mark.parametrize(("body", "category"), [
    (f"{READY}\nsys.stdin.readline()\ntime.sleep(60)", "within 0.5 s"),
    # A search of the standard library holds the interpreter lock: no thread of that process could stop it.
    (f"{READY}\nsys.stdin.readline()\nre.match('(a|a|aa)+$', 'a' * 60 + 'b')", "within 0.5 s"),
    (f"{READY}\nsys.stdin.readline()", "died"),
    (f"{READY}\nsys.stdin.readline()\nprint('{{', flush=True)\ntime.sleep(60)", "nonsense"),
    (f"{READY}\nsys.stdin.readline()\nprint('[1]', flush=True)\ntime.sleep(60)", "nonsense"),
    (f"{READY}\nsys.stdin.readline()\nprint('{{\"id\": 7, \"spans\": [[]]}}', flush=True)\ntime.sleep(60)", "nonsense"),
    (f"{READY}\nsys.stdin.readline()\nprint('{{\"id\": 1}}', flush=True)\ntime.sleep(60)", "nonsense"),
    (f"{READY}\nsys.stdin.readline()\nprint('{{\"id\": 1, \"spans\": []}}', flush=True)\ntime.sleep(60)", "nonsense"),
    (f"{READY}\nsys.stdin.readline()\nprint('{{\"id\": 1, \"spans\": [[[0]]]}}', flush=True)", "not a span"),
    (f"{READY}\nsys.stdin.readline()\nprint('{{\"id\": 1, \"spans\": [[[0, 99, \"X\", 1, \"x\"]]]}}', flush=True)",
     "range"),
    (f"{READY}\nsys.stdin.readline()\nprint('{{\"id\": 1, \"error\": \"MemoryError\"}}', flush=True)", "MemoryError"),
    ("print('{\"error\": \"PolicyError\"}', flush=True)", "cannot be built"),
    ("print('{\"error\": \"DetectorFailed\", \"says\": \"no model.json\"}', flush=True)", "no model.json"),
    ("", "died"),
])
def test_a_detector_that_hangs_dies_or_babbles_fails_closed(body: str, category: str) -> None:
    with scripted(body) as process:
        began = time.monotonic()
        with pytest.raises(DetectorFailed, match=category):
            process.detect(["Amara Osei"])
        assert time.monotonic() - began < 20


def test_a_detector_that_never_gets_ready_or_does_not_exist_fails_closed() -> None:
    with scripted("time.sleep(60)", start_deadline_s=0.5) as process, pytest.raises(DetectorFailed, match="within"):
        process.describe()
    with pytest.raises(DetectorFailed, match="cannot be started"):
        DetectorProcess(QUICK, ["/nonexistent/detector"]).detect(["x"])


def test_a_question_that_is_never_read_does_not_block_the_writer() -> None:
    with scripted(f"{READY}\ntime.sleep(60)") as process, pytest.raises(DetectorFailed, match="within"):
        process.detect(["x" * 150_000])


def test_the_process_answers_as_the_detector_does_and_recovers_from_being_killed() -> None:
    policy = Policy(name="t", version=1)
    detector = PresidioDetector(policy)
    texts = [fold(clean("Dr. Amara Osei, José, 078-05-1120")).text, "", "Larkfield"]
    with DetectorProcess(policy) as process:
        assert detector.detect(texts) == process.detect(texts)
        assert dict(detector.describe()) == dict(process.describe())
        assert process._process is not None
        process._process.kill()
        process._process.wait()
        assert process.detect(texts)[0]


def test_why_a_detector_was_not_built_reaches_the_operator(tmp_path: Path) -> None:
    plugin = ModelPlugin(kind="spacy", path=tmp_path / "none", labels={"PER": "PERSON"})
    policy = Policy(name="t", version=1, detector=DetectorPolicy(plugins=(plugin,)))
    with DetectorProcess(policy) as process, pytest.raises(DetectorFailed, match="none is not a folder"):
        process.describe()


def test_a_signal_to_the_group_of_the_job_does_not_reach_the_detector() -> None:
    with scripted('import json, os\nprint(json.dumps({"ready": {"group": os.getpgid(0)}}), flush=True)\n'
                  'sys.stdin.read()') as process:
        assert str(os.getpgid(0)) != process.describe()["group"]


def test_the_deadline_is_for_each_question_and_not_for_the_batch() -> None:
    slow = ECHO.replace("    print", "    time.sleep(0.2)\n    print")
    texts = ["y" * QUESTION_CHARS] * 5
    with scripted(slow) as process:
        assert 5 == len(process.detect(texts))


@given(st.lists(st.integers(0, 50).map(lambda count: "z" * count)), st.integers(1, 60))
def test_questions_keep_every_text_in_order(texts: list[str], most: int) -> None:
    groups = questions(texts, most)
    assert texts == [text for group in groups for text in group]
    assert all(len(group) == 1 or sum(map(len, group)) <= most for group in groups)


# The pool.

@pytest.fixture
def every_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "CHARS_WORTH_A_START", 1)


@pytest.mark.usefixtures("every_core")
def test_a_pool_answers_in_order_with_all_its_processes() -> None:
    slow = ECHO.replace("    print", "    time.sleep(0.05)\n    print")
    texts = [f"{number} ".ljust(QUESTION_CHARS) for number in range(12)]
    with DetectorPool(QUICK, 3, command(slow)) as pool:
        assert texts == [spans[0].why for spans in pool.detect(texts)]
        assert all(member._asked > 0 for member in pool._members)
        assert [] == pool.detect([])


def test_a_short_batch_starts_one_process() -> None:
    with DetectorPool(QUICK, 3, command(ECHO)) as pool:
        pool.detect(["a", "b"])
        assert [True, False, False] == [member._process is not None for member in pool._members]


@pytest.mark.usefixtures("every_core")
def test_one_process_that_fails_fails_the_whole_batch_at_once() -> None:
    slow = DIES_OF_X.replace("    print", "    time.sleep(0.3)\n    print")
    texts = ["y" * QUESTION_CHARS, "x" * QUESTION_CHARS, *["y" * QUESTION_CHARS] * 200]
    with DetectorPool(QUICK, 3, command(slow)) as pool:
        began = time.monotonic()
        with pytest.raises(DetectorFailed, match="died"):
            pool.detect(texts)
        assert time.monotonic() - began < 10
        assert "y" * QUESTION_CHARS == pool.detect(texts[:1])[0][0].why


@pytest.mark.usefixtures("every_core")
def test_a_ctrl_c_does_not_wait_for_the_batch() -> None:
    slow = ECHO.replace("    asked =", "    time.sleep(0.4)\n    asked =")
    patient = Policy(name="t", version=1, detector=DetectorPolicy(deadline_s=20))
    with DetectorPool(patient, 3, command(slow)) as pool:
        pool.detect(["warm"] * 3)
        began = time.monotonic()
        alarm = threading.Timer(0.6, os.kill, (os.getpid(), signal.SIGINT))
        alarm.start()
        with pytest.raises(KeyboardInterrupt):
            pool.detect([str(number) + "x" * QUESTION_CHARS for number in range(60)])  # 8 s of reading
        assert time.monotonic() - began < 4
        assert ["after"] == [span.why for spans in pool.detect(["after"]) for span in spans]


def test_a_real_pool_finds_what_one_detector_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "CHARS_WORTH_A_START", 1)
    policy = Policy(name="t", version=1)
    texts = [f"Nurse Osei saw file {number:08} in Accra. " * 100 for number in range(24)]
    with DetectorPool(policy, 2) as pool:
        assert PresidioDetector(policy).detect(texts) == pool.detect(texts)


def test_no_library_of_the_detector_looks_up_a_host(tmp_path: Path) -> None:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed: what native code connects to cannot be seen")
    trace = tmp_path / "connects"
    command = [strace, "-f", "-e", "trace=connect", "-o", str(trace), sys.executable, "-P", "-B", "-m",
               "appliance.detection.service"]
    with DetectorProcess(Policy(name="t", version=1), command) as process:
        found = process.detect(["My name is Quentin Abernathy, see https://larkfield.org/a or q@larkfield.org."] * 40)
        time.sleep(1)
    assert all(found)
    assert "AF_INET" not in trace.read_text(encoding="utf-8")


def test_a_detector_that_starts_again_as_another_one_is_not_asked() -> None:
    with scripted("import os\nprint('{\"ready\": {\"name\": \"' + str(os.getpid()) + '\"}}', flush=True)") as process:
        process.describe()
        time.sleep(0.2)  # it has ended by itself
        with pytest.raises(DetectorFailed, match="not the one"):
            process.detect(["x"])
