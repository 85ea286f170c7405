"""Writes small PDF files, so that no binary lies in the repository."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path


def write_pdf(path: Path, pages: Sequence[str], *, extra: dict[int, bytes] | None = None) -> Path:
    """One page for each text, its lines below each other; `extra` replaces the content of a page."""
    contents = [(extra or {}).get(number, _stream(text)) for number, text in enumerate(pages)]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>",
               f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
               b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"]
    for number, content in enumerate(contents):
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * number} 0 R "
                       f"/Resources << /Font << /F1 3 0 R >> >> >>".encode())
        packed = zlib.compress(content, 9)
        objects.append(f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode() + packed + b"\nendstream")
    data = b"%PDF-1.7\n"
    places = []
    for number, each in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n".encode() + each + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    data += (f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} "
             f"/Root 1 0 R >>\nstartxref\n{len(data)}\n%%EOF\n").encode()
    path.write_bytes(data)
    return path


def _stream(text: str) -> bytes:
    lines = [line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") for line in text.split("\n")]
    shown = "".join(f"({line}) Tj 0 -14 Td " for line in lines) if text else ""
    return f"BT /F1 11 Tf 50 740 Td {shown}ET".encode("cp1252")
