"""The usual ways: transformers as it comes, one text after the other or a padded batch."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.utils.rnn import pad_sequence
from transformers import AutoModelForCausalLM

from language_model.source import model_folder, no_bars
from language_model.text import Joint


class Plain:
    """The default model as transformers opens it, in one number format for all of it."""

    def __init__(self, dtype: torch.dtype) -> None:
        with no_bars():
            self._model = AutoModelForCausalLM.from_pretrained(model_folder(None), dtype=dtype)

    @torch.inference_mode()
    def one_by_one(self, joints: Sequence[Joint]) -> NDArray[np.float64]:
        """Nats (B,) of each joint's scored tokens, by a forward pass each."""
        return np.array([self._scored([joint])[0] for joint in joints])

    @torch.inference_mode()
    def padded(self, joints: Sequence[Joint]) -> NDArray[np.float64]:
        """The same by one batch, padded to the longest, with the logits of every token."""
        return np.array(self._scored(joints))

    def _scored(self, joints: Sequence[Joint]) -> list[float]:
        rows = [torch.tensor(joint.ids) for joint in joints]
        ids = pad_sequence(rows, batch_first=True)  # (B, T)
        lengths = torch.tensor([len(row) for row in rows])
        mask = (torch.arange(ids.shape[1]) < lengths[:, None]).long()
        logits = self._model(input_ids=ids, attention_mask=mask, use_cache=False).logits  # (B, T, V)
        nats = logits[:, :-1].float().log_softmax(-1).gather(2, ids[:, 1:, None])[..., 0]
        return [
            float(nats[b, joint.start - 1 : len(joint.ids) - 1].double().sum())
            for b, joint in enumerate(joints)
        ]
