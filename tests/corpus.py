"""Finds the corpus of real and hostile files, which is test data beside the checkout, not in it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

__all__ = ['CORPUS', 'corpus', 'manifest', 'yaml_files']

CORPUS = Path(
    os.environ.get('HEDGEHOG_CORPUS') or Path(__file__).resolve().parents[2] / 'shared' / 'corpus'
)


def corpus() -> Path:
    """The corpus folder; skips the test, saying so, when it is absent."""
    if not (CORPUS / 'MANIFEST.json').is_file():
        pytest.skip(f'no corpus at {CORPUS}; set HEDGEHOG_CORPUS to its folder')
    return CORPUS


def manifest() -> dict[str, Any]:
    """What the corpus says about its own files."""
    loaded: dict[str, Any] = json.loads((corpus() / 'MANIFEST.json').read_text('utf-8'))
    return loaded


def yaml_files(folder: str = '.') -> list[Path]:
    """Every YAML file below a folder of the corpus, in order of its path."""
    return sorted((corpus() / folder).rglob('*.yaml'))
