"""The folder of K: what is read, what is refused, and that the guard gets all of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.errors import InputError
from appliance.knowledge import ingest
from appliance.knowledge.ingest import (
    SUFFIXES,
    folder_state,
    knowledge_id,
    load_pages,
    rendered,
    split_pages,
    unchanged,
)


def test_pages_are_read_in_path_order_and_split(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.txt").write_text("One line.\nGoes on here.\n\nSecond paragraph.")
    (tmp_path / "a.md").write_text("# Hours\n\nWe open at 8.\n\n## Sunday\n\nClosed.\n")
    pages = load_pages(tmp_path)
    assert [("a.md", "Hours", "We open at 8."), ("a.md", "Sunday", "Closed."),
            ("deep/b.txt", "deep/b.txt", "One line. Goes on here.\n\nSecond paragraph.")] == [
        (passage.page, passage.title, passage.text) for passage in split_pages(pages)]
    assert split_pages(pages) == split_pages(dict(pages))
    assert knowledge_id(load_pages(tmp_path)) == knowledge_id(pages)


@pytest.mark.parametrize("name", ["notes.doc", "scan.png", "page", "sheet.xlsx"])
def test_a_file_that_would_not_be_read_is_refused_because_it_would_not_be_guarded(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.MD").write_text("We open at 8.")
    (tmp_path / ".git").mkdir()
    for passed_over in (".hidden", ".git/config", "~$letter.docx"):
        (tmp_path / passed_over).write_text("programs leave these")
    assert ["a.MD"] == list(load_pages(tmp_path))
    (tmp_path / name).write_text("x")
    with pytest.raises(InputError, match=f"{name}: not a .md, .markdown, .txt, .html, .htm, .pdf or .docx page"):
        load_pages(tmp_path)


def test_a_folder_that_cannot_be_read_then_or_now_is_never_unchanged(tmp_path: Path) -> None:
    folder = tmp_path / "k"
    assert not unchanged(folder, folder_state(folder))
    folder.mkdir()
    (folder / "a.md").write_text("We open at 8.")
    state = folder_state(folder)
    assert unchanged(folder, state)
    (folder / "stray.doc").write_text("x")
    assert (False, False) == (unchanged(folder, state), unchanged(folder, folder_state(folder)))
    (folder / "stray.doc").unlink()
    assert unchanged(folder, state)
    (folder / "a.md").write_text("We open at 9.")
    assert not unchanged(folder, state)


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
    with pytest.raises(InputError, match=r"no \.md, .* or \.docx pages"):
        load_pages(tmp_path)
    (tmp_path / "a.md").write_text("# Only a heading\n")
    with pytest.raises(InputError, match="empty"):
        load_pages(tmp_path)
    (tmp_path / "a.md").write_bytes(b"caf\xe9")
    with pytest.raises(InputError, match="byte 3 is not UTF-8"):
        load_pages(tmp_path)
    (tmp_path / "a.md").write_text("Fine.\nNot\x0cfine.")
    with pytest.raises(InputError, match=r"a\.md:2: control character U\+000C"):
        load_pages(tmp_path)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_page_that_is_too_large_or_cannot_be_read_is_refused(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    page = tmp_path / f"page{suffix}"
    page.write_text("x" * 1001)
    monkeypatch.setattr(ingest, "MAX_PAGE_BYTES", 1000)
    with pytest.raises(InputError, match=f"page{suffix}: larger than .* split it"):
        load_pages(tmp_path)


def test_progress_counts_pages(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text("Text.")
    seen: list[tuple[int, int]] = []
    load_pages(tmp_path, lambda done, wanted: seen.append((done, wanted)))
    assert [(1, 3), (2, 3), (3, 3)] == seen
