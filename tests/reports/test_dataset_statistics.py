"""Figures about a dataset are the ones their names promise."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_job import instance, make_job

from appliance.errors import InputError
from appliance.quality.near_duplicates import THRESHOLD, comparable_text, rouge_l_f, tokens
from appliance.reports.comparison import compare, differences, match
from appliance.reports.dataset import read_job
from appliance.reports.overview import drawn, overview
from appliance.reports.statistics import Nearest, closeness, describe, distinct, lengths

WORDS = st.lists(st.sampled_from("abcdefg"), max_size=12).map(" ".join)
WORDY = st.lists(WORDS, max_size=8)


@settings(max_examples=300, deadline=None)
@given(WORDY, WORDS, st.sampled_from([0.0, 0.3, THRESHOLD, 0.95]))
def test_the_nearest_is_the_one_a_full_search_finds(texts: list[str], text: str, above: float) -> None:
    score, at = Nearest(texts).find(text, above=above)
    best = max((rouge_l_f(tokens(text), tokens(each)) for each in texts), default=0.0)
    assert (best if best > above else above) == score
    assert (at is None) == (best <= above)
    if at is not None:
        assert score == rouge_l_f(tokens(text), tokens(texts[at]))


@given(st.lists(st.integers(0, 100_000), min_size=1))
def test_a_histogram_counts_everything_once_and_has_no_gap(values: list[int]) -> None:
    made = lengths(values, "words")
    assert made is not None
    assert len(values) == sum(count for _, _, count in made.bins)
    assert [high for _, high, _ in made.bins[:-1]] == [low for low, _, _ in made.bins[1:]]
    assert len(made.bins) <= 12
    for low, high, count in made.bins:
        assert count == sum(low <= value < high for value in values)
    assert made.minimum <= made.median <= made.percentile_90 <= made.maximum or len(values) < 10


def test_lengths_of_known_values() -> None:
    made = lengths([1, 2, 3, 4, 5, 6, 7, 8, 9, 100], "words")
    assert made is not None
    assert (1, 5.5, 14.5, 9, 100) == (made.minimum, made.median, made.mean, made.percentile_90, made.maximum)
    assert ((0, 10, 9), (10, 20, 0)) == made.bins[:2]
    assert lengths([], "words") is None


def test_distinct_n_is_different_runs_over_all_runs() -> None:
    assert 0.75 == distinct(["the cat", "The dog"], 1)
    assert 1.0 == distinct(["the cat sat", "the dog"], 2)
    assert distinct(["one"], 2) is None


def test_repetition_is_counted() -> None:
    rows = [instance(1), instance(1, id="again"), instance(1, id="other", output="No."), instance(2)]
    made = describe(rows)
    assert (1, 2) == (made["duplicates"], made["same_prompt"])
    assert [{"instruction": "Answer the question.", "count": 4}] == made["top_instructions"]
    assert {"mean_of_max", "max", "compared"} == set(made["rouge_l_to_nearest"])
    assert (1.0, 4) == (made["rouge_l_to_nearest"]["max"], made["rouge_l_to_nearest"]["compared"])
    assert closeness(rows[:1]) is None


def test_the_mean_of_the_highest_scores_is_that_of_a_full_search() -> None:
    rng = random.Random(3)
    rows = [instance(number, input=" ".join(rng.choices("abcdefghij", k=8))) for number in range(30)]
    texts = [tokens(comparable_text(row, "single")) for row in rows]
    best = [max(rouge_l_f(texts[i], texts[j]) for j in range(30) if j != i) for i in range(30)]
    made = closeness(rows)
    assert made is not None
    assert sum(best) / 30 == pytest.approx(made["mean_of_max"])


def test_instances_are_paired_by_their_text() -> None:
    old = [instance(0, id="kept"), instance(1, id="reworded"), instance(2, id="gone", input="Where is the lift?")]
    new = [instance(1, id="rewritten", output="It is closed."), instance(0, id="kept-too"), instance(0, id="twice"),
           instance(3, id="close", input="Where is the old lift?")]
    found = match(old, new)
    assert ((("kept", "kept-too"),), (("reworded", "rewritten"),), ("gone",), ("twice", "close")) == (
        found.same, found.changed, found.removed, found.added)
    assert [("twice", "kept"), ("close", "gone")] == [(one, other) for one, other, _ in found.near]


@given(st.lists(st.sampled_from("abc"), max_size=8), st.lists(st.sampled_from("abc"), max_size=8))
def test_every_instance_is_in_exactly_one_group(left: list[str], right: list[str]) -> None:
    old = [instance(place, id=f"a{place}", input=text) for place, text in enumerate(left)]
    new = [instance(place, id=f"b{place}", input=text) for place, text in enumerate(right)]
    found = match([replace(each, output="x") for each in old], [replace(each, output="x") for each in new])
    assert sorted(each.id for each in old) == sorted([*(pair[0] for pair in (*found.same, *found.changed)),
                                                      *found.removed])
    assert sorted(each.id for each in new) == sorted([*(pair[1] for pair in (*found.same, *found.changed)),
                                                      *found.added])


def test_configurations_differ_key_by_key_and_unknown_is_not_alike() -> None:
    assert {"psi.subsets": {"a": 2, "b": 3}, "psi.extra": {"a": None, "b": 1}} == differences(
        {"psi": {"subsets": 2, "demos": 1}}, {"psi": {"subsets": 3, "demos": 1, "extra": 1}})
    assert differences({}, {"a": 1}) is None


def test_a_comparison_shows_both_sides(tmp_path) -> None:
    first, second = make_job(tmp_path / "a"), make_job(tmp_path / "b", [instance(0)], rejected=0)
    found = compare(read_job(first.origin()), read_job(second.origin()))
    assert (1, ["generated-1", "generated-2"], []) == (found["same"], found["removed"], found["added"])
    assert {"no_question": 1, "unsupported": 1} == found["a"]["rejected"]
    assert ({}, 1) == (found["b"]["rejected"], found["b"]["candidates"])
    assert {"energy_joules": 500.0, "quality": "modelled", "emissions_kgco2e": pytest.approx(500 / 3.6e6 * 0.24),
            "joules_per_accepted": 500.0} == found["b"]["energy"]
    assert {"seeds", "knowledge", "policy"} == set(found["config"])


def test_an_overview_says_unknown_where_a_file_says_nothing(tmp_path) -> None:
    shown = overview(read_job(make_job(tmp_path).origin()))
    assert (3, 5, 0.6, 500.0) == (shown["accepted"], shown["candidates"], shown["yield"],
                                  shown["energy"]["energy_joules"])
    nothing = overview(read_job(make_job(tmp_path, [], rejected=0).origin("failed")))
    assert (0, 0, None, None, True) == (nothing["accepted"], nothing["candidates"], nothing["yield"],
                                        nothing["rouge_l_to_nearest"], nothing["partial"])


def test_a_sample_depends_on_its_seed_alone_and_names_unknown_reasons(tmp_path) -> None:
    made = read_job(make_job(tmp_path, [instance(number) for number in range(30)], rejected=5).origin())
    assert drawn(made, 5, 0) == drawn(made, 5, 0) != drawn(made, 5, 1)
    assert 30 == len(drawn(made, 99, 0)[0])
    assert {"unsupported"} == {each.reason for each in drawn(made, 9, 0, rejected=True, reason="unsupported")[1]}
    with pytest.raises(InputError, match="there are unsupported, no_question"):
        drawn(made, 1, 0, rejected=True, reason="other")
