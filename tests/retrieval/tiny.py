"""Tiny models with random weights, in the formats of the real ones."""

from collections.abc import Mapping
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Transformer
from sentence_transformers.sentence_transformer.modules import Pooling
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

WORDS = "[PAD] [UNK] query passage find card : . heat alien up crime space thief crew balloon".split()
DIMENSION = 8


def sentence_model(folder: Path, *, prompts: Mapping[str, str] | None = None, seed: int = 0) -> Path:
    """A BERT of one layer that reads WORDS, saved as sentence-transformers does, with safetensors weights."""
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=DIMENSION,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=8,
        max_position_embeddings=32,
    )
    BertModel(config).save_pretrained(folder / "bert")
    tokenizer(folder / "bert")
    model = SentenceTransformer(
        modules=[Transformer(str(folder / "bert")), Pooling(DIMENSION)],
        prompts=dict(prompts or {}),
        device="cpu",
    )
    model.save(str(folder / "model"), create_model_card=False)
    return folder / "model"


def tokenizer(folder: Path) -> None:
    """Save one that splits at spaces and reads WORDS."""
    special = {"unk_token": "[UNK]", "pad_token": "[PAD]"}
    words = Tokenizer(
        WordLevel({word: place for place, word in enumerate(WORDS)}, unk_token=special["unk_token"])
    )
    words.pre_tokenizer = Whitespace()
    saved = PreTrainedTokenizerFast(tokenizer_object=words, **special)  # type: ignore[no-untyped-call]
    saved.save_pretrained(folder)
