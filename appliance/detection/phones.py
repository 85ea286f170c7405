"""Presidio's phone recogniser, the slowest by far, asked only about what could be a number somewhere."""

from __future__ import annotations

import re
from typing import Any

MIN_DIGITS = {"DE": 4, "GB": 7, "IL": 7, "CA": 7, "IN": 8, "BR": 8, "FR": 9, "US": 10}
"""Presidio's regions and the digits of the shortest number that phonenumbers holds valid in each (9.0.43). A number
with ``+`` is found in whichever region is asked, so the region with the least digits is asked for those."""

_COUNTRIES = {"DE": "German", "GB": "British", "IL": "Israeli", "CA": "Canadian", "IN": "Indian", "BR": "Brazilian",
              "FR": "French", "US": "American"}

_MAX_BETWEEN = 4
"""Signs that phonenumbers allows between two digits of a number."""


def phone_recogniser(*, gated: bool = True) -> Any:
    """A `PhoneRecognizer` that skips regions in which no row of digits of a text is long enough.

    Args:
        gated: False asks every region about every text, to compare with.
    """
    from presidio_analyzer.predefined_recognizers import PhoneRecognizer

    class GatedPhoneRecognizer(PhoneRecognizer):  # type: ignore[misc]  # Presidio has no types
        """See `phone_recogniser`."""

        def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> Any:
            longest = most_digits(text)
            self.supported_regions = [region for region, least in MIN_DIGITS.items() if not gated or longest >= least]
            return super().analyze(text, entities, nlp_artifacts) if self.supported_regions else []

        def _get_analysis_explanation(self, region: str | None) -> Any:
            said = super()._get_analysis_explanation(region)
            # The region of a number with "+" is its own, which may be any, or none.
            country = f"{_COUNTRIES[region]} or " if region in _COUNTRIES else ""
            said.textual_explanation = f"its digits make a valid telephone number, {country}international"
            return said

    return GatedPhoneRecognizer(name="PhoneRecognizer")


_ROW = re.compile(rf"\d(?:\D{{0,{_MAX_BETWEEN}}}\d)*")


def most_digits(text: str) -> int:
    """Digits in the longest row of a text in which few signs stand between two of them."""
    return max((sum(map(str.isdecimal, row[0])) for row in _ROW.finditer(text)), default=0)
