"""Whether a text is in a language the detectors can read. What they cannot read they cannot clear.

Asked of each record before anything is looked for, so it has to be cheap and must not refuse names, tables, code or
lists of drugs as foreign. Two rules:

- A text mostly in another script is refused whatever its length, and so is a whole phrase in one. A single word in it,
  such as a place in a Greek address, is left to the detectors. Look-alikes of Latin letters count as Latin, because the
  detectors see them so.
- Latin text is refused window by window (a sentence, or short ones together), so that a German paragraph in an English
  letter is seen. A window needs 60 letters, few English function words, some of another language, and a classifier that
  gives English next to no chance. Shorter foreign phrases pass: they are the limit of this gate.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from appliance.detection.function_words import ENGLISH, FOREIGN, FOREIGN_WITHOUT_ENGLISH
from appliance.detection.language import probabilities
from appliance.detection.normalise import fold
from appliance.policy.model import Policy

MIN_LETTERS = 60
"""Letters of a window; with fewer, Latin text gets no verdict."""
ENGLISH_SHARE = 0.12
"""From this share of English function words on a window is English, and the classifier is not asked."""
FOREIGN_SHARE, FOREIGN_WORDS = 0.1, 2
"""So many words of a window have to be of another language: its function words, and words in lower case that hold a
letter English has not. Names, drugs, codes and tables have hardly any."""
MAX_PROBABILITY = 1e-3
"""The languages of the policy together are less probable than this."""
FOREIGN_SURELY, MAX_PROBABILITY_THEN = 0.2, 1e-2
"""With so many words of another language, than this: the classifier hardly knows languages of other scripts in Latin
letters, such as Hindi or Russian typed on an English keyboard, and finds everything improbable."""
MIN_SCRIPT_LETTERS = {True: 2, False: 4}
"""Letters of another script below which there is no verdict; True: of a script without spaces between words."""
PHRASE_LETTERS = {True: 10, False: 22}
"""So many letters of another script, with nothing Latin between them, are a phrase that nobody read."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_BREAK = re.compile(r"(?<=[.!?;])\s+|\s*[\n\t|]+\s*")
# Scripts that write no spaces, and Hangul.
_DENSE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
                    "\U00020000-\U0003134f]")


def unread_language(texts: Sequence[str], policy: Policy) -> bool:
    """Whether any of the texts holds a language the policy's detectors cannot read and the policy refuses that.

    Args:
        texts: clean texts (`appliance.detection.normalise.clean`), such as the fields of one record; they are judged
            one by one and together, for fields that are short.
        policy: its ``detector.languages`` and ``detector.other_language``.
    """
    if policy.detector.other_language == "send_unread":
        return False
    filled = [text for text in texts if text and not text.isspace()]
    joined = ["\n".join(filled)] if len(filled) > 1 else []
    return any(is_foreign(text, policy.detector.languages) for text in (*filled, *joined))


def is_foreign(text: str, languages: Sequence[str] = ("en",)) -> bool:
    """Whether a clean text, or a part of it, is in none of the languages, as far as its form can tell."""
    return (not text.isascii() and in_other_script(text)) or any(
        _foreign_window(window, tuple(languages)) for window in windows(text))


def in_other_script(text: str) -> bool:
    """Whether a text is mostly in another script than Latin, or has a phrase of it."""
    phrases, latin = _phrases(text)
    letters = "".join(phrases)
    dense = _DENSE.search(letters) is not None
    if len(letters) < MIN_SCRIPT_LETTERS[dense] or _only_look_alikes(letters):
        return False
    return len(letters) > latin or any(len(phrase) >= PHRASE_LETTERS[_DENSE.search(phrase) is not None]
                                       for phrase in phrases)


def _phrases(text: str) -> tuple[list[str], int]:
    """Stretches of letters that are not Latin, without what is no letter; and the number of Latin letters."""
    phrases, latin = [""], 0
    for character in text:
        if not character.isalpha() and not unicodedata.category(character).startswith("M"):
            continue
        if _is_latin(character):
            latin += 1
            if phrases[-1]:
                phrases.append("")
        else:
            phrases[-1] += character
    return phrases, latin


def _only_look_alikes(letters: str) -> bool:
    """Of real Greek or Russian at least every tenth letter is none of the Latin alphabet's."""
    return sum(not _is_latin(letter) for letter in fold(letters).text) * 10 < len(letters)


@lru_cache(maxsize=4096)
def _is_latin(character: str) -> bool:
    return character.isascii() or "LATIN" in unicodedata.name(character, "")


def windows(text: str) -> Iterator[list[str]]:
    """The words of each sentence or line of 60 letters, and of shorter ones beside each other taken together."""
    gathered: list[str] = []
    letters = 0
    for piece in _BREAK.split(text):
        words = [word if word.isascii() else _as_read(word) for word in _WORD.findall(piece)]
        count = sum(map(len, words))
        if count >= MIN_LETTERS:
            yield words
            continue
        gathered += words
        letters += count
        if letters >= MIN_LETTERS:
            yield gathered
            gathered, letters = [], 0


def _as_read(word: str) -> str:
    """Accents are a sign of the language and stay; look-alikes of Latin letters become what the detectors see."""
    return word if all(map(_is_latin, word)) else fold(word).text


def _foreign_window(words: Sequence[str], languages: tuple[str, ...]) -> bool:
    lowered = [word.lower() for word in words]
    english = sum(word in ENGLISH for word in lowered)
    if english >= ENGLISH_SHARE * len(words):
        return False
    known = FOREIGN if english else FOREIGN_WITHOUT_ENGLISH
    foreign = sum(word in known or (written[0].islower() and not written.isascii())
                  for word, written in zip(lowered, words, strict=True))
    if foreign < max(FOREIGN_WORDS, FOREIGN_SHARE * len(words)):
        return False
    most = MAX_PROBABILITY if foreign < FOREIGN_SURELY * len(words) else MAX_PROBABILITY_THEN
    found = probabilities(" ".join(lowered))
    return found is not None and sum(found.get(code, 0.0) for code in languages) < most
