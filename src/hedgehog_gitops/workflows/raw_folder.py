"""What lies uncommitted in a work tree: to be taken in, to be left, to be refused; and its bytes.

Called by `watch.py`. Whether a file is taken in is decided by its name and by what it is, never by
its content: bad YAML is taken in like any other, and ingestion says what is wrong with it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..documents import Limits
from ..errors import NeedsPerson
from ..findings import Finding, Severity
from ..git import (
    FileState,
    GitStore,
    Sort,
    WorkingRepository,
    check_path,
    look_at,
    read_unchanged,
)
from ..identity import CommitId, RepoPath
from ..layout import Fabric, is_utf8, is_yaml_name
from .reading import entries_below, find_fabric
from .take_in import FoundFile

__all__ = ['Uncommitted', 'WatchedFabric', 'sorted_out', 'why_left']

_LIMITS = Limits()
# So much is held in memory for one commit; what is left over goes with the next one.
_PORTION_BYTES = 64 * 2**20


@dataclass(slots=True)
class Uncommitted:
    """`pending` are the paths of raw/ to be taken in, with what lies there."""

    pending: dict[RepoPath, FileState] = field(default_factory=dict)
    left: list[Finding] = field(default_factory=list)
    elsewhere: list[RepoPath] = field(default_factory=list)


@dataclass(slots=True)
class WatchedFabric:
    """The fabric in a person's work tree that is watched."""

    store: GitStore
    repository: WorkingRepository
    base: RepoPath
    limits: Limits = _LIMITS
    unreadable: dict[RepoPath, Finding] = field(default_factory=dict)

    @property
    def top(self) -> Path:
        """The folder of the work tree; a bare repository has none."""
        if self.repository.work_tree is None:
            raise NeedsPerson(
                'NoWorkTree',
                f'{self.repository.git_dir} is a bare repository: it has no folder to watch.',
                hint='Name a clone with a work tree.',
            )
        return self.repository.work_tree

    def head(self) -> CommitId | None:
        """The commit the work tree stands on."""
        return self.store.resolve('HEAD')

    def fabric(self) -> Fabric:
        """The fabric as that commit describes it."""
        return find_fabric(self.store, self.head(), self.base)

    def look(self) -> Uncommitted:
        """Everything in the work tree that the commit does not say."""
        fabric = self.fabric()
        tracked = entries_below(self.store, self.head(), fabric.raw)
        paths = self.repository.uncommitted()
        found = sorted_out(self.top, fabric, paths, tracked, self.limits)
        found.left += [self.unreadable[path] for path in found.pending if path in self.unreadable]
        return found

    def read(self, wanted: Mapping[RepoPath, FileState]) -> dict[RepoPath, FoundFile | None]:
        """The files that still are as they were seen, as many as one commit may hold in memory."""
        taken: dict[RepoPath, FoundFile | None] = {}
        room = _PORTION_BYTES
        for path, state in wanted.items():
            room -= state.size
            if taken and room < 0:
                break
            data = read_unchanged(self.top, path, state) if state.sort is Sort.FILE else None
            if data is not None:
                taken[path] = FoundFile(data, state.executable)
                self.unreadable.pop(path, None)
            elif look_at(self.top, path) == state:
                if state.sort is Sort.ABSENT:
                    taken[path] = None
                else:
                    self.unreadable[path] = _left(path, 'FileUnreadable', 'cannot be read')
        return taken


def sorted_out(
    top: Path,
    fabric: Fabric,
    paths: Iterable[RepoPath],
    tracked: Collection[RepoPath],
    limits: Limits,
) -> Uncommitted:
    """Looks at each path that differs from the commit; `tracked` are the commit's own in raw/."""
    answer = Uncommitted()
    for path in sorted(set(paths)):
        if not path.startswith(f'{fabric.raw}/'):
            answer.elsewhere.append(path)
        elif path in tracked or not _is_passing(fabric.below(path)):
            _sort_in(answer, path, look_at(top, path), path in tracked, limits)
    return answer


def why_left(path: RepoPath, state: FileState, limits: Limits) -> Finding | None:
    """What keeps a file from being taken in, whatever its type."""
    if state.sort is Sort.LINK:
        return _left(path, 'SymbolicLink', 'is a symbolic link, which is never followed')
    if state.sort is Sort.OTHER:
        return _left(path, 'NotAFile', 'is no plain file; a repository inside this one stays out')
    if not is_utf8(path):
        return _left(path, 'PathNotUtf8', 'has a name that is not UTF-8; rename it')
    if not limits.admits(state.size):
        return _left(
            path, 'FileTooLarge', f'has {state.size:,} bytes of {limits.file_bytes:,}; divide it'
        )
    try:
        check_path(path)
    except NeedsPerson as refused:
        return _left(path, 'PathRefused', refused.message)
    return None


def _sort_in(
    answer: Uncommitted, path: RepoPath, state: FileState, is_tracked: bool, limits: Limits
) -> None:
    if state.sort is Sort.ABSENT:
        if is_tracked:
            answer.pending[path] = state
        return
    finding = why_left(path, state, limits)
    if finding is None and not (is_tracked or is_yaml_name(path)):
        finding = _left(path, 'NotYaml', 'is neither .yaml, .yml nor .json and is not taken in')
    if finding is None:
        answer.pending[path] = state
    else:
        answer.left.append(finding)


def _is_passing(below: str) -> bool:
    """True for what editors and copying programs make for a moment, and for dot-files at large."""
    parts = below.rstrip('/').split('/')
    name = parts[-1]
    return any(part.startswith('.') for part in parts) or name.endswith('~') or name[:1] == '#'


def _left(path: RepoPath, code: str, message: str) -> Finding:
    return Finding(Severity.WARNING, code, message, file=path)
