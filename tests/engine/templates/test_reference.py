"""docs/reference/templates.md says what the code says, and its examples are true."""

import re
from pathlib import Path

import pytest

from hedgehog_gitops.templates import (
    BOUND_REASONS,
    MOST_ROWS,
    NETBOX_FIELDS,
    READY,
    RESERVED,
    TYPES,
    Bounds,
)
from hedgehog_gitops.templates.filters import FILTERS, QUESTIONS
from hedgehog_gitops.templates.methods import METHODS

from .runs import text

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / 'docs' / 'reference' / 'templates.md').read_text()
EXAMPLES = re.findall(r'\| `([^`]+)` is `([^`]+)` \|', PAGE)


def told(heading: str) -> set[str]:
    """The words in code style that stand first in a row, or in a plain list, below a heading."""
    part = PAGE.split(f'\n## {heading}\n')[1].split('\n## ')[0]
    rows = re.findall(r'^\| `([^`]+)`', part, re.MULTILINE)
    lists = [
        line for line in part.splitlines() if line.startswith(('`', 'Of Jinja')) and ', `' in line
    ]
    return {*rows, *(word for line in lists for word in re.findall(r'`([^`]+)`', line))}


def test_every_filter_and_no_other() -> None:
    headings = ('Addresses and prefixes', 'VLANs, ASNs and other numbers', 'Texts and lists')
    named = set().union(*map(told, headings))
    assert named - FILTERS.keys() <= {'kept', 'vars.yaml'}
    assert not FILTERS.keys() - named


def test_every_test_type_and_bound() -> None:
    assert told('Behind `is`') == set(QUESTIONS)
    assert told('The header') == set(TYPES)
    assert told('Bounds') >= set(BOUND_REASONS)
    for name in BOUND_REASONS:
        assert f'| `{name}` | {getattr(Bounds(), name):,} |' in PAGE


def test_every_field_of_netbox() -> None:
    part = PAGE.split('\n## Queries to NetBox\n')[1].split('\n## ')[0]
    rows = dict(re.findall(r'^\| `([^`]+)` \| (`.+`) \|$', part, re.MULTILINE))
    assert {kind: tuple(re.findall(r'`([^`]+)`', row)) for kind, row in rows.items()} == dict(
        NETBOX_FIELDS
    )
    assert f'{MOST_ROWS:,} at most' in part


def test_every_method() -> None:
    part = PAGE.split('\n## Functions and methods\n')[1]
    for sort in (str, list, dict):
        assert ', '.join(f'`{name}`' for name in METHODS[sort]) in part


def test_reserved_names_and_ready_templates() -> None:
    assert all(f'| `{name}` |' in PAGE for name in RESERVED)
    guide = (ROOT / 'docs' / 'guide' / 'templates.md').read_text()
    assert all(f'`{name}`' in guide for name in READY)
    folder = ROOT / 'src' / 'hedgehog_gitops' / 'templates' / 'ready'
    assert sorted(file.name for file in folder.iterdir()) == [f'{name}.yaml.j2' for name in READY]


@pytest.mark.parametrize(('source', 'result'), EXAMPLES)
def test_an_example(source: str, result: str) -> None:
    made = text('{{ ' + source.replace('\\|', '|') + ' }}')
    assert re.sub('"', '', made) == result


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 15
