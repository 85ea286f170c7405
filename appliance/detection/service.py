"""The process behind `appliance.detection.process.DetectorProcess`: questions on standard input, answers on output."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import astuple
from typing import Any

from appliance.detection.presidio import PresidioDetector
from appliance.errors import DetectorFailed, PolicyError
from appliance.policy.model import Policy


def main() -> None:
    """Serve one JSON object per line: first the policy, then questions, each with an id and texts."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not look like an answer
    logging.disable(logging.CRITICAL)  # Presidio's debug lines quote texts

    def say(answer: Mapping[str, Any]) -> None:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    try:
        policy = Policy.model_validate(json.loads(sys.stdin.readline())["policy"])
        detector = PresidioDetector(policy)
    except (DetectorFailed, PolicyError) as error:
        say({"error": type(error).__name__, "says": str(error)})  # no text was seen yet: it can only name files
        return
    except Exception as error:
        say({"error": type(error).__name__})
        return
    say({"ready": dict(detector.describe())})
    for line in sys.stdin:
        # If the parent is gone nobody kills us: the alarm's default action ends this process even inside a match.
        signal.setitimer(signal.ITIMER_REAL, policy.detector.deadline_s + 5)
        say(_answer(detector, json.loads(line)))
        signal.setitimer(signal.ITIMER_REAL, 0)


def _answer(detector: PresidioDetector, question: Mapping[str, Any]) -> dict[str, Any]:
    try:
        found = detector.detect(question["texts"])
    except Exception as error:
        return {"id": question["id"], "error": type(error).__name__}
    return {"id": question["id"], "spans": [[list(astuple(span)) for span in spans] for spans in found]}


if __name__ == "__main__":
    main()
