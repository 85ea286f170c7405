"""Canaries: sentences with invented words that a person plants in K, to see whether K ever gets out.

The words are random and stand nowhere else, so seeing one proves that a piece of K went where it was seen. It proves
the path, not the amount, and says nothing about pieces of K without a canary.
"""

from __future__ import annotations

import json
import os
import secrets
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from appliance.artefact import fsync_directory, write_durably
from appliance.errors import EgressDenied, InputError
from appliance.knowledge.fingerprints import Spelling

SCHEMA = 1
SYLLABLES_PER_WORD = 6
_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"
_SENTENCES = (
    "Questions about the {0} arrangement go to {1} before anything is agreed.",
    "The {0} procedure was last reviewed together with {1} and stays in force.",
    "Orders under the name {0} are kept apart from those of {1}.",
    "Whoever covers for {0} should also know the routine of {1}.")


@dataclass(frozen=True, slots=True)
class Canary:
    """One canary.

    Attributes:
        id: a short name that may be shown; it is in no text.
        words: the two invented words; 70**6 possible each, 36 bits.
        sentence: as it stands in K.
        made_utc: RFC 3339.
        page: the file that was written for it, None where a person pasted the sentence.
    """

    id: str
    words: tuple[str, str]
    sentence: str
    made_utc: str
    page: str | None


def new_canary() -> Canary:
    """One that nobody can guess."""
    words = (_word(), _word())
    names = [word.capitalize() for word in words]
    made = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return Canary(f"c-{secrets.token_hex(3)}", words, secrets.choice(_SENTENCES).format(*names), made, None)


def _word() -> str:
    return "".join(secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(SYLLABLES_PER_WORD))


class Canaries:
    """Looks for canaries in texts, however they are spelled.

    Args:
        canaries: those that are planted.
        spelling: how texts are read.
    """

    def __init__(self, canaries: Iterable[Canary] = (), spelling: Spelling | None = None) -> None:
        self._spelling = spelling or Spelling()
        self._words = [(self._spelling.tight(word), canary.id) for canary in canaries for word in canary.words]

    def __len__(self) -> int:
        return len(self._words) // 2

    def found_in(self, text: str) -> str | None:
        """The id of a canary of which one word stands in a text, forwards or backwards; None if there is none."""
        if not self._words:
            return None
        letters = self._spelling.tight(text)
        backwards = letters[::-1]
        return next((name for word, name in self._words if word in letters or word in backwards), None)

    def places(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Where canaries stand in a text in letters that can be read, forwards: start, end and id."""
        letters, at = self._spelling.placed(text, blanks=False)
        for word, name in self._words:
            start = letters.find(word)
            while start >= 0:
                yield at[start], at[start + len(word) - 1] + 1, name
                start = letters.find(word, start + len(word))


class CanaryFile:
    """The list of planted canaries: ``canaries/canaries.json`` below the root, for its owner's eyes only.

    Args:
        root: of the appliance.
    """

    def __init__(self, root: Path) -> None:
        self.path = root / "canaries" / "canaries.json"

    def load(self) -> tuple[Canary, ...]:
        """Those that are planted; none where there is no list.

        Raises:
            EgressDenied: the list cannot be read, is damaged, or can be read by others; nobody knows what to look for.
        """
        try:
            if self.path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise EgressDenied(f"{self.path}: others can read or change the list of canaries; chmod 600 it")
            document = json.loads(self.path.read_bytes())
            if document["schema"] != SCHEMA:
                raise ValueError("schema")
            return tuple(map(_from_row, document["canaries"]))
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EgressDenied(f"{self.path}: the list of canaries cannot be read, so nothing may leave; restore it "
                               f"from a backup, or remove it and plant new ones") from error

    def save(self, canaries: Sequence[Canary]) -> None:
        """Replace the list, durably.

        Raises:
            OSError: the disk refused.
        """
        if not self.path.parent.is_dir():
            self.path.parent.mkdir(mode=0o700, parents=True)
            fsync_directory(self.path.parent.parent)
        document = {"schema": SCHEMA, "canaries": [asdict(canary) for canary in canaries]}
        write_durably(self.path, json.dumps(document, indent=2).encode() + b"\n")

    def plant(self, canary: Canary, folder: Path | None) -> Canary:
        """Put a canary on the list and, with a folder, a page with its sentence into K.

        The list comes first: a page that nobody looks for would be no canary.

        Returns:
            The canary with its page.

        Raises:
            OSError: the disk refused.
        """
        if folder is not None:
            page = folder / f"notes-{secrets.token_hex(3)}.md"
            canary = Canary(canary.id, canary.words, canary.sentence, canary.made_utc, str(page.absolute()))
        self.save([*self.load(), canary])
        if canary.page is not None:
            _write_page(Path(canary.page), canary)
        return canary

    def remove(self, name: str) -> Canary:
        """Take a canary off the list and remove its page, if that is as it was written.

        Raises:
            InputError: no such canary, or its page has been changed.
        """
        listed = self.load()
        canary = next((each for each in listed if each.id == name), None)
        if canary is None:
            raise InputError(f"there is no canary {name}; `psi knowledge canary --list` names them")
        if canary.page is not None and Path(canary.page).exists():
            if Path(canary.page).read_bytes() != _page(canary):
                raise InputError(f"{canary.page}: this page was changed since it was planted; remove its sentence by "
                                 f"hand, delete the file or move it, then try again")
            Path(canary.page).unlink()
        self.save([each for each in listed if each.id != name])
        return canary


def holding(texts: Iterable[str], canaries: Sequence[Canary]) -> Iterator[Canary]:
    """The canaries whose sentence stands in some texts."""
    known = [" ".join(text.split()) for text in texts]
    return (canary for canary in canaries if any(canary.sentence in text for text in known))


def _page(canary: Canary) -> bytes:
    return f"# Notes\n\n{canary.sentence}\n".encode()


def _write_page(path: Path, canary: Canary) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(_page(canary))
        stream.flush()
        os.fsync(stream.fileno())
    fsync_directory(path.parent)


def _from_row(row: dict[str, object]) -> Canary:
    first, second = map(str, row["words"])  # type: ignore[call-overload]
    page = row["page"]
    if min(len(first), len(second)) < 2 * SYLLABLES_PER_WORD:
        raise ValueError("a word is too short to be a canary's")
    return Canary(str(row["id"]), (first, second), str(row["sentence"]), str(row["made_utc"]),
                  None if page is None else str(page))
