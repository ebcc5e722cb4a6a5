"""Rules 8, 20 and 21: names that say something, docstrings, no word that is left to do."""

import ast
import re
from pathlib import Path

import pytest

from .tree import ROOT, files, modules, parsed

# The words are put together here, so that this file does not find itself.
EMPTY_CLASS = re.compile(r'(Manager|Helper|Util|Utils|Service|Coordinator|Agent|Enhanced|Engine)$')
EMPTY_MODULE = {'utils', 'util', 'helpers', 'helper', 'misc', 'common', 'manager', 'services'}
UNFINISHED = re.compile(
    '|'.join(['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'NotImplemented' + 'Error'])
)

CODE = modules('src', 'dev', 'tests')
PRODUCT = modules('src/hedgehog_gitops', 'src/netbox_hedgehog', 'dev')


def test_no_class_is_named_for_nothing() -> None:
    named = [
        f'{path.relative_to(ROOT)}: {node.name}'
        for path in CODE
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef) and EMPTY_CLASS.search(node.name)
    ]
    assert not named


def test_no_module_is_named_for_nothing() -> None:
    assert not [
        path for path in CODE if path.stem in EMPTY_MODULE or path.parent.name in EMPTY_MODULE
    ]


@pytest.mark.parametrize('name', ['GitFileManager', 'EditService', 'YamlUtils'])
def test_an_empty_name_is_seen(name: str) -> None:
    assert EMPTY_CLASS.search(name)


def test_nothing_is_left_to_do_in_the_product() -> None:
    places = [
        f'{path.relative_to(ROOT)}:{number}'
        for path in PRODUCT
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert not places


def test_every_module_says_its_place() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in PRODUCT
        if path.read_text().strip() and not ast.get_docstring(parsed(path))
    ]
    assert not silent


def test_every_public_name_of_the_engine_is_described() -> None:
    silent = [
        f'{path.relative_to(ROOT)}: {node.name}'
        for path in modules('src/hedgehog_gitops')
        for node in parsed(path).body
        if isinstance(node, ast.ClassDef | ast.FunctionDef)
        and node.name in public_names(path)
        and not ast.get_docstring(node)
    ]
    assert not silent


def test_every_module_of_the_engine_says_what_is_public() -> None:
    without = [
        str(path.relative_to(ROOT))
        for path in modules('src/hedgehog_gitops')
        if path.stem != '__main__' and path.read_text().strip() and not public_names(path)
    ]
    assert not without


def public_names(path: Path) -> set[str]:
    """The strings of the module's `__all__`."""
    for node in parsed(path).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], 'id', '') == '__all__':
            return set(ast.literal_eval(node.value))
    return set()


def test_the_list_of_files_is_not_empty() -> None:
    assert ROOT / 'pyproject.toml' in files()
    assert len(CODE) > len(PRODUCT) > 50
