"""Passages: short enough, complete, and with ids that stay where the text stays."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from appliance.knowledge.blocks import Block
from appliance.knowledge.ingest import split_pages
from appliance.knowledge.passages import MAX_PASSAGE_WORDS, split_blocks

SENTENCES = st.lists(st.integers(0, 9).map(lambda number: f"Rule {number} holds here."), min_size=1, max_size=4)
PARAGRAPHS = st.lists(SENTENCES.map(" ".join), min_size=1, max_size=4)
SECTIONS = st.lists(st.tuples(st.integers(0, 3).map(lambda number: f"Title {number}"), PARAGRAPHS),
                    min_size=1, max_size=5)
PAGES = st.dictionaries(st.sampled_from(["a.md", "b.md", "c.md"]), SECTIONS, min_size=1)


def as_markdown(sections: list[tuple[str, list[str]]]) -> str:
    return "\n\n".join("\n\n".join([f"## {title}", *paragraphs]) for title, paragraphs in sections)


@given(PAGES, st.data())
def test_a_paragraph_inserted_in_one_section_renames_no_passage_of_another(
        pages: dict[str, list[tuple[str, list[str]]]], data: st.DataObject) -> None:
    page = data.draw(st.sampled_from(sorted(pages)))
    section = data.draw(st.integers(0, len(pages[page]) - 1))
    place = data.draw(st.integers(0, len(pages[page][section][1])))
    inserted = data.draw(st.sampled_from(["An inserted paragraph.", "Rule 1 holds here."]))

    def split(changed: list[tuple[str, list[str]]]) -> set[tuple[str, str, str]]:
        texts = {name: as_markdown(changed if name == page else sections) for name, sections in pages.items()}
        passages = split_pages(texts)
        assert len(passages) == len({passage.id for passage in passages})
        return {(passage.id, passage.title, passage.text) for passage in passages}

    title, paragraphs = pages[page][section]
    longer = [*pages[page]]
    longer[section] = (title, [*paragraphs[:place], inserted, *paragraphs[place:]])
    others = [each for number, each in enumerate(pages[page]) if number != section]
    assert split(others) <= split(pages[page])
    assert split(others) <= split(longer)


def test_a_repeated_text_gets_a_running_suffix_and_pages_do_not_share_ids() -> None:
    blocks = [Block("heading", "Sunday"), Block("paragraph", "Closed.")] * 2
    first, second, other = split_blocks({"a.md": blocks, "b.md": blocks[:2]})
    assert f"{first.id}-2" == second.id
    assert "b.md" + first.id.removeprefix("a.md") == other.id


def test_a_long_section_is_split_at_paragraphs_and_nothing_is_lost() -> None:
    paragraphs = [" ".join(f"w{number}-{word}" for word in range(60)) for number in range(9)]
    passages = split_pages({"long.md": "\n\n".join(paragraphs)})
    assert paragraphs == "\n\n".join(passage.text for passage in passages).split("\n\n")
    assert [120, 120, 120, 120, 60] == [len(passage.text.split()) for passage in passages]


def test_a_page_of_one_paragraph_is_split_between_sentences() -> None:
    sentences = [f"Sentence {number} says that Dr. Osei sees {number} patients today." for number in range(11_000)]
    passages = split_pages({"novel.txt": " ".join(sentences)})
    assert " ".join(sentences) == " ".join(passage.text for passage in passages)
    assert all(len(passage.text.split()) <= MAX_PASSAGE_WORDS and passage.text.endswith("today.")
               for passage in passages)


@given(st.integers(161, 700), st.integers(1, 3000))
def test_a_sentence_or_a_word_that_is_too_long_is_cut(words: int, chars: int) -> None:
    text = " ".join(["word"] * words) + " " + "x" * chars
    passages = split_pages({"a.txt": text})
    assert text.replace(" ", "") == "".join(passage.text for passage in passages).replace(" ", "")
    assert all(len(passage.text.split()) <= MAX_PASSAGE_WORDS and len(passage.text) < 13 * MAX_PASSAGE_WORDS
               for passage in passages)


def test_text_without_blanks_is_split_after_its_own_full_stops() -> None:
    sentences = [f"診療所は平日{number}時から開いています。" for number in range(400)]
    passages = split_pages({"a.txt": "".join(sentences)})
    assert "".join(sentences) == "".join(passage.text for passage in passages)
    assert 15 < len(passages) < 30
    assert all(passage.text.endswith("。") for passage in passages)


def test_items_of_a_list_stand_on_lines_of_their_own() -> None:
    [passage] = split_pages({"a.md": "Bring:\n\n- your card\n- a list\n\nThank you."})
    assert "Bring:\n\n- your card\n- a list\n\nThank you." == passage.text
