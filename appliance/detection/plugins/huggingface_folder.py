"""A token classification model of Hugging Face: a folder with config, tokenizer and safetensors weights."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from appliance.detection.detector import Span
from appliance.detection.plugins import about, check_labels
from appliance.errors import DetectorFailed
from appliance.policy.parts import ModelPlugin

OVERLAP_TOKENS = 48
MAX_TOKENS = 512
"""Of a window, unless the model's positions or its tokenizer end earlier."""


class HuggingFaceFolder:
    """See `appliance.detection.precomputed.Model`."""

    def __init__(self, plugin: ModelPlugin, name: str) -> None:
        os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
        import torch
        from transformers import AutoModelForTokenClassification, AutoTokenizer

        self.name = name
        self.entities = tuple(sorted(set(plugin.labels.values())))
        self._plugin = plugin
        self._torch = torch
        torch.set_num_threads(1)
        # Weights as tensors and no code of the folder: a pickle could do anything.
        self._tokenizer = AutoTokenizer.from_pretrained(plugin.path, local_files_only=True, trust_remote_code=False)
        self._model = AutoModelForTokenClassification.from_pretrained(
            plugin.path, local_files_only=True, trust_remote_code=False, use_safetensors=True).eval()
        if not self._tokenizer.is_fast:
            raise DetectorFailed(f"detector.plugins: huggingface model {plugin.path} has no tokenizer.json; "
                                 f"its tokens cannot be placed in the text")
        plain = {number: _plain(label) for number, label in self._model.config.id2label.items()}
        check_labels(plugin, set(plain.values()) - {"O"})
        self._columns = {entity: [number for number, label in plain.items() if plugin.labels.get(label) == entity]
                         for entity in self.entities}
        self._window = _window(self._model.config, self._tokenizer.model_max_length)

    def describe(self) -> Mapping[str, str]:
        """See `Model`."""
        return about(self._plugin, self.name)

    def detect(self, texts: Sequence[str]) -> list[list[Span]]:
        """See `Model`."""
        return [self._in_one(text) for text in texts]

    def _in_one(self, text: str) -> list[Span]:
        """Neighbouring tokens of one type are one span, grown to whole words; a token of two windows counts twice."""
        marked: dict[tuple[int, int], tuple[float, str]] = {}
        for place, score, entity in self._tokens(text):
            if score >= self._plugin.threshold and score > marked.get(place, (0.0, ""))[0]:
                marked[place] = (score, entity)
        spans: list[Span] = []
        for (start, end), (score, entity) in sorted(marked.items()):
            before = spans[-1] if spans else None
            if before and before.entity == entity and not text[before.end:start].strip():
                spans[-1] = Span(before.start, end, entity, max(before.score, score), self.name)
            else:
                spans.append(Span(start, end, entity, score, self.name))
        return [self._whole_words(text, span) for span in spans]

    def _tokens(self, text: str) -> Iterator[tuple[tuple[int, int], float, str]]:
        """Every token of every window with its likeliest type and that type's probability."""
        if not text.strip():
            return
        windows = self._tokenizer(text, truncation=True, max_length=self._window, stride=OVERLAP_TOKENS,
                                  return_overflowing_tokens=True, return_offsets_mapping=True)
        for number, ids in enumerate(windows["input_ids"]):
            with self._torch.inference_mode():
                logits = self._model(input_ids=self._torch.tensor([ids])).logits[0]
            rows = logits.float().softmax(-1).tolist()
            for place, row in zip(windows["offset_mapping"][number], rows, strict=True):
                if place[0] < place[1]:
                    scores = {entity: sum(row[column] for column in columns)
                              for entity, columns in self._columns.items()}
                    entity = max(scores, key=lambda entity: scores[entity])
                    yield (place[0], place[1]), min(scores[entity], 1.0), entity

    def _whole_words(self, text: str, span: Span) -> Span:
        start, end = span.start, span.end
        while text[start].isspace() and start + 1 < end:
            start += 1
        while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
            start -= 1
        while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
            end += 1
        return Span(start, end, span.entity, span.score, self.name, f"probability {span.score:.2f}")


def _plain(label: str) -> str:
    """A label without the mark of its place in a name: B-PER and I-PER are PER."""
    return label[2:] if label[:2] in ("B-", "I-", "E-", "S-", "L-", "U-") else label


def _window(config: Any, tokenizer_limit: int) -> int:
    positions = getattr(config, "max_position_embeddings", MAX_TOKENS)
    # RoBERTa counts its positions from after the padding id.
    return min(MAX_TOKENS, tokenizer_limit, positions - (2 if config.model_type in ("roberta", "xlm-roberta") else 0))
