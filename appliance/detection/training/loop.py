"""The training loop: batches by length from mixed sources, AdamW on float32 masters, an average of the weights."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from appliance.detection.ner.features import CLS_ID, SEP_ID, encode
from appliance.detection.training.loss import IGNORED, loss, tags
from appliance.detection.training.network import trained

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

    from appliance.detection.training.records import Record

Source = tuple[float, Iterator["Record"]]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run does.

    Attributes:
        tokens: WordPiece tokens to train on, in all.
        batch_tokens: padded tokens of one step.
        learning_rate: at the peak; it rises over ``warm_up`` of the run and falls in a line to 0.
        averaging: decay of the moving average of the weights, which is what a run hands back.
        longest: tokens of one training record; longer ones are cut.
    """

    seed: int = 0
    tokens: int = 3_100_000
    batch_tokens: int = 3072
    learning_rate: float = 3e-4
    warm_up: float = 0.04
    weight_decay: float = 0.01
    clip: float = 1.0
    averaging: float = 0.998
    longest: int = 254
    pool: int = 512


@dataclass(slots=True)
class Progress:
    """How far a run is; handed to the caller after every step."""

    tokens: int
    of_tokens: int
    steps: int
    loss: float
    seconds: float

    @property
    def seconds_left(self) -> float:
        """At the rate so far."""
        return self.seconds * (self.of_tokens / max(self.tokens, 1) - 1)


@dataclass(slots=True)
class Batch:
    """One step's tensors, all of one annotation scheme."""

    ids: torch.Tensor
    cases: torch.Tensor
    mask: torch.Tensor
    targets: torch.Tensor
    partial: bool
    tokens: int = field(default=0)


def train(network: Any, tokenizer: Tokenizer, sources: list[Source], recipe: Recipe,
          watch: Callable[[Progress], None] = lambda _: None) -> dict[str, torch.Tensor]:
    """Train in place and return the averaged weights (float32) by name. One thread: two are slower.

    Args:
        network: from `network.build`.
        tokenizer: of the encoder.
        sources: share of the tokens, and records without end.
        recipe: budget, rates and the seed of every draw.
        watch: called after every step.
    """
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(recipe.seed)
    masters = {name: tensor.detach().clone() for name, tensor in trained(network).items()}
    average = {name: tensor.clone() for name, tensor in masters.items()}
    network.to(torch.bfloat16).train()
    optimiser = torch.optim.AdamW(_groups(masters, recipe), lr=recipe.learning_rate)
    began, tokens, steps, mean = time.monotonic(), 0, 0, 0.0
    for batch in batches(sources, tokenizer, recipe):
        for group in optimiser.param_groups:
            group["lr"] = recipe.learning_rate * _factor(tokens / recipe.tokens, recipe.warm_up)
        value = _step(network, masters, optimiser, batch, recipe.clip)
        steps, tokens = steps + 1, tokens + batch.tokens
        mean = value if steps == 1 else 0.98 * mean + 0.02 * value
        decay = min(recipe.averaging, steps / (steps + 10))
        with torch.no_grad():
            torch._foreach_lerp_(list(average.values()), list(masters.values()), 1 - decay)
        watch(Progress(tokens, recipe.tokens, steps, mean, time.monotonic() - began))
        if tokens >= recipe.tokens:
            return average
    raise AssertionError("the sources are endless")


def _groups(masters: dict[str, torch.Tensor], recipe: Recipe) -> list[dict[str, Any]]:
    plain = [tensor for tensor in masters.values() if tensor.dim() < 2]
    decayed = [tensor for tensor in masters.values() if tensor.dim() >= 2]
    return [{"params": decayed, "weight_decay": recipe.weight_decay}, {"params": plain, "weight_decay": 0.0}]


def _factor(done: float, warm_up: float) -> float:
    return max(min(done / warm_up, (1 - done) / (1 - warm_up)), 0.005)


def _step(network: Any, masters: dict[str, torch.Tensor], optimiser: torch.optim.Optimizer, batch: Batch,
    clip: float) -> float:
    import torch

    logits = network(input_ids=batch.ids, token_type_ids=batch.cases, attention_mask=batch.mask).logits
    value = loss(logits.float().flatten(0, 1), batch.targets.flatten(), batch.partial)
    value.backward()  # type: ignore[no-untyped-call]  # torch gives it no types
    working = trained(network)
    for name, master in masters.items():
        grad = working[name].grad
        master.grad = None if grad is None else grad.float()
        working[name].grad = None
    torch.nn.utils.clip_grad_norm_(list(masters.values()), clip)
    optimiser.step()
    with torch.no_grad():
        torch._foreach_copy_([working[name].data for name in masters], list(masters.values()))
    return float(value.detach())


def batches(sources: list[Source], tokenizer: Tokenizer, recipe: Recipe) -> Iterator[Batch]:
    """Batches without end; pools of records are sorted by length, cut into batches, and the batches shuffled."""
    rng = random.Random(recipe.seed)
    # Sources write records of different lengths; shares are of tokens, so draws follow the debt of each.
    spent = [0.0] * len(sources)
    while True:
        ready: list[Batch] = []
        drawn: list[list[Record]] = [[] for _ in sources]
        for _ in range(recipe.pool):
            at = min(range(len(sources)), key=lambda number: spent[number] / sources[number][0])
            record = next(sources[at][1])
            drawn[at].append(record)
            spent[at] += len(record.text) + 8
        for scheme in (False, True):
            ready += _cut([record for group in drawn for record in group if record.partial is scheme], tokenizer,
                recipe)
        rng.shuffle(ready)
        yield from ready


def _cut(records: list[Record], tokenizer: Tokenizer, recipe: Recipe) -> list[Batch]:
    encoded = encode(tokenizer, [record.text for record in records])
    rows = [(one.ids[:recipe.longest], one.cases[:recipe.longest], tags(one, record)[:recipe.longest])
            for one, record in zip(encoded, records, strict=True) if one.ids]
    rows.sort(key=lambda row: len(row[0]))
    found, at = [], 0
    while at < len(rows):
        upto = at + 1
        while upto < len(rows) and (upto + 1 - at) * _padded(len(rows[upto][0])) <= recipe.batch_tokens:
            upto += 1
        found.append(_batch(rows[at:upto], records[0].partial))
        at = upto
    return found


def _padded(tokens: int) -> int:
    """Width of a row with [CLS] and [SEP], in steps of 16."""
    return -(-(tokens + 2) // 16) * 16


def _batch(rows: list[tuple[tuple[int, ...], tuple[int, ...], list[int]]], partial: bool) -> Batch:
    import torch

    # Few different shapes: the kernels for each are made once and kept, at a cost in time and memory.
    width = _padded(max(len(ids) for ids, _, _ in rows))
    ids = torch.zeros(len(rows), width, dtype=torch.long)
    cases, mask = torch.zeros_like(ids), torch.zeros_like(ids)
    targets = torch.full_like(ids, IGNORED)
    for at, (numbers, letters, labels) in enumerate(rows):
        size = len(numbers)
        ids[at, :size + 2] = torch.tensor((CLS_ID, *numbers, SEP_ID))
        cases[at, 1:size + 1] = torch.tensor(letters)
        targets[at, 1:size + 1] = torch.tensor(labels)
        mask[at, :size + 2] = 1
    return Batch(ids, cases, mask, targets, partial, sum(len(row[0]) for row in rows))
