"""People change, bring and accept principles; generation then works under exactly that list."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import scripted_job
from door_bench import Upstream, message

from appliance.artefact import Artefact
from appliance.cli.main import main
from appliance.errors import AwaitingReview, Interrupted, JobLocked
from appliance.events import NoDisplay
from appliance.jobs.store import JobRow, JobState, JobStore


@pytest.fixture
def upstream(upstream: Upstream) -> Upstream:
    """Three bullets a subset, one of them in every answer, and another principle for each of the two clusters."""
    bullets = [f"Insights:\n- Keep to the facts given.\n- Bullet {number} about tone here.\n"
               f"- Bullet {number} about figures here." for number in range(scripted_job.SUBSETS)]
    principles = ["Principle: Write as one person to another.", "Principle: State figures as the source has them."]
    upstream.script = [(200, message(text)) for text in (*bullets, *principles)]
    return upstream


def job(root: Path) -> JobRow:
    with JobStore.read_only(root) as store:
        return store.list()[0]


def folder(root: Path) -> Path:
    return root / "jobs" / job(root).id


def start(root: Path, **principles: Any) -> None:
    with JobStore.open(root) as store:
        document = scripted_job.config(root).to_json()
        store.create("scripted", "none", document | {"principles": document["principles"] | principles})
    resume(root)


def resume(root: Path) -> None:
    scripted_job.start_or_resume(root, NoDisplay())


@pytest.fixture
def waiting(root: Path) -> Path:
    """A root whose job waits for its principles to be accepted."""
    with pytest.raises(AwaitingReview, match="psi principles accept scripted-"):
        start(root, review=True)
    return root


@pytest.fixture
def paused(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root whose job was stopped after its principles were settled and before anything was accepted."""
    with monkeypatch.context() as patch:
        def stop(*_: object) -> Iterator[None]:
            raise Interrupted("stopped in stage generation; finished work is kept")
        patch.setattr(scripted_job.Composer, "generate", stop)
        with pytest.raises(Interrupted):
            start(root)
    assert "done" == stages(root)["principles"]
    return root


def stages(root: Path) -> dict[str, str]:
    with JobStore.read_only(root) as store:
        return {stage.name: stage.state for stage in store.stages(job(root).id)}


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


Psi = Callable[..., Done]


@pytest.fixture
def psi(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Psi:
    """`psi principles` in this process, with an editor of the test's choice."""
    def run(root: Path, *arguments: str, editor: str = "false") -> Done:
        monkeypatch.delenv("VISUAL", raising=False)
        monkeypatch.setenv("EDITOR", editor)
        capsys.readouterr()
        code = main(["principles", *arguments, "--root", str(root)])
        return Done(code, *capsys.readouterr())
    return run


def used(root: Path) -> list[dict[str, Any]]:
    return list(Artefact(folder(root) / "principles.jsonl").rows())


def generated_under(root: Path) -> set[tuple[str, ...]]:
    return {tuple(row["provenance"]["principle_ids"]) for row in Artefact(folder(root) / "generation.jsonl").rows()}


def edited_by(script: str) -> str:
    """An editor that is a line of sed."""
    return f"sed -i '{script}'"


def test_a_job_under_review_stops_before_generation_until_a_person_accepts(waiting: Path, psi: Psi) -> None:
    assert (JobState.AWAITING_APPROVAL, "AwaitingReview") == (job(waiting).state, job(waiting).error_category)
    ids = [row["id"] for row in used(waiting)]
    assert ids and not (folder(waiting) / "generation.jsonl").exists()
    with pytest.raises(AwaitingReview):
        resume(waiting)
    accepted = psi(waiting, "accept", job(waiting).id)
    assert (0, "") == (accepted.returncode, accepted.stdout)
    assert f"{len(ids)} principles accepted" in accepted.stderr
    assert (JobState.PAUSED, None) == (job(waiting).state, job(waiting).error_category)
    resume(waiting)
    assert {tuple(ids)} == generated_under(waiting)
    assert "Accepted by" in psi(waiting, "show", job(waiting).id).stdout


def test_an_edit_after_the_acceptance_needs_another(waiting: Path, psi: Psi) -> None:
    psi(waiting, "accept", job(waiting).id)
    assert 0 == psi(waiting, "edit", job(waiting).id, editor=edited_by("$ a Always name the price.")).returncode
    assert "Accepted" not in psi(waiting, "show", job(waiting).id).stdout
    with pytest.raises(AwaitingReview):
        resume(waiting)


def test_an_edit_keeps_what_is_untouched_and_names_what_a_person_changed(waiting: Path, psi: Psi) -> None:
    first, *rest = used(waiting)
    assert rest
    done = psi(waiting, "edit", job(waiting).id, "--reason", "too vague",
               editor=edited_by(f"s/^{first['id']}: .*/{first['id']}: Always name the price./; $ a A new one of mine."))
    assert 0 == done.returncode, done.stderr
    assert (JobState.AWAITING_APPROVAL, "AwaitingReview") == (job(waiting).state, job(waiting).error_category)
    revision = json.loads((folder(waiting) / "principles.edited.json").read_text())
    assert ("too vague", 64) == (revision["reason"], len(revision["edited_sha256"]))
    shown = psi(waiting, "show", job(waiting).id).stdout
    assert f"U-1 [edited by a person, was {first['id']}]" in shown and "too vague" in shown
    assert "Always" not in (folder(waiting) / "principles.jsonl").read_text(), "only the stage writes what is used"
    psi(waiting, "accept", job(waiting).id)
    resume(waiting)
    assert [("U-1", "Always name the price.", [first["id"]], "person"),
            *((row["id"], row["text"], row["sources"], "reflector") for row in rest),
            ("U-2", "A new one of mine.", [], "person")] == [
                (row["id"], row["text"], row["sources"], row["origin"]) for row in used(waiting)]
    assert {("U-1", *(row["id"] for row in rest), "U-2")} == generated_under(waiting)


def test_an_edit_of_settled_principles_is_what_generation_reads(paused: Path, psi: Psi) -> None:
    (paused / "mine.txt").write_text("# mine\nName the price.\nName the day.\n")
    done = psi(paused, "import", job(paused).id, str(paused / "mine.txt"))
    assert 0 == done.returncode, done.stderr
    assert (JobState.PAUSED, "running") == (job(paused).state, stages(paused)["principles"])
    resume(paused)
    assert {("U-1", "U-2")} == generated_under(paused)
    assert ["Name the price.", "Name the day."] == [row["text"] for row in used(paused)]


@pytest.mark.parametrize("editor", ["true", "truncate -s 0", edited_by("s/^[^#].*//"), edited_by("1 i # only a remark"),
                                    "touch -c", "rm"])
def test_an_edit_that_changes_nothing_or_comes_back_empty_does_nothing(waiting: Path, editor: str, psi: Psi) -> None:
    before = used(waiting)
    done = psi(waiting, "edit", job(waiting).id, editor=editor)
    assert (0, "psi: nothing changed\n") == (done.returncode, done.stderr)
    assert before == used(waiting)
    assert [] == [path.name for path in folder(waiting).glob("principles.edit*")]


def test_an_edit_that_cannot_be_used_is_kept_and_can_be_mended(waiting: Path, psi: Psi) -> None:
    name = job(waiting).id
    done = psi(waiting, "edit", name, editor=edited_by("$ a Said twice.\\nSaid  twice"))
    left = folder(waiting) / "principles.edit.txt"
    assert (2, "", 1) == (done.returncode, done.stdout, len(done.stderr.splitlines()))
    assert "the same principle stands in" in done.stderr and f"psi principles import {name} {left}" in done.stderr
    assert not (folder(waiting) / "principles.edited.json").exists()
    again = psi(waiting, "edit", name, editor="true")
    assert 2 == again.returncode and "left from an edit" in again.stderr
    left.write_text(left.read_text().replace("Said  twice", "Said once"))
    assert 0 == psi(waiting, "import", name, str(left)).returncode
    assert not left.exists()
    assert 2 == sum(row["edited"] for row in json.loads(psi(waiting, "show", name, "--json").stdout)["principles"])


@pytest.mark.parametrize(("editor", "says"), [("false", "ended with 1; nothing was changed"),
                                              ("/no/such/editor", "cannot be started")])
def test_an_editor_that_fails_changes_nothing(waiting: Path, editor: str, says: str, psi: Psi) -> None:
    done = psi(waiting, "edit", job(waiting).id, editor=editor)
    assert 1 == done.returncode and says in done.stderr
    assert not (folder(waiting) / "principles.edit.txt").exists()


def test_a_job_that_runs_is_left_alone(waiting: Path, psi: Psi) -> None:
    (waiting / "mine.txt").write_text("Name the price.\n")
    with JobStore.open(waiting) as store, store.claim(job(waiting).id):
        for arguments in (("accept",), ("import", str(waiting / "mine.txt"))):
            done = psi(waiting, arguments[0], job(waiting).id, *arguments[1:])
            assert JobLocked.exit_code == done.returncode, done.stderr
    assert not (folder(waiting) / "principles.accepted.json").exists()


def test_after_the_first_accepted_instance_the_way_on_is_a_new_job(root: Path, psi: Psi) -> None:
    start(root)
    name, file = job(root).id, root / "mine.json"
    for arguments in (("edit", name), ("import", name, str(root / "own.txt"))):
        (root / "own.txt").write_text("Name the price.\n")
        done = psi(root, *arguments, editor="true")
        assert 2 == done.returncode
        assert f"`psi principles export {name} --to FILE`" in done.stderr and "principles.source: FILE" in done.stderr
    assert 0 == psi(root, "export", name, "--to", str(file)).returncode
    assert 2 == psi(root, "export", name, "--to", str(file)).returncode
    original = used(root)
    second = root / "second"
    second.mkdir()
    start(second, source=str(file))
    assert [row["id"] for row in original] == [row["id"] for row in used(second)]
    assert {("person", True)} == {(row["origin"], row["demonstration"]) for row in used(second)}
    assert {"principles", "generation"} == set(stages(second))


def test_a_job_without_review_has_nothing_to_accept(paused: Path, psi: Psi) -> None:
    done = psi(paused, "accept", job(paused).id)
    assert 2 == done.returncode and "principles.review is false" in done.stderr


def test_before_there_are_principles_every_verb_says_so(root: Path, psi: Psi) -> None:
    with JobStore.open(root) as store:
        store.create("scripted", "none", scripted_job.config(root).to_json())
    name = job(root).id
    assert "has no principles yet" in psi(root, "show", name).stderr
    for arguments in (("edit", name), ("export", name)):
        done = psi(root, *arguments)
        assert (2, "") == (done.returncode, done.stdout) and "no principles to work with yet" in done.stderr


def test_what_is_shown_adds_up(root: Path, psi: Psi) -> None:
    start(root)
    view = json.loads(psi(root, "show", job(root).id, "--json").stdout)
    low = {bullet["id"]: bullet for bullet in view["low"]}
    assert set(low) == {name for ids in view["clusters"].values() for name in ids}
    for principle in view["principles"]:
        assert principle["sources"] == view["clusters"][principle["cluster"]]
        assert all(principle["cluster"] in low[name]["clusters"] for name in principle["sources"])
    assert {f"d-{number}" for number in range(1, scripted_job.SUBSETS + 1)} == {each["subset"] for each in low.values()}
    lines = psi(root, "show", job(root).id, "--low").stdout.splitlines()
    assert "DEMONSTRATION: a stand-in on this machine wrote these, not the reflector" in lines
    assert max(map(len, lines)) <= 80
    assert all(any(f"- {name} (" in line for line in lines) for name in low)


def test_exported_text_comes_back_as_the_same_list(waiting: Path, psi: Psi) -> None:
    name = job(waiting).id
    text = psi(waiting, "export", name).stdout
    assert "# DEMONSTRATION: a stand-in wrote some of these." in text
    (waiting / "back.txt").write_text(text)
    assert "nothing changed" in psi(waiting, "import", name, str(waiting / "back.txt")).stderr
    assert used(waiting) == json.loads(psi(waiting, "export", name, "--format", "json").stdout)["principles"]
    assert len(used(waiting)) == len(json.loads(psi(waiting, "show", str(waiting / "back.txt"), "--json").stdout)[
        "principles"])


def test_what_comes_back_with_a_private_value_is_marked_and_not_sent_again(root: Path, upstream: Upstream,
                                                                           psi: Psi) -> None:
    upstream.script[0] = (200, message("Insights:\n- Ask Zebedee before you answer.\n- Be kind to everyone here."))
    upstream.script[-1] = (200, message("Principle: State figures as Zebedee would."))
    notices: list[str] = []

    class Watching(NoDisplay):
        def notice(self, text: str) -> None:
            notices.append(text)

    scripted_job.start_or_resume(root, Watching())
    view = json.loads(psi(root, "show", job(root).id, "--json").stdout)
    (marked,) = [bullet for bullet in view["low"] if bullet["finding"]]
    assert ("residual_PERSON", "residual_PERSON") == (marked["finding"], marked["withheld"])
    assert "residual_PERSON" in [principle["finding"] for principle in view["principles"]]
    assert not any(b"Zebedee" in raw for raw in upstream.received)
    shown = " ".join(psi(root, "show", job(root).id, "--low").stdout.split())
    assert "[withheld: residual_PERSON] Ask Zebedee" in shown and "[may be private: residual_PERSON]" in shown
    assert 2 == sum("hold what may be private (residual_PERSON x1)" in notice for notice in notices)


def test_two_clusters_that_say_the_same_are_one_principle(root: Path, upstream: Upstream) -> None:
    upstream.script[-2:] = [(200, message("Principle: Write as one person to another."))]
    start(root)
    assert ["H-1"] == [row["id"] for row in used(root)]
    assert {("H-1",)} == generated_under(root)
