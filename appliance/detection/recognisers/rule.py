"""What a rule is, and the fragments of patterns that several rooms of rules share."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    r"""One pattern of one entity type.

    Attributes:
        entity: the type of what it finds.
        pattern: for the `regex` engine, flag MULTILINE; ``\K`` keeps the context before it out of the match.
        score: what Presidio gives a match before context words, 0 to 1.
        why: for people, what the pattern looks for; no text of any record.
    """

    entity: str
    pattern: str
    score: float
    why: str = ""


IS = r"[ \t]{0,3}(?:is\b|was\b|[:=#])?[ \t]{0,3}"
"""Between a noun and its value."""

YEAR = r"(?:1[89]|20)\d\d"

UNITS = (r"(?i:mg|mcg|ug|kg|g|ml|l|iu|units?|mmol|meq|mm|cm|km|m|ms|hz|khz|mhz|ghz|kb|mb|gb|tb|kcal|cal|watts?|volts?|"
         r"percent|dollars?|euros?|pounds?|usd|eur|gbp|people|patients|persons|times|steps|calories|years?|days?|"
         r"hours?|"
         r"minutes?|weeks?|months?|tablets?|pills?|capsules?|doses?|points?|words?|pages?|miles?|feet|cases|mmhg)\b")
"""A number before one of these is a quantity."""

NO_UNIT = rf"(?![ \t]?(?:%|{UNITS}))"

STANDARDS = (r"(?i:iso|iec|ieee|din|en|bs|astm|ansi|rfc|cve|cwe|pep|icd|cas|nist|usp|doi|pmid|pmc|issn|isbn|gpt|rtx|"
             r"gtx|"
             r"utf|ascii|covid|sars|h\d+n\d+|ipv|usb|hdmi|fda|ce|atc|rs|chembl|snomed|loinc)")
"""Prefixes of public numbers: standards, publications, products. They name nobody."""

SAID = (r"(?:zero|oh|nought|one|two|three|four|five|six|seven|eight|nine|(?:double|triple)[ \-](?:zero|oh|nought|one|"
        r"two|three|four|five|six|seven|eight|nine))")
"""A digit as people say it over the telephone; in patterns that ignore case."""

PAUSE = r"[ \t,.\-]{1,3}"
"""Between two of them."""

AGE_AND_SEX = r"\(\d{1,3}(?:[ ]?(?i:y(?:rs?|/?o)?|years?))?(?:,[ ]?|[ /])(?:M|F|(?i:male|female|man|woman))\)"
"""As notes put it behind a name: (44, F)."""

LOCKED = (r"(?i:(?:the|our|my|his|her|their|a)[ ])?(?i:[a-z]{2,16}+[ ]){0,2}?(?i:door|gate|alarm|keypad|key[ ]?safe|"
          r"lock(?:er|box)?|padlock|garage|safe|cupboard|cabinet|fridge|store(?:room)?|building|entrance|lift|room|"
          r"ward|car[ ]park|barrier|bike[ ]shed)\b")
"""What is opened by a few digits: an article, up to two words and the thing."""
