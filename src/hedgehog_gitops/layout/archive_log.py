"""Reads and writes .hnp/archive-log.yaml: which original became which files, by whom and when.

Entries are appended as text, so those already written never change. `ingest/planner.py` appends;
the workflows read it to find what an object looked like when it was last ingested.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..documents import Limits, emit, read
from ..identity import BlobId, RepoPath
from .fabric import Fabric
from .scalars import scalar

__all__ = [
    'ENTRIES_LIMIT',
    'ArchiveEntry',
    'HeldDocument',
    'append_entries',
    'empty_log',
    'log_paths',
    'next_part',
    'origins_by_path',
    'read_log',
    'rotate',
]

ENTRIES_LIMIT = 5000
_KEPT_AFTER_ROTATION = 2500

# The log is the engine's own file and grows with every operation: a person's limits do not fit.
_LOG_LIMITS = Limits(document_bytes=2**30, file_bytes=2**30, nodes=2**31)
_ENTRY = re.compile(rb'(?m)^  - operation: ')
_OPERATIONS = re.compile(rb'(?m)^operations:[ ]*(\[\])?[ ]*\r?\n')
_STRANGE_LINE = re.compile(rb'(?m)^(?!  - |    |[ ]*#|[ ]*\r?$)')
_LISTS = ('documents_created', 'documents_updated', 'documents_unchanged', 'documents_unmanaged')


@dataclass(frozen=True, slots=True)
class HeldDocument:
    """A document which stayed behind: where it stands, counted as in findings, and why.

    `item` is the number of a List's item.
    """

    index: int
    line: int | None
    column: int | None
    reason: str
    item: int | None = None


@dataclass(frozen=True, slots=True)
class ArchiveEntry:
    """One operation on one original. All paths are written below the fabric's base.

    `archived_blob` is what lies at `archived_to` where that is a part of the original only.
    """

    operation: str
    operation_id: str
    timestamp: str
    original_file: str
    original_blob: BlobId
    original_sha256: str
    read_commit: str
    document_count: int
    documents_created: tuple[str, ...] = ()
    documents_updated: tuple[str, ...] = ()
    documents_unchanged: tuple[str, ...] = ()
    documents_unmanaged: tuple[str, ...] = ()
    documents_held: tuple[HeldDocument, ...] = ()
    archived_to: str = ''
    user: str = ''
    archived_blob: BlobId | None = None


def empty_log(created_at: datetime) -> bytes:
    """The log of a fabric in which nothing has happened yet."""
    moment = created_at.isoformat(timespec='seconds')
    return f'version: "1.0"\ncreated_at: "{moment}"\noperations: []\n'.encode()


def append_entries(
    log: bytes | None, entries: Sequence[ArchiveEntry], created_at: datetime
) -> bytes:
    """The log with the entries behind the old ones, which stay byte for byte.

    A log in another form, as the earlier plugin wrote it, is brought into this one first. One
    that cannot be read is begun anew; its bytes stay in the history of the file.
    """
    if not entries:
        return log if log is not None else empty_log(created_at)
    ready = _open_end(log) if log is not None else None
    if ready is None:
        ready = _converted(log or b'', created_at)
    return ready + b''.join(_entry_text(entry) for entry in entries)


def read_log(data: bytes) -> list[ArchiveEntry]:
    """The entries, oldest first; what is no entry is passed over."""
    operations = _value(data).get('operations')
    rows = operations if isinstance(operations, list) else []
    return [_entry(row) for row in rows if isinstance(row, dict) and 'original_file' in row]


def origins_by_path(entries: Iterable[ArchiveEntry]) -> dict[str, list[int]]:
    """For every managed file (path below the base) the numbers of the entries that ingested it."""
    numbers: dict[str, list[int]] = {}
    for number, entry in enumerate(entries):
        for path in dict.fromkeys(
            (*entry.documents_created, *entry.documents_updated, *entry.documents_unchanged)
        ):
            numbers.setdefault(path, []).append(number)
    return numbers


def log_paths(fabric: Fabric, present: Iterable[RepoPath]) -> list[RepoPath]:
    """The log and its older parts as far as they exist, oldest first."""
    present = list(present)
    log = [path for path in present if path == fabric.archive_log]
    return [path for _, path in sorted(_parts(fabric, present))] + log


def next_part(fabric: Fabric, present: Iterable[RepoPath]) -> RepoPath:
    """Where the oldest entries go when the log has too many."""
    number = max((number for number, _ in _parts(fabric, present)), default=0) + 1
    return fabric.path(f'.hnp/archive-log-{number}.yaml')


def _parts(fabric: Fabric, present: Iterable[RepoPath]) -> list[tuple[int, RepoPath]]:
    is_part = re.compile(re.escape(fabric.path('.hnp/archive-log-')) + r'(\d+)\.yaml').fullmatch
    return [(int(part[1]), path) for path in present if (part := is_part(path))]


def rotate(log: bytes, limit: int = ENTRIES_LIMIT) -> tuple[bytes, bytes | None]:
    """Splits a log of more than `limit` entries into what stays and what becomes an older part."""
    starts = [match.start() for match in _ENTRY.finditer(log)]
    if len(starts) <= limit:
        return log, None
    kept = min(_KEPT_AFTER_ROTATION, limit)
    head, cut = log[: starts[0]], starts[len(starts) - kept]
    return head + log[cut:], log[:cut]


def _open_end(log: bytes) -> bytes | None:
    """The log with its end ready for a further entry; None when it has another form."""
    opening = _OPERATIONS.search(log)
    if opening is None or _STRANGE_LINE.search(log, opening.end()):
        return None
    if opening[1]:
        return log[: opening.start()] + b'operations:\n' + log[opening.end() :]
    return log if log.endswith(b'\n') else log + b'\n'


def _converted(log: bytes, created_at: datetime) -> bytes:
    value = dict(_value(log))
    rows = value.pop('operations', None)
    head = emit(value) if value else empty_log(created_at).partition(b'operations:')[0]
    text = head + b'operations:\n'
    for row in rows if isinstance(rows, list) else []:
        lines = emit(row).splitlines(keepends=True)
        text += b''.join(
            (b'    ' if number else b'  - ') + line for number, line in enumerate(lines)
        )
    return text


def _value(data: bytes) -> Mapping[str, Any]:
    for document in read(data, _LOG_LIMITS).documents:
        if document.good and isinstance(document.value, dict):
            return document.value
    return {}


def _entry_text(entry: ArchiveEntry) -> bytes:
    lines = [
        f'  - operation: {scalar(entry.operation)}',
        f'    operation_id: {_quoted_id(entry.operation_id)}',
        f'    timestamp: "{entry.timestamp}"',
        f'    original_file: {scalar(entry.original_file)}',
        f'    original_blob: {_quoted_id(entry.original_blob)}',
        f'    original_sha256: {_quoted_id(entry.original_sha256)}',
        f'    read_commit: {_quoted_id(entry.read_commit)}',
        f'    document_count: {entry.document_count}',
    ]
    for name in _LISTS:
        lines += _list_lines(name, [scalar(path) for path in getattr(entry, name)])
    lines += _list_lines('documents_held', [_held_text(held) for held in entry.documents_held])
    lines.append(f'    archived_to: {scalar(entry.archived_to) if entry.archived_to else "null"}')
    if entry.archived_blob:
        lines.append(f'    archived_blob: {_quoted_id(entry.archived_blob)}')
    lines.append(f'    user: {scalar(entry.user)}')
    return ('\n'.join(lines) + '\n').encode()


def _list_lines(name: str, items: list[str]) -> list[str]:
    if not items:
        return [f'    {name}: []']
    return [f'    {name}:', *(f'      - {item}' for item in items)]


def _held_text(held: HeldDocument) -> str:
    places = (
        ('index', held.index),
        ('item', held.item),
        ('line', held.line),
        ('column', held.column),
    )
    words = [f'{name}: {number}' for name, number in places if number is not None]
    return '{' + ', '.join([*words, f'reason: {scalar(held.reason)}']) + '}'


def _quoted_id(text: str) -> str:
    """Ids are always quoted, so that all of them look alike."""
    return f'"{text}"' if re.fullmatch(r'[0-9A-Za-z-]+', text) else scalar(text)


def _entry(row: Mapping[str, Any]) -> ArchiveEntry:
    def text(key: str) -> str:
        word = row.get(key)
        return '' if word is None else str(word)

    def texts(key: str) -> tuple[str, ...]:
        words = row.get(key)
        return tuple(str(word) for word in words) if isinstance(words, list) else ()

    count = row.get('document_count')
    held = row.get('documents_held')
    return ArchiveEntry(
        operation=text('operation'),
        operation_id=text('operation_id'),
        timestamp=text('timestamp'),
        original_file=text('original_file'),
        original_blob=BlobId(text('original_blob')),
        original_sha256=text('original_sha256'),
        read_commit=text('read_commit'),
        document_count=count if isinstance(count, int) else 0,
        documents_created=texts('documents_created'),
        documents_updated=texts('documents_updated'),
        documents_unchanged=texts('documents_unchanged'),
        documents_unmanaged=texts('documents_unmanaged'),
        documents_held=tuple(map(_held, held)) if isinstance(held, list) else (),
        archived_to=text('archived_to'),
        user=text('user'),
        archived_blob=BlobId(text('archived_blob')) if text('archived_blob') else None,
    )


def _held(row: Any) -> HeldDocument:
    fields = row if isinstance(row, dict) else {}
    numbers = {
        key: fields.get(key) if isinstance(fields.get(key), int) else None
        for key in ('index', 'item', 'line', 'column')
    }
    reason = str(fields.get('reason', ''))
    index, item = numbers['index'] or 0, numbers['item']
    return HeldDocument(index, numbers['line'], numbers['column'], reason, item)
