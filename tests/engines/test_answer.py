import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.engines.answer import Answer


def assembled(data: bytes, cuts: list[int], stop: tuple[str, ...]) -> Answer:
    answer, borders = Answer(stop), sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    for start, end in itertools.pairwise(borders):
        answer.add(data[start:end], -1.0)
        if answer.stopped:
            break
    return answer


def test_an_emoji_over_three_tokens_comes_out_whole() -> None:
    answer = Answer()
    for piece in (b"a \xf0", b"\x9f\x98", b"\x80!"):
        answer.add(piece, 0.0)
    assert "a \U0001f600!" == answer.text


def test_a_character_that_was_never_finished_is_left_out() -> None:
    answer = Answer()
    answer.add(b"caf\xc3", 0.0)
    assert "caf" == answer.text


def test_bytes_that_are_no_utf8_become_replacement_characters() -> None:
    answer = Answer()
    answer.add(b"a\xffb", 0.0)
    assert "a\ufffdb" == answer.text


def test_a_stop_string_over_two_tokens_cuts_the_text_before_it() -> None:
    answer = Answer(("###",))
    answer.add(b"yes #", 0.0)
    assert not answer.stopped
    answer.add(b"## more", 0.0)
    assert (True, "yes ") == (answer.stopped, answer.text)


def test_of_two_stop_strings_that_end_together_the_longer_one_counts() -> None:
    answer = Answer(("\n", "\n\n"))
    answer.add(b"a\n\nb", 0.0)
    assert "a" == answer.text
    answer = Answer(("end", "the end"))
    answer.add(b"this is the end", 0.0)
    assert "this is " == answer.text


def test_an_empty_stop_string_stops_nothing() -> None:
    answer = Answer(("",))
    answer.add(b"abc", 0.0)
    assert (False, "abc") == (answer.stopped, answer.text)


def test_the_mean_counts_tokens_that_left_something_in_the_text() -> None:
    answer = Answer(("\n",))
    for piece, value in ((b"How", -1.0), (b" far", -3.0), (b"\n", -50.0)):
        answer.add(piece, value)
    assert ("How far", 3) == (answer.text, answer.tokens)
    assert -2.0 == pytest.approx(answer.mean_logprob())


def test_without_a_written_token_there_is_no_mean() -> None:
    answer = Answer()
    answer.add(b"", -4.0)
    assert (None, 1) == (answer.mean_logprob(), answer.tokens)


@given(st.text(alphabet="ab#\n\u00e9\U0001f600", max_size=20), st.lists(st.integers(0, 99), max_size=8),
       st.lists(st.text(alphabet="ab#\n\u00e9", min_size=1, max_size=3), max_size=3))
def test_the_text_does_not_depend_on_token_borders(text: str, cuts: list[int], stop: list[str]) -> None:
    whole, pieces = assembled(text.encode(), [], tuple(stop)), assembled(text.encode(), cuts, tuple(stop))
    assert (whole.text, whole.stopped) == (pieces.text, pieces.stopped)
    assert text.startswith(whole.text)
    assert whole.stopped == any(string in text for string in stop)
    assert not any(string in whole.text for string in stop)
