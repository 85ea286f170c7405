"""Switch every guard off in turn, in a copy of the tree, and see that a test notices.

    python tests/mutation/check.py [--jobs N] [--only WORDS] [--results FILE]

Nothing is changed in place. Each worker has a copy and an interpreter of its own, in which that copy is the one that is
imported: also by the detector, which is a process without any environment. Ends with 1 when a mutant survives, when a
patch does not fit the source any more, or when a test fails although nothing is switched off. With a file for the
results every verdict is written there as it comes, and a run on the same tree goes on where an earlier one ended.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue

from mutants import MUTANTS, Mutant
from verdicts import Verdict, Verdicts

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("appliance", "tui", "tests", "policies", "examples", "knowledge_base", "systemd", "pyproject.toml",
          "README.md")
DEADLINE_S = 180
"""Of the tests of one mutant; a guard against hanging that is switched off may make them hang."""
_TESTS_FAILED = 1  # pytest: some failed. Anything else, such as "no tests ran", proves nothing.


class Copy:
    """A copy of the tree and an interpreter that imports it.

    Args:
        folder: empty.
    """

    def __init__(self, folder: Path) -> None:
        self.tree = folder / "tree"
        self.tree.mkdir(parents=True)
        for name in COPIED:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, self.tree / name, ignore=shutil.ignore_patterns("__pycache__"))
            elif (ROOT / name).exists():
                shutil.copy2(ROOT / name, self.tree / name)
        venv.create(folder / "python", symlinks=True, with_pip=False)
        packages = next((folder / "python" / "lib").glob("python*")) / "site-packages"
        # Lines of a .pth file are only added to the path: what is installed there in editable form stays asleep.
        libraries = next(Path(entry) for entry in sys.path if entry.endswith("site-packages"))
        (packages / "tree.pth").write_text(f"{self.tree}\n{libraries}\n")
        self._python = folder / "python" / "bin" / "python"
        if not self._imports_itself():
            raise SystemExit("the copy is not what its interpreter imports; nothing can be said")

    def _imports_itself(self) -> bool:
        """Whether this interpreter, started as the detector is, imports the copy."""
        asked = [self._python, "-BP", "-c", "import appliance; print(appliance.__file__)"]
        says = subprocess.run(asked, env={}, cwd="/", capture_output=True, text=True, timeout=60).stdout
        return says.startswith(str(self.tree))

    def test(self, tests: Iterable[str]) -> tuple[int, str]:
        """Run tests here, all of them for every entry; the worst exit status and the last lines."""
        said = []
        for entry in tests:
            path, *options = shlex.split(entry)
            command = [str(self._python), "-B", "-m", "pytest", "-x", "-p", "no:cacheprovider", "--timeout", "60",
                       "--no-header", f"tests/{path}", *options]
            try:
                done = subprocess.run(command, cwd=self.tree, capture_output=True, text=True, timeout=DEADLINE_S,
                                      env={**os.environ, "OMP_NUM_THREADS": "1"})
            except subprocess.TimeoutExpired:
                return _TESTS_FAILED, f"{entry}: hung"
            said.append(done.stdout[-600:])
            if done.returncode:
                return done.returncode, done.stdout[-600:] + done.stderr[-300:]
        return 0, "".join(said)

    def judge(self, mutant: Mutant) -> Verdict:
        """Switch one guard off, ask its tests, put it back."""
        began = time.monotonic()
        path = self.tree / "appliance" / mutant.file
        whole = path.read_text() if path.is_file() else ""
        if not fits(mutant, whole):
            return Verdict(mutant, "does not fit", 0.0)
        path.write_text(whole.replace(mutant.old, mutant.new))
        try:
            status, said = self.test(mutant.tests)
        finally:
            path.write_text(whole)
        outcome = {0: "survived", _TESTS_FAILED: "killed"}.get(status, "cannot tell")
        return Verdict(mutant, outcome, time.monotonic() - began, "" if outcome == "killed" else said)

    def baseline(self, mutant: Mutant) -> Verdict:
        """The same tests with nothing switched off."""
        began = time.monotonic()
        status, said = self.test(mutant.tests)
        return Verdict(mutant, "cannot tell" if status else "passed", time.monotonic() - began, said if status else "")


def fits(mutant: Mutant, source: str) -> bool:
    """Whether a patch can be applied: its text stands in the source once."""
    return source.count(mutant.old) == 1 and mutant.old != mutant.new


def run(mutants: Sequence[Mutant], jobs: int, folder: Path, results: Path | None) -> list[Verdict]:
    """Judge all mutants, so many at once; first their tests on the tree as it is, each of them once."""
    copies: Queue[Copy] = Queue()
    for number in range(jobs):
        copies.put(Copy(folder / str(number)))
    whole = [Mutant(f"as it is: {tests[0].split()[0]}", "", "", "", tests) for tests in together(mutants)]
    verdicts = Verdicts(results, fingerprint(folder / "0" / "tree"), len(whole) + len(mutants))

    def asked(mutant: Mutant) -> Verdict:
        if known := verdicts.earlier(mutant):
            return known
        verdict = _with(copies, lambda copy: copy.judge(mutant) if mutant.file else copy.baseline(mutant))
        verdicts.came(verdict)
        return verdict

    with ThreadPoolExecutor(jobs) as pool:
        return [verdict for verdict in pool.map(asked, (*whole, *mutants)) if verdict.mutant.file or not verdict.good]


def fingerprint(tree: Path) -> str:
    """What the verdicts are about: every file of a copy, by name and content."""
    digest = hashlib.sha256()
    for path in sorted(path for path in tree.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(tree)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def together(mutants: Iterable[Mutant]) -> list[tuple[str, ...]]:
    """Every test that any mutant names, once, file by file."""
    terms: dict[str, set[str]] = {}
    for path, *options in (shlex.split(entry) for mutant in mutants for entry in mutant.tests):
        terms.setdefault(path, set()).add(options[1] if options else "")
    return [(path if "" in wanted else f"{path} -k '{' or '.join(f'({term})' for term in sorted(wanted))}'",)
            for path, wanted in sorted(terms.items())]


def _with(copies: Queue[Copy], act: Callable[[Copy], Verdict]) -> Verdict:
    copy = copies.get()
    try:
        return act(copy)
    finally:
        copies.put(copy)


def main() -> int:
    """Judge all mutants and print a table."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    arguments.add_argument("--only", default="", help="mutants whose name or file holds these words")
    arguments.add_argument("--results", type=Path, help="JSON Lines, added to; what it holds is not asked again")
    given = arguments.parse_args()
    chosen = [mutant for mutant in MUTANTS if given.only in f"{mutant.file} {mutant.name}"]
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="psi-mutation-") as folder:
        verdicts = run(chosen, given.jobs, Path(folder), given.results)
    print("| guard | file | outcome | seconds |\n|---|---|---|---:|")
    for verdict in verdicts:
        print(f"| {verdict.mutant.name} | {verdict.mutant.file} | {verdict.outcome} | {verdict.seconds:.1f} |")
    bad = [verdict for verdict in verdicts if not verdict.good]
    for verdict in bad:
        print(f"\n{verdict.mutant.name}: {verdict.outcome} ({', '.join(verdict.mutant.tests)})\n{verdict.detail}",
              file=sys.stderr)
    print(f"\n{len(chosen)} guards, {len(bad)} not shown to bite, {time.monotonic() - began_s:.0f} s", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
