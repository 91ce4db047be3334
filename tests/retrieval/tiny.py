"""Tiny models with random weights, in the formats of the real ones."""

from collections.abc import Mapping
from pathlib import Path

import torch
from PIL import Image
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Transformer
from sentence_transformers.sentence_transformer.modules import Pooling
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from transformers import (
    AutoTokenizer,
    BertConfig,
    BertModel,
    CLIPConfig,
    CLIPModel,
    PreTrainedTokenizerFast,
)
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

WORDS = "[PAD] [UNK] query passage find card : . heat alien up crime space thief crew balloon".split()
DIMENSION = 8
COLOURS = {"heat": "red", "alien": "lime", "space": "blue", "up": "white", "crime": "black"}
"""What the image model was taught to see in a picture of one colour."""
SIDE, ROOM = 16, 16


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


def image_model(folder: Path, *, seed: int = 0) -> Path:
    """A CLIP of one layer each that connects words with COLOURS, saved as its makers do."""
    torch.manual_seed(seed)
    layers = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    words = {"vocab_size": len(WORDS), "max_position_embeddings": ROOM, "bos_token_id": 0, "pad_token_id": 0}
    model = CLIPModel(
        CLIPConfig(
            text_config=layers | words | {"eos_token_id": 1},
            vision_config=layers | {"image_size": SIDE, "patch_size": SIDE // 2},
            projection_dim=DIMENSION,
        )
    )
    tokenizer(folder)
    size = {"height": SIDE, "width": SIDE}
    CLIPImageProcessorPil(size={"shortest_edge": SIDE}, crop_size=size).save_pretrained(folder)
    _teach_colours(model, folder)
    model.save_pretrained(folder)
    return folder


def _teach_colours(model: CLIPModel, folder: Path) -> None:
    words = AutoTokenizer.from_pretrained(folder)(
        list(COLOURS), padding="max_length", max_length=ROOM, return_tensors="pt"
    )
    pictures = [Image.new("RGB", (SIDE, SIDE), colour) for colour in COLOURS.values()]
    pixels = CLIPImageProcessorPil.from_pretrained(folder)(pictures, return_tensors="pt")
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(60):
        optimiser.zero_grad()
        loss = model(
            input_ids=words["input_ids"],
            attention_mask=words["attention_mask"],
            pixel_values=pixels["pixel_values"],
            return_loss=True,
        ).loss
        loss.backward()
        optimiser.step()
