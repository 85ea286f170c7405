"""How much is found, and how much is masked that need not be: `python benchmarks/detection.py [--write] [--data DIR]`.

Three detectors on the public sets: the name model alone over its thresholds, Presidio's own patterns without a model,
and everything the gateway uses under the default policy. Recall and precision are of alphanumeric characters, whatever
the type; "touched" is the share of mentions that any mask overlaps, "full" that of mentions wholly masked.
``--write`` puts the tables into docs/detection.md.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from appliance.detection.ner.decode import decode
from appliance.detection.ner.features import TYPES, encode, load_tokenizer
from appliance.detection.ner.tagger import NameModel
from appliance.detection.ner.weights import CARD, MODEL_FOLDER
from appliance.detection.normalise import fold
from appliance.detection.process import DetectorProcess
from appliance.detection.training.corpus import UNKNOWN, read_conll, read_folder
from appliance.detection.training.measure import Tally
from appliance.detection.training.records import Record, recased
from appliance.policy.find import find_policy
from appliance.policy.model import load_policy

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "docs" / "detection.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
THRESHOLDS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9)
# Types of synth_v2 that the name model has; addresses count as places.
FIVE = {"PERSON": "PERSON", "GPE": "LOCATION", "STREET_ADDRESS": "LOCATION", "ORGANIZATION": "ORGANIZATION",
        "DATE_TIME": "DATE_TIME", "NRP": "NRP"}
CHAT = "ChatDoctor"
Found = Sequence[Iterable[tuple[int, int]]]


def sets(data: Path, chat_rows: int) -> dict[str, list[Record]]:
    """Every set by name; synth_v2 with all its types."""
    synth = json.loads((data / "presidio-research" / "synth_dataset_v2.json").read_text("utf-8"))
    records = [Record(row["full_text"], tuple((span["start_position"], span["end_position"], span["entity_type"])
                                              for span in row["spans"])) for row in synth]
    chats = json.loads((data / "chatdoctor" / "chatdoctor5k.json").read_text("utf-8"))
    drawn = random.Random(0).sample(chats, chat_rows)
    conll = {"wikigold hold-out": read_folder(data / "wikigold")[1],
             "WNUT17 dev": read_conll(data / "WNUT17" / "emerging.dev.conll"),
             "WNUT17 test": read_conll(data / "WNUT17" / "emerging.test.annotated")}
    return {"synth_v2": records, "synth_v2 lower-cased": [recased(record, str.lower) for record in records],
            **{name: [sentence.record() for sentence in sentences] for name, sentences in conll.items()},
            CHAT: [Record(f"{row['input']}\n{row['output']}", ()) for row in drawn]}


def five_types(record: Record) -> Record:
    """Gold of the name model's types only."""
    return replace(record, spans=tuple((start, end, FIVE.get(kind, kind)) for start, end, kind in record.spans
                                       if kind in FIVE or kind in TYPES))


def tally(records: Sequence[Record], found: Found) -> Tally:
    """The counts of one detector on one set."""
    counts = Tally()
    for record, spans in zip(records, found, strict=True):
        counts.add(record.text, [span for span in record.spans if span[2] != UNKNOWN], spans)
    return counts


def model_curves(folder: Path | None, records: Sequence[Record]) -> tuple[list[tuple[str, Tally]], Tally]:
    """Name of each threshold with its counts, and the counts at the shipped thresholds."""
    model = NameModel(folder) if folder else NameModel()
    encoded = encode(load_tokenizer(), [record.text for record in records])
    rows = model.probabilities(encoded)

    def at(limits: dict[str, float]) -> Tally:
        return tally(records, [[(span.start, span.end) for span in decode(one, found, limits)]
                               for one, found in zip(encoded, rows, strict=True)])

    shipped = json.loads(((folder or MODEL_FOLDER) / CARD).read_text("utf-8"))["thresholds"]
    return [(f"{limit:g}", at(dict.fromkeys(TYPES, limit))) for limit in THRESHOLDS], at(shipped)


def stock_patterns() -> Callable[[Sequence[str]], Found]:
    """Presidio 2.2.366 as it comes, on a blank pipeline whose lemmas are lower-cased tokens."""
    import spacy
    import tldextract
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine
    from spacy.language import Language

    @Language.component("benchmark_lemmas")
    def lemmas(document: Any) -> Any:
        for token in document:
            token.lemma_ = token.lower_
        return document

    class Blank(SpacyNlpEngine):
        def load(self) -> None:
            nlp = spacy.blank("en")
            nlp.add_pipe("benchmark_lemmas")
            self.nlp = {"en": nlp}

    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    engine = Blank(models=[{"lang_code": "en", "model_name": "blank_en"}])
    engine.load()
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"], nlp_engine=engine)
    analyzer = AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])
    return lambda texts: [[(found.start, found.end) for found in analyzer.analyze(text, "en")] for text in texts]


def product(detector: DetectorProcess) -> Callable[[Sequence[str]], Found]:
    """Everything that looks at a text in the gateway, on the folded copy, mapped back."""
    def detect(texts: Sequence[str]) -> Found:
        folded = [fold(text) for text in texts]
        found = detector.detect([each.text for each in folded])
        return [[each.to_clean(span.start, span.end) for span in spans]
                for each, spans in zip(folded, found, strict=True)]
    return detect


def row(name: str, counts: Tally, kinds: Sequence[str]) -> str:
    """One line of a table."""
    shares = [f"{show(counts.touched_share(kind))} · {show(counts.covered_share(kind))}" for kind in kinds]
    return "| " + " | ".join([name, show(counts.recall), show(counts.precision), *shares]) + " |"


def show(value: float | None) -> str:
    """Three digits, a dash where there is nothing to divide by."""
    return "–" if value is None else f"{value:.3f}"


def head(first: str, kinds: Sequence[str]) -> list[str]:
    """The first two lines of a table."""
    names = [first, "char R", "char P", *kinds]
    return ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]


def tables(data: Path, folder: Path | None, chat_rows: int) -> list[str]:
    """The whole report in Markdown."""
    everything = sets(data, chat_rows)
    own = {name: [five_types(record) for record in records] for name, records in everything.items()}
    curves = {name: model_curves(folder, records) for name, records in own.items()}
    lines = ["### The name model alone, at the shipped threshold", "",
             "Per type: touched · full. Gold of the model's five types only.", "", *head("set", TYPES)]
    lines += [row(name, shipped, TYPES) for name, (_, shipped) in curves.items() if name != CHAT]
    chat = curves[CHAT][1].masked or 0
    lines += ["", f"{CHAT} ({chat_rows} rows): {chat:.2%} of the alphanumeric characters masked.", "",
              "### The name model alone, the whole curve", ""]
    for name, (points, _) in curves.items():
        if name == CHAT:
            lines += [f"**{CHAT}**: share masked by threshold: "
                      + ", ".join(f"{limit}: {(counts.masked or 0):.2%}" for limit, counts in points), ""]
            continue
        lines += [f"**{name}**", "", *head("threshold", TYPES)]
        lines += [*(row(limit, counts, TYPES) for limit, counts in points), ""]
    return lines + _whole(everything, own)


def _whole(everything: dict[str, list[Record]], own: dict[str, list[Record]]) -> list[str]:
    lines = ["### Patterns alone, and everything together", "",
             "Gold: all 17 types of synth_v2; persons, places and organisations elsewhere.", ""]
    with DetectorProcess(load_policy(find_policy("default", ROOT))) as detector:
        for title, detect in (("Presidio 2.2.366, patterns as they come, blank pipeline", stock_patterns()),
                              ("The product, policy `default`", product(detector))):
            found = {name: detect([record.text for record in records]) for name, records in everything.items()}
            lines += [f"**{title}**", "", *head("set", TYPES)]
            lines += [row(name + (", five types" if "synth" in name else ""), tally(own[name], found[name]), TYPES)
                      for name in own if name != CHAT]
            lines += [row(f"{name}, all types", tally(everything[name], found[name]), TYPES)
                      for name in own if "synth" in name]
            masked = tally(everything[CHAT], found[CHAT]).masked or 0
            every = tally(everything["synth_v2"], found["synth_v2"])
            others = ", ".join(f"{kind} {show(every.touched_share(kind))}" for kind in sorted(every.mentions))
            lines += ["", f"synth_v2 touched by its own types: {others}. {CHAT}: {masked:.2%} masked.", ""]
    return lines


def main() -> None:
    """Print or write the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--model", type=Path, default=None, help="folder of another name model")
    parser.add_argument("--chat-rows", type=int, default=250)
    parser.add_argument("--write", action="store_true", help=f"into {DOCUMENT.relative_to(ROOT)}")
    arguments = parser.parse_args()
    text = "\n".join(tables(arguments.data, arguments.model, arguments.chat_rows)).strip()
    if not arguments.write:
        print(text)
        return
    before, _, rest = DOCUMENT.read_text("utf-8").partition(BEGIN)
    DOCUMENT.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.partition(END)[2]}", "utf-8")


if __name__ == "__main__":
    main()
