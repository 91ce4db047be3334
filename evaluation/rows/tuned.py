"""Configurations found on validation, one file for each data set and setting."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from catalog import ConfigError, DataError, Dataset
from evaluation.records import write_text
from evaluation.report import slug

SHIPPED = Path(__file__).parent / "configs"


class TunedModel(BaseModel):
    """The best configuration of a model, and what it was worth on validation beside the default."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    config: Mapping[str, Any]
    ndcg: float
    """On validation, at the k of the setting."""
    default_ndcg: float
    trials: int
    people: int
    """On whose ratings it was chosen."""
    seed: int


class Tuned(BaseModel):
    """Models by name. `checksum` is the data set's, `setting` what was held out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dataset: str
    checksum: str
    setting: str
    models: Mapping[str, TunedModel]

    @classmethod
    def read(cls, place: Path, dataset: Dataset, *, setting: str) -> Self | None:
        """What was found for these data, in a `.json` file or in a folder that may have a file for them.

        None when the folder has none. Raises ConfigError when a file that is named belongs to other data or
        another setting, DataError when a file cannot be read.
        """
        named = place.suffix == ".json"
        path = place if named else place / f"{slug(dataset.name, setting)}.json"
        if not named and not path.exists():
            return None
        try:
            found = cls.model_validate_json(path.read_bytes())
        except OSError as error:
            raise DataError(
                "there are no tuned configurations here; give a folder or a file", file=path
            ) from error
        except ValidationError as error:
            raise DataError("this holds no tuned configurations; tune again", file=path) from error
        if (found.checksum, found.setting) == (dataset.checksum(), setting):
            return found
        if named:
            raise ConfigError(
                f"{path} was tuned on {found.dataset} ({found.setting}), and not on these data; tune again"
            )
        return None

    def write(self, folder: Path) -> Path:
        """Into the folder's file for these data, beside the other models that were tuned on them."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{slug(self.dataset, self.setting)}.json"
        before = type(self).model_validate_json(path.read_bytes()).models if path.exists() else {}
        merged = self.model_copy(update={"models": {**before, **self.models}})
        write_text(path, merged.model_dump_json(indent=2) + "\n")
        return path
