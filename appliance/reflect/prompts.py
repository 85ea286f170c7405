"""I_p and I_h: what the reflector is asked, after Tables 6 and 7 of arXiv 2507.05991.

Order, parts, headings and cues are the paper's; the wording is ours, because the text available to us was a
description. Filled by concatenation, so that braces in a record are safe.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from appliance.gateway.results import ScrubbedInstance

_LOW_LEVEL = """\
You are an expert who improves training data for language models.
Study the instruction and output pairs above and find what should be better. Count invented facts, an empty input or \
output where one is needed, and tasks that a language model cannot do as bad.
From what you find, write principles for producing better pairs. A principle must hold for this kind of task in \
general and must not be about a single pair.

Answer in exactly two parts, each under its heading:
Reasoning: your analysis of the pairs.
Insights: the principles, one bullet point each.
"""

_HIGH_LEVEL = """\
The bullet points above are principles for producing training data.
Merge them into one insightful principle on a higher level. Keep their essence and remove repetition, and leave \
specific details in place where they matter. Write one or two sentences.

Principle:"""

# Added when the first answer to Table 7 was empty or far too long.
REMINDER = " (one principle, one or two sentences, nothing else)"

# What this file writes around released text, for whoever compares released text with K.
TEMPLATES = (_LOW_LEVEL, _HIGH_LEVEL, REMINDER)
LINE_HEAD = re.compile(r"^(?:Pair \d+$|Instruction: ?|Input: ?(?:<noinput>$)?|Output: ?|- )")


def low_level_prompt(instances: Sequence[ScrubbedInstance]) -> str:
    """Table 6: the data first, then role, analysis and the two headed parts."""
    blocks = [f"Pair {number}\nInstruction: {instance.instruction}\nInput: {instance.input or '<noinput>'}\n"
              f"Output: {instance.output}\n" for number, instance in enumerate(instances, start=1)]
    return "\n".join([*blocks, _LOW_LEVEL])


def high_level_prompt(principles: Sequence[str]) -> str:
    """Table 7: the bullets of one cluster, then the request for one principle and its cue."""
    return "\n".join([*(f"- {principle}" for principle in principles), "", _HIGH_LEVEL])
