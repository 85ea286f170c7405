"""PDF: pages as sections, sentences over page ends, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pypdf
import pypdf.annotations
import pytest
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    TextStringObject,
)
from small_pdf import write_pdf

from appliance.errors import InputError
from appliance.knowledge.ingest import load_pages, split_pages
from appliance.knowledge.overview import overview


def sections(folder: Path) -> list[tuple[str, str]]:
    return [(passage.title, passage.text) for passage in split_pages(load_pages(folder))]


def rewritten(path: Path, encrypt: dict[str, str] | None = None, metadata: dict[str, str] | None = None) -> None:
    writer = pypdf.PdfWriter(clone_from=path)
    writer.add_metadata(metadata or {})
    if encrypt is not None:
        writer.encrypt(**encrypt, algorithm="AES-256")
    writer.write(path)


def refusal(folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        load_pages(folder)
    assert "page.pdf: " in str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_pages_are_sections_and_a_sentence_belongs_to_the_page_it_ends_on(tmp_path: Path) -> None:
    write_pdf(tmp_path / "page.pdf", ["A visit costs $85. A long-\nstanding patient who comes",
                                      "often pays less.\n- Bring your card\nand a list.\n2) Wait."])
    assert [("page, page 1", "A visit costs $85."),
            ("page, page 2", "A longstanding patient who comes often pays less.\n\n- Bring your card and a list.\n"
                             "2) Wait.")] == sections(tmp_path)


def test_what_most_pages_begin_and_end_with_is_guarded_and_no_passage(tmp_path: Path) -> None:
    rules = ["one", "two", "three", "four", "five"]
    write_pdf(tmp_path / "page.pdf", [f"Larkfield handbook\nRule {rule} is short.\nPage {number} of 5"
                                      for number, rule in enumerate(rules, start=1)])
    assert [f"Rule {rule} is short." for rule in rules] == [text for _, text in sections(tmp_path)]
    assert "Larkfield handbook" in load_pages(tmp_path)["page.pdf"]


def test_title_notes_and_bookmarks_are_guarded(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "page.pdf", ["A visit costs $85."])
    writer = pypdf.PdfWriter(clone_from=path)
    writer.add_outline_item(title="A bookmark", page_number=0)
    note = pypdf.annotations.Text(rect=(0, 0, 9, 9), text="A note in the margin")
    writer.add_annotation(page_number=0, annotation=note)
    writer.add_metadata({"/Title": "Fees", "/Keywords": "project Heron"})
    writer.write(path)
    pages = load_pages(tmp_path)
    assert [("Fees, page 1", "A visit costs $85.")] == sections(tmp_path)
    for text in ("A bookmark", "A note in the margin", "project Heron"):
        assert text in pages["page.pdf"]


def test_every_string_beside_the_pages_is_guarded(tmp_path: Path) -> None:
    spoken = b"BT /F1 11 Tf 50 740 Td (Text.) Tj ET /Span <</ActualText (spoken \\(aloud\\))>> BDC EMC"
    writer = pypdf.PdfWriter(clone_from=write_pdf(tmp_path / "page.pdf", ["x"], extra={0: spoken}))
    page = writer.pages[0]
    drawn = DecodedStreamObject()
    drawn.set_data(b"BT /F1 12 Tf (drawn on a note) Tj ET /Span <</ActualText <FEFF004100420043>>> BDC EMC")
    drawn.update({NameObject("/Subtype"): NameObject("/Form"), NameObject("/Resources"): page["/Resources"]})
    rich = DecodedStreamObject()
    rich.set_data(b"<body>rich note</body>")
    note = {"/Subtype": NameObject("/Widget"), "/T": TextStringObject("said Osei"),
            "/Subj": TextStringObject("subject"), "/TU": TextStringObject("tooltip"),
            "/V": NameObject("/the_chosen_button_is_this"), "/DV": TextStringObject("default"),
            "/RC": writer._add_object(rich), "/AP": DictionaryObject({NameObject("/N"): writer._add_object(drawn)}),
            "/A": DictionaryObject({NameObject("/URI"): ByteStringObject(b"https://intra.example/heron")})}
    note_object = DictionaryObject({NameObject(key): value for key, value in note.items()})
    page[NameObject("/Annots")] = ArrayObject([note_object])
    writer._add_object(DictionaryObject({NameObject("/Contents"): TextStringObject("no longer shown")}))
    writer.write(tmp_path / "page.pdf")
    guarded = load_pages(tmp_path)["page.pdf"]
    for text in ("spoken (aloud)", "drawn on a note", "ABC", "said Osei", "subject", "tooltip", "default",
                 "the_chosen_button_is_this", "rich note", "intra.example/heron", "no longer shown"):
        assert text in guarded
    assert [("page, page 1", "Text.")] == sections(tmp_path)


def test_attached_files_are_refused(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=write_pdf(tmp_path / "page.pdf", ["A visit costs $85."]))
    writer.add_attachment("fees.txt", b"secret")
    writer.write(tmp_path / "page.pdf")
    assert "other files are attached to this PDF" in refusal(tmp_path)


def test_images_of_text_are_refused_and_counted_where_other_pages_have_text(tmp_path: Path) -> None:
    write_pdf(tmp_path / "page.pdf", ["", ""])
    assert "no text on its 2 page(s), only images; make them text first (OCR)" in refusal(tmp_path)
    write_pdf(tmp_path / "page.pdf", ["", "A visit costs $85."])
    pages = load_pages(tmp_path)
    assert {"page.pdf": 1} == overview(pages, split_pages(pages)).without_text


def test_a_file_that_asks_for_a_password_is_refused_and_one_that_does_not_is_read(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "page.pdf", ["A visit costs $85."])
    rewritten(path, {"user_password": "", "owner_password": "boss"})
    assert ["A visit costs $85."] == [text for _, text in sections(tmp_path)]
    write_pdf(path, ["A visit costs $85."])
    rewritten(path, {"user_password": "sesame", "owner_password": "boss"})
    assert "encrypted; save it without a password" in refusal(tmp_path)


@pytest.mark.parametrize("cut", [0, 5, 100, 400])
def test_damaged_files_are_refused_or_read_whole(tmp_path: Path, cut: int) -> None:
    path = write_pdf(tmp_path / "page.pdf", ["A visit costs $85."])
    path.write_bytes(path.read_bytes()[:cut])
    assert "damaged" in refusal(tmp_path)


def test_a_page_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    write_pdf(tmp_path / "page.pdf", ["x"], extra={0: bytes(100_000_000)})
    assert "unpacks to too much (LimitReachedError)" in refusal(tmp_path)
