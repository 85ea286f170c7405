"""How many physical cores this process may really use: affinity, hyper-threads and the cgroup's CPU quota."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path


def usable_cores(root: Path = Path("/")) -> int:
    """Physical cores this process may use, at least 1.

    More threads than that are ruinous for llama.cpp, whose threads wait for each other at every layer.

    Args:
        root: where ``sys`` and ``proc`` are, for tests.
    """
    cores = _physical_cores(root, os.sched_getaffinity(0))
    quota = min(_quotas(root), default=float(cores))
    return max(1, min(cores, int(quota)))


def _physical_cores(root: Path, cpus: Collection[int]) -> int:
    """Distinct cores among some logical CPUs; every CPU is a core where the kernel does not tell."""
    siblings = set()
    for cpu in cpus:
        topology = root / f"sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list"
        siblings.add(_read(topology) or str(cpu))
    return len(siblings)


def _quotas(root: Path) -> Iterator[float]:
    """CPU quotas in cores, of the process's cgroup and every one above it (cgroup v2, then v1)."""
    for line in _read(root / "proc/self/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers and "cpu" not in controllers.split(","):
            continue
        base = root / "sys/fs/cgroup" / ("" if not controllers else "cpu")
        leaf = base / path.lstrip("/")
        for folder in (leaf, *leaf.parents):
            if not folder.is_relative_to(base):
                break
            yield from _quota(folder)


def _quota(folder: Path) -> Iterator[float]:
    period = _read(folder / "cpu.cfs_period_us")
    words = (_read(folder / "cpu.max") or f"{_read(folder / 'cpu.cfs_quota_us')} {period}").split()
    if len(words) == 2 and words[0].isdigit() and words[1].isdigit() and int(words[1]) > 0:
        yield int(words[0]) / int(words[1])


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
