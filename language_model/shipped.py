"""The adapter that comes with the project, by its name."""

from pathlib import Path

SHIPPED = "multitask"
"""Made by `duetto evaluate ablation`; its model card is the README.md of its folder."""


def adapter_folder(stated: str | Path) -> Path:
    """The folder of the shipped adapter for its name, else the folder that was named."""
    return Path(__file__).with_name(SHIPPED) if str(stated) == SHIPPED else Path(stated).expanduser()
