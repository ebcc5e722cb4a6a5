"""Which paths are free for a new file, with what stands in Git and what a plan writes already.

Used by the rooms' steps that choose paths. A file cannot stand where a folder is, nor below a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from posixpath import dirname

from ..errors import NeedsPerson
from ..identity import RepoPath, TreeEntry

__all__ = ['Occupied']


@dataclass(frozen=True, slots=True)
class Occupied:
    """The paths at which something lies or will lie; `written` grows with the plan."""

    entries: Mapping[RepoPath, TreeEntry]
    folders: frozenset[str]
    written: dict[RepoPath, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Mapping[RepoPath, TreeEntry]) -> 'Occupied':
        folders: set[str] = set()
        for path in entries:
            parent = path.rpartition('/')[0]
            while parent and parent not in folders:
                folders.add(parent)
                parent = dirname(parent)
        return cls(entries, frozenset(folders))

    def __contains__(self, path: object) -> bool:
        return path in self.entries or path in self.folders or path in self.written

    def file_above(self, path: RepoPath) -> RepoPath | None:
        """The file which stands where a folder on the way to `path` would have to be."""
        parent = RepoPath(dirname(path))
        while parent:
            if parent in self.entries:
                return parent
            parent = RepoPath(dirname(parent))
        return None

    def refuse_blocked(self, path: RepoPath) -> None:
        """Raises when nothing can be written at `path` before a person makes room."""
        entry = self.entries.get(path)
        blocked = self.file_above(path) or (path if path in self.folders else None)
        if entry is not None and not entry.is_file:
            blocked = path
        if blocked is not None:
            raise NeedsPerson(
                'PathTaken',
                f'{path} cannot be written, because {blocked} is in the way.',
                hint='Move it to another name.',
            )
