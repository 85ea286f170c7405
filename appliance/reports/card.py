"""The card of a dataset: README.md of a Hugging Face dataset folder, with its YAML front matter.

It holds counts, hashes, principles and figures, and no text of a seed, a passage or an instance. A principle that the
guard had something against is named and not shown. Nothing in the card depends on when it was written.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from appliance import __version__
from appliance.records import Principle
from appliance.reports.card_energy import energy_section
from appliance.reports.card_text import UNKNOWN, bars, counted, inline, number, table
from appliance.reports.dataset import Dataset, count_rows
from appliance.reports.disclosure import published_model, withheld
from appliance.reports.egress import Egress, read_egress
from appliance.reports.rows import COLUMNS, MEANING, engine_of, model_of
from appliance.reports.statistics import all_lengths

PAPER = "https://arxiv.org/abs/2507.05991"
# From here on a model is not the embedded one that only shows the machinery.
SMALL_PARAMETERS = 1_000_000_000
# How a value begins that says where something lies on the owner's machine or network.
_PLACES = ("/", "~", "unix:", "http:", "https:")
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def dataset_card(dataset: Dataset) -> str:
    """The whole card.

    Raises:
        InputError: an answer of the reflector is damaged; names file and line.
        MeterError: the energy ledger is damaged.
    """
    egress = read_egress(dataset)
    parts = (*_opening(dataset), _counts(dataset), _made(dataset), _principles(dataset), _provenance(dataset, egress),
             _egress(egress), energy_section(dataset, egress), _lengths(dataset), _columns(), _limits(dataset),
             _licence())
    return f"---\n{_front_matter(dataset)}---\n\n" + "\n\n".join(part for part in parts if part) + "\n"


def _front_matter(dataset: Dataset) -> str:
    """Keys and values of the Hub's dataset card metadata."""
    language = dataset.origin.setting("psi", "language")
    known = {"language": [language]} if language not in (None, "auto", "any") else {}
    return yaml.safe_dump({
        **known, "license": "other", "license_name": "unspecified", "pretty_name": dataset.origin.name,
        "annotations_creators": ["machine-generated"], "language_creators": ["machine-generated"],
        "size_categories": [next((name for bound, name in _SIZES if len(dataset.instances) < bound), "n>1M")],
        "source_datasets": ["original"], "task_categories": ["text-generation"],
        "tags": ["synthetic", "instruction-tuning", "psi"] + ["demonstration"] * dataset.demonstration
                + ["partial"] * (dataset.complete is False),
        "configs": [{"config_name": "default", "data_files": [{"split": "train", "path": "data/train-*"}]}],
    }, sort_keys=False, allow_unicode=True)


def _opening(dataset: Dataset) -> Iterator[str]:
    yield f"# {inline(dataset.origin.name)}"
    if dataset.complete is False:
        wanted = dataset.origin.setting("psi", "instances")
        yield (f"> **Not finished.** The job was {inline(dataset.origin.state)} when this was exported: "
               f"{len(dataset.instances):,} of {number(wanted)} instances.")
    if dataset.demonstration:
        yield ("> **A demonstration, not training data.** A stand-in on the owner's machine wrote the principles; no "
               "large model was asked. Instances made this way show that the machinery works.")
    if (dataset.engine.get("parameters") or SMALL_PARAMETERS) < SMALL_PARAMETERS:
        yield (f"> **Written by a very small model** ({number(dataset.engine['parameters'])} weights). Its text is "
               f"often wrong or beside the point. Do not train on it.")
    yield ("Instruction-tuning instances grown from a small private seed set by PSI, *Evolution without Large Models* "
           f"([arXiv 2507.05991]({PAPER})), on the owner's own machine.")


def _counts(dataset: Dataset) -> str:
    rows = [("accepted instances", f"{len(dataset.instances):,}"), ("candidates", number(dataset.candidates)),
            ("rejected", number(None if dataset.rejected is None else len(dataset.rejected)))]
    rows += [(f"rejected: {inline(reason)}", f"{count:,}") for reason, count in (dataset.reasons or {}).items()]
    return f"## Counts\n\n{table(('what', 'number'), rows)}"


def _made(dataset: Dataset) -> str:
    """How it was made, as far as the artefacts of the job say so."""
    knows = "" if dataset.origin.setting("psi", "knowledge") is False else " and passages of a private knowledge base"
    steps = [*_reflected(dataset)]
    if dataset.principles:
        steps.append(f"{counted(len(dataset.principles), 'principle')} went into the generator's prompt.")
    who = "The generator" if steps else "The generator, a local model,"
    steps += [f"{who} wrote candidates from {'them, ' * bool(dataset.principles)}seeds as examples{knows}.",
              "Filters rejected what was malformed, copied, unsupported or a near-duplicate (ROUGE-L above 0.7); the "
              "reasons are counted above."]
    if dataset.stated:
        steps.append(f"In {dataset.stated:,} of {len(dataset.instances):,} instances the generator's reply was "
                     "rejected and the output is the sentence of the knowledge base it was to answer from, with a yes "
                     "or no before it where one was asked for. The dataset is as private as that knowledge base.")
    lines = "\n".join(f"{place}. {step}" for place, step in enumerate(steps, start=1))
    return f"## How it was made\n\n{lines}\n\nNo person has checked the instances one by one."


def _reflected(dataset: Dataset) -> Iterator[str]:
    """What came before the principles; nothing where they were brought or there are none."""
    directory, psi = dataset.origin.directory, dataset.origin.setting("psi") or {}
    initial, answers = count_rows(directory, "expansion"), count_rows(directory, "reflection")
    if initial is not None and psi.get("initial") is False:
        yield f"The {initial:,} seeds were used as initial instances (ablation: without initial)."
    elif initial is not None and psi.get("initial_file"):
        yield f"{initial:,} initial instances were taken from an earlier job."
    elif initial is not None:
        yield f"The generator, a local model, expanded the seeds to {initial:,} initial instances."
    if answers is not None:
        which = "as many of them as fit into one request (ablation: without sample)" if psi.get("sample") is False \
            else f"{counted(answers, 'small subset')} of them, drawn at random"
        yield (f"A reflector was shown {which}, scrubbed of private values and checked, and nothing else. It answered "
               f"with principles.")


def _principles(dataset: Dataset) -> str:
    if not dataset.principles:
        return "## Principles\n\nNone: the instances were written without principles, or they are not known."
    private = withheld(dataset)
    rows = [(inline(each.id), inline(f"withheld: may hold something private ({private[each.id]})"
                                     if each.id in private else each.text), _author(dataset, each))
            for each in dataset.principles]
    return f"## Principles\n\n{table(('id', 'principle', 'written by'), rows)}"


def _author(dataset: Dataset, principle: Principle) -> str:
    if principle.origin == "person":
        return "a person"
    if principle.demonstration:
        return "stand-in, a demonstration"
    return f"reflector {inline(dataset.origin.setting('reflector', 'model') or UNKNOWN)}"


def _provenance(dataset: Dataset, egress: Egress | None) -> str:
    made = [instance.provenance for instance in dataset.instances]
    model, model_sha256 = model_of(dataset)
    rows: list[tuple[str, Any]] = [
        ("job", dataset.origin.job_id), ("seeds", number(dataset.sizes.get("seeds"))),
        ("seeds shown in a prompt", f"{len({name for each in made for name in each.seed_ids}):,}"),
        ("passages of knowledge", number(dataset.sizes.get("passages"))),
        ("passages shown in a prompt", f"{len({name for each in made for name in each.passage_ids}):,}"),
        ("generator", engine_of(dataset)), ("model file", model), ("model file SHA-256", model_sha256),
        ("prompt shape", ", ".join(sorted({each.shape for each in made if each.shape})) or None),
        ("random seed", dataset.origin.setting("random_seed")),
        ("made by appliance version", ", ".join(egress.appliances) if egress else None),
        ("exported by appliance version", __version__)]
    rows += [(f"engine: {name.replace('_', ' ')}", published_model(value) if isinstance(value, str) else value)
             for name, value in sorted((dataset.engine.get("settings") or {}).items())
             if name not in ("file", "file_sha256") and not str(value).startswith(_PLACES)]
    rows += [(name.replace("_", " "), value) for name, value in sorted(dataset.manifest.items())
             if name.endswith(("_sha256", "_id")) and name != "model_sha256" and value is not None]
    cells = [(inline(name), UNKNOWN if value is None else inline(value)) for name, value in rows]
    return ("## Provenance\n\n" + table(("what", "value"), cells) + "\n\nTexts of the seeds and of the knowledge base "
            "are private. Instances name a seed by a hash of its id and a passage by a hash of its text; the SHA-256 "
            "above let their owner prove which ones they were.")


def _egress(egress: Egress | None) -> str:
    if egress is None:
        return ("## What left the machine\n\nUnknown: no audit record of this job can be read here, or its log is not "
                "intact.")
    totals = egress.totals
    rows = [("requests that passed the door", f"{totals.passed_requests:,}"),
            ("bytes that passed the door", f"{totals.passed_bytes:,}"),
            ("requests that left this machine", f"{totals.left_machine_requests:,}"),
            ("bytes that left this machine", f"{totals.left_machine_bytes:,}"),
            ("destination", inline(", ".join(egress.destinations) or "none")),
            ("detector", inline(", ".join(egress.detectors) or "none")),
            ("audit records", "none" if egress.records is None else "{} to {}".format(*egress.records)),
            ("hash of the last of them", egress.head or "none")]
    return (f"## What left the machine\n\n{table(('what', 'value'), rows)}\n\nOnly scrubbed instances of the drawn "
            "subsets, and principles made from them, can pass. The text is pseudonymised, not anonymous. Each record "
            "holds the hash of the one before it, so the last hash covers them all.")


def _lengths(dataset: Dataset) -> str:
    found = all_lengths(dataset.instances)
    if not found:
        return "## Lengths\n\nThere is no instance to measure."
    titles = {"prompt_tokens": "read by the generator", "completion_tokens": "written by the generator"}
    rows = [(titles.get(name, name), each.unit, *map(number, (
        each.minimum, each.median, each.mean, each.percentile_90, each.maximum))) for name, each in found.items()]
    charts = [f"### {titles.get(name, name).capitalize()} ({each.unit} per instance)\n\n```\n{bars(each)}\n```"
              for name, each in found.items()]
    heads = ("field", "unit", "least", "median", "mean", "90 % at most", "most")
    return "\n\n".join(["## Lengths", table(heads, rows), *charts])


def _columns() -> str:
    rows = [(f"`{name}`", {"list": "list of strings", "json": "string (JSON)"}.get(kind, kind), MEANING[name])
            for name, kind in COLUMNS.items()]
    return ("## Columns\n\nOne split, `train`. Null means unknown, never nothing.\n\n"
            + table(("column", "type", "meaning"), rows))


def _limits(dataset: Dataset) -> str:
    points = ["The text was written by a language model. It can be wrong, one-sided or repetitive.",
              "Instances are written from a private knowledge base and restate facts of it. Treat this dataset as no "
              "less private than that knowledge, until its owner decides otherwise.",
              "Filters judge form, repetition and support by the passage, not truth or usefulness.",
              "Private values were looked for in what was sent, not in this dataset."]
    if dataset.demonstration:
        points.insert(0, "**The principles come from a stand-in: a demonstration, not training data.**")
    return "## Limitations\n\n" + "\n".join(f"- {point}" for point in points)


def _licence() -> str:
    return ("## Licence\n\nUnspecified. Whoever owns the seeds and the knowledge base has to fill in `license` and "
            "`license_name` above before this dataset is passed on, and has to check the terms of the generator's "
            "model and of the reflector.")
