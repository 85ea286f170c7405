"""The detector raising, hanging, dying, answering nonsense, at each question of a whole job: zero bytes upstream."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

import pytest
from door_bench import ANSWER, Bench, instance, message, reflector
from hostile_bench import Failing
from test_hostile_11_20 import principle_rows

from appliance.detection.detector import Span
from appliance.detection.process import DetectorProcess
from appliance.errors import DetectorFailed, EgressDenied
from appliance.gateway.door import Door
from appliance.policy.parts import DetectorPolicy

FIRST = instance("a", "Ask Mrs. Ingrid Solberg, do you have parking?")
SECOND = instance("b", "Is there a lift in the building?")


def job(bench: Bench, door: Door) -> None:
    """Both requests of a small job: Eq. 2 for a subset, Eq. 3 for what came back."""
    client = reflector(bench, door)
    admission = door.admit([FIRST, SECOND])
    principles = client.reflect(door.release_subset("d-1", admission.clean))
    released, _ = door.release_cluster("c-1", principle_rows(principles.texts))
    client.reflect(released)


class Counting(Failing):
    """Counts the questions, and which of them were asked before each request arrived."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench.detector, 10**9, None)
        self.asked = 0

    def detect(self, texts: Sequence[str]) -> list[list[Span]]:
        self.asked += 1
        return super().detect(texts)


def raises(texts: Sequence[str]) -> Any:
    raise DetectorFailed("the detector raised")


def nonsense(texts: Sequence[str]) -> Any:
    return [[Span(0, len(text) + 7, "PERSON", 0.9, "x")] for text in texts]


def too_few(texts: Sequence[str]) -> Any:
    return []


def no_list(texts: Sequence[str]) -> Any:
    return [None for _ in texts]


@pytest.mark.parametrize("how", [raises, nonsense, too_few, no_list])
def test_a_failure_at_any_question_sends_nothing_after_it(bench: Bench, how: Any) -> None:
    """Wherever in the job the detector fails, no request is built from then on, and the failing one never left."""
    counting = Counting(bench)
    bench.detector = counting
    arrivals: list[int] = []
    bench.upstream.before_answer = lambda: arrivals.append(counting.asked)
    job(bench, bench.door())
    assert 2 == len(arrivals)
    total, real = counting.asked, counting.inner
    for works in range(total):
        bench.upstream.received.clear()
        bench.detector = Failing(real, works, how)
        with pytest.raises((EgressDenied, TypeError, IndexError, ValueError, AttributeError)) as caught:
            job(bench, bench.door(job_id=f"job-{works}"))
        expected = sum(works >= asked for asked in arrivals)
        assert expected == len(bench.upstream.received), f"question {works + 1} of {total}"
        assert isinstance(caught.value, DetectorFailed), f"question {works + 1}: {type(caught.value).__name__}"


def test_a_detector_that_hangs_is_killed_at_its_deadline(bench: Bench) -> None:
    policy = bench.policy.model_copy(update={"detector": DetectorPolicy(deadline_s=0.4)})
    import sys

    from hostile_bench import READY

    once = (f"{READY}\nimport json\nfor line in sys.stdin:\n    question = json.loads(line)\n"
            f"    if question['id'] > 3: time.sleep(60)\n"
            f"    print(json.dumps({{'id': question['id'], 'spans': [[] for _ in question['texts']]}}), flush=True)")
    with DetectorProcess(policy, [sys.executable, "-c", f"import sys, time\nsys.stdin.readline()\n{once}"],
                         20.0) as bench.detector:
        began = time.monotonic()
        with pytest.raises(DetectorFailed, match="within"):
            job(bench, bench.door())
        assert time.monotonic() - began < 10
    assert [] == bench.upstream.received
    assert threading.active_count() < 10


def test_an_answer_that_cannot_be_scanned_goes_no_further(bench: Bench) -> None:
    bench.upstream.script = [(200, message(ANSWER))]
    real = bench.detector
    door_detector = Failing(real, 10**9, raises)
    bench.detector = door_detector
    door = bench.door()
    client = reflector(bench, door)
    principles = client.reflect(door.release_subset("d-1", door.admit([SECOND]).clean))
    door_detector.works = 0
    with pytest.raises(DetectorFailed):
        door.release_cluster("c-1", principle_rows(principles.texts))
    with pytest.raises(DetectorFailed):
        door.finding_in("Keep to the facts.")
    assert 1 == len(bench.upstream.received)
