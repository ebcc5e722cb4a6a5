"""What differs between the documents of a group: values field by field, and the lines they are on.

For the group's page; the texts are those the last search has stored.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from hedgehog_gitops.documents import ABSENT, Document, field_at, parse_field_path, read

from ..models import YAMLDuplicateFile

__all__ = ['NOT_THERE', 'FileFields', 'read_fields']

# Tells a field that a document does not have from one that is null.
NOT_THERE = object()


class FileFields:
    """The differing fields of one document: their values, and where they stand in its text."""

    def __init__(self, document: Document | None, item: int | None, fields: Sequence[str]) -> None:
        self._document = document
        self._item = item
        self.values: Mapping[str, Any] = {path: self._value(path) for path in fields}
        self.lines: frozenset[int] = frozenset(
            line for path in fields if (line := self._line(path)) is not None
        )

    def _value(self, path: str) -> Any:
        found = self._object()
        if found is None:
            return NOT_THERE
        value = field_at(found, parse_field_path(path))
        return NOT_THERE if value is ABSENT else value

    def _object(self) -> Any:
        value = self._document.value if self._document is not None else None
        if self._item is None or not isinstance(value, dict):
            return value
        items = value.get('items')
        return items[self._item] if isinstance(items, list) else None

    def _line(self, path: str) -> int | None:
        """The field's line, or that of the nearest field around it which is there."""
        if self._document is None:
            return None
        steps = parse_field_path(path)
        inside = () if self._item is None else ('items', self._item)
        for length in range(len(steps), 0, -1):
            if (place := self._document.position((*inside, *steps[:length]))) is not None:
                return place[0]
        return None


def read_fields(file: YAMLDuplicateFile, fields: Sequence[str]) -> FileFields:
    """Reads the stored text of one document of a group."""
    documents = [
        document for document in read(file.original_text.encode()).documents if not document.empty
    ]
    return FileFields(documents[0] if documents else None, file.item_index, fields)
