import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.quality.near_duplicates import (
    THRESHOLD,
    NearDuplicates,
    comparable_text,
    longest_common_subsequence,
    rouge_l_f,
    tokens,
)
from appliance.records import Instance

# Few words and short lists, so that many pairs lie near the threshold.
texts = st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), max_size=12).map(" ".join)


def plain_lcs(left: list[str], right: list[str]) -> int:
    table = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for row, first in enumerate(left, start=1):
        for column, second in enumerate(right, start=1):
            table[row][column] = (table[row - 1][column - 1] + 1 if first == second
                                  else max(table[row - 1][column], table[row][column - 1]))
    return table[-1][-1]


def plain_contains_near(kept: list[str], text: str) -> bool:
    new = tokens(text)
    return any(new and tokens(old) and 2 * plain_lcs(new, tokens(old)) / (len(new) + len(tokens(old))) > THRESHOLD
               for old in kept)


@given(texts, texts)
def test_the_bit_parallel_lcs_equals_the_table(left: str, right: str) -> None:
    assert plain_lcs(left.split(), right.split()) == longest_common_subsequence(left.split(), right.split())


@given(st.lists(texts, max_size=8), texts)
def test_the_decision_equals_comparing_every_pair(kept: list[str], text: str) -> None:
    assert plain_contains_near(kept, text) == NearDuplicates(kept).contains_near(text)


def test_the_decision_holds_for_long_texts_beyond_one_machine_word() -> None:
    draw = random.Random(1)
    kept = [" ".join(draw.choices("abcdefgh", k=150)) for _ in range(20)]
    for old in kept:
        near = " ".join(word for word in old.split() if draw.random() > 0.3)
        assert plain_contains_near(kept, near) == NearDuplicates(kept).contains_near(near)


def test_exactly_at_the_threshold_is_kept() -> None:
    # Two lists of 10 with 7 in common and in order: F is 0.7, and only more than that is a near-duplicate.
    kept, new = "a b c d e f g h i j", "a b c d e f g x y z"
    assert rouge_l_f(tokens(kept), tokens(new)) == pytest.approx(0.7)
    assert not NearDuplicates([kept]).contains_near(new)
    assert NearDuplicates([kept]).contains_near("a b c d e f g h y z")


def test_only_new_texts_are_kept() -> None:
    index = NearDuplicates(["How much does a flu shot cost?"])
    assert not index.add_if_new("How much does the flu shot cost?")
    assert index.add_if_new("Where is the billing office?")
    assert not index.add_if_new("where is the billing office")
    assert len(index) == 2


def test_texts_without_words_are_never_near() -> None:
    assert not NearDuplicates(["", "..."]).contains_near("?!")


def test_words_of_any_script_count() -> None:
    assert NearDuplicates(["где находится касса клиники"]).contains_near("Где находится касса клиники?")


def test_instances_with_one_instruction_differ_by_their_input() -> None:
    instruction = "Answer the question."
    first, second = (comparable_text(Instance("x", instruction, given, "Fine."), "single")
                     for given in ("How much does a flu shot cost?", "Where is the billing office?"))
    assert not NearDuplicates([first]).contains_near(second)


def test_the_same_question_under_another_instruction_is_not_new() -> None:
    first, second = (comparable_text(Instance("x", instruction, "How much does a flu shot cost?", "Fine."), "single")
                     for instruction in ("Answer the question.", "Write the e-mail that the front desk should send."))
    assert NearDuplicates([first]).contains_near(second)


def test_chinese_sentences_are_compared_sign_by_sign() -> None:
    index = NearDuplicates(["流感疫苗在诊所多少钱？"])
    assert index.contains_near("流感疫苗在诊所要多少钱")
    assert not index.contains_near("请携带您的医保卡和转诊单。")


def test_marks_belong_to_their_letters() -> None:
    assert ["हिन्दी", "में", "लिखो"] == tokens("हिन्दी में लिखो।")


@pytest.mark.filterwarnings("ignore")
def test_tokens_and_decisions_are_those_of_the_package_the_script_uses() -> None:
    rouge_scorer = pytest.importorskip("rouge_score.rouge_scorer")
    tokenizers = pytest.importorskip("rouge_score.tokenizers")
    package = tokenizers.DefaultTokenizer(use_stemmer=False)
    draw = random.Random(5)
    signs = "abcdefgh" * 3 + " " * 12 + "AZ09.,'-$%_\n"
    decided = 0
    for _ in range(4000):
        left = "".join(draw.choices(signs, k=draw.randint(0, 90)))
        right = "".join(sign if draw.random() > 0.15 else draw.choice(signs) for sign in left)
        assert package.tokenize(left) == tokens(left)
        # The script takes F of the LCS over the tokens and drops what is above 0.7.
        dropped = rouge_scorer._score_lcs(package.tokenize(left), package.tokenize(right)).fmeasure > 0.7
        assert dropped == NearDuplicates([left]).contains_near(right)
        decided += dropped
    assert 500 < decided < 3500


@pytest.mark.filterwarnings("ignore")
def test_the_threshold_rounds_as_the_package_does() -> None:
    rouge_scorer = pytest.importorskip("rouge_score.rouge_scorer")
    edges = [(lcs, left, right) for left in range(1, 61) for right in range(1, 61)
             for lcs in [7 * (left + right) // 20] if 20 * lcs == 7 * (left + right) and 0 < lcs <= min(left, right)]
    assert len(edges) > 50
    for lcs, left, right in edges:
        shared = [f"s{number}" for number in range(lcs)]
        old = shared + [f"l{number}" for number in range(left - lcs)]
        new = shared + [f"r{number}" for number in range(right - lcs)]
        dropped = rouge_scorer._score_lcs(old, new).fmeasure > 0.7
        assert dropped == NearDuplicates([" ".join(old)]).contains_near(" ".join(new))
