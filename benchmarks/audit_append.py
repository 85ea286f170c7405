"""How long one durable append takes, with and without its payload: ``python benchmarks/audit_append.py [count]``."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from appliance.audit.log import AuditLog


def timed_ms(action: Callable[[], object]) -> float:
    """Wall time of one call, milliseconds."""
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1000


def line(name: str, samples_ms: list[float]) -> str:
    """Median and 99th percentile of some samples."""
    p99 = statistics.quantiles(samples_ms, n=100)[98]
    return f"{name:24} median {statistics.median(samples_ms):7.2f} ms   p99 {p99:7.2f} ms   n={len(samples_ms)}"


def main(count: int) -> None:
    """Measure in a new directory beside the current one, on whatever disk that is."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as directory:
        log = AuditLog.open(Path(directory))
        fields = {"text": "x" * 800}
        print(line("append, 1 KB record", [timed_ms(lambda: log.append("refused", fields)) for _ in range(count)]))
        bodies = [str(number).encode() * 1000 for number in range(count)]
        print(line("put_payload, 1-3 KB", [timed_ms(lambda body=body: log.put_payload(body)) for body in bodies]))
        print(line("record(newest)", [timed_ms(lambda: log.reader.record(count - 1)) for _ in range(20)]))
        print(f"{'verify':24} {timed_ms(log.reader.verify):14.2f} ms   {count} records")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
