"""Tags of the tokens, and the loss, which knows that some sets do not mark dates and nationalities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from appliance.detection.ner.features import LABELS, OUTSIDE, Encoded

if TYPE_CHECKING:
    import torch

    from appliance.detection.training.records import Record

IGNORED = -100
# Tags that the partial sets never carry.
UNMARKED = tuple(number for number, label in enumerate(LABELS) if label[2:] in ("DATE_TIME", "NRP"))


def tags(encoded: Encoded, record: Record) -> list[int]:
    """One label number for each token, every piece of a word included; B- where a token starts at the span's start."""
    found = [OUTSIDE] * len(encoded.ids)
    spans = iter(sorted(record.spans))
    span = next(spans, None)
    for at, (start, end) in enumerate(zip(encoded.starts, encoded.ends, strict=True)):
        while span is not None and span[1] <= start:
            span = next(spans, None)
        if span is None or end <= span[0]:
            continue
        mark = "B" if start <= span[0] else "I"
        label = f"{mark}-{span[2]}"
        found[at] = LABELS.index(label) if label in LABELS else IGNORED
    return found


def loss(logits: torch.Tensor, targets: torch.Tensor, partial: bool) -> torch.Tensor:
    """Mean cross-entropy over the labelled tokens.

    Args:
        logits: float32, tokens x labels.
        targets: label numbers, `IGNORED` for none.
        partial: merge O with the tags of `UNMARKED`, so that "outside" means "outside or of an unmarked type".
    """
    import torch

    if partial:
        merged = torch.logsumexp(logits[:, [OUTSIDE, *UNMARKED]], dim=-1)
        others = [number for number in range(1, len(LABELS)) if number not in UNMARKED]
        full = torch.full_like(logits, -1e4)
        full[:, others] = logits[:, others]
        full[:, OUTSIDE] = merged
        logits = full
    return torch.nn.functional.cross_entropy(logits, targets, ignore_index=IGNORED)
