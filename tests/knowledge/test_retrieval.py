"""Search: the order, its ties, and whether the right passage of the example's K is found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy
import pytest

from appliance.knowledge.embedding import SentenceEmbedder, packaged_model
from appliance.knowledge.index_files import IndexKey, build_index, model_key
from appliance.knowledge.ingest import knowledge_id, load_pages, split_pages
from appliance.knowledge.retrieval import By, KnowledgeIndex, Retriever, tokenise
from appliance.records import Passage

CLINIC = Path(__file__).parents[2] / "knowledge_base" / "clinic"

# Questions in other words than the page's, and the passages that answer them (page and title).
QUESTIONS = {
    "How much is a flu shot?": ("vaccinations.md", "Flu and routine vaccinations"),
    "Can I pay with cash?": ("billing.md", "Paying a bill"),
    "I cannot pay everything at once, can I pay my bill in instalments?": ("billing.md", "Paying in parts"),
    "Am I allowed to drink coffee before my fasting blood test?": ("blood-tests.md", "Before the test"),
    "When does the lab take blood?": ("blood-tests.md", "Hours and place"),
    "How far ahead can I book?": ("booking.md", "Ways to book"),
    "How long will the doctor have for me?": ("booking.md", "How long visits are"),
    "I forgot to come yesterday, do I have to pay?": ("cancelling.md", "Missing an appointment"),
    "My train is late and I will not be on time": ("cancelling.md", "Coming late"),
    "Can my 15 year old son come on his own?": ("children.md", "Coming with a child"),
    "My daughter has a temperature, can she be seen today?": ("children.md", "Illness"),
    "Where can I leave my car?": ("finding-us.md", "By car"),
    "Which bus goes to the clinic?": ("finding-us.md", "By bus and train"),
    "Are you open on Saturday?": ("opening-hours.md", "Clinic"),
    "I need a doctor at night": ("opening-hours.md", "When we are closed"),
    "I am deaf, can somebody sign for me?": ("interpreters-and-access.md", "Interpreters"),
    "How do I get more of my tablets?": ("prescriptions.md", "Ordering a refill"),
    "May my husband look at my file?": ("records-and-privacy.md", "Who may see a record"),
    "How many months can I use the referral letter?": ("referrals.md", "How long a referral lasts"),
    "Can I get my result over the telephone?": ("test-results.md", "How results are given"),
}


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeIndex:
    pages = load_pages(CLINIC)
    key = IndexKey(knowledge_id(pages), model_key(packaged_model()))
    return build_index(split_pages(pages), SentenceEmbedder(), tmp_path_factory.mktemp("index"), key)


def recall(index: KnowledgeIndex, by: By, limit: int) -> float:
    found = [(page, title) in {(hit.passage.page, hit.passage.title) for hit in index.search(question, limit, by)}
             for question, (page, title) in QUESTIONS.items()]
    return sum(found) / len(found)


def test_the_right_passage_of_the_clinic_is_among_the_first_five(clinic: KnowledgeIndex) -> None:
    assert recall(clinic, By.BOTH, 5) >= 0.9
    assert recall(clinic, By.BOTH, 5) >= recall(clinic, By.WORDS, 5)


def test_a_retriever_gives_passages_and_the_same_ones_each_time(clinic: KnowledgeIndex) -> None:
    retriever: Retriever = clinic
    nearest = retriever.nearest("What does a flu shot cost?", 3)
    assert (3, "vaccinations.md") == (len(nearest), nearest[0].page)
    assert nearest == retriever.nearest("What does a flu shot cost?", 3)


class Flat:
    """Every text means the same."""

    def embed(self, texts: Any) -> Any:
        return numpy.tile(numpy.float32([1, 0]), (len(texts), 1))


@pytest.mark.parametrize("by", list(By))
def test_equal_hits_come_in_the_order_of_k(tmp_path: Path, by: By) -> None:
    passages = [Passage(f"a#{number}", "a", "a", "the same words") for number in range(300)]
    index = build_index(passages, Flat(), tmp_path, IndexKey("k", "m"))
    assert passages[:200] == list(index.nearest("words", 200))
    assert [passages[0]] == [hit.passage for hit in index.search("words", 1, by)]


def test_nothing_in_common_and_nothing_at_all(tmp_path: Path) -> None:
    passages = [Passage("a#1", "a", "a", "…"), Passage("a#2", "a", "a", "words")]
    index = build_index(passages, Flat(), tmp_path, IndexKey("k", "m"))
    assert [] == index.search("nothing shared", 5, By.WORDS)
    assert [] == index.search("…", 5, By.WORDS)
    assert [(None, 1), (None, 2)] == [(hit.by_words_rank, hit.by_meaning_rank) for hit in index.search("…", 5)]
    assert [] == build_index([], Flat(), tmp_path / "none", IndexKey("k", "m")).search("words", 5)


def test_case_marks_and_the_plural_do_not_matter() -> None:
    assert tokenise("Café PRICES, glass is") == tokenise("cafe price glass is")
