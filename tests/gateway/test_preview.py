"""What the detector fails on is refused, alone where records are apart; only a broken detector ends the command."""

from __future__ import annotations

from typing import Any

import pytest
from scripted import Scripted

from appliance.detection.detector import Span
from appliance.errors import DetectorFailed
from appliance.gateway.preview import KNOWN_GOOD, Previewed, preview
from appliance.gateway.scrub import Scrubber
from appliance.gateway.submitted import Submitted
from appliance.policy.model import Policy


def fails_on(*words: str) -> Scripted:
    def act(text: str) -> list[Span]:
        if any(word in text for word in words):
            raise DetectorFailed("down")
        return []

    return Scripted(act=act)


def shown(detector: Scripted, texts: list[str], **more: Any) -> list[Previewed]:
    scrubber = Scrubber(detector, Policy(name="t", version=1))
    return [record for part in preview([Submitted(text) for text in texts], scrubber, **more) for record in part]


def test_each_record_that_fails_is_refused_and_no_other_however_many_they_are() -> None:
    texts = [f"{'bad' if number % 3 else 'good'} {number}" for number in range(300)]
    assert [("detector_failed", None) if "bad" in text else (None, text) for text in texts] == [
        (record.refused, record.after) for record in shown(fails_on("bad"), texts, separate=True)]


def test_one_record_that_fails_takes_few_questions() -> None:
    detector = fails_on("bad")
    shown(detector, [f"good {number}" for number in range(2047)] + ["bad"], separate=True)
    failed = [call for call in detector.calls if any("bad" in text for text in call)]
    assert len(failed) <= 3
    assert len(detector.calls) < 150


def test_a_set_that_fails_is_refused_as_a_whole() -> None:
    assert ["detector_failed"] * 2 == [record.refused for record in shown(fails_on("bad"), ["good", "bad"])]


@pytest.mark.parametrize("separate", [False, True])
def test_a_detector_that_fails_on_anything_ends_it(separate: bool) -> None:
    with pytest.raises(DetectorFailed):
        shown(fails_on("bad", KNOWN_GOOD), ["good", "bad"], separate=separate)


def test_separate_records_are_counted_from_none() -> None:
    told: list[tuple[int, int]] = []
    shown(fails_on(), ["one", "two"], separate=True, progress=lambda done, wanted: told.append((done, wanted)))
    assert [(0, 2), (2, 2)] == told
