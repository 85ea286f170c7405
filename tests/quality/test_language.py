from __future__ import annotations

import pytest

from appliance.detection.language import probabilities
from appliance.errors import ConfigError
from appliance.quality.language import Languages
from appliance.records import Instance

GERMAN = Instance("g", "Beantworte die Frage der Patientin.", "Was kostet eine Grippeimpfung?",
                  "Eine Grippeimpfung kostet bei uns 25 Euro.")
ENGLISH = Instance("e", "Answer the patient's question.", "What does a flu shot cost?",
                   "A flu shot costs 25 dollars here.")
FRENCH_OUTPUT = "Le vaccin contre la grippe coûte vingt-cinq euros chez nous."


def test_the_seeds_decide() -> None:
    assert ("de",) == Languages("auto", [GERMAN] * 3).wanted
    assert {"de", "en"} == set(Languages("auto", [GERMAN, ENGLISH, ENGLISH]).wanted)
    assert ("German",) == Languages("auto", [GERMAN]).names


def test_one_seed_among_many_does_not() -> None:
    assert ("en",) == Languages("auto", [ENGLISH] * 20 + [GERMAN]).wanted


def test_an_instance_in_another_language_is_noticed() -> None:
    assert Languages("en", []).fault(GERMAN) == "language"
    assert Languages("de", []).fault(GERMAN) is None
    assert Languages("any", [ENGLISH]).fault(GERMAN) is None
    assert Languages("en", []).fault(Instance("x", ENGLISH.instruction, "", FRENCH_OUTPUT)) == "language"


def test_a_translation_that_was_asked_for_is_none() -> None:
    english = Languages("en", [])
    assert english.fault(Instance("x", "Translate the sentence into French.", "A flu shot.", FRENCH_OUTPUT)) is None
    assert english.fault(Instance("x", "Name the language of the text.", FRENCH_OUTPUT, "It is French.")) is None


@pytest.mark.parametrize("text", ["", "25", "OK", "Herr Schulze", "$85, 10:30 - 11:45, 555-0142", "A visit: $85"])
def test_short_texts_get_no_verdict(text: str) -> None:
    assert probabilities(text) is None
    assert Languages("zh", []).fault(Instance("x", text, text, text)) is None


def test_seeds_too_short_to_tell_accept_every_language() -> None:
    assert () == Languages("auto", [Instance("s", "Reply.", "", "Yes.")]).wanted


def test_an_unknown_code_names_near_ones() -> None:
    with pytest.raises(ConfigError, match=r"psi\.language is xe.*such as"):
        Languages("xe", [])


def test_half_a_surrogate_pair_is_only_a_sign() -> None:
    assert Languages("en", []).fault(Instance("x", "\ud800" * 30, "", "\udfff" * 30)) is None
