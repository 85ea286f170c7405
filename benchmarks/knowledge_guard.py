"""How fast K is indexed and a request is compared with it: `python benchmarks/knowledge_guard.py [MEGABYTES]`.

K is drawn from a vocabulary with the word frequencies of natural language (Zipf). The request is 100 KB of the same
words in another order, in one field and in sixteen, with one run of K planted in it: it must be found. Seconds are wall
time; beside other work, compare the seconds of processor time in the last lines: they are of a whole request as
`Guard.check_body` compares it, with what the appliance writes around the text and without.
"""

from __future__ import annotations

import random
import resource
import sys
import time

from appliance.gateway.knowledge_guard import KnowledgeGuard, Template
from appliance.policy.parts import KnowledgePolicy
from appliance.reflect.prompts import LINE_HEAD, TEMPLATES

VOCABULARY, PAGE_BYTES, REQUEST_BYTES, FIELDS = 50_000, 20_000, 100_000, 16
INSTANCE_BYTES = (300, 3_000, 30_000)
_LETTERS = "etaoinshrdlucmfwypvbgk"


def words(draw: random.Random, count: int, vocabulary: list[str], weights: list[float]) -> str:
    return " ".join(draw.choices(vocabulary, cum_weights=weights, k=count))


def main(megabytes: float) -> None:
    draw = random.Random(1)
    vocabulary = ["".join(draw.choices(_LETTERS, k=draw.randint(2, 9))) for _ in range(VOCABULARY)]
    total, weights = 0.0, []
    for number in range(VOCABULARY):
        total += 1 / (number + 2.7)
        weights.append(total)
    pages: list[str] = []
    size = 0
    while size < megabytes * 1e6:
        pages.append(words(draw, PAGE_BYTES // 7, vocabulary, weights))
        size += len(pages[-1])
    began_s = time.perf_counter()
    guard = KnowledgeGuard(pages, KnowledgePolicy(), identity="benchmark", template=Template(TEMPLATES, LINE_HEAD))
    built_s = time.perf_counter() - began_s
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"K of {size / 1e6:.1f} MB: indexed in {built_s:.2f} s, {guard.describe()['runs']:,} runs, "
          f"at most {peak_mb:,.0f} MB of memory in this process")
    text = words(draw, REQUEST_BYTES // 7, vocabulary, weights)[:REQUEST_BYTES]
    quote = pages[0][5000:5040]
    for name, fields in (("one field", [text]), (f"{FIELDS} fields", _parts(text))):
        clean, clean_s = _timed(guard, fields)
        dirty, dirty_s = _timed(guard, [*fields[:-1], f"{fields[-1]} {quote}"])
        print(f"100 KB in {name}: {clean} runs by chance in {clean_s:.3f} s; with one of 40 characters planted "
              f"{dirty} runs in {dirty_s:.3f} s")
        assert dirty > clean, "the planted run was not found"
    began_s = time.perf_counter()
    guard.short_runs([text])
    print(f"short runs of 100 KB: {time.perf_counter() - began_s:.3f} s")
    # In other letters, so that nothing is found by chance and every comparison is made.
    clean = text.translate(str.maketrans(_LETTERS, _LETTERS[7:] + _LETTERS[:7]))
    for size in INSTANCE_BYTES:
        _request(guard, clean, size, quote)
        _request(guard, clean.replace("x", "é").replace("c", "ø"), size, quote)


def _request(guard: KnowledgeGuard, text: str, size: int, quote: str) -> None:
    """Every comparison of one request, of pairs of so many bytes; a run split by our own words must be found."""
    pairs = [text[start:start + size] for start in range(0, len(text), size)]
    prompt = "\n".join([*(f"Pair {number}\nInstruction: {pair[:size // 2]}\nInput: <noinput>\n"
                          f"Output: {pair[size // 2:]}\n" for number, pair in enumerate(pairs, 1)), TEMPLATES[0]])
    split = prompt.replace("\nInput: <noinput>\nOutput: ", f" {quote[:20]}\nInput: {quote[20:]}\nOutput: ", 1)
    began_s = time.process_time()
    clean = guard.runs_in_request([prompt])
    spent_s = time.process_time() - began_s
    assert guard.runs_in_request([split]) > clean, "the split run was not found"
    kind = "ASCII" if prompt.isascii() else "other letters too"
    print(f"a request of {len(prompt):,} characters, {kind}, in {len(pairs)} pairs: {clean} runs in {spent_s:.3f} s of "
          f"processor time")


def _parts(text: str) -> list[str]:
    step = len(text) // FIELDS + 1
    return [text[start:start + step] for start in range(0, len(text), step)]


def _timed(guard: KnowledgeGuard, fields: list[str]) -> tuple[int, float]:
    began_s = time.perf_counter()
    found = guard.runs(fields)
    return found, time.perf_counter() - began_s


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0)
