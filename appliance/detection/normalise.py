"""One form of a text before anything looks at it: what is sent, and a folded copy for detection.

Two forms, because they answer two questions. `clean` is what may leave: invisible characters gone, NFKC. `fold` is
what detectors and searches see: also without accents, with escapes resolved and look-alike letters, dashes, quotes and
digits as ASCII, and with a map back to the clean text. Folded text is never sent. Sources: Unicode UAX 15 (NFKC),
UTS 39 (confusables), UAX 44 (Default_Ignorable_Code_Point).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from appliance.detection.escapes import unescape
from appliance.errors import InputError

# Invisible although not of class Cf: fillers, variation selectors and unassigned ignorables, which can carry bytes.
_IGNORABLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0f\u2065\ufff0-\ufff8"
                        "\U000e0000-\U000e0fff]")
_ALLOWED_CONTROLS = "\n\t"


def _table(pairs: str) -> dict[int, str]:
    return {ord(pair[0]): pair[1] for pair in pairs.split()}


# Letters that read as ASCII ones: Cyrillic, Greek, Armenian, Cherokee, Lisu, Coptic and some Latin extensions. The list
# is bounded on purpose.
_LOOKALIKES = _table(
    "аa вb сc ԁd еe һh іi јj кk ӏl мm нh оo рp ԛq гr ѕs тt уy ѵv ԝw хx ЅS ІI ЈJ АA ВB СC ЕE НH КK МM ОO РP ТT УY "
    "ХX ԌG ҮY үy ԚQ ԜW ѴV ҺH ӀI ԐE ёe ЁE їi ЇI αa βb γy εe ηn ιi κk νv οo ρp σo τt υu ωw χx ΑA ΒB ΕE ΖZ ΗH ΙI ΚK "
    "ΜM ΝN ΟO ΡP ΤT ΥY ΧX ϹC ϲc ϳj ΪI ΫY օo սu հh ոn զq ցg յj ԼL ՍU ՏS ՕO ւi լl ıi ȷj ɑa ɡg ɩi łl ŁL øo ØO đd ĐD "
    "ħh ĦH ŧt ŦT ƒf ʀR ɴN ʟL ʜH ʙB ɢG ɪI ʏY ꓐB ꓑP ꓓD ꓔT ꓖG ꓗK ꓙJ ꓚC ꓢS ꓮA ꓰE ꓲI ꓳO ꓡL ꓟM ꓠN ꓜZ ꓦV ꓪW ꓬY ꓫX ꓤR ꓴU "
    "ꓝF ꓧH ᴀA ᴄC ᴅD ᴇE ᴊJ ᴋK ᴍM ᴏO ᴘP ᴛT ᴜU ᴠV ᴡW ᴢZ ᎪA ᏴB ᏟC ᎠD ᎬE ᏀG ᎻH ᎫJ ᏦK ᏞL ᎷM ᏢP ᎡR ᏚS ᎢT ᏙV ᎳW ᏃZ ⲀA ⲂB "
    "ⲤC ⲈE ⲎH ⲒI ⲔK ⲘM ⲚN ⲞO ⲢP ⲦT ⲨY ⲬX ⲁa ⲟo ⲣp ⲥc ⲓi ⲕk ⲛn ƖI ɅA ƏE əe ǝe ɐa ɔc ɛe ƐE ʋv ɯm ꮃw ꭱr ꮪs ꮩv ɾr ɹr "
    "ʍw ʞk ʇt ʌv ʎy ɥh ɟj ӡ3 ʒ3 ƽ5 ᒿ2")
# Further ones that are letters of their own in a word of their own script; beside a Latin letter they are a disguise.
_MIXED = _table(
    "пn иu цu шw щw чu зe бb дd лn юo яr ьb ъb эe ИN ЛA ПN ЦU ШW ЩW ЧY ЗE БB ДD ЮO ЯR ГR ЬB ЭE фo ФO δd λl μu πn "
    "θo φo ΛA ΣE ΠN ΘO ΦO ΩO ΔA ξe ζz րn րp եt ղn ռn տm ցg ձd պw փp ʃf")
_MIXED_WORD = re.compile(r"[^\W\d_]{2,}")
# Letters in circles, squares and flags that NFKC leaves as they are.
_BOXED = {base + index: chr(ord("A") + index) for base in (0x1F150, 0x1F170, 0x1F1E6) for index in range(26)}
_BRACKETS = dict.fromkeys(map(ord, "‹〈⟨《❮˂ᐸ❰≺⟪"), "<") | dict.fromkeys(map(ord, "›〉⟩》❯˃ᐳ❱≻⟫"), ">")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−⁃⸺⸻﹘﹣─━➖˗᠆⁓"), "-")
_QUOTES = dict.fromkeys(map(ord, "‘’‚‛ʼʹ′`´ʻʽˈ՚‵❛❜"), "'") | dict.fromkeys(map(ord, "“”„‟″«»‶❝❞〝〞"), '"')
_LIGATURES = {ord("ß"): "ss", ord("æ"): "ae", ord("œ"): "oe", ord("Æ"): "AE", ord("Œ"): "OE"}
_SIGNS = (dict.fromkeys(map(ord, "․。·∙⋅‧۔⸱"), ".") | dict.fromkeys(map(ord, "꞉∶˸"), ":")
          | dict.fromkeys(map(ord, "⁄∕"), "/") | {ord("⹀"): "="})
_FOLD = _LOOKALIKES | _BOXED | _BRACKETS | _DASHES | _QUOTES | _LIGATURES | _SIGNS
# With the sign for an object that is not text, and the empty Braille cell.
_SPACES = re.compile("[\ufffc\u2800\u1680\u2000-\u200a\u202f\u205f\u3000\u00a0]")


# Emphasis of Markdown around a word, and what some put between groups of digits; patterns take _ for a letter.
_UNDERSCORES = re.compile(r"(?<![^\W_])_+|_+(?![^\W_])|(?<![^\W])\d{1,6}(?:_+\d{1,6})+(?![^\W])")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded copy of a clean text.

    Attributes:
        text: what detectors see.
        offsets: for every character of `text` the index it came from in the clean text, and one more for the end.
        ends: where its source ends; only where it is longer than one character for some.
    """

    text: str
    offsets: tuple[int, ...]
    ends: tuple[int, ...] = ()

    def to_clean(self, start: int, end: int) -> tuple[int, int]:
        """Where a non-empty range of the folded text lies in the clean one; combining marks go with their letter."""
        last = self.ends[end - 1] if self.ends else self.offsets[end - 1] + 1
        return self.offsets[start], max(self.offsets[end], last)


def clean(text: str) -> str:
    """The form that may be sent: invisible characters dropped, NFKC, line separators as newlines. Idempotent.

    Raises:
        InputError: a lone surrogate, or a control character other than newline and tab. Such text is refused, not
            repaired: what a reader makes of it is anybody's guess.
    """
    for character in text:
        category = unicodedata.category(character)
        if category == "Cs" or (category == "Cc" and character not in _ALLOWED_CONTROLS):
            raise InputError(f"a character that text cannot hold (U+{ord(character):04X}); remove it from the record")
    if text.isascii():
        return text
    previous = None
    while text != previous:
        previous = text
        text = _drop_invisible(unicodedata.normalize("NFKC", _drop_invisible(text)))
    return text


def invisible_chars(text: str) -> int:
    """How many characters of a text `clean` drops because nobody sees them."""
    return 0 if text.isascii() else len(text) - len(_drop_invisible(text))


def _drop_invisible(text: str) -> str:
    visible = "".join(c for c in text if unicodedata.category(c) != "Cf")
    spaced = _SPACES.sub(" ", _IGNORABLE.sub("", visible))
    return spaced.replace("\u2028", "\n").replace("\u2029", "\n")


def fold(text: str) -> Folded:
    """The detection copy of a clean text."""
    plain = unescape(text)
    if plain is None:
        return _fold_letters(text)
    shown, starts, ends = plain
    folded = _fold_letters(shown)
    last = len(folded.text)
    return Folded(folded.text, (*(starts[folded.offsets[index]] for index in range(last)), len(text)),
                  tuple(ends[folded.offsets[index + 1] - 1] if folded.offsets[index + 1] > folded.offsets[index]
                        else ends[folded.offsets[index]] for index in range(last)))


def _fold_letters(text: str) -> Folded:
    if "_" in text:
        text = _UNDERSCORES.sub(lambda found: found[0].replace("_", " "), text)
    if text.isascii():
        return Folded(text.replace("`", "'"), tuple(range(len(text) + 1)))
    characters: list[str] = []
    offsets: list[int] = []
    for index, character in enumerate(_MIXED_WORD.sub(_undisguise, text)):
        for piece in _fold_character(character):
            characters.append(piece)
            offsets.append(index)
    return Folded("".join(characters), (*offsets, len(text)))


def _undisguise(word: re.Match[str]) -> str:
    """A word of two scripts with its further look-alikes as Latin letters, one for one."""
    if word[0].isascii() or not any(letter.isascii() for letter in word[0]):
        return word[0]
    return word[0].translate(_MIXED)


def _fold_character(character: str) -> str:
    if character.isascii():
        return "'" if character == "`" else character
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    pieces = unicodedata.normalize("NFKD", character).translate(_FOLD)
    return "".join(c for c in pieces if unicodedata.category(c) not in ("Mn", "Me"))


def identity(text: str) -> str:
    """What makes two spellings the same value: folded, case-folded, white space collapsed, possessive removed."""
    folded = " ".join(fold(clean(text)).text.casefold().split())
    return re.sub(r"'s?$", "", folded)
