"""Files open for editing: their documents' texts, until the changes are asked for.

Used by `edit.py`. Several edits may meet in one file; each sees what the ones before it did.
"""

from dataclasses import dataclass, field
from typing import Any

from ..documents import Document, Limits, join, read
from ..identity import RepoPath, ResourceKey, TreeEntry
from ..layout import Located, Snapshot
from ..plans import Change, Delete, Write

__all__ = ['OpenFiles']


@dataclass(slots=True)
class _File:
    entry: TreeEntry | None
    documents: dict[int, Document]
    texts: dict[int, bytes]
    values: dict[int, Any]
    reasons: list[str] = field(default_factory=list)
    touched: list[ResourceKey | None] = field(default_factory=list)

    def is_gone(self) -> bool:
        """True when nothing is left but comments and separators."""
        return all(index in self.documents and self.documents[index].empty for index in self.texts)


class OpenFiles:
    """The files of one snapshot, opened when they are first asked for."""

    def __init__(self, snapshot: Snapshot, limits: Limits) -> None:
        self._snapshot = snapshot
        self._limits = limits
        self._open: dict[RepoPath, _File] = {}

    def has(self, path: RepoPath) -> bool:
        return path in self._open or path in self._snapshot.entries

    def content(self, path: RepoPath) -> bytes | None:
        """Returns what stands at a path in Git."""
        entry = self._snapshot.entries.get(path)
        return self._snapshot.contents.get(entry.blob) if entry else None

    def document(self, place: Located) -> tuple[bytes, dict[str, Any]]:
        """Returns exact text and value of the object's document as the edits left them."""
        file = self._file(place.path)
        return file.texts[place.document], file.values[place.document]

    def replace(self, place: Located, text: bytes, value: dict[str, Any]) -> None:
        file = self._file(place.path)
        file.texts[place.document], file.values[place.document] = text, value
        self._note(file, f'edit {place.key.kind}', place.key)

    def remove(self, place: Located, reason: str) -> None:
        file = self._file(place.path)
        file.texts.pop(place.document, None)
        self._note(file, reason, place.key)

    def create(self, path: RepoPath, text: bytes, reason: str, key: ResourceKey | None) -> None:
        self._open[path] = file = _File(None, {}, {0: text}, {})
        self._note(file, reason, key)

    def changes(self) -> tuple[Change, ...]:
        """Returns the files whose bytes differ from Git's."""
        changes = (self._change(path, file) for path, file in sorted(self._open.items()))
        return tuple(change for change in changes if change is not None)

    def _file(self, path: RepoPath) -> _File:
        if path not in self._open:
            documents = {
                d.index: d for d in read(self._snapshot.read(path), self._limits).documents
            }
            self._open[path] = _File(
                entry=self._snapshot.entries[path],
                documents=documents,
                texts={index: document.text for index, document in documents.items()},
                values={index: document.value for index, document in documents.items()},
            )
        return self._open[path]

    def _note(self, file: _File, reason: str, key: ResourceKey | None) -> None:
        file.reasons.append(reason)
        file.touched.append(key)

    def _change(self, path: RepoPath, file: _File) -> Change | None:
        reason = ', '.join(dict.fromkeys(file.reasons))
        key = file.touched[0] if len(set(file.touched)) == 1 else None
        if file.entry is None:
            return Write(path, file.texts[0], reason, resource=key)
        if file.touched and file.is_gone():
            return Delete(path, file.entry.blob, reason, resource=key)
        texts = [file.texts[index] for index in sorted(file.texts)]
        content = texts[0] if len(texts) == 1 else join(texts)
        if content == self._snapshot.read(path):
            return None
        return Write(path, content, reason, file.entry.blob, file.entry.mode, key)
