"""Settings that were chosen on validation ratings, by data set."""

from collections.abc import Mapping

from cf_engine.blend import BlendConfig

PRESETS: Mapping[str, BlendConfig] = {"movielens-100k": BlendConfig()}


def preset(dataset: str) -> BlendConfig:
    """The blend for people newly met of a data set by its name, or the default for any other."""
    return PRESETS.get(dataset, BlendConfig())
