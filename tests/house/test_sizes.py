"""Rule 6: a file has at most 400 lines, a function at most 40."""

import ast
from collections.abc import Iterator
from pathlib import Path

from .tree import ROOT, modules, parsed

LONGEST_FILE = 400
LONGEST_FUNCTION = 40


def test_no_file_is_too_long() -> None:
    counted = {path: len(path.read_bytes().splitlines()) for path in modules('src', 'dev', 'tests')}
    assert len(counted) > 100
    too_long = {path: lines for path, lines in counted.items() if lines > LONGEST_FILE}
    assert not too_long


def test_no_function_is_too_long() -> None:
    too_long = [
        f'{path.relative_to(ROOT)}:{line} {name}: {lines} lines'
        for path in modules('src/hedgehog_gitops', 'src/netbox_hedgehog', 'dev')
        if not path.is_relative_to(ROOT / 'src/netbox_hedgehog/tests')
        for name, line, lines in functions(path)
        if lines > LONGEST_FUNCTION
    ]
    assert not too_long


def functions(path: Path) -> Iterator[tuple[str, int, int]]:
    """Name, first line and number of lines of each function, docstring and decorators left out."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            first = body[0].lineno if body else node.lineno
            yield node.name, node.lineno, (node.end_lineno or first) - first + 1


def test_a_long_function_is_seen(tmp_path: Path) -> None:
    module = tmp_path / 'm.py'
    module.write_text('def f():\n    """Says so."""\n' + '    x = 1\n' * 41)
    assert list(functions(module)) == [('f', 1, 41)]
