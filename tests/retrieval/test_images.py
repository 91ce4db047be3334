"""Models that see pictures: the vectors are those of the model itself, and what is no such model is told."""

import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from transformers import AutoTokenizer, CLIPModel, SiglipConfig, SiglipModel
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

from catalog import ConfigError, MissingDependency
from retrieval import ImageModel
from tests.retrieval.tiny import COLOURS, DIMENSION, ROOM, SIDE, WORDS, image_model, sentence_model, tokenizer


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return image_model(tmp_path_factory.mktemp("images") / "clip")


def unit(vectors: torch.Tensor) -> np.ndarray:
    return np.asarray((vectors / vectors.norm(dim=1, keepdim=True)).detach().numpy())


def test_vectors_are_those_of_the_model(folder: Path) -> None:
    model, plain = ImageModel.of(str(folder)), CLIPModel.from_pretrained(folder)
    pictures = [Image.new("RGB", (40, 30), "red"), Image.linear_gradient("L").convert("RGB")]
    pixels = CLIPImageProcessorPil.from_pretrained(folder)(pictures, return_tensors="pt")
    words = AutoTokenizer.from_pretrained(folder)(["heat"], return_tensors="pt")
    assert model.dimension == DIMENSION
    np.testing.assert_allclose(
        model.encode_pictures(pictures), unit(plain.get_image_features(**pixels).pooler_output), atol=1e-5
    )
    np.testing.assert_allclose(
        model.encode_queries(["heat"]), unit(plain.get_text_features(**words).pooler_output), atol=1e-5
    )
    assert model.encode_pictures([]).shape == model.encode_queries([]).shape == (0, DIMENSION)


def test_words_are_nearest_to_the_pictures_of_what_they_mean(folder: Path) -> None:
    model = ImageModel.of(str(folder))
    pictures = model.encode_pictures([Image.new("RGB", (9, 12), colour) for colour in COLOURS.values()])
    nearest = np.argmax(model.encode_queries(list(COLOURS)) @ pictures.T, axis=1)
    assert nearest.tolist() == list(range(len(COLOURS)))


def test_longer_words_than_the_model_has_room_for_are_cut(folder: Path) -> None:
    model = ImageModel.of(str(folder))
    cut, whole = model.encode_queries(["heat " * 500, "heat " * ROOM])
    np.testing.assert_allclose(cut, whole, atol=1e-6)


def test_siglip_reads_words_filled_up_to_its_room_as_it_was_trained(tmp_path: Path) -> None:
    layers = {"hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2}
    special = {"bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 0}
    words = {"vocab_size": len(WORDS), "max_position_embeddings": ROOM, "projection_size": 8}
    plain = SiglipModel(
        SiglipConfig(
            text_config=layers | words | special,
            vision_config=layers | {"image_size": SIDE, "patch_size": SIDE // 2},
        )
    )
    plain.save_pretrained(tmp_path)
    tokenizer(tmp_path)
    SiglipImageProcessorPil(size={"height": SIDE, "width": SIDE}).save_pretrained(tmp_path)
    tokens = AutoTokenizer.from_pretrained(tmp_path)(
        ["heat"], padding="max_length", max_length=ROOM, return_tensors="pt"
    )
    expected = unit(plain.get_text_features(**tokens).pooler_output)
    model = ImageModel.of(str(tmp_path))
    np.testing.assert_allclose(model.encode_queries(["heat"]), expected, atol=1e-5)
    assert model.encode_pictures([Image.new("RGB", (9, 9))]).shape == (1, 8)


def test_other_weights_are_another_model(folder: Path, tmp_path: Path) -> None:
    same = shutil.copytree(folder, tmp_path / "clip")
    other = image_model(tmp_path / "other" / "clip", seed=1)
    assert ImageModel.of(str(same)).name == ImageModel.of(str(folder)).name
    assert ImageModel.of(str(other)).name != ImageModel.of(str(folder)).name


def test_a_model_of_words_alone_is_none(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"is no image model, as it does not read both"):
        ImageModel.of(str(sentence_model(tmp_path)))


def test_what_cannot_be_read_is_one_clear_sentence(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = shutil.copytree(folder, tmp_path / "broken")
    (broken / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(ConfigError, match=r"No image model could be read from .*broken"):
        ImageModel.of(str(broken))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ConfigError, match=r"There is no image model 'clip-none'"):
        ImageModel.of("clip-none")
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(MissingDependency, match=r"duetto\[images\]"):
        ImageModel.of(str(folder))
