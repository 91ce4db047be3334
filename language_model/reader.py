"""The transformer as the rest of this room uses it: tokens in, hidden states out, one caller at a time."""

import threading
from collections.abc import Sequence

import torch
from torch import Tensor
from transformers import PreTrainedModel

from language_model.branches import Branches
from language_model.packing import Layout, Pack, Past
from language_model.products import product, use_products

PACK_TOKENS = 512
VOCABULARY_BLOCK = 4096


class Reader:
    """Runs the model's body on packs of tokens, and its vocabulary projection only where asked.

    A lock lets one thread compute at a time, so that callers don't fight for the cores.
    """

    def __init__(self, model: PreTrainedModel, *, dtype: torch.dtype = torch.float32) -> None:
        """The model in float32; `dtype` is the format of its layers' products from now on.

        The vocabulary's stay float32: their results are so large that casting them takes what bfloat16 saves.
        """
        self._model = model
        self._dtype = dtype
        self._body = model.base_model
        use_products(self._body, dtype)
        self._vocabulary = model.get_output_embeddings().weight  # type: ignore[no-untyped-call]  # (V, d)
        self._lock = threading.Lock()
        # A mask of four dimensions is left as it is; the pack has the real one.
        self._no_mask = torch.zeros(1, 1, 1, 1)

    @property
    def context_length(self) -> int:
        return int(self._model.config.max_position_embeddings)

    def pack(
        self, sequences: Sequence[Sequence[int]], past: Past, *, states: Sequence[Tensor] = ()
    ) -> Tensor:
        """Hidden states (T, d) of sequences behind `past`, end to end, T the sum of their lengths.

        `states` (B,) is what each goes on from, as `states` gives it.
        """
        if len(sequences) == 1:
            return self.follow(sequences[0], past.behind(states[0]) if states else past)[0]
        hidden, _ = self._read(sequences, past, states=states)
        return hidden

    def states(self, sequences: Sequence[Sequence[int]], past: Past) -> list[Tensor]:
        """Keys and values of each sequence behind `past`: (L_b, 2, layers, kv heads, D)."""
        if len(sequences) == 1:
            return [self.follow(sequences[0], past)[1].since(past.length)]
        _, pack = self._read(sequences, past, keep=True)
        return pack.states([len(ids) for ids in sequences])

    def follow(self, ids: Sequence[int], past: Past) -> tuple[Tensor, Past]:
        """Hidden states (T, d) of one sequence behind `past`, and the past that now includes it."""
        parts = []
        for start in range(0, len(ids), PACK_TOKENS):
            hidden, pack = self._read([ids[start : start + PACK_TOKENS]], past, keep=True)
            past = past.followed_by(pack.keys, pack.values)
            parts.append(hidden)
        return torch.cat(parts), past

    @torch.inference_mode()
    def _read(
        self,
        sequences: Sequence[Sequence[int]],
        past: Past,
        *,
        states: Sequence[Tensor] = (),
        keep: bool = False,
    ) -> tuple[Tensor, Pack]:
        lengths = [len(ids) for ids in sequences]
        pack = Pack.of(lengths, past, dtype=self._dtype, states=states, keep=keep)
        ids = torch.tensor([token for ids in sequences for token in ids])
        starts = [past.length + len(state) for state in states] or [past.length] * len(sequences)
        positions = [
            torch.arange(start, start + length) for start, length in zip(starts, lengths, strict=True)
        ]
        return self._run(ids, torch.cat(positions), pack), pack

    @torch.inference_mode()
    def branch(self, ids: Sequence[int], parents: Sequence[int], branches: Branches) -> Tensor:
        """Hidden states (T, d) of the next T tokens of a tree; `parents` as in `Branches.grow`."""
        return self._run(torch.tensor(ids), branches.grow(parents), branches)

    def _run(self, ids: Tensor, positions: Tensor, layout: Layout) -> Tensor:
        with self._lock:
            output = self._body(
                input_ids=ids[None],
                position_ids=positions[None],
                attention_mask=self._no_mask,
                use_cache=False,
                pack=layout,
            )
        hidden: Tensor = output.last_hidden_state[0]
        return hidden

    @torch.inference_mode()
    def logits(self, hidden: Tensor) -> Tensor:
        """(d,) -> (V,), float32."""
        with self._lock:
            return product(hidden, self._vocabulary)

    @torch.inference_mode()
    def log_probabilities(self, hidden: Tensor, targets: Tensor, *, rows: Tensor | None = None) -> Tensor:
        """log P(target) in nats, float32 (n,), of hidden states (n, d) and token ids (n,).

        With `rows` (n,) a state may be asked for several tokens: hidden is (h, d), and each token's state is that
        of its row. The n x V logits never exist at once: the sum over the vocabulary is taken block by block.
        """
        with self._lock:
            blocks = [
                _log_sum_exp(hidden, block) for block in torch.split(self._vocabulary, VOCABULARY_BLOCK)
            ]
            every = torch.stack(blocks).logsumexp(0)
            states = hidden if rows is None else hidden[rows]
            chosen: Tensor = (states * self._vocabulary[targets]).sum(-1)
            return chosen - (every if rows is None else every[rows])

    @torch.inference_mode()
    def plain_log_probabilities(self, ids: Sequence[int]) -> Tensor:
        """log P of each token but the first given those before it, by the model's ordinary forward pass."""
        tokens = torch.tensor(ids)
        with self._lock:
            logits = self._model(input_ids=tokens[None]).logits[0]  # (T, V)
            chosen: Tensor = logits[:-1].gather(1, tokens[1:, None])[:, 0].float()
            every: Tensor = logits[:-1].float().logsumexp(-1)
        return chosen - every


def _log_sum_exp(hidden: Tensor, block: Tensor) -> Tensor:
    """log sum exp of the logits of one vocabulary block, in place on them: (n, d), (v, d) -> (n,)."""
    logits = product(hidden, block)
    highest = logits.amax(-1, keepdim=True)
    return logits.sub_(highest).exp_().sum(-1).log_() + highest[:, 0]
