"""What a check has to say about some files: what is wrong with them, and what they do to others.

Used by `hedgehog-gitops check` with paths and by the plugin. Of two objects that collide only one
is told, often not the one that came last; so the fabric is judged again without those files, and
as they were before. What is not said then comes of them.
"""

from collections.abc import Mapping

from ..documents import Limits
from ..errors import NeedsPerson
from ..findings import Finding
from ..git import GitStore
from ..identity import CommitId, RepoPath, TreeEntry, TreeId
from ..layout import Fabric
from .check import Checked, check_entries, check_fabric
from .progress import Progress, Silent
from .reading import entries_below, fabric_to_check

__all__ = ['changed_paths', 'check_paths', 'refuse_absent_paths']

_LIMITS = Limits()
_SILENT = Silent()

type _State = CommitId | TreeId


def check_paths(  # noqa: PLR0913, PLR0917 -- as `check_fabric`, and which files
    store: GitStore,
    commit: _State,
    fabric: Fabric,
    paths: frozenset[RepoPath],
    before: _State | None = None,
    limits: Limits = _LIMITS,
    progress: Progress = _SILENT,
    workers: int = 1,
) -> Checked:
    """Returns the findings of some files and folders, and those elsewhere which come of them.

    `before` is the state the files are compared with: what goes with a file is seen only so.
    """
    whole = check_fabric(store, commit, fabric, limits, progress, workers)
    definitions = f'{fabric.crds}/'
    elsewhere = {
        _mark(f)
        for f in whole.findings
        if not (_is_below(f.file, paths) or (f.file or '').startswith(definitions))
    }
    brought: set[_Mark] = set()
    if elsewhere:
        entries = entries_below(store, commit, fabric.base)
        rest = {path: entry for path, entry in entries.items() if not _is_below(path, paths)}
        without = check_entries(store, rest, fabric, limits)
        brought = elsewhere - {_mark(finding) for finding in without.findings}
        if before is not None:
            was, place = _as_before(store, before, fabric, entries, paths)
            earlier = check_entries(store, was, place, limits)
            brought |= elsewhere - {_mark(finding) for finding in earlier.findings}
    kept = (f for f in whole.findings if _is_below(f.file, paths) or _mark(f) in brought)
    return Checked(whole.files, whole.objects, tuple(kept))


def changed_paths(store: GitStore, before: _State | None, after: _State) -> frozenset[RepoPath]:
    """The files that are not the same in two states; all of them where there is none before."""
    was = entries_below(store, before, RepoPath(''))
    now = entries_below(store, after, RepoPath(''))
    return frozenset(path for path in was.keys() | now.keys() if was.get(path) != now.get(path))


def refuse_absent_paths(store: GitStore, states: list[_State], paths: frozenset[RepoPath]) -> None:
    """Refuses files and folders that are in none of the states: a slip of the pen finds nothing."""
    for path in sorted(paths):
        if path and not any(store.tree_id(state, path) for state in states):
            raise NeedsPerson(
                'FileMissing',
                f'There is no file or folder {path} in what is checked.',
                hint='A new file is there once it is committed; `--staged` and `--on-disk` look '
                'at what is not. Ignored files are never there.',
            )


type _Mark = tuple[str | None, str, str, str, str | None]


def _mark(finding: Finding) -> _Mark:
    """What a finding says, without the line: that moves with what stands above it."""
    resource = str(finding.resource) if finding.resource else ''
    return finding.file, finding.code, finding.message, resource, finding.field


def _as_before(
    store: GitStore,
    before: _State,
    fabric: Fabric,
    entries: Mapping[RepoPath, TreeEntry],
    paths: frozenset[RepoPath],
) -> tuple[dict[RepoPath, TreeEntry], Fabric]:
    """The files as they were, all others as they are; definitions count by what was asked too."""
    earlier = entries_below(store, before, fabric.base)
    files = {path: entry for path, entry in entries.items() if not _is_below(path, paths)}
    files |= {path: entry for path, entry in earlier.items() if _is_below(path, paths)}
    settings = (fabric.manifest, f'{fabric.crds}/')
    rules = (path for path in (*entries, *earlier) if path.startswith(settings))
    ruled = any(_is_below(path, paths) for path in rules)
    return files, fabric_to_check(store, before, fabric.base) if ruled else fabric


def _is_below(path: RepoPath | None, paths: frozenset[RepoPath]) -> bool:
    if path is None:
        return False
    if path in paths or '' in paths:
        return True
    at = path.rfind('/')
    while at != -1:
        if path[:at] in paths:
            return True
        at = path.rfind('/', 0, at)
    return False
