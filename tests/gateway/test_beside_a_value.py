"""What stands beside a value must not hide it: signs that are no text, underscores, a placeholder."""

from __future__ import annotations

import time

import pytest

from appliance.detection.process import DetectorProcess
from appliance.gateway.scrub import Scrubber
from appliance.policy.model import Policy
from appliance.records import Instance

POLICY = Policy(name="t", version=1)
VALUES = ("078-05-1120", "4111 1111 1111 1111", "212-555-0187", "amara@larkfield.org")


def scrubbed(detector: DetectorProcess, text: str) -> str:
    result = Scrubber(detector, POLICY).scrub([Instance("a", "Answer the letter.", text, "We will ring back.")])
    return result.clean[0].input if result.clean else f"refused: {result.refused['a']}"


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize(("before", "after"), [("\ufffc", "\ufffc"), ("\ufffc" * 7, ""), ("_", "_"), ("**", "**"),
                                               ("\u2800", "\u2800"), ("see:\ufffc", ".")])
def test_a_sign_beside_a_value_does_not_hide_it(presidio: DetectorProcess, value: str, before: str, after: str) -> None:
    assert value not in scrubbed(presidio, f"The number he gave us was {before}{value}{after} as he said.")


@pytest.mark.parametrize("number", ["4111_1111_1111_1111", "4111\u28001111\u28001111\u28001111", "078_05_1120"])
def test_other_signs_between_digits_do_not_hide_a_number(presidio: DetectorProcess, number: str) -> None:
    assert number not in scrubbed(presidio, f"The card or number was {number} when we wrote it down.")


@pytest.mark.parametrize("secret", ["_AKIAIOSFODNN7EXAMPLE_", "\ufffcAKIAIOSFODNN7EXAMPLE\ufffc"])
def test_a_secret_in_emphasis_still_refuses(presidio: DetectorProcess, secret: str) -> None:
    assert "refused: secret" == scrubbed(presidio, f"Use {secret} for the upload.")


def test_a_long_run_of_punctuation_takes_no_time(presidio: DetectorProcess) -> None:
    began = time.process_time()
    assert "Abernathy" not in scrubbed(presidio, "Please ask Mr. Quentin Abernathy" + "," * 40_000 + "x about it.")
    assert time.process_time() - began < 2
