"""What the model reads: letter case and line starts by word, windows without gaps, one decision for a word."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.detection.ner.decode import decode
from appliance.detection.ner.features import (
    CASE_IDS,
    LABELS,
    NEW_LINE,
    OVERLAP_TOKENS,
    TYPES,
    WINDOW_TOKENS,
    encode,
    load_tokenizer,
    windows,
)

TOKENIZER = load_tokenizer()
HALF = dict.fromkeys(TYPES, 0.5)


def cases(text: str) -> list[int]:
    (encoded,) = encode(TOKENIZER, [text])
    by_word = dict(zip(encoded.words, encoded.cases, strict=True))
    return [by_word[number] for number in sorted(by_word)]


def test_case_is_the_words_own_and_a_new_line_marks_its_first_word() -> None:
    assert [1, 0, 2, 3, 1, 0] == cases("Ada met NATO 2nd Zürich.")
    assert [1, 0, 1 + NEW_LINE, 1] == cases("Dear you\nAda King")
    assert [1] == cases("\n\nOttoline"), "the first line of a text is no new line"
    (encoded,) = encode(TOKENIZER, ["Krzysztofowicz"])
    assert len(encoded.ids) > 1 and {0} == set(encoded.words) and {1} == set(encoded.cases)


@given(st.lists(st.text(max_size=60), max_size=4))
@settings(deadline=None)
def test_tokens_lie_in_the_text_in_order_whatever_the_text(texts: list[str]) -> None:
    for text, encoded in zip(texts, encode(TOKENIZER, texts), strict=True):
        parts = (encoded.ids, encoded.starts, encoded.ends, encoded.cases, encoded.words, encoded.signs)
        assert 1 == len({len(part) for part in parts})
        assert all(0 <= start <= end <= len(text) for start, end in zip(encoded.starts, encoded.ends, strict=True))
        assert list(encoded.starts) == sorted(encoded.starts) and list(encoded.words) == sorted(encoded.words)
        assert all(0 <= case < CASE_IDS for case in encoded.cases)


@given(st.integers(0, 5000))
def test_windows_cover_every_token_and_overlap(tokens: int) -> None:
    found = windows(tokens)
    assert set(range(tokens)) == {at for start, end in found for at in range(start, end)}
    assert all(end - start <= WINDOW_TOKENS - 2 for start, end in found)
    assert all(end - later >= OVERLAP_TOKENS for (_, end), (later, _) in pairwise(found))


def test_a_word_is_masked_by_its_likeliest_piece_and_goes_on_over_signs() -> None:
    text = "met O'Neil in Rome"
    (encoded,) = encode(TOKENIZER, [text])
    rows = np.zeros((len(encoded.ids), len(LABELS)), np.float32)
    rows[:, 0] = 1
    for at, start in enumerate(encoded.starts):
        label = {4: "B-PERSON", 6: "I-PERSON", 14: "B-LOCATION"}.get(start)
        if label:
            rows[at, 0], rows[at, LABELS.index(label)] = 0.4, 0.6
    spans = decode(encoded, rows, HALF)
    assert [("O'Neil", "PERSON"), ("Rome", "LOCATION")] == [(text[one.start:one.end], one.entity) for one in spans]
    assert [("Rome", "LOCATION")] == [(text[one.start:one.end], one.entity)
                                     for one in decode(encoded, rows, HALF | {"PERSON": 0.7})]


def test_no_span_begins_or_ends_with_a_sign_however_sure_the_model_is() -> None:
    text = "- & 's, Ada's (Li) -"
    (encoded,) = encode(TOKENIZER, [text])
    rows = np.zeros((len(encoded.ids), len(LABELS)), np.float32)
    rows[:, LABELS.index("I-PERSON")] = 1
    assert ["Ada's (Li"] == [text[one.start:one.end] for one in decode(encoded, rows, HALF)]
    rows[:, LABELS.index("I-PERSON")], rows[:, LABELS.index("B-PERSON")] = 0, 1
    assert ["Ada", "s", "Li"] == [text[one.start:one.end] for one in decode(encoded, rows, HALF)]
