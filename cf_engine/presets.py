"""Settings that were chosen on validation ratings, by data set."""

from collections.abc import Mapping

from cf_engine.blend import BlendConfig, Part

DEFAULT = BlendConfig(
    parts={
        "user-neighbours": Part(
            weight=1.0,
            settings={"vectors": "tf-idf", "k": 60, "power": 1.5, "enthusiasm": 0.5, "dislike": 1.0},
        ),
        "item-neighbours": Part(weight=0.1),
        "popularity": Part(weight=0.02),
    }
)
"""For data that no preset is for."""

PRESETS: Mapping[str, BlendConfig] = {}


def preset(dataset: str) -> BlendConfig:
    """The blend for people newly met of a data set by its name, or the default for any other."""
    return PRESETS.get(dataset, DEFAULT)
