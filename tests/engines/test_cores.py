import os
from pathlib import Path

import pytest

from appliance.engines.cores import usable_cores


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Eight logical CPUs on four cores, of which this process may use six."""
    for cpu in range(8):
        topology = tmp_path / f"sys/devices/system/cpu/cpu{cpu}/topology"
        topology.mkdir(parents=True)
        (topology / "thread_siblings_list").write_text(f"{cpu % 4},{cpu % 4 + 4}\n")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 1, 2, 4, 5, 6})
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_two_threads_of_one_core_count_once(machine: Path) -> None:
    assert 3 == usable_cores(machine)


def test_without_topology_every_cpu_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 1})
    assert 2 == usable_cores(tmp_path)


def test_a_quota_of_the_second_cgroup_version_above_the_own_group_counts(machine: Path) -> None:
    write(machine / "proc/self/cgroup", "0::/appliance.slice/worker.service\n")
    write(machine / "sys/fs/cgroup/appliance.slice/cpu.max", "200000 100000\n")
    write(machine / "sys/fs/cgroup/appliance.slice/worker.service/cpu.max", "max 100000\n")
    assert 2 == usable_cores(machine)


def test_a_quota_of_the_first_cgroup_version_counts(machine: Path) -> None:
    write(machine / "proc/self/cgroup", "4:memory:/x\n2:cpu,cpuacct:/worker\n")
    write(machine / "sys/fs/cgroup/cpu/worker/cpu.cfs_quota_us", "150000\n")
    write(machine / "sys/fs/cgroup/cpu/worker/cpu.cfs_period_us", "100000\n")
    assert 1 == usable_cores(machine)


def test_no_quota_of_the_first_version_is_minus_one(machine: Path) -> None:
    write(machine / "proc/self/cgroup", "2:cpu:/worker\n")
    write(machine / "sys/fs/cgroup/cpu/worker/cpu.cfs_quota_us", "-1\n")
    write(machine / "sys/fs/cgroup/cpu/worker/cpu.cfs_period_us", "100000\n")
    assert 3 == usable_cores(machine)


def test_less_than_one_core_is_one_thread(machine: Path) -> None:
    write(machine / "proc/self/cgroup", "0::/\n")
    write(machine / "sys/fs/cgroup/cpu.max", "50000 100000\n")
    assert 1 == usable_cores(machine)


def test_this_machine_has_at_least_one() -> None:
    assert 1 <= usable_cores() <= len(os.sched_getaffinity(0))
