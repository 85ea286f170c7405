"""How fast near-duplicates are found while a dataset grows: `python benchmarks/near_duplicates.py [WANTED]`.

Two made-up kinds of task, drawn from a vocabulary with the word frequencies of natural language (Zipf): `table8`, whose
instructions all differ, and `single`, where one of ten instructions stands before an input that differs. One candidate
in four is an earlier one with a few words changed.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator

from appliance.quality.near_duplicates import NearDuplicates

VOCABULARY, CHANGED_SHARE = 20_000, 0.25


def texts(kind: str, draw: random.Random) -> Iterator[str]:
    words = [f"w{number}" for number in range(VOCABULARY)]
    weights = [1 / (number + 2.7) for number in range(VOCABULARY)]
    heads = [" ".join(draw.choices(words, weights, k=9)) for _ in range(10)] if kind == "single" else [""]
    earlier: list[list[str]] = []
    while True:
        if earlier and draw.random() < CHANGED_SHARE:
            body = [draw.choices(words, weights)[0] if draw.random() < 0.1 else word for word in draw.choice(earlier)]
        else:
            body = draw.choices(words, weights, k=draw.randint(8, 25))
        earlier.append(body)
        yield f"{draw.choice(heads)} {' '.join(body)}"


def measure(kind: str, wanted: int) -> None:
    kept, looked_at, spent_s, mark_s, mark = NearDuplicates(), 0, 0.0, 0.0, 0
    for text in texts(kind, random.Random(1)):
        began_s = time.perf_counter()
        kept.add_if_new(text)
        spent_s += time.perf_counter() - began_s
        looked_at += 1
        if len(kept) >= wanted:
            break
        if len(kept) == wanted * 9 // 10 and not mark:
            mark_s, mark = spent_s, looked_at
    print(f"{kind:8} {wanted:7} kept of {looked_at:7}: {spent_s:7.1f} s, {looked_at / spent_s:8.0f} candidates/s, "
          f"{(looked_at - mark) / (spent_s - mark_s):8.0f} at the end")


if __name__ == "__main__":
    for each in ("table8", "single"):
        measure(each, int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
