from collections.abc import Callable

import pytest

from evaluation import Report

Content = tuple[object, ...]


@pytest.fixture(scope="session")
def content() -> Callable[[Report], Content]:
    """All of a report but when and where it was made."""
    return lambda report: (
        report.name,
        report.title,
        report.tables,
        report.notes,
        report.examples,
        report.plots,
    )
