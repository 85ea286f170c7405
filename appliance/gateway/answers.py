"""What comes back is data: bounded, in one known form, without the credential, and never an instruction.

Two times of looking. Before an answer is kept, its bytes are checked and the credential is taken out, should the other
side echo it. Before a principle of it is used, its text is cleaned of escape sequences, links and markup, and screened
for orders: to ignore rules, to print what this machine knows, to send something somewhere.
"""

from __future__ import annotations

import base64
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from appliance.errors import ReflectorError
from appliance.gateway.orders import is_order
from appliance.gateway.pseudonyms import foreign_placeholder
from appliance.policy.parts import AnswersPolicy

MAX_FRAME_BYTES = 65_536
"""Of an answer, what may stand around its text."""
BYTES_PER_CHAR = 12
"""One character in JSON at the most: two escaped surrogates."""

REDACTED = "<credential>"
MIN_SECRET_CHARS = 8
"""A shorter secret stands in every answer by chance; `appliance.reflect.credential` reads none."""
# ECMA-48: operating system commands such as hyperlinks, other strings, control sequences, single escapes.
_ESCAPES = re.compile("\x1b(?:\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?|[PX^_][^\x1b]*(?:\x1b\\\\)?|\\[[0-?]*[ -/]*[@-~]"
                      "|[ -/]*[0-~])|\x9b[0-?]*[ -/]*[@-~]")
_IMAGE = re.compile(r"!\[([^\[\]]*)\]\s?(?:\([^()]*\)|\[[^\[\]]*\])")
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()]*\)")
_HTML = re.compile(r"<!--.*?(?:-->|$)|</?[A-Za-z!?][^<>]*>", re.DOTALL)
_SCHEME = re.compile(r"<?\b(?:[a-z][a-z0-9+.-]{1,15}://|www\.|mailto:|data:[a-z]+/|javascript:)\S+", re.IGNORECASE)


def max_answer_bytes(policy: AnswersPolicy) -> int:
    """How many bytes of an answer are read from the wire at the most."""
    return policy.max_chars * BYTES_PER_CHAR + MAX_FRAME_BYTES


def text_of(body: bytes, headers: Sequence[tuple[str, str]], policy: AnswersPolicy) -> str:
    """The text of a Messages API answer.

    Raises:
        ReflectorError: it is anything else: compressed, not JSON, a block that is no text, too long, or without text or
            usage.
    """
    named = {name.lower(): value.strip().lower() for name, value in headers}
    if named.get("content-encoding", "identity") != "identity":
        raise ReflectorError("the reflector's answer is compressed, which was not asked for; it was not read")
    if named.get("content-type", "application/json").partition(";")[0].strip() != "application/json":
        raise ReflectorError("the reflector's answer is not JSON by its content type; it was not used")
    try:
        document = json.loads(body)
        blocks = document["content"]
        kinds = {block["type"] for block in blocks}
        tokens = document["usage"]["output_tokens"]
        text = "\n".join(block["text"] for block in blocks if block["type"] == "text")
    except (ValueError, RecursionError, TypeError, KeyError) as error:
        raise ReflectorError("the reflector's answer is not one of the Messages API; see its bytes in the audit log"
                             ) from error
    if kinds - {"text"}:
        raise ReflectorError("the reflector's answer holds a block that is no text, such as the call of a tool; this "
                             "appliance has none, and the answer was not used")
    if len(text) > policy.max_chars:
        raise ReflectorError(f"the reflector's answer has {len(text):,} characters and the policy allows "
                             f"{policy.max_chars:,} (answers.max_chars); it was not used")
    if not text.strip() or type(tokens) is not int:
        raise ReflectorError("the reflector's answer has no text or no usage; see its bytes in the audit log")
    return text


def usable(body: bytes, headers: Sequence[tuple[str, str]], policy: AnswersPolicy) -> bool:
    """Whether an answer is one that can be used; any other is worth asking for again."""
    try:
        text_of(body, headers, policy)
    except ReflectorError:
        return False
    return True


def redact(body: bytes, secrets: Sequence[str]) -> tuple[bytes, bool]:
    """An answer without a secret that it echoes, as it stands or escaped, in Base64, in hexadecimal or backwards.

    Returns:
        The bytes, and whether anything was taken out. What cannot be taken out piece by piece goes as a whole. Of
        secrets below `MIN_SECRET_CHARS` nothing is looked for.
    """
    clean = body
    secrets = [secret for secret in secrets if len(secret) >= MIN_SECRET_CHARS]
    for secret in secrets:
        for form in _forms(secret):
            clean = clean.replace(form, REDACTED.encode())
    if any(_echoes(clean, secret) for secret in secrets):
        clean = json.dumps({"withheld": "the answer held the credential"}).encode()
    return clean, clean != body


def _forms(secret: str) -> Iterator[bytes]:
    raw = secret.encode()
    yield raw
    yield raw[::-1]
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    for skip in range(3):
        # What of Base64 depends on the secret alone, wherever in the encoded text it begins.
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            encoded = encode(b"\0" * skip + raw)
            yield encoded[(0, 2, 3)[skip]:len(encoded) - 4]


def _echoes(body: bytes, secret: str) -> bool:
    """Whether it is still there once JSON's escapes are undone and blanks and invisible characters are gone."""
    forms = [form.decode("ascii") for form in _forms(secret)]
    return any(form in _visible(text) for text in texts(body) for form in forms)


def _visible(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKC", text)
                   if not each.isspace() and unicodedata.category(each)[0] != "C")


def texts(body: bytes) -> list[str]:
    """Bytes as they stand and, of JSON, every string in them with its escapes undone."""
    whole = body.decode("utf-8", "replace")
    try:
        return [whole, *strings(json.loads(body))]
    except (ValueError, RecursionError):
        return [whole]


def strings(value: Any) -> list[str]:
    """Every string in a JSON value, keys too, however deep it is; and all that stand under one key, run together."""
    found: list[str] = []
    by_key: dict[str, list[str]] = {}
    pending: list[tuple[str, Any]] = [("", value)]
    while pending:
        key, each = pending.pop()
        if isinstance(each, str):
            by_key.setdefault(key, []).append(each)
        elif isinstance(each, dict):
            found.extend(each)
            pending.extend(reversed(each.items()))
        elif isinstance(each, list):
            pending.extend((key, inner) for inner in reversed(each))
    together = ("".join(texts) for texts in by_key.values() if len(texts) > 1)
    return [*found, *(text for texts in by_key.values() for text in texts), *together]


@dataclass(frozen=True, slots=True)
class Screened:
    """One principle after screening.

    Attributes:
        text: as it may be used, empty where nothing of it is left.
        found: ``injection``, ``link``, ``markup``, ``control_characters``.
    """

    text: str
    found: tuple[str, ...]


def screen(text: str) -> Screened:
    """Clean one principle and say what was wrong with it; links are taken out and never followed."""
    found = ["injection"] if is_order(without_control(text)) else []
    plain = without_control(text)
    if plain != " ".join(text.split()):
        found.append("control_characters")
    unlinked = " ".join(_SCHEME.sub("", _LINK.sub(r"\1", _IMAGE.sub(r"\1", plain))).split())
    if unlinked != plain:
        found.append("link")
    # Placeholders look like tags; they stay as they are, altered ones too.
    unmarked = " ".join(_HTML.sub(lambda tag: tag[0] if foreign_placeholder(tag[0]) else "", unlinked).split())
    if unmarked != unlinked:
        found.append("markup")
    return Screened(unmarked, tuple(found))


def without_control(text: str) -> str:
    """One line without terminal sequences, control, format and direction characters."""
    kept = "".join(each if each.isspace() or unicodedata.category(each)[0] != "C" else ""
                   for each in without_escapes(text))
    return " ".join(kept.split())


def without_escapes(text: str) -> str:
    """A text without terminal sequences (ECMA-48: colours, cursor moves, titles, hyperlinks); lines stay lines."""
    return _ESCAPES.sub("", text)
