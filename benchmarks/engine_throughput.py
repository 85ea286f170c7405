"""Tokens per second of the embedded generator by weight format and batch width, and what each format costs in fit.

    python benchmarks/engine_throughput.py --sequences 1 8 16 --formats Q4_1 Q4_0 Q8_0 BF16

Everything is measured in one process and one run, in rounds that visit every setting, so that other load on the
machine falls on all of them; compare the ratios, not the absolute figures. `fit` is the mean natural-log probability
of a fixed text, higher is better.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from appliance.engines.base import GenerationRequest, Sampling
from appliance.engines.context import Context, Row
from appliance.engines.cores import usable_cores
from appliance.engines.llama_cpp import LlamaCppGenerator
from appliance.engines.model import Model
from appliance.engines.sampler import logprob

HEAD = """The front desk of a clinic answers each question politely, using only the rule.

Rule: The side entrance on Mill Lane has a ramp and an automatic door.
Question: Where is the entrance with a ramp?
Reply: The entrance with a ramp is the side entrance on Mill Lane. It has an automatic door.

Rule: Lost property is kept at the front desk for 21 days and then given to charity.
Question: How long do you keep lost property?
Reply: We keep lost property at the front desk for 21 days. After that it is given to charity.

Rule: New patients must bring a photo ID and a list of their medicines to the first visit.
Question: What should I bring to my first visit?
Reply: Please bring a photo ID and a list of your medicines to your first visit.

Rule: Patients should not eat for 8 hours before a fasting test.
Question: Can I eat before a fasting test?
Reply: No, please do not eat for 8 hours before a fasting test.

"""
RULES = ("X-ray results take up to 5 working days.", "A video visit costs 40 dollars.",
         "The pharmacy counter is open from 9 am to 5 pm.", "Parking is free for two hours.",
         "Interpreters are booked at the front desk.", "A referral is valid for 6 months.")
TEXT = HEAD + "\n".join(RULES)


def requests(count: int, new_tokens: int) -> list[GenerationRequest]:
    """Prompts with one long shared head and a short tail each."""
    return [GenerationRequest(str(n), f"{HEAD}Rule: {RULES[n % len(RULES)]}\nQuestion:",
                              Sampling(new_tokens, temperature=0.8, top_p=0.95, top_k=40, seed=n))
            for n in range(count)]


def fit(path: Path, threads: int) -> float:
    """Mean log-probability of `TEXT`, teacher-forced in one batch."""
    model = Model(path)
    context = Context(model, cells=512, sequences=1, threads=threads)
    tokens = model.tokenise(TEXT)
    context.decode([Row(token, position, 0, True) for position, token in enumerate(tokens)])
    mean = statistics.fmean(logprob(context.logits(n), tokens[n + 1]) for n in range(len(tokens) - 1))
    context.close()
    model.close()
    return mean


def measure(generator: LlamaCppGenerator, per_slot: int, sequences: int, new_tokens: int) -> float:
    """Written tokens per second of wall time, the head already known."""
    list(generator.generate(requests(2, 1)))
    start = time.perf_counter()
    done = list(generator.generate(requests(per_slot * sequences, new_tokens)))
    return sum(one.usage.completion_tokens or 0 for one in done) / (time.perf_counter() - start)


def main() -> None:
    """Print one line per format and width."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="smollm2")
    parser.add_argument("--sequences", type=int, nargs="+", default=[1, 8, 16])
    parser.add_argument("--formats", nargs="+", default=["Q4_1", "Q4_0", "Q8_0", "BF16"])
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--new-tokens", type=int, default=32)
    parser.add_argument("--threads", type=int, default=usable_cores())
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        generators = {(name, width): LlamaCppGenerator(
            options.model, sequences=width, threads=options.threads, cache_directory=Path(folder), weight_format=name)
            for name in options.formats for width in options.sequences}
        speeds: dict[tuple[str, int], list[float]] = {key: [] for key in generators}
        for _ in range(options.rounds):
            for key, generator in generators.items():
                speeds[key].append(measure(generator, max(2 * key[1], 4) // key[1], key[1], options.new_tokens))
        fits = {name: fit(generators[name, options.sequences[0]].weights_path, options.threads)
                for name in options.formats}
        base = statistics.median(speeds[options.formats[0], options.sequences[0]])
        print("format  sequences   tok/s (median)   ratio   fit")
        for (name, width), values in speeds.items():
            speed = statistics.median(values)
            print(f"{name:7} {width:9} {speed:16.1f} {speed / base:7.2f}   {fits[name]:.4f}")


if __name__ == "__main__":
    main()
