"""The path below raw/ that a dropped file asks for by its name; what cannot stand there is refused.

Called by `workflows/drop.py` for names that people and browsers send. What ingestion would never
read (other file types, dot-files) is refused here, where somebody still can give another name.
"""

import unicodedata

from ..errors import NeedsPerson
from ..identity import RepoPath
from .fabric import Fabric
from .paths import NAME_BYTES, READ_BYTES, has_yaml_suffix, is_legal_segment

__all__ = ['raw_path']


def raw_path(fabric: Fabric, name: str) -> RepoPath:
    """Where a file of this name goes: below raw/, in the one form in which Unicode is written."""
    plain = unicodedata.normalize('NFC', name.strip())
    if plain.startswith('/'):
        raise _refused(name, 'it is absolute', 'Give a path that is counted from raw/.')
    segments = [segment for segment in plain.split('/') if segment not in ('', '.')]
    for segment in segments:
        _check(name, segment)
    if not has_yaml_suffix(plain):
        raise NeedsPerson(
            'FileTypeRefused',
            f'{_shown(name)} is not read for objects: only .yaml, .yml and .json files are.',
            hint='Rename it if it holds YAML; other files do not belong in raw/.',
        )
    path = fabric.path(f'raw/{"/".join(segments)}')
    if len(path.encode()) > READ_BYTES:
        raise _refused(name, f'its path is longer than {READ_BYTES} bytes', 'Shorten the folders.')
    return path


def _check(name: str, segment: str) -> None:
    if segment == '..':
        raise _refused(name, 'it leads out of raw/', 'Leave the `..` away.')
    if '\\' in segment:
        raise _refused(name, 'it holds a backslash', 'Separate folders with `/`.')
    if segment.startswith('.'):
        raise _refused(name, 'files and folders that begin with a dot are not read', 'Rename it.')
    if len(segment.encode('utf-8', 'surrogatepass')) > NAME_BYTES:
        raise _refused(name, f'a part of it is longer than {NAME_BYTES} bytes', 'Shorten it.')
    if not is_legal_segment(segment):
        raise _refused(name, 'Git or a file system could not keep it', 'Use plain letters.')


def _refused(name: str, why: str, hint: str) -> NeedsPerson:
    return NeedsPerson('PathRefused', f'{_shown(name)} cannot lie in raw/: {why}.', hint=hint)


def _shown(name: str) -> str:
    return f'{ascii(name)[:200]}' if not name.isprintable() else f'{name[:200]!r}'
