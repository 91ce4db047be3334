import pytest

from language_model import LanguageModel


@pytest.fixture(scope="session")
def model() -> LanguageModel:
    return LanguageModel.open(threads=1)
