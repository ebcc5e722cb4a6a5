"""Where one description of an object stands: a file, a document of it, an item of a List in it.

The word by which people, rows and plans name it: `production/site.yaml#2`, `raw/all.yaml#0.5`.
"""

import re
from dataclasses import dataclass

from ..identity import RepoPath

__all__ = ['Spot']

_NUMBERED = re.compile(r'(.+)#(\d+)(?:\.(\d+))?', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Spot:
    """One document of one file; `item` is the number of a List's item. All count from 0."""

    path: RepoPath
    document: int = 0
    item: int | None = None

    def __str__(self) -> str:
        item = '' if self.item is None else f'.{self.item}'
        return f'{self.path}#{self.document}{item}'

    @classmethod
    def parse(cls, text: str) -> 'Spot':
        """Reads `PATH`, `PATH#DOCUMENT` or `PATH#DOCUMENT.ITEM`; a path alone means its first."""
        found = _NUMBERED.fullmatch(text)
        if found is None:
            return cls(RepoPath(text))
        path, document, item = found.groups()
        return cls(RepoPath(path), int(document), None if item is None else int(item))

    @property
    def order(self) -> tuple[str, int, int]:
        """Sorts spots by path, document and item."""
        return self.path, self.document, -1 if self.item is None else self.item
