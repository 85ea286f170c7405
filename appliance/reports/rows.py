"""An instance as flat columns, the same in every format that carries provenance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from appliance.records import Instance
from appliance.reports.attribution import Share, carbon_report, generation_stage, shares
from appliance.reports.dataset import Dataset
from appliance.reports.disclosure import published_model, published_passage, published_seed

COLUMNS = {
    "id": "string", "instruction": "string", "input": "string", "output": "string",
    "job": "string", "partial": "bool", "request_index": "int64",
    "principle_ids": "list", "seed_ids": "list", "passage_ids": "list",
    "model": "string", "model_sha256": "string", "engine": "string", "shape": "string", "sampling": "json",
    "prompt_tokens": "int64", "completion_tokens": "int64",
    "energy_joules": "double", "energy_joules_with_rejected": "double", "energy_quality": "string",
    "demonstration": "bool"}
"""Every column with its type; ``list`` is a list of strings, ``json`` an object (JSON text in Parquet)."""
MEANING = {
    "id": "unique in this dataset",
    "instruction": "what is asked for", "input": "what the instruction is about; may be empty",
    "output": "the answer; where sampling says replaced_by, the sentence of the knowledge base itself",
    "job": "id of the job", "partial": "true where the job was not finished when this was exported",
    "request_index": "which request of the generation stage, counted from 0",
    "principle_ids": "principles in the prompt; they stand above",
    "seed_ids": "seed instances in the prompt, each as the first 8 hex digits of the SHA-256 of its id; ids and texts "
                "are private and not here, but whoever guesses an id can check it",
    "passage_ids": "passages of the knowledge base in the prompt, each as the hash of its text that ends its id; paths "
                   "of pages and texts are private and not here",
    "model": "file or name of the generator's model, without folders", "model_sha256": "SHA-256 of the model file",
    "engine": "engine and model as the engine names them, without folders", "shape": "prompt shape: single or table8",
    "sampling": "temperature, top_p and seed of each request behind the instance, as JSON",
    "prompt_tokens": "tokens the generator read for this instance",
    "completion_tokens": "tokens the generator wrote for this instance",
    "energy_joules": "this instance's own share of the generation stage's energy, see below",
    "energy_joules_with_rejected": "its share with the rejected candidates spread over the accepted, see below",
    "energy_quality": "weakest quality in that energy: measured, modelled or estimated",
    "demonstration": "true where the local stand-in wrote the principles: not an instance to train on"}


def flat_rows(dataset: Dataset) -> Iterator[dict[str, Any]]:
    """One row per accepted instance, all `COLUMNS` in order; what is not known is None.

    Raises:
        MeterError: the energy ledger is damaged.
    """
    stage = generation_stage(carbon_report(dataset))
    demonstrations = {principle.id for principle in dataset.principles if principle.demonstration}
    for instance, share in zip(dataset.instances, shares(dataset, stage), strict=True):
        made = instance.provenance
        shown = made.demonstration or not demonstrations.isdisjoint(made.principle_ids)
        yield _row(dataset, instance, share) | {"demonstration": shown}


def model_of(dataset: Dataset) -> tuple[str | None, str | None]:
    """Name and SHA-256 of the generator's model, as its engine reported them."""
    settings = dataset.engine.get("settings") or {}
    # The file's own name, never a path: a path says where things lie on the owner's machine.
    name = settings.get("file") or settings.get("model_name") or dataset.engine.get("name")
    return None if name is None else published_model(name), settings.get("file_sha256")


def engine_of(dataset: Dataset) -> str | None:
    """Engine and model as the engine named them, without folders."""
    name = dataset.engine.get("name")
    return None if name is None else published_model(name)


def _row(dataset: Dataset, instance: Instance, share: Share) -> dict[str, Any]:
    made, (model, model_sha256) = instance.provenance, model_of(dataset)
    return {
        "id": instance.id, **instance.texts(),
        "job": dataset.origin.job_id, "partial": None if dataset.complete is None else not dataset.complete,
        "request_index": made.request_index, "principle_ids": list(made.principle_ids),
        "seed_ids": list(map(published_seed, made.seed_ids)),
        "passage_ids": list(map(published_passage, made.passage_ids)),
        "model": model, "model_sha256": model_sha256,
        "engine": None if made.engine is None else published_model(made.engine), "shape": made.shape,
        "sampling": None if made.sampling is None else dict(made.sampling),
        "prompt_tokens": made.prompt_tokens, "completion_tokens": made.completion_tokens,
        "energy_joules": share.energy_joules, "energy_joules_with_rejected": share.energy_joules_with_rejected,
        "energy_quality": share.quality}
