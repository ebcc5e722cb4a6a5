"""What lies below raw/ and is not read: links, hidden files, other files. Each is told once.

Called by `sweep.py`. Nothing here is ever moved or changed.
"""

from collections.abc import Iterable, Mapping

from ..findings import Finding, Severity
from ..identity import RepoPath, TreeEntry
from ..layout import Fabric, has_yaml_suffix, is_hidden, is_yaml_name, unread_path

__all__ = ['below_raw', 'left_alone']


def left_alone(entries: Mapping[RepoPath, TreeEntry], fabric: Fabric) -> list[Finding]:
    """Says of every entry that is not read why it is not."""
    below = below_raw(entries, fabric)
    return [
        *_no_folder(entries, fabric),
        *_hidden(entries, fabric),
        *(finding for path in below for finding in _strange(path, entries[path])),
    ]


def below_raw(entries: Iterable[RepoPath], fabric: Fabric) -> list[RepoPath]:
    """Every entry below raw/ that is not hidden."""
    prefix = f'{fabric.raw}/'
    return [
        path for path in entries if path.startswith(prefix) and not is_hidden(path[len(prefix) :])
    ]


def _no_folder(entries: Mapping[RepoPath, TreeEntry], fabric: Fabric) -> list[Finding]:
    """Says that something else stands where raw/ belongs."""
    entry = entries.get(fabric.raw)
    if entry is None:
        return []
    if entry.is_file:
        message = 'a file stands where the folder raw/ belongs; rename it'
        return [Finding(Severity.ERROR, 'PathTaken', message, fabric.raw)]
    return _strange(fabric.raw, entry)


def _hidden(entries: Iterable[RepoPath], fabric: Fabric) -> list[Finding]:
    """Says which files nobody reads because their names begin with a dot, or their folders'."""
    message = 'hidden files and folders are not read; rename it, or leave it where it is'
    prefix = f'{fabric.raw}/'
    return [
        Finding(Severity.INFO, 'HiddenFile', message, path)
        for path in entries
        if path.startswith(prefix) and is_hidden(path[len(prefix) :])
        if has_yaml_suffix(path)
    ]


def _strange(path: RepoPath, entry: TreeEntry) -> list[Finding]:
    """Says why an entry below raw/ is not read."""
    if entry.mode == '120000':
        message = 'a symbolic link is never followed; drop the file itself'
        return [Finding(Severity.WARNING, 'SymbolicLink', message, path)]
    if entry.mode == '160000':
        return [Finding(Severity.WARNING, 'Submodule', 'a submodule is never read', path)]
    if odd := unread_path(path):
        return [odd]
    if not is_yaml_name(path) and '.archived' not in path.rpartition('/')[2]:
        message = 'neither .yaml, .yml nor .json: left alone'
        return [Finding(Severity.INFO, 'NotYaml', message, path)]
    return []
