"""DOCX: what becomes passages, what only the guard sees, what is refused; nothing outside the file is opened."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from appliance.errors import InputError
from appliance.knowledge import word
from appliance.knowledge.ingest import load_pages, split_pages


def write(folder: Path, build: Callable[[docx.document.Document], object]) -> Path:
    document = docx.Document()
    build(document)
    document.save(str(folder / "page.docx"))
    return folder / "page.docx"


def passages(folder: Path) -> list[tuple[str, str]]:
    return [(passage.title, passage.text) for passage in split_pages(load_pages(folder))]


def refusal(folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        load_pages(folder)
    assert "page.docx: " in str(caught.value)
    return str(caught.value)


def replace_part(path: Path, name: str, change: Callable[[str], str]) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {member: archive.read(member) for member in archive.namelist()}
    parts[name] = change(parts[name].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in parts.items():
            archive.writestr(member, data)


def test_headings_lists_and_tables(tmp_path: Path) -> None:
    def build(document: docx.document.Document) -> None:
        document.add_heading("Fees", 1)
        document.add_paragraph("A visit costs ").add_run("$85.").bold = True
        document.add_paragraph("Bring your card.", style="List Bullet")
        table = document.add_table(rows=3, cols=2)
        for cell, name in zip(table.rows[0].cells, ("Service", "Price"), strict=True):
            cell.paragraphs[0].add_run(name).bold = True
        table.rows[1].cells[0].text, table.rows[1].cells[1].text = "Flu shot", "$25"
        table.rows[2].cells[0].merge(table.rows[2].cells[1]).text = "All prices include tax."
        document.add_paragraph("After the table.")

    write(tmp_path, build)
    assert [("Fees", "A visit costs $85.\n\n- Bring your card.\n- Service: Flu shot; Price: $25.\n"
                     "- Service: All prices include tax.\n\nAfter the table.")] == passages(tmp_path)


def test_headers_deleted_text_boxes_and_links_are_guarded_and_no_passage(tmp_path: Path) -> None:
    change = ('<w:p {0}><w:r><w:t>Open from </w:t></w:r><w:del w:id="1" w:author="a"><w:r><w:delText>seven</w:delText>'
              '</w:r></w:del><w:ins w:id="2" w:author="a"><w:r><w:t>eight</w:t></w:r></w:ins></w:p>')
    control = '<w:sdt {0}><w:sdtContent><w:p><w:r><w:t>In a control.</w:t></w:r></w:p></w:sdtContent></w:sdt>'
    box = ('<w:p {0}><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>In a box</w:t></w:r></w:p></w:txbxContent>'
           '</w:pict></w:r></w:p>')

    def build(document: docx.document.Document) -> None:
        for each in (change, control, box):
            document.element.body.insert(0, parse_xml(each.format(nsdecls("w"))))
        document.sections[0].header.paragraphs[0].text = "Internal header"
        document.core_properties.keywords = "project Heron"
        document.part.relate_to("https://intranet.example/heron", docx.opc.constants.RELATIONSHIP_TYPE.HYPERLINK,
                                is_external=True)

    write(tmp_path, build)
    assert [("page.docx", "In a control.\n\nOpen from eight")] == passages(tmp_path)
    guarded = load_pages(tmp_path)["page.docx"]
    for text in ("Internal header", "seven", "In a box", "project Heron", "intranet.example/heron"):
        assert text in guarded


BESIDE = """<w:p {0}><w:r><w:drawing><wp:docPr id="1" name="x" descr="a ward at night, by the door"/></w:drawing></w:r>
<m:oMath xmlns:m="urn:m"><m:r><m:t>dose = </m:t></m:r><m:r><m:t>5 mg</m:t></m:r></m:oMath>
<w:hyperlink w:tooltip="where the key is"/><w:bookmarkStart w:id="3" w:name="merger_closes_in_March_2031"/>
<w:fldSimple w:instr=" HYPERLINK &quot;https://intra.example/heron%20plan&quot; "/>
<w:r><w:fldChar><w:ffData><w:ddList><w:listEntry w:val="a form entry"/></w:ddList></w:ffData></w:fldChar></w:r>
<w:ins w:id="2" w:author="Akua Osei"/></w:p>"""
CONTROL = """<w:sdt {0}><w:sdtPr><w:alias w:val="a control alias"/><w:dropDownList>
<w:listItem w:displayText="an entry shown" w:value="an entry kept"/></w:dropDownList></w:sdtPr></w:sdt>"""
PARTS = {"word/charts/chart1.xml": "<c xmlns:a='urn:a'><a:t>chart ti</a:t><a:t>tle</a:t><v>category</v></c>",
         "word/diagrams/data1.xml": "<d xmlns:a='urn:a'><a:p><a:t>smart art</a:t></a:p></d>",
         "word/comments.xml": "<w:comments {0}><w:comment w:author='said Mr Vance'><w:p><w:r><w:t>Open </w:t></w:r>"
                              "<w:del><w:r><w:delText>not </w:delText></w:r></w:del><w:r><w:t>on Sunday</w:t></w:r>"
                              "</w:p></w:comment></w:comments>",
         "customXml/item9.xml": "<root><!-- a remark --><any>custom data</any>its tail</root>",
         "docProps/custom.xml": "<Properties><property><lpwstr>own property</lpwstr></property></Properties>",
         "word/media/image1.png": "<svg><text>as a picture</text></svg>"}


def add_parts(path: Path, parts: dict[str, str | bytes]) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        for name, data in parts.items():
            archive.writestr(name, data if isinstance(data, bytes) else data.replace("{0}", nsdecls("w")))


def package(parts: dict[str, str | bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return data.getvalue()


def test_whatever_the_file_stores_as_text_is_guarded(tmp_path: Path) -> None:
    def build(document: docx.document.Document) -> None:
        document.add_paragraph("Text.")
        document.core_properties.content_status = "not for the public"
        document.core_properties.last_modified_by = "Leonie Marsh"
        for each in (BESIDE, CONTROL):
            document.element.body.insert(0, parse_xml(each.replace("{0}", nsdecls("w", "wp"))))

    path = write(tmp_path, build)
    add_parts(path, dict(PARTS))
    sheet = package({"xl/sharedStrings.xml": "<sst><si><t>a cell of the </t><t>sheet</t></si></sst>"})
    add_parts(path, {"word/embeddings/Sheet1.xlsx": sheet})
    guarded = load_pages(tmp_path)["page.docx"]
    for text in ("a ward at night, by the door", "dose = 5 mg", "where the key is", "merger_closes_in_March_2031",
                 "intra.example/heron plan", "a form entry", "Akua Osei", "a control alias", "an entry shown",
                 "an entry kept", "chart title", "category", "smart art", "said Mr Vance", "Open not on Sunday",
                 "Open on Sunday", "a remark", "custom data", "its tail", "own property", "as a picture",
                 "not for the public", "Leonie Marsh", "a cell of the sheet"):
        assert text in guarded
    assert [("page.docx", "Text.")] == passages(tmp_path)


def test_a_hyphen_that_does_not_break_is_a_hyphen_and_a_soft_one_is_nothing(tmp_path: Path) -> None:
    text = ("<w:p {}><w:r><w:t>COVID</w:t><w:noBreakHyphen/><w:t>19 is an in</w:t><w:softHyphen/><w:t>fection.</w:t>"
            "</w:r></w:p>").format(nsdecls("w"))
    write(tmp_path, lambda document: document.element.body.insert(0, parse_xml(text)))
    assert [("page.docx", "COVID-19 is an infection.")] == passages(tmp_path)
    assert "COVID-19 is an infection." in load_pages(tmp_path)["page.docx"]


@pytest.mark.parametrize(("parts", "says"), [
    ({"word/alt.html": "<p>inserted</p>", "word/_rels/x.xml.rels": "<r><n Type='http://x/aFChunk'/></r>"}, "altChunk"),
    ({"word/other.xml": "<w:body {0}><w:altChunk/></w:body>"}, "altChunk"),
    ({"word/embeddings/object1.bin": b"\xd0\xcf\x11\xe0"}, "a file embedded in it is not read"),
    ({"word/notes.txt": "secret"}, "a file embedded in it is not read"),
    ({"word/embeddings/a.xlsx": b"PK.."}, "embedded in it is damaged or has a password"),
    ({"word/embeddings/a.xlsx": package({"a.xml": " " * 2_000})}, "unpacks to too much"),
    ({"word/embeddings/a.xlsx": package({"b.docx": package({"c.docx": package({})})})}, "is not read"),
    ({"customXml/item9.xml": "<not closed"}, "damaged")])
def test_what_is_not_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parts: dict[str, str | bytes],
                                     says: str) -> None:
    path = write(tmp_path, lambda document: document.add_paragraph("Text."))
    add_parts(path, parts)
    monkeypatch.setattr(word, "MAX_EMBEDDED_BYTES", 1_000)
    assert says in refusal(tmp_path)


@pytest.mark.parametrize("entity", ['<!ENTITY x SYSTEM "file://{0}/.secret">', '<!ENTITY x "haha">',
                                    '<!ENTITY x SYSTEM "http://example.invalid/">',
                                    '<!ENTITY % x SYSTEM "file://{0}/.secret"> %x;'])
def test_no_entity_is_expanded_and_nothing_is_fetched(tmp_path: Path, entity: str) -> None:
    (tmp_path / ".secret").write_text("<!ENTITY x 'the secret file'>")
    path = write(tmp_path, lambda document: document.add_paragraph("Before SLOT after."))
    replace_part(path, "word/document.xml", lambda text: text.replace(
        "?>", f"?><!DOCTYPE d [{entity.format(tmp_path)}]>", 1).replace("SLOT", "&x;"))
    try:
        pages = load_pages(tmp_path)
    except InputError as error:
        assert "damaged" in str(error)
    else:
        assert "Before" in pages["page.docx"]
        assert "secret" not in pages["page.docx"]
        assert "haha" not in pages["page.docx"]


@pytest.mark.parametrize(("data", "says"), [
    (b"", "damaged"), (b"PK\x03\x04 cut off", "damaged"), (b"plain text", "damaged"),
    (b"\xd0\xcf\x11\xe0 old", "encrypted or an old Word file; save it as DOCX without a password")])
def test_other_files_are_refused(tmp_path: Path, data: bytes, says: str) -> None:
    (tmp_path / "page.docx").write_bytes(data)
    assert says in refusal(tmp_path)


@pytest.mark.parametrize("damage", [
    lambda text: text[:200], lambda _text: "", lambda text: text.replace("w:body", "w:bodi"),
    lambda text: text.replace("2006/main", "2066/main")])
def test_a_damaged_part_is_refused(tmp_path: Path, damage: Callable[[str], str]) -> None:
    path = write(tmp_path, lambda document: document.add_paragraph("Text."))
    replace_part(path, "word/document.xml", damage)
    assert "save it again" in refusal(tmp_path) or "no text" in refusal(tmp_path)


def test_a_part_that_does_not_unpack_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, lambda document: document.add_paragraph("Text."))
    with zipfile.ZipFile(path) as archive:
        begins = archive.getinfo("word/document.xml").header_offset + 60
    data = bytearray(path.read_bytes())
    data[begins:begins + 40] = b"\xff" * 40
    path.write_bytes(data)
    assert "damaged (error)" in refusal(tmp_path)


def test_a_zip_without_a_document_and_one_without_text_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "page.docx", "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert "damaged" in refusal(tmp_path)
    write(tmp_path, lambda document: document.add_heading("Only a heading", 1))
    assert "no text in this DOCX file" in refusal(tmp_path)


def test_a_file_that_unpacks_to_gigabytes_is_refused_before_it_does(tmp_path: Path) -> None:
    path = write(tmp_path, lambda document: document.add_paragraph("SLOT"))
    replace_part(path, "word/document.xml", lambda text: text.replace("SLOT", "x" * (word.MAX_UNPACKED_XML_BYTES + 1)))
    assert path.stat().st_size < 1_000_000
    assert "unpacks to 51 MB, which is too much" in refusal(tmp_path)
