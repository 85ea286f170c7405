"""Patterns of our own beside Presidio's, as data: entity type, regular expression, score, and why for people.

The engine is `regex`. Every quantifier is bounded and every pattern starts at the edge of a word or a sign, so that no
input makes one slow. Case matters unless ``(?i:...)`` says otherwise: capitals are what tells a name from a word. The
texts are folded (`appliance.detection.normalise.fold`): dashes, quotes, digits and accents are plain ASCII.
"""

from __future__ import annotations

from appliance.detection.recognisers import contact, dates, identifiers, people, places
from appliance.detection.recognisers import secrets as secret
from appliance.detection.recognisers.rule import Rule

RULES: tuple[Rule, ...] = (
    *people.RULES, *dates.RULES, *places.RULES, *identifiers.RULES, *contact.RULES, *secret.RULES)
"""Every rule; one recogniser is built for each entity type."""

__all__ = ["RULES", "Rule"]
