"""What two texts have in common: word stems, quantities and negation.

Only closed-class words of English are listed here; nothing in this file knows what an instance is about.
"""

from __future__ import annotations

import re
from functools import lru_cache


def listed(text: str) -> frozenset[str]:
    """The blank-separated words of a text as a set."""
    return frozenset(text.split())


_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_CONTRACTION = re.compile(r"['’].*$")
_IRREGULAR_FORMS = """
leave:left take:taken,took give:given,gave keep:kept hold:held send:sent pay:paid bring:brought buy:bought sell:sold
make:made do:done see:seen,saw meet:met lose:lost find:found tell:told write:written,wrote wear:worn,wore
use:used,using say:said build:built begin:begun,began choose:chosen,chose eat:eaten,ate drink:drunk,drank
drive:driven,drove show:shown speak:spoken,spoke break:broken,broke stand:stood hang:hung lend:lent lead:led
spend:spent go:went,gone come:came ride:ridden,rode fall:fallen,fell teach:taught think:thought catch:caught
forget:forgotten,forgot die:died,dying feel:felt sleep:slept draw:drawn,drew grow:grown,grew know:known,knew
steal:stolen,stole child:children"""
_IRREGULAR = {form: base for base, _, forms in (row.partition(":") for row in _IRREGULAR_FORMS.split())
              for form in forms.split(",")}
_SUFFIXES = (("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""), ("ly", ""))

FUNCTION_WORDS = listed(
    "a an the this that these those some any each every all both no not i me my mine you your yours he him his she "
    "her hers it its we us our ours they them their theirs one who whom whose which what when where why how is am "
    "are was were be been being do does did done have has had having can could may might must shall should will "
    "would ought need of in on at by for from to into onto with without within about above after against along "
    "among around as before behind below beneath beside between beyond during inside near next off out outside "
    "over past per since through till toward towards under until up upon via and or but nor so yet if then than "
    "because although though while unless whether there here very too also just only even still already again "
    "more most less least much many few other another such own same ever never yes please let get")
NEGATIONS = listed("not no never cannot nor neither none nobody nothing nowhere")

_UNITS = ("am|pm|a\\.m|p\\.m|o'clock|seconds?|minutes?|min|hours?|days?|weeks?|months?|years?|quarters?|times?|percent|"
          "dollars?|euros?|pounds?|cents?")
_WORD_FIGURES = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10", "eleven": "11", "twelve": "12", "fifteen": "15", "twenty": "20", "thirty": "30", "forty": "40",
    "fifty": "50", "sixty": "60", "ninety": "90", "hundred": "100", "half": "half", "twice": "2"}
_DUTIES = {"must": "must", "need": "must", "needs": "must", "needed": "must", "required": "must", "requires": "must",
           "should": "should", "can": "can", "may": "can", "cannot": "can"}
_LIMIT = re.compile(r"\b(?:up to|at least|at most|more than|less than|only|unless|except|until|within|before|after|"
                    r"without|first|each|every)\b")
_QUANTITY = re.compile(
    r"(?P<money>[$€£]\s?)?(?P<figure>\d+(?:[.,:]\d+)*|\b(?:" + "|".join(_WORD_FIGURES) + r")\b)"
    r"(?P<unit>\s?%|[\s-]?(?:working\s|business\s|calendar\s)?(?:" + _UNITS + r")\b)?", re.IGNORECASE)


def stem(word: str) -> str:
    """A word without its commonest endings; crude, and the same for `close`, `closes` and `closed`."""
    word = _CONTRACTION.sub("", word.casefold())
    word = _IRREGULAR.get(word, word)
    for suffix, instead in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3 and not word.endswith("ss"):
            word = word[: len(word) - len(suffix)] + instead
            break
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    return word.removesuffix("e") if len(word) > 3 else word


def words(text: str) -> list[str]:
    """The words of a text in order, case folded; figures are left out."""
    return [word.casefold() for word in _WORD.findall(text)]


@lru_cache(maxsize=65_536)
def content_stems(text: str) -> frozenset[str]:
    """The stems of the words that carry meaning; units of measure belong to the quantities instead."""
    return frozenset(stem(word) for word in words(text)
                     if word not in FUNCTION_WORDS and word not in NEGATIONS and len(word) > 1 and "'" not in word
                     and not re.fullmatch(_UNITS, word) and word not in _WORD_FIGURES)


def quantities(text: str) -> frozenset[str]:
    """Figures with their units in one spelling: ``$85``, ``24 hour``, ``8 am``, ``3 working day``."""
    return frozenset(figures(text))


def _spell(match: re.Match[str]) -> str:
    figure = match["figure"].casefold()
    figure = _WORD_FIGURES.get(figure, figure.replace(",", ""))
    unit = (match["unit"] or "").strip(" -").casefold().replace(".", "")
    if match["money"] or unit.startswith(("dollar", "euro", "pound")):
        return "$" + figure
    if unit in ("am", "pm"):
        return f"{figure.removesuffix(':00')} {unit}"
    return f"{figure} {unit.removesuffix('s')}".strip()


def figures(text: str) -> list[str]:
    """The quantities of a text in order, repetitions included."""
    return [_spell(match) for match in _QUANTITY.finditer(text)]


def is_negated(text: str) -> bool:
    """Whether the text says that something is not so."""
    return any(word in NEGATIONS or word.replace("’", "'").endswith("n't") for word in words(text))


def duties(text: str) -> frozenset[str]:
    """What a text says of its matter: that it must, should or can be so; *may* is *can*, *needs* is *must*."""
    return frozenset(_DUTIES[word] for word in words(text) if word in _DUTIES)


def limits(text: str) -> frozenset[str]:
    """The words of a text that bound what it says: *up to*, *at least*, *only*, *until*."""
    return frozenset(" ".join(match.split()) for match in _LIMIT.findall(text.casefold()))


def longest_shared_run(text: str, other: str) -> int:
    """The longest run of words, figures included, that stands in both texts; in words."""
    left, right = (re.findall(r"\w+", part.casefold()) for part in (text, other))
    best, previous = 0, [0] * (len(right) + 1)
    for word in left:
        current = [0] * (len(right) + 1)
        for column, candidate in enumerate(right):
            if word == candidate:
                current[column + 1] = previous[column] + 1
        best, previous = max(best, max(current)), current
    return best


def one_line(text: str) -> str:
    """The text with every run of whitespace as one blank."""
    return " ".join(text.split())
