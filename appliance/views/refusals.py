"""Why a record does not leave, in words."""

from __future__ import annotations

_WHY = {
    "bad_characters": "It holds characters that do not belong in text, such as control characters.",
    "canary_latches_the_door_shut":
        "It holds a canary of the knowledge base. Nothing was shut now: this only shows what would happen. In a job, "
        "the door would shut for every job until a person opens it (psi door open).",
    "detector_failed": "The detector failed on it. What was not looked at does not leave.",
    "knowledge_run": "It quotes the knowledge base word for word, or what it is encoded in does.",
    "looks_like_placeholder": "It already holds something that reads like a placeholder, such as <PERSON_1>; nobody "
                              "could tell the two apart afterwards.",
    "mostly_masked": "More of it would have to be masked than the policy allows (limits.masked_share).",
    "near_knowledge": "It means nearly what a passage of the knowledge base says (knowledge.on_near).",
    "nested_too_deep": "The JSON is nested too deep to be read safely.",
    "not_a_number": "The JSON holds NaN or Infinity, which are no JSON numbers.",
    "not_json": "The line is no JSON.",
    "not_utf8": "The line is not UTF-8 text.",
    "number_out_of_range": "The JSON holds a number that programs read differently; write it as a string.",
    "other_language": "It is, or holds a sentence, in a language that the detectors cannot read.",
    "repeated_key": "A key stands twice in one JSON object; programs differ in which of the two they read.",
    "residual": "After masking it again and again, something private was still found in it.",
    "secret": "It holds a secret, such as a key, a password or a sign-in token, or encoded text that nobody can read.",
    "text_is_not_a_string": "Its \"text\" is not a JSON string.",
    "too_large": "It is longer than the policy allows (detector.max_text_chars).",
}
_RESIDUAL = "residual_"


def why_refused(reason: str) -> str:
    """A sentence or two about one reason; the reason itself where nobody wrote any."""
    if reason.startswith(_RESIDUAL):
        return f"After masking, the last look still found {reason.removeprefix(_RESIDUAL)} in it."
    return _WHY.get(reason, reason)
