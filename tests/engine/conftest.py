"""What every test of the engine may ask for."""

from pathlib import Path

import pytest

from .workshop import Workshop


@pytest.fixture(scope='session')
def empty_workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """Made once and copied: nobody works in it."""
    return Workshop.made(tmp_path_factory.mktemp('workshop'))


@pytest.fixture
def workshop(tmp_path: Path, empty_workshop: Workshop) -> Workshop:
    return empty_workshop.copied(tmp_path)
