"""The language of a text, and whether an instance is in the language that is wanted.

Recognised by ``py3langid``, whose model of 140 languages lies in its package. Measured on 112 sentences of 4 to 14
words in 14 languages and on 2,508 pieces of English medical text: 111 sentences right; with the rule below no sentence
in the wanted language rejected, 1,451 of 1,456 in another one noticed, and 10 of the English pieces (lists of drug
names) taken for another language. Short texts are given no verdict (`appliance.detection.language`).
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Sequence

from appliance.detection.language import identifier, probabilities
from appliance.errors import ConfigError
from appliance.records import Instance

MIN_PROBABILITY = 0.05
"""A text is in another language when all wanted ones together are less probable than this."""
MIN_SHARE = 0.1
"""A language that the seeds are in with less probability than this, on average, is not theirs."""

ENGLISH_NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek",
    "en": "English", "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French",
    "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "it": "Italian",
    "ja": "Japanese", "ko": "Korean", "la": "Latin", "lt": "Lithuanian", "lv": "Latvian", "nl": "Dutch",
    "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak",
    "sl": "Slovenian", "sr": "Serbian", "sv": "Swedish", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian",
    "vi": "Vietnamese", "zh": "Chinese"}


def check_language(setting: str) -> None:
    """Check the value of ``psi.language``.

    Raises:
        ConfigError: a code that is not known; names near ones.
    """
    if setting in ("auto", "any") or setting in identifier().labels:
        return
    near = difflib.get_close_matches(setting, identifier().labels, n=3, cutoff=0.3)
    raise ConfigError(f"psi.language is {setting}, which is not an ISO 639 code of a known language; "
                      f"use auto, any, or a code such as {', '.join(near or ['en', 'de'])}")


class Languages:
    """The languages that instances may be written in.

    Args:
        setting: ``psi.language``: ``auto`` takes those of the seeds, ``any`` accepts every language.
        seeds: D_seed.

    Attributes:
        wanted: ISO 639 codes, commonest first; empty where every language is accepted.

    Raises:
        ConfigError: an unknown code.
    """

    def __init__(self, setting: str, seeds: Sequence[Instance]) -> None:
        check_language(setting)
        self.wanted = _of_seeds(seeds) if setting == "auto" else () if setting == "any" else (setting,)

    @property
    def names(self) -> tuple[str, ...]:
        """The English names of the wanted languages, empty unless all have one here."""
        names = tuple(ENGLISH_NAMES[code] for code in self.wanted if code in ENGLISH_NAMES)
        return names if len(names) == len(self.wanted) else ()

    def fault(self, instance: Instance) -> str | None:
        """``language`` if the instruction or the output is in another language, else None.

        The input is not looked at: a text to translate or to name the language of may be in any. An output may be in
        a language that the instruction names.
        """
        if self._foreign(instance.instruction) is not None:
            return "language"
        found = self._foreign(instance.output)
        asked_for = found is not None and ENGLISH_NAMES.get(found, "\0").lower() in instance.instruction.lower()
        return "language" if found is not None and not asked_for else None

    def _foreign(self, text: str) -> str | None:
        """The language of a text that is in none of the wanted ones."""
        found = probabilities(text) if self.wanted else None
        if found is None or sum(found.get(code, 0.0) for code in self.wanted) >= MIN_PROBABILITY:
            return None
        return next(iter(found))


def _of_seeds(seeds: Iterable[Instance]) -> tuple[str, ...]:
    judged = [found for seed in seeds if (found := probabilities("\n".join(seed.texts().values()))) is not None]
    mass: Counter[str] = Counter()
    for found in judged:
        mass.update(found)
    return tuple(code for code, probability in mass.most_common() if probability >= MIN_SHARE * len(judged))
