"""Models fitted to the same ratings, as one."""

import secrets
import shutil
from pathlib import Path
from typing import Self

import numpy as np

from catalog import DataError, Progress, RatingScale
from catalog.interactions import IMPLICIT
from cf_engine import registry, storage
from cf_engine.arrays import Double, Matrix, checked
from cf_engine.blend_config import BlendConfig
from cf_engine.blended import Blended
from cf_engine.model import Model, fitted
from cf_engine.transitions import Transitions


class Blend(Blended, Model):
    """A blend of models, which are fitted and saved together."""

    def __init__(self, config: BlendConfig | None = None) -> None:
        super().__init__((), config or BlendConfig())
        self.parts: tuple[Model, ...] = ()
        """The fitted models, in the order of the config."""
        self._scale = IMPLICIT

    def fit(
        self,
        matrix: Matrix,
        *,
        scale: RatingScale,
        time: Double | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """`time` is for transitions, as in `Transitions.fit`."""
        rows, self._scale = checked(matrix), scale
        models = [registry.make(name, part.settings) for name, part in self.config.parts.items()]
        self.parts = tuple(
            model.fit(rows, scale=scale, time=time, progress=progress)
            if isinstance(model, Transitions)
            else model.fit(rows, scale=scale, progress=progress)
            for model in models
        )
        return self

    def save(self, path: Path) -> None:
        """The parts are folders of one token, which the header names: they change hands together."""
        token = secrets.token_hex(6)
        for name, model in zip(self.config.parts, fitted(self.parts or None), strict=True):
            model.save(path / f"{name}.{token}")
        named = np.frombuffer(token.encode(), np.uint8)
        config = self.config.model_dump_json()
        storage.write(path, "blend", config=config, scale=self._scale, arrays={"token": named})
        for folder in path.glob("*.*/"):
            if not folder.name.endswith(f".{token}"):
                shutil.rmtree(folder, ignore_errors=True)

    @classmethod
    def load(cls, path: Path) -> Self:
        config, scale, arrays = storage.read(path, "blend")
        token = arrays["token"].tobytes().decode()
        with storage.intact(path):
            model = cls(BlendConfig.model_validate_json(config))
        try:
            model.parts = tuple(
                registry.KINDS[name].model.load(path / f"{name}.{token}") for name in model.config.parts
            )
        except DataError:
            if storage.read(path, "blend")[2]["token"].tobytes().decode() == token:
                raise
            return cls.load(path)
        model._scale = scale
        return model
