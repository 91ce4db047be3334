"""Models that see pictures and read words into the same space: CLIP and its kin."""

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from catalog import ConfigError, MissingDependency
from retrieval.local import LocalModel

if TYPE_CHECKING:
    from PIL.Image import Image
    from sentence_transformers import SentenceTransformer

IMAGE_VARIABLE = "DUETTO_IMAGE_MODEL"
"""The environment variable that names the model where nothing else does."""


class ImageModel(LocalModel):
    """Pictures and words as vectors that can be compared, by any CLIP-type model that sentence-transformers reads.

    Pictures are prepared by Pillow whatever else is installed, so that a vector is the same on every machine.
    """

    kind: ClassVar[str] = "image model"
    processor: ClassVar[Mapping[str, object] | None] = {"backend": "pil"}

    def encode_pictures(self, pictures: "Sequence[Image]") -> NDArray[np.float32]:
        """(n, dimension), each row of length 1."""
        if not pictures:
            return np.empty((0, self.dimension), dtype=np.float32)
        vectors = self._model.encode(
            list(pictures), batch_size=len(pictures), normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)

    @classmethod
    def _check(cls, threads: int | None) -> None:
        super()._check(threads)
        if find_spec("PIL") is None:
            raise MissingDependency("Looking at pictures", extra="images")

    @classmethod
    def _read(cls, folder: Path, said: str, threads: int | None) -> "SentenceTransformer":
        model = super()._read(folder, said, threads)
        if not (model.supports("image") and model.supports("text")):
            raise ConfigError(f"{said!r} is no image model, as it does not read both pictures and words.")
        _read_words_as_trained(model)
        return model


def _read_words_as_trained(model: "SentenceTransformer") -> None:
    """Cut at the length that the text side has room for, and filled up to it: SigLIP knows no other texts."""
    from sentence_transformers.base.modules import Transformer

    first = model[0]
    if not isinstance(first, Transformer):
        return
    room = getattr(first.config.get_text_config(), "max_position_embeddings", None)
    if room is not None and first.max_seq_length is not None:
        first.max_seq_length = min(first.max_seq_length, room)
        first.processing_kwargs = {"text": {"padding": "max_length"}, **first.processing_kwargs}
