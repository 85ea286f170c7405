"""The network in torch: MiniLM with eight rows of token types and a head, trained in bfloat16 with float32 masters."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from appliance.detection.ner.features import CASE_IDS, CLS_ID, LABELS, NEW_LINE, SEP_ID, Encoded, windows
from appliance.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

FROZEN = ("bert.embeddings.word_embeddings.weight", "bert.embeddings.position_embeddings.weight")
DROPOUT = 0.1


def build(encoder: Path, seed: int) -> Any:
    """The encoder with a fresh head; the token-type rows start as copies of the old row 0 with noise of 0.01.

    Dropout acts on the embeddings and before the head only: inside the layers it would cost a third of the speed.

    Raises:
        InputError: torch or transformers is not installed.
    """
    try:
        import torch
        from transformers import BertConfig, BertForTokenClassification
        from transformers.utils import logging
    except ImportError as error:
        raise InputError("training and measuring a name model need torch and transformers; "
                         "run: pip install 'psi-appliance[principles]'") from error
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # transformers gives it no types
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # the same
    torch.manual_seed(seed)
    config = BertConfig.from_pretrained(encoder, num_labels=len(LABELS), hidden_dropout_prob=0.0,
                                        attention_probs_dropout_prob=0.0)
    network = BertForTokenClassification.from_pretrained(encoder, config=config, attn_implementation="eager")
    embeddings = network.bert.embeddings
    old = embeddings.token_type_embeddings.weight.data[0]
    rows = old.repeat(CASE_IDS, 1)
    rows += 0.01 * torch.randn_like(rows)
    embeddings.token_type_embeddings = torch.nn.Embedding(len(rows), rows.shape[1], _weight=rows)
    network.config.type_vocab_size = CASE_IDS
    embeddings.dropout.p = network.dropout.p = DROPOUT
    for name, parameter in network.named_parameters():
        parameter.requires_grad = name not in FROZEN
    return network


def trained(network: Any) -> dict[str, torch.Tensor]:
    """The tensors that training changes, by the names transformers gives them."""
    return {name: parameter for name, parameter in network.named_parameters() if name not in FROZEN}


def probabilities(network: Any, texts: Sequence[Encoded], batch: int = 32) -> list[NDArray[np.float32]]:
    """Tokens x labels for each text; a token seen in two windows keeps the distribution with the higher maximum."""
    import numpy as np
    import torch

    network.eval()
    pieces = [(number, start, end) for number, text in enumerate(texts) for start, end in windows(len(text.ids))]
    pieces.sort(key=lambda piece: piece[2] - piece[1])
    found = [np.zeros((len(text.ids), len(LABELS)), np.float32) for text in texts]
    for at in range(0, len(pieces), batch):
        group = pieces[at:at + batch]
        width = max(end - start for _, start, end in group) + 2
        ids = np.zeros((len(group), width), np.int64)
        cases, mask = np.zeros_like(ids), np.zeros_like(ids)
        for row, (number, start, end) in enumerate(group):
            size = end - start
            ids[row, :size + 2] = (CLS_ID, *texts[number].ids[start:end], SEP_ID)
            cases[row, 1:size + 1] = texts[number].cases[start:end]
            mask[row, :size + 2] = 1
        with torch.inference_mode():
            logits = network(input_ids=torch.from_numpy(ids), token_type_ids=torch.from_numpy(cases),
                             attention_mask=torch.from_numpy(mask)).logits
            shares = torch.softmax(logits.float(), -1).numpy()
        for row, (number, start, end) in enumerate(group):
            new, old = shares[row, 1:end - start + 1], found[number][start:end]
            better = new.max(-1) > old.max(-1)
            old[better] = new[better]
    return found


assert CASE_IDS == 2 * NEW_LINE
