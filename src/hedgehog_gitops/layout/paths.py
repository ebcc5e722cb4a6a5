"""Legal paths, and the path of every object and every archived original.

Used by the rooms above for every file they plan to write. Paths are decided by identity and by
nothing else: file names are never read for meaning.
"""

import unicodedata
from collections.abc import Container, Iterable, Iterator
from hashlib import sha256
from itertools import count
from posixpath import basename, dirname

from ..errors import NeedsPerson
from ..findings import Finding, Severity
from ..identity import RepoPath, ResourceKey, why_unwritable
from .fabric import ArchiveStrategy, Fabric

__all__ = [
    'NAME_BYTES',
    'READ_BYTES',
    'archived_path',
    'fit_name',
    'has_yaml_suffix',
    'is_hidden',
    'is_legal_segment',
    'is_utf8',
    'is_yaml_name',
    'managed_path',
    'normalise_directory',
    'numbered_paths',
    'path_collisions',
    'reading_order',
    'unread_path',
    'unused_path',
]

NAME_BYTES = 255
_KEPT_BYTES = 200
# So that whatever is written below a directory can be read again.
DIRECTORY_BYTES = 500
# Longer paths are not read: they have to fit where they are kept by path, in an index for instance.
READ_BYTES = 1000
_YAML_SUFFIXES = ('.yaml', '.yml', '.json')


def normalise_directory(text: str) -> RepoPath:
    """The one form of a directory setting: no outer slashes, no empty segments.

    `''` and `'/'` both mean the root of the repository. Anything that could lead out of the
    repository or into Git's own folder is refused.
    """
    segments = [part for part in text.strip().split('/') if part not in ('', '.')]
    if not all(map(is_legal_segment, segments)):
        raise NeedsPerson(
            'PathRefused',
            f'{text!r} is not a legal directory inside a repository.',
            hint='Use a plain path such as fabrics/lab/gitops.',
        )
    path = '/'.join(segments)
    if len(path.encode()) > DIRECTORY_BYTES:
        raise NeedsPerson('PathRefused', f'The directory is longer than {DIRECTORY_BYTES} bytes.')
    return RepoPath(path)


def is_legal_segment(segment: str) -> bool:
    """Whether Git and every file system can keep a file or folder of this name where it is."""
    plain = segment.rstrip(' .').casefold()
    visible = ''.join(c for c in plain if unicodedata.category(c) != 'Cf')
    control = any(unicodedata.category(c) in ('Cc', 'Cs') for c in segment)
    too_long = len(segment.encode('utf-8', 'surrogatepass')) > NAME_BYTES
    refused = segment == '..' or '\\' in segment or control or too_long
    return not refused and visible not in ('.git', 'git~1')


def managed_path(fabric: Fabric, key: ResourceKey) -> RepoPath:
    """Where the object lives. KeyError for a kind the fabric does not keep in managed/."""
    kind = fabric.catalogue.find(key.group, key.kind)
    if kind is None or not kind.managed:
        raise KeyError(f'{key} has no folder in managed/')
    namespace = '' if key.namespace == 'default' else f'{key.namespace}/'
    return fabric.path(f'managed/{kind.plural}/{namespace}{fit_name(key.name, ".yaml")}')


def reading_order(
    fabric: Fabric, key: ResourceKey, path: RepoPath, document: int
) -> tuple[bool, str, int]:
    """Sorts the places in managed/ that describe one object: the first counts, its own file."""
    return path != managed_path(fabric, key), path, document


def archived_path(fabric: Fabric, path: RepoPath, taken: Container[RepoPath]) -> RepoPath | None:
    """Where a processed original goes by the fabric's strategy; None when it gets no new path."""
    match fabric.archive_strategy:
        case ArchiveStrategy.RENAME_WITH_EXTENSION:
            folder, name, extension = dirname(path), basename(path), '.archived'
        case ArchiveStrategy.MOVE_TO_ARCHIVE:
            archive = fabric.path(f'.hnp/archive/{fabric.below(path)}')
            folder, name, extension = dirname(archive), basename(archive), ''
        case ArchiveStrategy.GIT_HISTORY_ONLY | ArchiveStrategy.KEEP_IN_PLACE:
            return None
    for number in count(1):
        suffix = extension if number == 1 else f'{extension}.{number}'
        candidate = _inside(folder, fit_name(name, suffix))
        if candidate not in taken:
            return candidate
    raise AssertionError('count() never ends')


def unused_path(path: RepoPath, taken: Container[RepoPath]) -> RepoPath:
    """The first of the numbered paths at which nothing lies."""
    return next(name for name in numbered_paths(path) if name not in taken)


def numbered_paths(path: RepoPath) -> Iterator[RepoPath]:
    """The path itself, then with `-2`, `-3` ... before its extension, without end."""
    yield path
    stem, dot, extension = basename(path).rpartition('.')
    stem, suffix = (stem, f'.{extension}') if dot and stem else (basename(path), '')
    for number in count(2):
        yield _inside(dirname(path), fit_name(stem, f'-{number}{suffix}'))


def fit_name(name: str, suffix: str) -> str:
    """`name` + `suffix`, shortened by content where no file system could hold it.

    The short form ends with a digest of the whole name, so it is stable and two long names
    never meet.
    """
    encoded = name.encode('utf-8', 'surrogateescape')
    if len(encoded) + len(suffix.encode()) <= NAME_BYTES:
        return f'{name}{suffix}'
    kept = encoded[:_KEPT_BYTES].decode('utf-8', 'ignore')
    return f'{kept}-{sha256(encoded).hexdigest()[:16]}{suffix}'


def is_yaml_name(path: str) -> bool:
    """Whether a file is read for documents: YAML or JSON by its name, no dot-file, no odd path."""
    return (
        has_yaml_suffix(path)
        and path[path.rfind('/') + 1] != '.'
        and unread_path(RepoPath(path)) is None
    )


def is_hidden(below: str) -> bool:
    """Whether a file, or a folder on the way to it from where one looks, begins with a dot."""
    return '/.' in f'/{below}'


def has_yaml_suffix(path: str) -> bool:
    """Whether a name ends as YAML and JSON files do, hidden or not."""
    return path.lower().endswith(_YAML_SUFFIXES)


def is_utf8(path: str) -> bool:
    """Whether the path's bytes are UTF-8; others can be kept but not written."""
    return path.isascii() or not any('\ud800' <= letter <= '\udfff' for letter in path)


def unread_path(path: RepoPath) -> Finding | None:
    """Says why a file of this path is not read, whatever is in it: nothing could be done with it.

    It could be written nowhere again, or not be kept beside what others know of it.
    """
    if not is_utf8(path):
        message = 'the file name is not UTF-8, so the file is not read; rename it'
        return Finding(Severity.WARNING, 'PathNotUtf8', message, path)
    wrong = why_unwritable(path)
    if not wrong and len(path.encode()) > READ_BYTES:
        wrong = f'it is longer than {READ_BYTES} bytes'
    if not wrong:
        return None
    message = f'of the path {wrong}, so the file is not read; rename it'
    return Finding(Severity.WARNING, 'PathRefused', message, path)


def path_collisions(paths: Iterable[RepoPath]) -> tuple[Finding, ...]:
    """A finding for each path which macOS or Windows cannot check out beside another one."""
    same: dict[str, list[RepoPath]] = {}
    for path in paths:
        same.setdefault(unicodedata.normalize('NFC', path).casefold(), []).append(path)
    findings = []
    for group in same.values():
        for path in group if len(group) > 1 else ():
            others = ', '.join(other for other in group if other != path)
            message = f'differs from {others} only in case or Unicode form; rename one of them'
            findings.append(Finding(Severity.WARNING, 'PathCollision', message, file=path))
    return tuple(findings)


def _inside(folder: str, name: str) -> RepoPath:
    return RepoPath(f'{folder}/{name}' if folder else name)
