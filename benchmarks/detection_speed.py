"""How fast the detector is on one core, against Presidio's stock analyzer plus the same model called text by text.

One run, alternating: so many records by the one, the same records by the other, again and again, so that whatever else
the machine does falls on both. The stock side is `presidio_analyzer` as its own documentation sets it up on a blank
pipeline, and the same weights in torch (float32, one thread) through transformers, one record per call.

    python benchmarks/detection_speed.py [--records 96] [--rounds 3] [--chars 300] [--text FILE]
"""

from __future__ import annotations

import argparse
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["TOKENIZERS_PARALLELISM"] = "false"

import json
import resource
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

BATCHES = (1, 8, 32)
Read = Callable[[Sequence[str]], object]


def records(path: Path | None, count: int, chars: int) -> list[str]:
    """Different texts of exactly so many characters, names and numbers in them."""
    if path is not None:
        text = path.read_text(encoding="utf-8")
    else:
        from appliance.detection.training.records import synthetic  # made as the training text of the name model is

        made, text = synthetic(seed=1), ""
        while len(text) < count * chars:
            text += next(made).text + " "
    return [text[start:start + chars] for start in range(0, count * chars, chars)]


def stock() -> Read:
    """Presidio with a blank pipeline and nothing changed, and transformers on one record at a time."""
    import spacy
    import tldextract
    import torch
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    class Blank(SpacyNlpEngine):
        def load(self) -> None:
            self.nlp = {"en": spacy.blank("en")}

    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    torch.set_num_threads(1)
    engine = Blank(models=[{"lang_code": "en", "model_name": "blank_en"}])
    engine.load()
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"], nlp_engine=engine)
    analyzer = AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])
    tokenizer, model = torch_model()

    def read(texts: Sequence[str]) -> None:
        for text in texts:
            analyzer.analyze(text, language="en")
            tokens = tokenizer(text, return_tensors="pt", truncation=True, max_length=512)
            with torch.inference_mode():
                model(**tokens).logits.softmax(-1)

    return read


def torch_model() -> tuple[Any, Any]:
    """The shipped weights in transformers, float32."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForTokenClassification

    from appliance.detection.ner.features import encoder_folder
    from appliance.detection.ner.weights import load_weights

    tensors = load_weights().tensors
    config = BertConfig.from_json_file(encoder_folder() / "config.json")
    config.type_vocab_size = len(tensors["bert.embeddings.token_type_embeddings.weight"])
    config.num_labels = len(tensors["classifier.bias"])
    model = BertForTokenClassification(config).eval()
    model.load_state_dict({name: torch.tensor(values) for name, values in tensors.items()})
    return AutoTokenizer.from_pretrained(encoder_folder(), local_files_only=True), model


def alternating(sides: dict[str, Read], texts: Sequence[str], rounds: int) -> dict[str, tuple[float, float]]:
    """Milliseconds per record, wall and processor, the best of all rounds for each side."""
    best: dict[str, tuple[float, float]] = {}
    for read in sides.values():
        read(texts[:8])
    for _ in range(rounds):
        for name, read in sides.items():
            wall, cpu = time.perf_counter(), _cpu_s()
            read(texts)
            took = tuple(1000 * seconds / len(texts) for seconds in (time.perf_counter() - wall, _cpu_s() - cpu))
            best[name] = min(best.get(name, took), took, key=lambda pair: pair[1])
    return best


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def processes(texts: Sequence[str], counts: Sequence[int], repeats: int) -> dict[int, float]:
    """Records per second of a pool that runs already, wall."""
    from appliance.detection import pool
    from appliance.policy.model import Policy

    pool.CHARS_WORTH_A_START = 1
    found = {}
    for count in counts:
        with pool.DetectorPool(Policy(name="benchmark", version=1), count) as detector:
            detector.detect([*texts] * 2)
            began = time.perf_counter()
            detector.detect([*texts] * repeats)
            found[count] = len(texts) * repeats / (time.perf_counter() - began)
    return found


def main() -> None:
    """Print a table; with ``--json`` the figures alone."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=96)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--chars", type=int, default=300)
    parser.add_argument("--text", type=Path, default=None)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    texts = records(options.text, options.records, options.chars)

    from appliance.detection.presidio import PresidioDetector
    from appliance.policy.model import Policy

    began = time.perf_counter()
    detector = PresidioDetector(Policy(name="benchmark", version=1))
    start_s = time.perf_counter() - began

    def in_batches(size: int) -> Read:
        return lambda given: [detector.detect(given[at:at + size]) for at in range(0, len(given), size)]

    sides = {"stock": stock(), **{f"ours, {size} at once": in_batches(size) for size in BATCHES}}
    best = alternating(sides, texts, options.rounds)
    by_processes = processes(texts, (1, 2), 4)
    if options.json:
        print(json.dumps({"ms_per_record": best, "records_per_s": by_processes, "start_s": start_s}))
        return
    print(f"{len(texts)} records of {options.chars} characters, best of {options.rounds} rounds, one thread\n")
    print(f"{'':20}{'wall ms':>10}{'CPU ms':>10}{'records/CPU-s':>16}{'against stock':>16}")
    for name, (wall, cpu) in best.items():
        print(f"{name:20}{wall:10.2f}{cpu:10.2f}{1000 / cpu:16.0f}{best['stock'][1] / cpu:15.1f}x")
    print(f"\nstart of the detector: {start_s:.1f} s")
    for count, rate in by_processes.items():
        print(f"{count} process(es): {rate:.0f} records/s, {rate / by_processes[1]:.2f}x")


if __name__ == "__main__":
    main()
