"""HTML: what becomes passages, what only the guard sees, and that nothing is fetched or expanded."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.errors import InputError
from appliance.knowledge.blocks import Block
from appliance.knowledge.ingest import load_pages, split_pages


def blocks(tmp_path: Path, body: str | bytes) -> list[str]:
    page = tmp_path / "page.html"
    page.write_bytes(body if isinstance(body, bytes) else body.encode())
    return [f"# {block.text}" if block.kind == "heading" else block.text for block in read(tmp_path)]


def read(tmp_path: Path) -> tuple[Block, ...]:
    return load_pages(tmp_path).blocks("page.html")


@pytest.mark.parametrize(("body", "expected"), [
    ("<title>Fees</title><p>A <b>v</b>isit<br>costs &pound;9.</p>", ["# Fees", "A visit costs £9."]),
    ("<h2>Prices</h2>loose<div>block<p>deep</p>tail</div>", ["# Prices", "loose", "block", "deep", "tail"]),
    ("<ul><li>one<ul><li>deep</ul><li><p>two</p><p>more</p></ul>", ["- one", "- deep", "- two", "more"]),
    ("<ol><li>first</li><li>second</li></ol>", ["1. first", "2. second"]),
    ("<dl><dt>Cash</dt><dd>Never.</dd></dl>", ["- Cash: Never."]),
    ("<table><tr><th>Service</th><th>Price</th></tr><tr><td rowspan=2>Shot</td><td>$25</td></tr>"
     "<tr><td>$<b>2</b>6</td></tr></table>", ["- Service: Shot; Price: $25.", "- Service: Shot; Price: $26."]),
    ("<table><tr><td>Visit</td><td>$85</td></tr></table>", ["- Visit: $85."]),
    ("<table><tr><td colspan=999999999999>Wide</td></tr><tr><td rowspan='x'>a</td></tr></table>",
     ["- Wide.", "- a."]),
    ("<table><tr><td><table><tr><td>a</td><td>b</td></tr></table></td><td>layout</td></tr></table>",
     ["- a: b.", "layout"]),
    ("<nav>Home</nav><script>x</script><style>y</style><p hidden>z</p><div role=navigation>n</div>"
     "<p style='display: none'>d</p><!-- c --><p>Text</p>", ["Text"]),
    ("<p>unclosed <b>and <i>crossed</b></i> &nosuch; tags", ["unclosed and crossed &nosuch; tags"]),
    ('<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><p>XHTML</p></html>',
     ["XHTML"]),
    ('<meta charset="windows-1252"><p>caf\xe9 \x80 5</p>'.encode("latin-1"), ["café € 5"]),
    ("<p>café</p>".encode("utf-16"), ["café"]),
    ('<meta charset="iso-8859-1"><p>cœur \u201cŠárka\u201d</p>'.encode("cp1252"), ["cœur \u201cŠárka\u201d"]),
    ('<meta charset="us-ascii"><p>cœur</p>'.encode("cp1252"), ["cœur"]),
    ("<html><body><p>one</body></html><!-- c --><p>two</p>\n<html><h1>Three</h1>four",
     ["one", "two", "# Three", "four"]),
    ("<p>o\0ne</p>", ["one"]),
    (b"\xef\xbb\xbf<p>caf\xc3\xa9</p>", ["café"]),
    ("<p>bell\x07 &#7; &#55296; rings</p>", ["bell \ufffd rings"]),
])
def test_blocks(tmp_path: Path, body: str | bytes, expected: list[str]) -> None:
    assert expected == blocks(tmp_path, body)


def test_what_a_browser_hides_is_still_guarded(tmp_path: Path) -> None:
    blocks(tmp_path, "<title>T</title><nav><b>Van</b>ce</nav><script>var a='code 7731';</script><!-- key under mat -->"
                     "<p title='said Osei'>Text</p><a href='mailto:a@b.example'>x</a><img alt='a ward'>")
    pages = load_pages(tmp_path)
    for text in ("Vance", "code 7731", "key under mat", "said Osei", "a@b.example", "a ward", "Text"):
        assert text in pages["page.html"]
    passages = " ".join(passage.text for passage in split_pages(pages))
    assert "Text\n\nx" == passages


@pytest.mark.parametrize("body", [
    "<!-- SECRET --><html><p>Text</html>", "<html><p>Text</html><!-- SECRET -->", "<html><p>Text</html><p>SECRET",
    "<html><p>Text</html><!-- c --><html><p data-x='SECRET'>More</html>", '<!DOCTYPE html PUBLIC "SECRET" "x"><p>Text',
    "<p>Text<p alt='x' alt='SECRET'>", "<p>Text</SECRET>", "<p>Text<?php SECRET ?>", "<p class='SECRET'>Text",
    "<p>Text<a href='/the%20merger%20closes%20in%20March.html'>"])
def test_what_the_parser_leaves_out_is_guarded(tmp_path: Path, body: str) -> None:
    secret = "the merger closes in March"
    assert "Text" == blocks(tmp_path, body.replace("SECRET", secret))[0]
    assert secret in load_pages(tmp_path)["page.html"]


@pytest.mark.parametrize(("body", "says"), [
    (b"", "empty"), (b"<nav>Home</nav><script>x</script>", "empty but for navigation"),
    (b"<title>Only a title</title>", "empty but for navigation"), (b"<p>caf\xe9", "byte 6 is neither UTF-8 nor"),
    (b"<meta charset=nonsense><p>caf\xe9", "neither UTF-8 nor in the encoding the page declares"),
    (b"<meta charset=hex><p>caf\xe9", "neither UTF-8"),
])
def test_pages_that_cannot_be_read_are_refused(tmp_path: Path, body: bytes, says: str) -> None:
    with pytest.raises(InputError, match=r"page\.html: .*" + says):
        blocks(tmp_path, body)


def test_nothing_is_fetched_and_no_entity_is_expanded(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("the secret file")
    made = blocks(tmp_path, f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{tmp_path}/secret.txt">'
                            f'<!ENTITY a "{"ha" * 99}"><!ENTITY b "&a;&a;&a;">]><link rel=stylesheet href="http://example.invalid/a.css">'
                            f'<base href="http://example.invalid/"><p>&x; &b; shown</p>')
    assert "secret" not in " ".join(made)
    assert "haha" not in " ".join(made[-1:])


def test_a_page_that_the_parser_would_cut_short_is_refused(tmp_path: Path) -> None:
    def nested(depth: int) -> str:
        return "<div>" * depth + "deep" + "</div>" * depth + "<p>after</p>"

    assert ["deep", "after"] == blocks(tmp_path, nested(1900))
    with pytest.raises(InputError, match="nested too deep"):
        blocks(tmp_path, nested(50_000))
