"""The person's desk of the engine's tests, for those that take longer; all of them are slow."""

from pathlib import Path

import pytest

from ..engine.cli.conftest import command, lab, laid_out, person
from ..engine.conftest import empty_workshop, workshop

__all__ = ['command', 'empty_workshop', 'lab', 'laid_out', 'person', 'workshop']


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what lies in this folder, which is how the suite picks its tests."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.slow)
