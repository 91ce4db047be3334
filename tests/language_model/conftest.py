import shutil
from pathlib import Path

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from language_model import LanguageModel
from language_model.source import model_folder

TOKENIZER = ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja")


@pytest.fixture(scope="session")
def model() -> LanguageModel:
    return LanguageModel.open(threads=1)


@pytest.fixture(scope="session")
def tiny(model: LanguageModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random Llama of two layers with the default model's own tokenizer."""
    folder = tmp_path_factory.mktemp("models") / "tiny"
    config = LlamaConfig(
        vocab_size=49152,
        hidden_size=24,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=512,
        tie_word_embeddings=True,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=2,
        initializer_range=0.3,
    )
    torch.manual_seed(0)
    LlamaForCausalLM(config).save_pretrained(folder)
    for name in TOKENIZER:
        shutil.copy(model_folder(None) / name, folder)
    return folder
