"""The meter of one attempt of a job: reads the sources every second and at every stage boundary.

A tick reads every source at one moment and charges what was used since the last tick to the stage that was
running, so the stages and `OVERHEAD` together are exactly what the counters counted. Opening a source, and
trying one again that failed, happen in a thread of their own: neither a slow probe nor a dead driver holds
the job up.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from appliance.carbon.base import EnergySource
from appliance.carbon.channel import Channel
from appliance.carbon.ledger import (
    LATE,
    OPENING,
    OVERHEAD,
    Kind,
    Ledger,
    LedgerRow,
    Outcome,
    joules,
    microjoules,
    weakest,
)
from appliance.errors import MeterError
from appliance.units import Quality

CLOSE_PATIENCE_S = 10.0


@dataclass(frozen=True, slots=True)
class Totals:
    """The job so far, earlier attempts included, for live display; reports recompute from the ledger.

    Attributes:
        by_quality: joules; a quality is missing while none of its sources has answered.
        power_watts: at the last tick, None while a source has not said.
        complete: False once energy of some seconds is unknown, other than while the sources were opening.
    """

    by_quality: dict[Quality, float]
    power_watts: float | None
    complete: bool

    @property
    def energy_joules(self) -> float | None:
        """All qualities together, None while no source has answered: show `quality` beside it."""
        return sum(self.by_quality.values()) if self.by_quality else None

    @property
    def quality(self) -> Quality | None:
        """The weakest quality in the sum."""
        return weakest(self.by_quality)


class Meter:
    """Meters one attempt, from its construction to `close`. It owns the sources and closes them.

    Args:
        ledger: of this job; rows of earlier attempts are kept and added to.
        sources: may be empty: then every second is marked as unmetered.
        attempt: higher than any attempt in the ledger.
        interval_s: seconds between two readings, and the most a kill can lose.

    Raises:
        MeterError: the ledger is damaged or already has this attempt.
    """

    def __init__(self, ledger: Ledger, sources: Sequence[EnergySource], job: str, attempt: int,
                 interval_s: float = 1.0) -> None:
        self._ledger, self._job, self._attempt = ledger, job, attempt
        self._lock = threading.RLock()
        self._stop = threading.Event()
        self._channels = [Channel(source) for source in sources]
        self._stage, self._visit = OVERHEAD, 0
        self._tokens = [0, 0]
        self._pending: list[LedgerRow] = []
        self._microjoules: dict[Quality, int] = {}
        self._power_watts: float | None = None
        self._complete, self._closed = True, False
        self._boot_id = _boot_id()
        self._seq = self._replay()
        self._ticked_at = time.monotonic()
        self._append([self._row("started", self._ticked_at, interval_s=interval_s)])
        self._try_sources()
        self._sampler = threading.Thread(target=self._sample, args=(interval_s,), daemon=True)
        self._sampler.start()

    def __enter__(self) -> Meter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close(finished=error is None)

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Charge energy and tokens inside the block to a stage. A name may come again; its visits add up.

        Raises:
            MeterError: another stage is open (they do not nest), the name is `OVERHEAD`, or the meter is
                closed.
        """
        with self._lock:
            if self._stage != OVERHEAD or name == OVERHEAD or self._closed:
                raise MeterError(f"stage {name} cannot be metered while in {self._stage}"
                                 f"{' of a closed meter' if self._closed else ''}; stages do not nest")
            self._enter(name)
        try:
            yield
        finally:
            self._enter(OVERHEAD)

    def tokens(self, prompt: int, completion: int) -> None:
        """Tokens the local model has read and written since the last call."""
        with self._lock:
            self._tokens[0] += prompt
            self._tokens[1] += completion

    def totals(self) -> Totals:
        """The job so far, as of the last tick."""
        with self._lock:
            return Totals({quality: joules(amount) for quality, amount in self._microjoules.items()},
                          self._power_watts, self._complete and not self._pending)

    def wait_open(self, timeout_s: float) -> bool:
        """Wait until every source answers; False if one does not in time. Charging starts with its answer."""
        deadline = time.monotonic() + timeout_s
        for channel in self._channels:
            channel.wait(deadline - time.monotonic())
        return all(channel.live for channel in self._channels)

    def close(self, finished: bool = True) -> None:
        """Take the last reading, end the attempt in the ledger and close the sources; raises for no source.

        Args:
            finished: whether the job got to its end; False makes this a failed attempt.
        """
        if self._closed:
            return
        self._stop.set()
        self._sampler.join(CLOSE_PATIENCE_S)
        self.wait_open(CLOSE_PATIENCE_S)
        with self._lock:
            self._tick()
            self._closed = True
            self._append([self._row("ended", self._ticked_at, outcome="finished" if finished else "stopped")])
        for channel in self._channels:
            channel.close()

    def _enter(self, stage: str) -> None:
        with self._lock:
            self._tick()
            self._stage = stage
            self._visit += 1

    def _sample(self, interval_s: float) -> None:
        due = time.monotonic() + interval_s
        while not self._stop.wait(max(0.0, due - time.monotonic())):
            due = max(due + interval_s, time.monotonic())
            self._tick()
            self._try_sources()

    def _try_sources(self) -> None:
        for channel in self._channels:
            if channel.may_try(time.monotonic()) and not self._stop.is_set():
                channel.start_try(self._answered)

    def _answered(self, channel: Channel) -> None:
        """A source that was silent has given a reading: in the thread of the attempt."""
        with self._lock:
            if self._closed:
                return
            self._tick()
            # Energy that was counted across a stage boundary belongs to no one stage.
            stage = self._stage if channel.visit == self._visit else OVERHEAD
            late_joules, parts = channel.go_live(self._visit)
            if late_joules is None:
                return
            self._charge(channel, late_joules)
            self._append([self._row("energy", self._ticked_at, channel, stage=stage,
                                    energy_joules=late_joules, parts_joules=parts, note=LATE)])

    def _tick(self) -> None:
        """Read every source now and charge the time since the last tick to the current stage."""
        with self._lock:
            if self._closed:
                return
            used = [channel.used(self._visit) for channel in self._channels]
            now = time.monotonic()
            duration_s, self._ticked_at = now - self._ticked_at, now
            rows = [self._energy_row(channel, energy, parts, duration_s)
                    for channel, (energy, parts) in zip(self._channels, used, strict=True)]
            self._append(rows or [self._row("energy", now, duration_s=duration_s, note="no energy source",
                                            tokens=self._take_tokens())])
            self._power_watts = self._power()

    def _energy_row(self, channel: Channel, energy: float | None, parts: dict[str, float],
                    duration_s: float) -> LedgerRow:
        self._charge(channel, energy)
        return self._row("energy", self._ticked_at, channel, duration_s=duration_s, energy_joules=energy,
                         parts_joules=parts, tokens=self._take_tokens(), note=channel.note)

    def _charge(self, channel: Channel, energy: float | None) -> None:
        if energy is not None:
            quality = channel.source.quality
            self._microjoules[quality] = self._microjoules.get(quality, 0) + microjoules(energy)

    def _take_tokens(self) -> tuple[int, int]:
        prompt, completion = self._tokens
        self._tokens = [0, 0]
        return prompt, completion

    def _power(self) -> float | None:
        powers = [channel.power_watts for channel in self._channels]
        known = [power for power in powers if power is not None]
        return sum(known) if known and len(known) == len(powers) else None

    def _row(self, kind: Kind, t_mono: float, channel: Channel | None = None, *, stage: str | None = None,
             energy_joules: float | None = None, parts_joules: dict[str, float] | None = None,
             duration_s: float = 0.0, tokens: tuple[int, int] = (0, 0), interval_s: float | None = None,
             outcome: Outcome | None = None, note: str | None = None) -> LedgerRow:
        row = LedgerRow(
            self._seq, self._job, self._attempt, stage or self._stage, channel.source.id if channel else None,
            channel.source.quality if channel else None, energy_joules, duration_s, t_mono,
            datetime.now(UTC).isoformat(timespec="milliseconds"), self._boot_id, *tokens, kind,
            parts_joules or {}, interval_s, outcome, note)
        self._seq += 1
        self._complete = self._complete and not (row.unmetered and note != OPENING)
        return row

    def _append(self, rows: list[LedgerRow]) -> None:
        """A disk that refuses does not stop the job: the rows wait, and totals are incomplete meanwhile."""
        self._pending += rows
        with contextlib.suppress(MeterError):
            self._ledger.append(self._pending)
            self._pending = []

    def _replay(self) -> int:
        """Take up the totals of earlier attempts; the next sequence number."""
        seq, ended = 0, True
        for row in self._ledger.rows():
            seq = row.seq + 1
            if row.attempt >= self._attempt:
                raise MeterError(f"{self._ledger.path}: attempt {row.attempt} is already there; "
                                 f"this one must be higher than {self._attempt}")
            if row.energy_joules is not None and row.quality is not None:
                self._microjoules[row.quality] = (self._microjoules.get(row.quality, 0)
                                                  + microjoules(row.energy_joules))
            killed = row.kind == "started" and not ended
            ended = row.kind == "ended"
            self._complete = self._complete and not killed and not (row.unmetered and row.note != OPENING)
        self._complete = self._complete and ended
        return seq


def _boot_id() -> str | None:
    """Names this boot of the machine: monotonic times of two boots cannot be compared."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return None
