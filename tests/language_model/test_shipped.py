"""The adapter that comes with the project: small, given on rightly, and better at what it learned."""

import re

import pytest

from agent.lessons import licence_of, question
from language_model import LanguageModel
from language_model.adapter import Adapter
from language_model.shipped import SHIPPED, adapter_folder
from language_model.source import model_folder
from language_model.training.settings import LARGEST_ADAPTER

CARD = adapter_folder(SHIPPED) / "README.md"


def test_it_fits_the_default_model_and_is_small() -> None:
    assert Adapter.read(SHIPPED).base == model_folder(None).name
    assert sum(path.stat().st_size for path in CARD.parent.iterdir()) < LARGEST_ADAPTER


def test_its_card_names_data_that_may_all_be_given_on() -> None:
    data = CARD.read_text(encoding="utf-8").split("## Data")[1].split("##")[0]
    named = re.findall(r"^\* ([\w-]+): ", data, re.M)
    assert named
    assert all(licence_of(name).ships for name in named)


@pytest.mark.slow
def test_it_reads_a_message_as_it_was_taught_to() -> None:
    prompt, lines = (
        question("I loved Heat, but no horror please"),
        "\nintent recommend\nlikes Heat\nmust_not genre: Horror",
    )
    bare, taught = LanguageModel.open(threads=1), LanguageModel.open(adapter=SHIPPED, threads=1)
    said = [model.log_likelihood([lines], prefix=prompt).mean[0] for model in (bare, taught)]
    assert said[1] > said[0] + 1
