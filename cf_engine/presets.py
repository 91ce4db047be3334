"""Settings that were chosen on validation ratings, by data set."""

from collections.abc import Mapping

from cf_engine.blend_config import BlendConfig, Part

PRESETS: Mapping[str, BlendConfig] = {
    "movielens-100k": BlendConfig(),
    "movielens-small": BlendConfig(
        parts={
            "user-neighbours": Part(settings={"dislike": 0.5}),
            "popularity": Part(weight=0.02),
        }
    ),
}


def preset(dataset: str) -> BlendConfig:
    """The blend for people newly met of a data set by its name, or the default for any other."""
    return PRESETS.get(dataset, BlendConfig())
