"""Who found a value, in words: the names of recognisers are for programs."""

from __future__ import annotations

import re

from appliance.policy.type_names import in_words

_MODEL, _DENY_LIST = "ner", "deny_list"
_NO_WHY = frozenset({"known_value"})
_KNOWN = {
    _MODEL: "the trained name model", "known_value": "the search for values that were found elsewhere in the set",
    "knowledge": "the comparison with the knowledge base", "canary": "the search for canaries",
    "presidio": "a recogniser of Presidio",
}
_PLUGINS = {"spacy": "spaCy", "huggingface": "Hugging Face", "gliner": "GLiNER"}
_PLUGIN = re.compile(r"(spacy|huggingface|gliner)_(\d+)")
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def who_found(source: str, why: str) -> str:
    """Such as ``by the trained name model: ...``.

    Args:
        source: as a span names it.
        why: what made it say so.
    """
    says_it_all = source in _NO_WHY or source.startswith(_DENY_LIST)
    return f"found by {_named(source)}" + ("" if says_it_all or not why else f": {why}")


def _named(source: str) -> str:
    if source in _KNOWN:
        return _KNOWN[source]
    if source.startswith(_DENY_LIST):
        return "the deny list of the policy"
    if plugin := _PLUGIN.fullmatch(source):
        return f"the policy's own {_PLUGINS[plugin[1]]} model (plug-in {plugin[2]})"
    if source.startswith("psi_"):
        return f"our patterns for {in_words([source.removeprefix('psi_').upper()])}"
    if source.endswith("Recognizer"):
        kind = _CAPITAL.sub(" ", source.removesuffix("Recognizer"))
        return f"Presidio's recogniser {kind!r}"
    return source
