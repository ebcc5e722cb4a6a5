"""A package whose names are loaded when asked for knows where each of them is."""

import ast
import importlib
from collections import Counter
from pathlib import Path

import pytest

from .tree import ROOT

PACKAGES = sorted(
    str(file.parent.relative_to(ROOT / 'src')).replace('/', '.')
    for file in (ROOT / 'src').rglob('__init__.py')
    if 'lazily(__name__' in file.read_text()
)


def imported(package: str) -> dict[str, list[str]]:
    """What the imports for type checkers say: the module of each name."""
    tree = ast.parse(Path(importlib.import_module(package).__file__ or '').read_text())
    checked = next(node for node in tree.body if isinstance(node, ast.If))
    assert isinstance(checked.test, ast.Name)
    assert checked.test.id == 'TYPE_CHECKING'
    return {
        node.module or '': [name.name for name in node.names]
        for node in checked.body
        if isinstance(node, ast.ImportFrom)
    }


def test_there_is_one() -> None:
    assert PACKAGES


@pytest.mark.parametrize('package', PACKAGES)
def test_the_table_says_what_the_imports_say(package: str) -> None:
    module = importlib.import_module(package)
    assert imported(package) == module._HOMES
    names = Counter(name for names in module._HOMES.values() for name in names)
    at_once = {name for name in module.__all__ if name in vars(module) and name not in names}
    assert names + Counter(at_once) == Counter(module.__all__)
    # A submodule of this name would be found in its place, as soon as somebody imports it.
    files = {file.stem for file in Path(module.__file__ or '').parent.glob('*.py')}
    assert files.isdisjoint(names)


@pytest.mark.parametrize('package', PACKAGES)
def test_every_name_is_there_and_no_other(package: str) -> None:
    module = importlib.import_module(package)
    for name in module.__all__:
        assert getattr(module, name) is not None
    with pytest.raises(AttributeError, match='no attribute'):
        _ = module.something_else
