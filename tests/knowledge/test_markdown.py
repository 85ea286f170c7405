"""Markdown and text: what becomes a heading, a paragraph, an item."""

from __future__ import annotations

import pytest

from appliance.knowledge.blocks import Block
from appliance.knowledge.markdown import read_markdown


def heading(text: str) -> Block:
    return Block("heading", text)


def paragraph(text: str) -> Block:
    return Block("paragraph", text)


def item(text: str) -> Block:
    return Block("item", text)


@pytest.mark.parametrize(("text", "blocks"), [
    ("# **Hours** [today](x.md) #\ntext", [heading("Hours today"), paragraph("text")]),
    ("Hours\n-----\ntext", [heading("Hours"), paragraph("text")]),
    (" ".join(["long"] * 13) + ".\n---\n", [paragraph(" ".join(["long"] * 13) + ".")]),
    ("- one\n  goes on\n- two\n\n  more\n  1. deep\n", [item("- one goes on"), item("- two"), paragraph("more"),
                                                       item("1. deep")]),
    ("3. three\n4. four", [item("3. three"), item("4. four")]),
    ("| Service | Price |\n|---|--:|\n| Flu shot | $25 |\n| Visit | Ask us! |\n| | |\n| X-ray |",
     [item("- Service: Flu shot; Price: $25."), item("- Service: Visit; Price: Ask us!"), item("- Service: X-ray.")]),
    ("```\n# no heading\n```", [paragraph("# no heading")]),
    ("    indented text\n    of a letter", [paragraph("indented text of a letter")]),
    ("> quoted\n> text", [paragraph("quoted text")]),
    ("---\ntitle: 'Fees'\ntags:\n  - a\n---\ntext", [heading("Fees"), paragraph("text")]),
    ("---\n\ntext\n\n---\n", [paragraph("text")]),
    ("<div>Call &amp; ask</div>\n\n<!-- internal\n\nnote -->\n\nseen <!-- not --> here",
     [paragraph("Call & ask"), paragraph("seen here")]),
    ("[1]: http://example.org", [paragraph("[1]: http://example.org")]),
    ("", []),
])
def test_blocks(text: str, blocks: list[Block]) -> None:
    document = read_markdown(text)
    assert blocks == list(document.blocks)
    assert text == document.guarded
