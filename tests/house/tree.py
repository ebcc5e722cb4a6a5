"""The files of the repository as Git lists them, new ones included, for the tests beside it."""

import ast
import subprocess
from functools import cache
from pathlib import Path

__all__ = ['ROOT', 'files', 'modules', 'parsed']

ROOT = Path(__file__).resolve().parent.parent.parent


@cache
def files() -> tuple[Path, ...]:
    """Every file that is or may become part of a commit."""
    command = ['git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard']
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    paths = (ROOT / name for name in listed.decode().split('\0') if name)
    return tuple(sorted(path for path in paths if path.is_file()))


def modules(*folders: str) -> list[Path]:
    """The Python modules below these folders, generated migrations left out."""
    return [
        path
        for path in files()
        if path.suffix == '.py'
        and any(path.is_relative_to(ROOT / folder) for folder in folders)
        and 'migrations' not in path.parts
    ]


def parsed(path: Path) -> ast.Module:
    """The module's syntax tree."""
    return ast.parse(path.read_text(encoding='utf-8'), str(path))
