"""`psi` as a person meets it: real processes, real signals, exit codes and streams; only the runner is scripted."""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from appliance import __version__
from appliance.jobs.store import JobState, JobStore

SCRIPTED = str(Path(__file__).with_name("scripted_psi.py"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "job.yaml").write_text("name: clinic\nseeds: seeds.jsonl\nknowledge: kb\npolicy: policy.yaml\n")
    (tmp_path / "seeds.jsonl").write_text(
        '{"instruction": "Answer.", "input": "When is it open?", "output": "It is open at nine."}\n' * 3)
    (tmp_path / "kb").mkdir()
    (tmp_path / "kb" / "page.md").write_text("The harbour office opens at nine.\n")
    (tmp_path / "policy.yaml").write_text("name: test\nversion: 1\n")
    return tmp_path


def command(behaviour: str, root: Path, *arguments: str) -> list[str]:
    return [sys.executable, SCRIPTED, behaviour, *arguments, "--root", str(root)]


def psi(behaviour: str, root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(behaviour, root, *arguments), capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL, env={**os.environ, **environment})


def started(behaviour: str, root: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(command(behaviour, root, *arguments), text=True, stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, **environment})


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def new_job(root: Path, *ends: JobState) -> str:
    with JobStore.open(root) as store:
        job = store.create("clinic", "job.yaml", {}).id
        for state in ends:
            with store.claim(job) as claim:
                claim.finish(state, None if state is JobState.DONE else "StalledError", "3 of 10")
    return job


def state_of(root: Path, job: str | None = None) -> JobState:
    with JobStore.read_only(root) as store:
        return (store.get(job) if job else store.list()[-1]).state


def test_a_run_keeps_data_and_messages_apart(root: Path) -> None:
    ended = psi("good", root, "run", str(root / "job.yaml"), "--json")
    assert 0 == ended.returncode, ended.stderr
    (line,) = ended.stdout.splitlines()
    summary = json.loads(line)
    assert 1 == summary["schema"]
    job = summary["job"]["id"]
    assert JobState.DONE == state_of(root, job)
    messages = ended.stderr.splitlines()
    assert f"job {job} is in {root}/jobs/{job}" == messages[0]
    assert "a notice" in messages
    assert f"Job {job}: done" in messages


def test_without_json_nothing_goes_to_standard_output(root: Path) -> None:
    ended = psi("good", root, "run", str(root / "job.yaml"))
    assert (0, "") == (ended.returncode, ended.stdout)


def test_no_display_is_silent(root: Path) -> None:
    ended = psi("good", root, "run", str(root / "job.yaml"), "--display", "none")
    assert (0, "", "") == (ended.returncode, ended.stdout, ended.stderr)


def test_the_stored_job_is_complete_and_absolute(root: Path) -> None:
    psi("good", root, "run", str(root / "job.yaml"))
    with JobStore.read_only(root) as store:
        (row,) = store.list()
    config = json.loads(row.config_json)
    assert str(root / "seeds.jsonl") == config["seeds"]
    assert 20_000 == config["psi"]["instances"]
    assert str(root / "job.yaml") == row.config_path


def test_psi_home_is_the_root(root: Path) -> None:
    job = new_job(root)
    ended = subprocess.run([sys.executable, "-m", "appliance.cli.main", "jobs", "--json"], capture_output=True,
                           text=True, env={**os.environ, "PSI_HOME": str(root)}, timeout=60)
    assert [job] == [view["id"] for view in json.loads(ended.stdout)["jobs"]]


@pytest.mark.parametrize(("content", "reason"), [
    (None, "cannot be read"), ("- a list", "is not a YAML mapping"), ("name: x\nseed: y", "did you mean seeds?"),
    ("name: [", "not valid YAML")])
def test_a_bad_job_file_is_one_line_and_exit_2_and_no_job(root: Path, content: str | None, reason: str) -> None:
    path = root / "bad.yaml"
    if content is not None:
        path.write_text(content)
    ended = psi("good", root, "run", str(path))
    (line,) = ended.stderr.splitlines()
    assert (2, "") == (ended.returncode, ended.stdout)
    assert line.startswith(f"psi: error: {path}")
    assert reason in line
    assert not (root / "jobs").exists()


def test_an_error_of_ours_is_one_line_and_its_own_exit_code(root: Path) -> None:
    ended = psi("denied", root, "run", str(root / "job.yaml"), "--json")
    assert (3, "") == (ended.returncode, ended.stdout)
    assert "psi: error: the door stayed shut: 2 findings" == ended.stderr.splitlines()[-1]


def test_the_unexpected_leaves_a_trace_without_values_and_an_exit_1(root: Path) -> None:
    ended = psi("crash", root, "run", str(root / "job.yaml"))
    job = next((root / "jobs").glob("clinic-*"))
    assert 1 == ended.returncode
    assert f"psi: error: unexpected LookupError; the trace is in {job}/crash.txt" == ended.stderr.splitlines()[-1]
    trace = (job / "crash.txt").read_text()
    assert "scripted_psi.py" in trace and "in behave" in trace and trace.rstrip().endswith("builtins.LookupError")
    for shown in (ended.stderr, trace):
        assert "Erika" not in shown
        assert "Traceback" not in ended.stderr
    assert 0o600 == (job / "crash.txt").stat().st_mode & 0o777


def test_resume_goes_on_with_the_newest_unfinished_job(root: Path) -> None:
    older, newer = new_job(root), new_job(root, JobState.PAUSED)
    ended = psi("good", root, "resume", "--json")
    assert (newer, 2) == (json.loads(ended.stdout)["job"]["id"], json.loads(ended.stdout)["job"]["attempts"])
    assert JobState.QUEUED == state_of(root, older)
    assert 0 == psi("good", root, "resume", older).returncode
    assert JobState.DONE == state_of(root, older)


def test_resume_of_a_job_that_is_done_shows_its_summary_and_runs_nothing(root: Path) -> None:
    job = json.loads(psi("good", root, "run", str(root / "job.yaml"), "--json").stdout)["job"]["id"]
    shown = psi("crash", root, "resume", job)
    assert (0, "") == (shown.returncode, shown.stderr)
    assert f"job {job} is done" == shown.stdout.splitlines()[0]
    assert f"Job {job}: done" in shown.stdout
    assert 1 == json.loads(psi("crash", root, "resume", job, "--json").stdout)["schema"]
    (root / "jobs" / job / "summary.json").unlink()
    lost = psi("good", root, "resume", job)
    assert (2, "") == (lost.returncode, lost.stdout)
    assert "summary.json cannot be read" in lost.stderr


def test_a_dataset_that_is_gone_is_written_again_or_its_loss_is_said(root: Path) -> None:
    job = json.loads(psi("good", root, "run", str(root / "job.yaml"), "--json").stdout)["job"]["id"]
    directory = root / "jobs" / job
    (directory / "dataset.jsonl").unlink()
    again = psi("crash", root, "resume", job)
    assert 0 == again.returncode
    assert "1 instances written again" in again.stderr
    assert {"id": "a"} == json.loads((directory / "dataset.jsonl").read_text())
    for name in ("dataset.jsonl", "generation.jsonl"):
        (directory / name).unlink()
    lost = psi("crash", root, "resume", job)
    assert (2, "") == (lost.returncode, lost.stdout)
    assert "restore one from a backup" in lost.stderr


def test_a_job_that_runs_elsewhere_is_exit_6(root: Path) -> None:
    job = new_job(root)
    with started("hold", root, "resume", job) as holder:
        assert "holding" == said(holder)
        refused = psi("good", root, "resume", job)
        assert 6 == refused.returncode
        assert f"psi: error: job {job} already runs in process {holder.pid}" == refused.stderr.splitlines()[-1]
        assert 0 == psi("good", root, "resume", "--all").returncode
        holder.communicate("")
    assert 0 == holder.returncode


@pytest.mark.parametrize("arguments", [("resume",), ("resume", "clinic"), ("resume", "--all"), ("jobs",)])
def test_where_there_are_no_jobs_nothing_is_made(root: Path, arguments: tuple[str, ...]) -> None:
    ended = psi("good", root, *arguments)
    assert (0 if arguments[-1] in ("--all", "jobs") else 2) == ended.returncode
    assert "" == ended.stdout
    assert not (root / "jobs").exists()


def test_resume_all_takes_every_unfinished_job_and_leaves_failed_ones_to_a_person(root: Path) -> None:
    queued, paused, done = new_job(root), new_job(root, JobState.PAUSED), new_job(root, JobState.DONE)
    failed, waiting = new_job(root, JobState.FAILED), new_job(root, JobState.AWAITING_APPROVAL)
    ended = psi("good", root, "resume", "--all", "--json")
    assert 0 == ended.returncode
    assert [queued, paused] == [json.loads(line)["job"]["id"] for line in ended.stdout.splitlines()]
    assert JobState.FAILED == state_of(root, failed)
    assert JobState.DONE == state_of(root, done)
    assert JobState.AWAITING_APPROVAL == state_of(root, waiting)
    for job in (failed, waiting):
        assert f"psi: job {job} needs a person and is left alone; `psi resume {job}` tries again" in ended.stderr


def test_resume_all_tries_again_what_could_not_be_reached(root: Path) -> None:
    job = new_job(root)
    with JobStore.open(root) as store, store.claim(job) as claim:
        claim.finish(JobState.FAILED, "SendFailed", "no answer")
    assert 0 == psi("good", root, "resume", "--all").returncode
    assert JobState.DONE == state_of(root, job)


def test_resume_all_goes_on_after_a_failure_and_reports_the_first(root: Path) -> None:
    new_job(root), new_job(root)
    ended = psi("denied", root, "resume", "--all")
    assert 3 == ended.returncode
    assert 2 == ended.stderr.count("the door stayed shut")


def test_all_and_a_job_together_are_a_usage_error(root: Path) -> None:
    assert 2 == psi("good", root, "resume", "x", "--all").returncode


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_stops_cleanly_with_exit_130(root: Path, number: signal.Signals) -> None:
    with started("stop", root, "run", str(root / "job.yaml")) as process:
        assert "ready" == said(process)
        process.send_signal(number)
        _, messages = process.communicate(timeout=20)
    assert 130 == process.returncode
    assert "psi: stopping after the current step; Ctrl-C again to stop at once" in messages.splitlines()
    assert messages.splitlines()[-1].startswith("psi: stopped in stage expand; finished work is kept; `psi resume ")
    assert JobState.PAUSED == state_of(root)
    assert 0 == psi("good", root, "resume").returncode


def test_a_second_signal_stops_at_once_and_the_job_can_be_resumed(root: Path) -> None:
    with started("stop-is-ignored", root, "run", str(root / "job.yaml")) as process:
        assert "ready" == said(process)
        process.send_signal(signal.SIGINT)
        assert "ignoring" == said(process)
        began_s = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, messages = process.communicate(timeout=20)
    assert time.monotonic() - began_s < 5
    assert 130 == process.returncode
    assert "psi: stopped at once" in messages.splitlines()[-1]
    ended = psi("good", root, "resume", "--json")
    assert 2 == json.loads(ended.stdout)["job"]["attempts"]


def test_a_signal_that_was_switched_off_stays_off(root: Path) -> None:
    with started("stop", root, "run", str(root / "job.yaml"), IGNORE_SIGINT="1") as process:
        assert "ready" == said(process)
        process.send_signal(signal.SIGINT)
        time.sleep(0.2)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
    assert 130 == process.returncode


def test_kill_9_leaves_a_job_that_shows_as_interrupted_and_resumes(root: Path) -> None:
    with started("hold", root, "run", str(root / "job.yaml")) as process:
        assert "holding" == said(process)
        process.kill()
    listed = psi("good", root, "jobs").stdout
    assert " interrupted " in listed
    assert "psi resume clinic-" in listed
    assert 0 == psi("good", root, "resume").returncode


def test_jobs_as_json_has_a_schema_and_every_job(root: Path) -> None:
    assert {"schema": 1, "jobs": []} == json.loads(psi("good", root, "jobs", "--json").stdout)
    job = new_job(root, JobState.FAILED)
    (view,) = json.loads(psi("good", root, "jobs", "--json").stdout)["jobs"]
    assert (job, "failed", "StalledError: 3 of 10", False) == (view["id"], view["state"], view["error"],
                                                               view["alive"])


def test_a_damaged_store_is_one_line(root: Path) -> None:
    (root / "jobs").mkdir()
    (root / "jobs/jobs.db").write_text("no database" * 100)
    for verb in ("jobs", "resume"):
        ended = psi("good", root, verb)
        assert 1 == ended.returncode
        assert 1 == len(ended.stderr.splitlines())
        assert "damaged" in ended.stderr


@pytest.mark.parametrize("arguments", [("jobs", "--json"), ("run", "job.yaml", "--json")])
def test_a_reader_that_goes_away_is_no_error(root: Path, arguments: tuple[str, ...]) -> None:
    new_job(root)
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as closed_pipe:
        ended = subprocess.run(command("good", root, *arguments), stdout=closed_pipe, stderr=subprocess.PIPE,
                               text=True, cwd=root, timeout=60)
    assert 0 == ended.returncode
    assert "BrokenPipe" not in ended.stderr and "Traceback" not in ended.stderr


def test_progress_nobody_reads_does_not_stop_a_job(root: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as closed_pipe:
        ended = subprocess.run(command("good", root, "run", "job.yaml", "--json"), stdout=subprocess.PIPE,
                               stderr=closed_pipe, text=True, cwd=root, timeout=60)
    assert "done" == json.loads(ended.stdout)["job"]["state"]
    assert JobState.DONE == state_of(root)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is not here")
def test_a_full_disk_under_standard_output_is_an_error(root: Path) -> None:
    new_job(root)
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(command("good", root, "jobs"), stdout=full, stderr=subprocess.PIPE, text=True,
                               timeout=60)
    assert 1 == ended.returncode
    assert "psi: error: standard output cannot be written (No space left on device)" == ended.stderr.splitlines()[0]


def test_the_screen_needs_a_terminal(root: Path) -> None:
    ended = psi("good", root, "tui")
    assert (1, "") == (ended.returncode, ended.stdout)
    assert "psi: error: the screen needs a terminal; `psi jobs` prints the same list\n" == ended.stderr


def test_version_and_usage() -> None:
    def plain_psi(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "appliance.cli.main", *arguments], capture_output=True,
                              text=True, timeout=60)

    assert f"psi {__version__}\n" == plain_psi("--version").stdout
    assert 2 == plain_psi("nonsense").returncode
    assert 2 == plain_psi("run").returncode
    for verb in ("run", "resume", "jobs", "tui"):
        assert verb in plain_psi("--help").stdout
        assert 0 == plain_psi(verb, "--help").returncode


HEAVY = {"torch", "anthropic", "presidio_analyzer", "textual", "llama_cpp", "transformers", "sklearn", "httpx2",
         "codecarbon", "spacy", "numpy"}


def test_nothing_heavy_is_loaded_before_the_job_is_on_record(root: Path) -> None:
    new_job(root)
    code = ("import sys\nfrom appliance.cli.main import main\nfrom appliance.cli import attempt\n"
            "from appliance.cli.live import LiveDisplay\nfrom appliance.config import load_job\n"
            "main(['jobs', '--root', sys.argv[1]])\nprint(','.join(sys.modules), file=sys.stderr)")
    loaded = subprocess.run([sys.executable, "-c", code, str(root)], check=True, capture_output=True, text=True)
    modules = set(loaded.stderr.strip().split(","))
    assert "appliance.jobs.store" in modules
    assert set() == modules & HEAVY


def test_help_takes_less_than_8_starts_of_a_bare_interpreter() -> None:
    def median_s(*arguments: str) -> float:
        times = []
        for _ in range(7):
            began_s = time.perf_counter()
            subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
            times.append(time.perf_counter() - began_s)
        return statistics.median(times)

    assert median_s("-c", "from appliance.cli.main import main; main(['--help'])") < 8 * median_s("-c", "pass")


@pytest.mark.parametrize(("file", "content", "says"), [
    ("seeds.jsonl", '{"instruction": "x"}', "seeds.jsonl:1: the field output"), ("policy.yaml", "", "policy.yaml"),
    ("kb/page.md", "", "kb/page.md: this page is empty")])
def test_bad_inputs_are_one_line_with_their_place_and_no_job_is_made(root: Path, file: str, content: str,
                                                                     says: str) -> None:
    (root / file).write_text(content)
    done = psi("good", root, "run", str(root / "job.yaml"))
    assert (2, "", 1) == (done.returncode, done.stdout, done.stderr.count("\n"))
    assert says in done.stderr
    with JobStore.read_only(root) as store:
        assert () == store.list()
