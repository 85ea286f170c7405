"""Knowledge pages: split into passages whose ids do not move, refused when unreadable."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.errors import InputError
from appliance.knowledge.ingest import MAX_PASSAGE_WORDS, knowledge_id, load_pages, rendered, split_pages


def test_sections_become_passages_with_stable_ids(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.txt").write_text("One line.\nGoes on here.\n\nSecond paragraph.")
    (tmp_path / "a.md").write_text("# Hours\n\nWe open at 8.\n\n## Sunday\n\nClosed.\n")
    passages = split_pages(load_pages(tmp_path))
    assert [("a.md#1", "Hours", "We open at 8."), ("a.md#2", "Sunday", "Closed."),
            ("deep/b.txt#1", "deep/b.txt", "One line. Goes on here.\nSecond paragraph.")] == [
        (passage.id, passage.title, passage.text) for passage in passages]
    assert knowledge_id(load_pages(tmp_path)) == knowledge_id(load_pages(tmp_path))


def test_a_long_section_is_split_at_paragraphs_and_nothing_is_lost(tmp_path: Path) -> None:
    paragraphs = [" ".join(f"w{number}-{word}" for word in range(60)) for number in range(9)]
    (tmp_path / "long.md").write_text("\n\n".join(paragraphs))
    passages = split_pages(load_pages(tmp_path))
    assert paragraphs == "\n".join(passage.text for passage in passages).split("\n")
    assert all(len(passage.text.split()) <= MAX_PASSAGE_WORDS for passage in passages)


@pytest.mark.parametrize("name", ["notes.html", "scan.pdf", "page"])
def test_a_file_that_would_not_be_read_is_refused_because_it_would_not_be_guarded(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.MD").write_text("We open at 8.")
    (tmp_path / ".hidden").write_text("editors leave these")
    assert ["a.MD"] == list(load_pages(tmp_path))
    (tmp_path / name).write_text("x")
    with pytest.raises(InputError, match=f"{name}: not a"):
        load_pages(tmp_path)


def test_links_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "k", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    (folder / "a.md").write_text("We open at 8.")
    (elsewhere / "b.md").write_text("Secret.")
    (folder / "linked").symlink_to(elsewhere)
    with pytest.raises(InputError, match="linked: not a"):
        load_pages(folder)


def test_a_page_as_it_reads() -> None:
    assert "Vance & Sons' contract is long-standing  news" == rendered(
        "Vance &amp; Sons&#39; con-\ntract is long-standing <br> news".replace("  ", " ")).replace("   ", "  ")


def test_any_change_of_the_text_changes_the_id(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("We open at 8.")
    before = knowledge_id(load_pages(tmp_path))
    (tmp_path / "a.md").write_text("We open at 9.")
    assert before != knowledge_id(load_pages(tmp_path))


def test_missing_folders_empty_folders_and_empty_pages_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        load_pages(tmp_path / "none")
    with pytest.raises(InputError, match=r"no \.md or \.txt pages"):
        load_pages(tmp_path)
    (tmp_path / "a.md").write_text("# Only a heading\n")
    with pytest.raises(InputError, match="empty"):
        load_pages(tmp_path)
    (tmp_path / "a.md").write_bytes(b"caf\xe9")
    with pytest.raises(InputError, match="byte 3 is not UTF-8"):
        load_pages(tmp_path)
