import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.engines.base import Sampling
from appliance.engines.llama_cpp import LlamaCppGenerator
from appliance.engines.sampler import Sampler, logprob
from appliance.errors import EngineError

ROWS = st.lists(st.floats(-20, 20, width=32), min_size=2, max_size=40).map(lambda values: np.array(values, np.float32))


def sampler(**sampling: object) -> Sampler:
    # Only a grammar needs the model.
    return Sampler(None, Sampling(**{"max_tokens": 1, **sampling}))  # type: ignore[arg-type]


def least_in_nucleus(row: np.ndarray, top_p: float) -> float:
    """Brute force: the lowest logit among the fewest most probable tokens that hold `top_p`."""
    ordered = np.sort(row.astype(np.float64))[::-1]
    weights = np.exp(ordered - ordered[0])
    held = np.cumsum(weights) / weights.sum()
    return ordered[min(int((held < top_p + 1e-6).sum()), len(row) - 1)]


@given(ROWS)
def test_the_log_probabilities_of_a_row_sum_to_one(row: np.ndarray) -> None:
    assert math.isclose(1.0, sum(math.exp(logprob(row, token)) for token in range(len(row))), rel_tol=1e-4)


@given(ROWS, st.integers(0, 99))
def test_temperature_zero_and_top_k_one_both_take_the_most_probable(row: np.ndarray, seed: int) -> None:
    assert row.max() == row[sampler(seed=seed).draw(row)]
    assert row.max() == row[sampler(temperature=1.0, top_k=1, seed=seed).draw(row)]


@given(ROWS, st.integers(1, 10), st.integers(0, 99))
def test_a_draw_stays_inside_top_k(row: np.ndarray, top_k: int, seed: int) -> None:
    drawn = row[sampler(temperature=2.0, top_k=top_k, seed=seed).draw(row)]
    assert drawn >= np.sort(row)[-min(top_k, len(row))]


@given(ROWS, st.floats(0.01, 0.99), st.integers(0, 99))
def test_a_draw_stays_inside_the_nucleus(row: np.ndarray, top_p: float, seed: int) -> None:
    assert row[sampler(temperature=2.0, top_p=top_p, seed=seed).draw(row)] >= least_in_nucleus(row, top_p) - 1e-5


def test_a_flat_row_has_a_nucleus_beyond_the_first_guess() -> None:
    row = np.zeros(5000, np.float32)
    drawing = sampler(temperature=1.0, top_p=0.9, seed=3)
    assert 300 < len({drawing.draw(row) for _ in range(600)})


def test_draws_follow_the_distribution() -> None:
    row = np.log(np.array([0.6, 0.3, 0.1], np.float32))
    drawing = sampler(temperature=1.0, seed=1)
    counts = np.bincount([drawing.draw(row) for _ in range(4000)], minlength=3) / 4000
    assert np.allclose([0.6, 0.3, 0.1], counts, atol=0.03)


def test_a_repeated_token_is_penalised_and_the_row_is_left_alone() -> None:
    row = np.array([2.0, 1.9, -5.0], np.float32)
    drawing = sampler(repeat_penalty=1.5)
    assert [0, 1, 0] == [drawing.draw(row) for _ in range(3)]
    assert [2.0, pytest.approx(1.9), -5.0] == row.tolist()


@given(ROWS, st.integers(0, 2**40))
def test_the_same_seed_draws_the_same(row: np.ndarray, seed: int) -> None:
    one, other = (sampler(temperature=1.0, seed=seed) for _ in range(2))
    assert [one.draw(row) for _ in range(5)] == [other.draw(row) for _ in range(5)]


def test_a_grammar_that_is_none_is_refused_without_quoting_it(generator: LlamaCppGenerator,
                                                              capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(EngineError, match="not GBNF") as caught:
        Sampler(generator._model, Sampling(1), 'root ::= "the private words')
    assert "private" not in str(caught.value)
    assert ("", "") == capfd.readouterr()
