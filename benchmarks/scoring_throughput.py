"""Scores per second of the embedded generator with a shared prompt head, against reading every text from its start.

    python benchmarks/scoring_throughput.py --requests 200 --threads 1

Both ways run in one process on the same texts; compare the ratio, not the absolute figures. `apart` is the largest
difference of the two in nats per token: what the order of sums in quantised weights costs.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from engine_throughput import HEAD, RULES

from appliance.engines.base import ScoreRequest
from appliance.engines.context import Row
from appliance.engines.llama_cpp import LlamaCppGenerator
from appliance.engines.sampler import logprob


def requests(count: int) -> list[ScoreRequest]:
    """Six prompts that differ in their last rule, and a continuation of about ten tokens each."""
    return [ScoreRequest(str(n), f"{HEAD}Rule: {RULES[n % len(RULES)]}\nQuestion:", f" Where can I ask about item {n}?")
            for n in range(count)]


def plainly(generator: LlamaCppGenerator, request: ScoreRequest) -> float:
    """One sequence, nothing shared, the logits of every token."""
    model, context = generator._model, generator._context
    prompt = model.tokenise(request.prompt)
    tokens = prompt + model.tokenise(request.continuation, start=False)
    context.clear()
    context.decode([Row(token, at, 0, True) for at, token in enumerate(tokens)])
    return sum(logprob(context.logits(at - 1), tokens[at]) for at in range(len(prompt), len(tokens)))


def main() -> None:
    """Print both rates and how far apart the results are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="smollm2")
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--plain", type=int, default=12, help="of them to read plainly as well")
    parser.add_argument("--sequences", type=int, default=16)
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as cache:
        generator = LlamaCppGenerator(options.model, sequences=options.sequences, threads=options.threads,
                                      cache_directory=Path(cache))
        asked = requests(options.requests)
        start = time.perf_counter()
        scores = {score.id: score for score in generator.score(asked)}
        shared = len(asked) / (time.perf_counter() - start)
        generator._batcher._forget()
        start = time.perf_counter()
        plain = {request.id: plainly(generator, request) for request in asked[:options.plain]}
        alone = len(plain) / (time.perf_counter() - start)
        apart = max(abs(plain[name] - scores[name].logprob_sum) / scores[name].tokens for name in plain)
        print(f"{generator.info().settings['weight_format']}: {shared:.1f} scores/s batched, {alone:.2f} one by one "
              f"({shared / alone:.0f} times), apart {apart:.3f} nats per token")
        generator._context.clear()
        generator.close()


if __name__ == "__main__":
    main()
