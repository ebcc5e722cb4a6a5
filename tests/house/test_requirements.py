"""`docs/requirements.md` names every requirement, and paths that exist."""

import re

import pytest

from .tree import ROOT

PAGE = (ROOT / 'docs' / 'requirements.md').read_text()
ROWS = {
    cells[0]: cells
    for cells in (
        [cell.strip() for cell in line.strip('|').split('|')]
        for line in PAGE.splitlines()
        if line.startswith('| R')
    )
}


def test_every_requirement_has_a_row() -> None:
    assert list(ROWS) == [f'R{number:03d}' for number in range(1, 228)]


@pytest.mark.parametrize('number', sorted(ROWS))
def test_a_row_names_code_and_test_or_says_what_is_missing(number: str) -> None:
    _, asked, code, test, missing = ROWS[number]
    assert asked
    assert (code and test) or missing, 'say what is missing'
    paths = re.findall(r'`([^`]+)`', code + test)
    assert not [path for path in paths if not (ROOT / path).exists()]
