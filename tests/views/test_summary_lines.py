"""The summary on 80 plain columns: everything is there, the unknown says so, estimates stand apart."""

from __future__ import annotations

import copy
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.views.summary import summary_lines

SUMMARY: dict[str, Any] = {
    "schema": 1,
    "job": {"id": "clinic-20261120-a1b2c3", "name": "clinic", "attempts": 2, "state": "done"},
    "engine": {"name": "llama.cpp:SmolLM2-135M-Instruct"},
    "detector": {"name": "presidio", "limits": "Names in unusual spelling may pass."},
    "sizes": {"seeds": 8, "passages": 41, "initial": 24, "subsets": 4, "subset_size": 3, "low_principles": 12,
              "high_principles": 2, "accepted": 40, "candidates": 71},
    "rejected": {"generation": {"too_short": 11, "near_duplicate": 17}, "expand": {}},
    "masked": {"PERSON": 12}, "invisible": 3, "withheld": {},
    "principles": [{"id": "H-0", "text": "Ask for one thing at a time. " * 6, "demonstration": True},
                   {"id": "H-1", "text": "Use \x1b[31m[bold]words[/bold].", "demonstration": True}],
    "egress": {"passed_requests": 7, "passed_bytes": 18234, "left_machine_requests": 0, "left_machine_bytes": 0,
               "destination": "stand-in on this machine"},
    "stages": [
        {"name": "expand", "wall_s": 61.2, "prompt_tokens": 10200, "completion_tokens": 3300,
         "energy_joules": 2300.0, "quality": "modelled", "emissions_kgco2e": 0.000153, "reused": True},
        {"name": "reflect", "wall_s": 2.2, "prompt_tokens": 5, "completion_tokens": None, "energy_joules": None,
         "quality": None, "emissions_kgco2e": None, "reused": False}],
    "energy": {"energy_joules": 4_102_300.0, "emissions_kgco2e": 0.27349,
               "by_quality": {"measured": 4.1e6, "modelled": 2300.0}, "intensity_kgco2e_per_kwh": 0.24,
               "intensity_source": "preset", "pue": 1.0, "complete": False},
    "paper": {"would_be_kgco2e": {"alpaca_gpt4_same_count_kgco2e": 0.0278, "reflection_if_external_kgco2e": None},
              "published_kgco2e": {"PSI": 0.48696, "Alpaca-GPT4": 1.74}, "published_instances": 20_000,
              "break_even_wh_per_request": 0.8032,
              "assumptions": ["one request per instance"]},
    "files": {"dataset": "/var/lib/psi/jobs/clinic-20261120-a1b2c3/dataset.jsonl"},
}


def test_every_figure_is_there_and_reads_as_it_should() -> None:
    lines = summary_lines(SUMMARY)
    for wanted in ("Job clinic-20261120-a1b2c3: done",
                   "  accepted                40 of 71 candidates",
                   "  generation              near_duplicate 17, too_short 11",
                   "  masked before sending   PERSON 12",
                   "  withheld by the guard   none",
                   "  invisible characters    3 removed",
                   "  passed the door         7 requests, 18.2 kB",
                   "  left this machine       0 requests, 0 B",
                   "  expand          1 min 01 s   13,500       0.639 Wh        0.000153  modelled (reused)",
                   "  reflect              2.2 s  unknown        unknown         unknown  unknown",
                   "  total                                     1.14 kWh           0.273  mixed",
                   "  the total is made of    1.14 kWh measured, 0.639 Wh modelled",
                   "  H-1                     Use [31m[bold]words[/bold]."):
        assert wanted in lines
    assert any("the true total is higher" in line for line in lines)
    assert any("stand-in wrote these principles" in line for line in lines)


def test_what_would_have_been_emitted_elsewhere_stands_apart_and_is_called_estimated() -> None:
    lines = summary_lines(SUMMARY)
    begin = next(number for number, line in enumerate(lines) if line.startswith("Would be"))
    end = lines.index("", begin)
    assert "" == lines[begin - 1]
    assert "estimated" in lines[begin]
    figures = [number for number, line in enumerate(lines) if "0.0278" in line]
    assert [begin + 1] == figures
    assert lines[begin + 1].endswith("(estimated)")
    assert "  reflection, external    unknown" in lines[begin:end]
    assert any("0.803 Wh per request" in line for line in lines[begin:end])
    assert any("PSI 0.487, Alpaca-GPT4 1.74" in line for line in lines[begin:end])


def test_only_a_path_may_be_longer_than_the_line() -> None:
    long = [line for line in summary_lines(SUMMARY) if len(line) > 80]
    assert [] == [line for line in long if ".jsonl" not in line and "(reused)" not in line]


def paths(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield at
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from paths(inner, (*at, key))


ALL_PATHS = [path for path in paths(SUMMARY) if path]


def with_unknown(path: tuple[Any, ...]) -> dict[str, Any]:
    changed = copy.deepcopy(SUMMARY)
    part = changed
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = None
    return changed


@pytest.mark.parametrize("path", ALL_PATHS, ids=lambda path: ".".join(map(str, path)))
def test_any_value_may_be_unknown(path: tuple[Any, ...]) -> None:
    assert summary_lines(with_unknown(path))


@pytest.mark.parametrize("path", [path for path in ALL_PATHS if path[0] in ("sizes", "egress", "energy")
                                  and len(path) == 2 and path[1] not in ("by_quality", "complete")],
                         ids=lambda path: path[1])
def test_what_is_unknown_says_so(path: tuple[Any, ...]) -> None:
    before, after = ("\n".join(summary_lines(summary)).count("unknown") for summary in (SUMMARY, with_unknown(path)))
    assert before + 1 == after


def test_an_empty_summary_is_unknown_and_never_zero() -> None:
    shown = "\n".join(summary_lines({}))
    assert "unknown requests" in shown
    assert not any(character.isdigit() for character in shown.replace("CO2e", "").replace("M_g", ""))


@given(st.text(min_size=1, max_size=200))
def test_text_from_outside_cannot_steer_the_terminal(hostile: str) -> None:
    summary = {**SUMMARY, "principles": [{"id": hostile, "text": hostile, "demonstration": False}],
               "rejected": {hostile: {hostile: 1}}, "masked": {hostile: 1}, "files": {hostile: hostile},
               "detector": {"name": hostile, "limits": hostile}, "egress": {"destination": hostile}}
    shown = "".join(summary_lines(summary))
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
