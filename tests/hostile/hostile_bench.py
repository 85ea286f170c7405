"""What the hostile tests share: one policy, one way through the door, and a look at the bytes of our own."""

from __future__ import annotations

import base64
import json
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from door_bench import MODEL, Bench, reflector

from appliance.detection.detector import Detector, Span
from appliance.detection.process import DetectorProcess
from appliance.gateway import schema
from appliance.gateway.door import Admission, Door
from appliance.policy.model import Policy
from appliance.policy.parts import DetectorPolicy
from appliance.records import Instance
from appliance.reflect.base import Principles

POLICY = Policy(name="hostile", version=1, unknown_outcome="resend_once", deny_list={
    "PERSON": ("Dr. Amara Osei", "Tomas Brandt"), "ORGANIZATION": ("Larkfield Outpatient Clinic",),
    "PROJECT": ("Project Heron",)})
CARD, SSN, MAIL = "4095-2609-9393-4932", "078-05-1120", "kim.voss@larkfield.example"
SECRET = "sk-ant-api03-" + "a1B2" * 10
QUICK = Policy(name="quick", version=1, detector=DetectorPolicy(deadline_s=0.5))

# A few look-alikes, written down again here: the product's own table must not be what judges it.
_ALIKE = str.maketrans("аеорсхутвкмніјѕԁαορτβκν", "aeopcxytbkmhijsdaoptbkv")


def send(bench: Bench, *instances: Instance, door: Door | None = None) -> tuple[Admission, Principles | None]:
    """All that a job does with these instances; no request where none of them may be shown."""
    door = door or bench.door()
    admission = door.admit(instances)
    if not admission.clean:
        return admission, None
    return admission, reflector(bench, door).reflect(door.release_subset("d-1", admission.clean))


def send_all(bench: Bench, *instances: Instance, door: Door | None = None) -> None:
    """`send`, where none of them is refused: what is masked has to be masked and not left out."""
    admission, _ = send(bench, *instances, door=door)
    assert {} == dict(admission.refused)
    assert 1 == len(bench.upstream.received)


def strings(value: Any) -> list[str]:
    """Every string of a JSON value, keys included: an own walker."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in strings(part)]
    return [text for part in value for text in strings(part)] if isinstance(value, list) else []


def tight(text: str) -> str:
    """Letters and digits alone: compatibility forms, marks, case, look-alikes and everything between them gone."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_ALIKE)
    return "".join(str(unicodedata.decimal(character, None)) if unicodedata.decimal(character, None) is not None
                   else character for character in plain if unicodedata.category(character)[0] in "LN")


def readings(raw: bytes) -> str:
    """One request as anybody upstream could read it: the bytes themselves, and every string after JSON."""
    body = raw.partition(b"\r\n\r\n")[2]
    try:
        inside = strings(json.loads(body))
    except ValueError:
        inside = []
    return "\0".join(map(tight, (raw.decode("utf-8", "replace"), *inside, "".join(inside))))


def encodings(value: str) -> list[str]:
    """A value and what a sender who hides it makes of it, tightened."""
    data = value.encode()
    shifted = [base64.b64encode(b"x" * pad + data).decode()[4:-4] for pad in range(3)]
    return [tight(form) for form in (value, value[::-1], data.hex(), *shifted) if len(tight(form)) >= 4]


def unseen(bench: Bench, *values: str) -> None:
    """Fail if any of these values left, in any form."""
    for raw in bench.upstream.received:
        text = readings(raw)
        assert [] == [value for value in values for form in encodings(value) if form in text]


def nothing_left(bench: Bench) -> None:
    """Fail if one byte arrived upstream, or if the log says that one was going to."""
    assert ([], 0) == (bench.upstream.received, bench.kinds().count("request"))


def body(*messages: str, **more: Any) -> bytes:
    """A request of the Messages API in our own form."""
    document = {"model": MODEL, "max_tokens": 9, "messages": [{"role": "user", "content": text} for text in messages]}
    return json.dumps(document | more, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def head(bench: Bench, sent: bytes) -> tuple[tuple[str, str], ...]:
    """The header fields the appliance itself writes around these bytes."""
    return tuple(schema.headers(f"127.0.0.1:{bench.upstream.port}", len(sent)))


class Scripted:
    """A detector in this process that answers from a function of the text."""

    def __init__(self, act: Any) -> None:
        self.act, self.seen_chars = act, 0

    def describe(self) -> Mapping[str, str]:
        return {"name": "scripted"}

    def detect(self, texts: Sequence[str]) -> list[list[Span]]:
        self.seen_chars += sum(map(len, texts))
        return [self.act(text) for text in texts]


class Overheard:
    """A detector with a note of every text it was shown."""

    def __init__(self, inner: Detector) -> None:
        self.inner = inner
        self.shown: set[str] = set()

    def describe(self) -> Mapping[str, str]:
        return self.inner.describe()

    def detect(self, texts: Sequence[str]) -> list[list[Span]]:
        self.shown.update(texts)
        return self.inner.detect(texts)


class Failing:
    """A detector that works so many times and then does something else."""

    def __init__(self, inner: Detector, works: int, then: Any) -> None:
        self.inner, self.works, self.then = inner, works, then

    def describe(self) -> Mapping[str, str]:
        return self.inner.describe()

    def detect(self, texts: Sequence[str]) -> list[list[Span]]:
        self.works -= 1
        return self.inner.detect(texts) if self.works >= 0 else self.then(texts)


READY = "print('{\"ready\": {\"name\": \"x\"}}', flush=True)"


def process(program: str, policy: Policy = QUICK) -> DetectorProcess:
    """A detector process that runs a program of ours after its policy was read."""
    script = f"import sys, time, re\nsys.stdin.readline()\n{program}"
    return DetectorProcess(policy, [sys.executable, "-c", script], 30.0)


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
