from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.artefact import Artefact
from appliance.config import BudgetConfig
from appliance.errors import BudgetSpent, EngineError, Interrupted, MeterError, StalledError
from appliance.methods.psi import spending
from appliance.methods.psi.collect import collect
from appliance.methods.psi.composer import Candidate
from appliance.methods.psi.spending import equal_shares, rejected_beside
from appliance.quality.language import Languages
from appliance.records import Instance, Provenance, Usage
from appliance.stage import StageContext

TOKENS = Usage(100, 10)
ANY = Languages("any", [])
NUMBERS = ["naught", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


def instance(request: int, place: int, instruction: str | None = None) -> Instance:
    named = " ".join(NUMBERS[int(digit)] for digit in f"{request}{place}")
    return Instance(f"i-{request}-{place}", instruction or f"Q{request}x{place} {named}?", "", "Yes.",
                    Provenance(request_index=request, shape="table8"))


def answer(request: int, reasons: Sequence[str | None], usage: Usage) -> list[Candidate]:
    """One request of shape table8 with these verdicts of its composer."""
    last = len(reasons) - 1
    return [Candidate(request, None if reason == "unparsable" else instance(request, place), reason,
                      usage if place == 0 else Usage(0, 0), None, place < last, 17)
            for place, reason in enumerate(reasons)]


def scripted(reasons: Callable[[int], Sequence[str | None]], usage: Usage = TOKENS
             ) -> tuple[Callable[[Iterable[int]], Iterator[Candidate]], list[int]]:
    asked: list[int] = []

    def compose(indices: Iterable[int]) -> Iterator[Candidate]:
        for index in indices:
            asked.append(index)
            yield from answer(index, reasons(index), usage)

    return compose, asked


class Bench:
    """One stage in a folder of its own."""

    def __init__(self, directory: Path, energy: Callable[[], float | None] = lambda: None,
                 stopping: Callable[[], bool] = lambda: False) -> None:
        self.output = Artefact(directory / "generation.jsonl")
        self.rejected = rejected_beside(self.output)
        self.tokens = 0
        self.context = StageContext("clinic-1", "generation", directory, 1, self._pulse, print, self._tokens, energy,
                                    stopping)
        self.pulses: list[tuple[int, dict[str, int]]] = []

    def _pulse(self, done: int, wanted: int, *, accepted: int | None = None, rejected: Any = None) -> None:
        self.pulses.append((done, dict(rejected)))

    def _tokens(self, prompt: int, completion: int) -> None:
        self.tokens += prompt + completion

    def collect(self, compose: Any, wanted: int, seeds: Sequence[Instance] = (), languages: Languages = ANY,
                earlier: Sequence[Artefact] = (), **budget: Any) -> None:
        collect(self.context, self.output, wanted=wanted, budget=BudgetConfig.model_validate(budget), compose=compose,
                seeds=seeds, languages=languages, earlier=earlier, size="psi.instances")

    def accepted_ids(self) -> list[str]:
        return [row["id"] for row in self.output.rows()]

    def reasons(self) -> list[tuple[int, str]]:
        return [(row["request_index"], row["reason"]) for row in self.rejected.rows()]


def test_requests_are_settled_one_after_the_other(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    compose, asked = scripted(lambda index: [None, "short", None] if index % 2 else ["unparsable"])
    bench.collect(compose, wanted=3)
    assert ["i-1-0", "i-1-2", "i-3-0"] == bench.accepted_ids()
    assert [(0, "unparsable"), (1, "short"), (2, "unparsable"), (3, "short"), (3, "surplus")] == bench.reasons()
    assert [0, 1, 2, 3] == asked
    assert (3, {"unparsable": 2, "short": 2, "surplus": 1}) == bench.pulses[-1]


@given(total=st.none() | st.integers(0, 10_000), parts=st.integers(1, 30))
def test_equal_shares_add_up(total: int | None, parts: int) -> None:
    shares = equal_shares(total, parts)
    assert parts == len(shares)
    if total is not None:
        known = [share for share in shares if share is not None]
        assert total == sum(known)
        assert max(known) - min(known) <= 1


def test_every_token_is_in_a_row(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    compose, asked = scripted(lambda index: [None, "short", None], Usage(100, 11))
    bench.collect(compose, wanted=4)
    rows = [row["provenance"] for row in bench.output.rows()] + list(bench.rejected.rows())
    assert 100 * len(asked) == sum(row["prompt_tokens"] for row in rows)
    assert 11 * len(asked) == sum(row["completion_tokens"] for row in rows)
    assert 111 * len(asked) == bench.tokens


def test_near_duplicates_of_table8_are_those_of_the_instruction(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    same = "How much does a flu shot cost here?"
    texts = [same, same.upper(), "Say hello in a new way.", "Name one planet."]

    def compose(indices: Iterable[int]) -> Iterator[Candidate]:
        for index, text in zip(indices, texts, strict=False):
            yield Candidate(index, Instance(f"i{index}", text, f"input {index} " * 9, "Yes.",
                                            Provenance(request_index=index, shape="table8")), None, Usage(1, 1), None)

    bench.collect(compose, wanted=2, seeds=[Instance("s", "Say hello in a very new way.", "another input", "x")])
    assert ["i0", "i3"] == bench.accepted_ids()
    assert [(1, "near_duplicate"), (2, "near_duplicate")] == bench.reasons()


def test_duplicates_of_an_earlier_attempt_are_found(tmp_path: Path) -> None:
    compose, _ = scripted(lambda index: [None])
    Bench(tmp_path).collect(compose, wanted=1)
    bench = Bench(tmp_path)
    bench.collect(lambda indices: iter([Candidate(1, instance(1, 0, "Q0x0 naught naught?"), None, Usage(1, 1), None),
                                        Candidate(2, instance(2, 0), None, Usage(1, 1), None)]), wanted=2)
    assert [(1, "near_duplicate")] == bench.reasons()


def test_another_language_is_dropped(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    texts = ["Was kostet eine Grippeimpfung in der Praxis?", "What does a flu shot cost at the practice?"]
    bench.collect(lambda indices: (Candidate(index, instance(index, 0, text), None, Usage(1, 1), None)
                                   for index, text in zip(indices, texts, strict=False)), 1,
                  languages=Languages("en", []))
    assert [(0, "language")] == bench.reasons()


def test_a_request_with_a_verdict_is_never_made_again(tmp_path: Path) -> None:
    compose, asked = scripted(lambda index: [None, "short"] if index % 3 else ["short"])
    stop_after = iter([False, False, False, True])
    with pytest.raises(Interrupted):
        Bench(tmp_path, stopping=lambda: next(stop_after)).collect(compose, wanted=8)
    assert [0, 1, 2, 3] == asked
    Bench(tmp_path).collect(compose, wanted=8)
    assert len(set(asked)) == len(asked)
    Bench(tmp_path).collect(lambda _: pytest.fail("asked again"), wanted=8)


@settings(max_examples=40, deadline=None)
@given(cut=st.integers(0, 4000), cut_rejected=st.integers(0, 4000))
def test_any_loss_of_a_tail_is_made_good(tmp_path_factory: pytest.TempPathFactory, cut: int, cut_rejected: int) -> None:
    # A crash leaves what was appended before it; each file may end anywhere in its last append or before.
    whole, cut_short = (Bench(tmp_path_factory.mktemp("stage")) for _ in range(2))
    compose, _ = scripted(lambda index: [None, "short", None] if index % 2 else ["short", "long"])
    for bench in (whole, cut_short):
        bench.collect(compose, wanted=6)
    for artefact, length in ((cut_short.output, cut), (cut_short.rejected, cut_rejected)):
        os.truncate(artefact.path, min(length, artefact.path.stat().st_size))
    durable = {row["request_index"] for row in cut_short.rejected.rows()} | {
        row["provenance"]["request_index"] for row in cut_short.output.rows()}
    resumed = Bench(cut_short.output.path.parent)
    again, asked = scripted(lambda index: [None, "short", None] if index % 2 else ["short", "long"])
    resumed.collect(again, wanted=6)
    assert 6 == len(set(resumed.accepted_ids())) == len(resumed.accepted_ids())
    assert set() == durable & set(asked)


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_collect import Bench, scripted
from appliance.artefact import Artefact

bench = Bench(Path(sys.argv[1]))
append = Artefact.append

def dying(self, rows):
    rows = list(rows)
    if self.path.name == "generation.rejected.jsonl" and rows and rows[0]["request_index"] == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    append(self, rows)

Artefact.append = dying
bench.collect(scripted(lambda index: [None, "short"])[0], wanted=6)
"""


def test_a_kill_between_the_two_appends_loses_dropped_rows_of_one_request_only(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), str(Path(__file__).parent)], check=False)
    assert -signal.SIGKILL == ended.returncode
    bench = Bench(tmp_path)
    compose, asked = scripted(lambda index: [None, "short"])
    bench.collect(compose, wanted=6)
    assert [4, 5] == asked
    assert [f"i-{index}-0" for index in range(6)] == bench.accepted_ids()
    assert [0, 1, 2, 4, 5] == [index for index, _ in bench.reasons()]


def test_spent_requests_say_how_to_go_on(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    compose, asked = scripted(lambda index: [None if index == 2 else "short"])
    with pytest.raises(BudgetSpent, match=r"accepted 1 of 3 \(most dropped: short x9\) and the budget is spent: 10 of "
                                          r"10 requests; psi resume clinic-1 --set budget\.requests=38 goes on, "
                                          r"psi resume clinic-1 --set psi\.instances=1 ends"):
        bench.collect(compose, wanted=3, requests=10)
    with pytest.raises(BudgetSpent):
        bench.collect(lambda _: pytest.fail("nothing may be asked"), wanted=3, requests=10)
    bench.collect(scripted(lambda index: [None])[0], wanted=3, requests=12)
    assert list(range(10)) == asked


def test_tokens_of_the_whole_job_count(tmp_path: Path) -> None:
    expansion = Artefact(tmp_path / "expansion.jsonl")
    expansion.append([{"provenance": {"prompt_tokens": 300, "completion_tokens": 50}}])
    rejected_beside(expansion).append([{"prompt_tokens": 40, "completion_tokens": 10}])
    bench = Bench(tmp_path)
    compose, asked = scripted(lambda index: [None, "short"])
    with pytest.raises(BudgetSpent, match=r"730 of 700 tokens; psi resume clinic-1 --set budget\.tokens=2917 goes on"):
        bench.collect(compose, wanted=10, earlier=[expansion], tokens=700)
    assert [0, 1, 2] == asked
    with pytest.raises(BudgetSpent):
        Bench(tmp_path).collect(compose, wanted=10, earlier=[expansion], tokens=700)
    assert [0, 1, 2] == asked


def test_unknown_tokens_with_a_token_budget_are_an_error_at_once(tmp_path: Path) -> None:
    compose, asked = scripted(lambda index: [None], Usage(None, None))
    with pytest.raises(EngineError, match=r"budget\.tokens cannot be kept"):
        Bench(tmp_path).collect(compose, wanted=10, tokens=700)
    assert [0] == asked


def test_energy_that_is_used_up_stops_the_stage(tmp_path: Path) -> None:
    used_joules = iter([None, None, 100.0, 3000.0, 3700.0, 3700.0])
    bench = Bench(tmp_path, energy=lambda: next(used_joules))
    with pytest.raises(BudgetSpent, match=r"1\.03 of 1 Wh; psi resume clinic-1 --set budget\.energy_wh="):
        bench.collect(scripted(lambda index: [None])[0], wanted=10, energy_wh=1)


def test_an_energy_budget_without_a_source_is_an_error_before_anything_is_asked(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spending, "ENERGY_PATIENCE_S", 0.3)
    with pytest.raises(MeterError, match=r"budget\.energy_wh cannot be kept"):
        Bench(tmp_path).collect(lambda _: pytest.fail("nothing may be asked"), wanted=10, energy_wh=1)


def test_a_stall_counts_what_was_asked_for(tmp_path: Path) -> None:
    compose, asked = scripted(lambda index: [None] if index == 5 else ["short"] * 3)
    with pytest.raises(StalledError, match=r"accepted 1 of 9 .* nothing was accepted of the last 408 asked for"):
        Bench(tmp_path).collect(compose, wanted=9)
    assert 6 + 24 == len(asked)


def test_a_model_that_never_gives_a_list_is_named_as_such(tmp_path: Path) -> None:
    compose, _ = scripted(lambda index: ["unparsable"])
    with pytest.raises(StalledError, match=r"never written a list of tasks that could be read.*psi\.shape: single"):
        Bench(tmp_path).collect(compose, wanted=9)
