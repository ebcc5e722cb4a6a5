"""Git in memory: the same objects under the same names, without a process, a disk or a network.

For simulations that need tens of thousands of operations. A `MemoryStore` takes the place of a
`GitStore`; a `MemoryServer` is what its remote leads to, and may be told to lose answers. Names of
blobs, trees and commits are computed as git computes them, so a tree or a commit made here has the
name it would have there; `tests/engine/testing/test_memory_git.py` compares the two.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha1
from itertools import zip_longest
from typing import Literal

from ..errors import BranchMoved, NeedsPerson, OutcomeUnknown, Rejected, TryAgainLater
from ..git import Authorship, CommitInfo, ExistingBlob, GitStore, NewBlob, Remote, Step, TreeEdit
from ..git.commits import full_message, signature
from ..git.paths import check_branch, check_mode, check_path, check_ref
from ..git.settings import GitSettings
from ..git.trees import TreeChange
from ..identity import BlobId, CommitId, RepoPath, TreeEntry, TreeId

__all__ = ['MemoryServer', 'MemoryStore', 'ServerFault']

_ROOT = RepoPath('')

type Files = dict[RepoPath, TreeEntry]
type ServerFault = Literal['refused', 'lost_before', 'lost_after', 'lost_and_away', 'away']
"""What a server does wrong: it declines this push and all that follow, drops it unseen, moves the
branch and loses the answer, does so and then answers nothing more, or answers nothing at all."""


@dataclass(frozen=True, slots=True)
class _Commit:
    info: CommitInfo
    files: Files


@dataclass
class MemoryServer:
    """A repository on a server: branches, and the objects they lead to.

    `faults` holds what the next pushes meet, first one first; one that refuses stays, as a
    protected branch does. `away` says that nothing answers.
    """

    branches: dict[str, CommitId] = field(default_factory=dict)
    faults: list[ServerFault] = field(default_factory=list)
    away: bool = False
    blobs: dict[BlobId, bytes] = field(default_factory=dict)
    commits: dict[CommitId, _Commit] = field(default_factory=dict)

    def ask(self) -> None:
        """Raises what a client sees of a server that does not answer."""
        if self.away:
            raise TryAgainLater('RemoteUnreachable', 'memory answers nothing.', after=1)

    def take(self, branch: str, new: CommitId, expected: CommitId | None) -> None:
        """Moves a branch by compare-and-swap, or goes wrong as told."""
        fault = self.faults[0] if self.faults else None
        if fault != 'refused':
            del self.faults[:1]
        if fault == 'away':
            self.away = True
        self.ask()
        if fault == 'refused':
            raise Rejected('PushDeclined', f'memory declined the commit on {branch}.')
        if fault == 'lost_before':
            raise _unknown()
        if self.branches.get(branch) != expected:
            raise BranchMoved('BranchMoved', f'Another commit reached {branch} first.', after=1)
        self.branches[branch] = new
        if fault in ('lost_after', 'lost_and_away'):
            self.away = fault == 'lost_and_away'
            raise _unknown()


class MemoryStore(GitStore):
    """A copy of the server's repository: only commits that were fetched or made here are known."""

    def __init__(self, server: MemoryServer) -> None:
        self.server = server
        self.refs: dict[str, CommitId] = {}
        self.known: set[CommitId] = set()
        self.caches: dict[str, bytes] = {}

    @property
    def commands(self) -> int:
        return 0

    @property
    def settings(self) -> GitSettings:
        return GitSettings()

    def resolve(self, ref: str) -> CommitId | None:
        if ref in self.refs:
            return self.refs[ref]
        name = CommitId(ref)
        return name if name in self.known else None

    def list_tree(
        self, commit: CommitId | TreeId, under: RepoPath = _ROOT
    ) -> dict[RepoPath, TreeEntry]:
        return _below(self._files(CommitId(commit)), under)

    def tree_id(self, commit: CommitId | TreeId, under: RepoPath = _ROOT) -> TreeId | None:
        files = self.list_tree(commit, under)
        return _tree_id({_inside(path, under): entry for path, entry in files.items()})

    def blob_sizes(self, blobs: Iterable[BlobId]) -> dict[BlobId, int]:
        return {blob: len(self.server.blobs[blob]) for blob in blobs}

    def read_blobs(self, blobs: Iterable[BlobId]) -> dict[BlobId, bytes]:
        return {blob: self.server.blobs[blob] for blob in blobs}

    def changed(
        self, old: CommitId | None, new: CommitId, under: RepoPath = _ROOT
    ) -> list[TreeChange]:
        before = _below(self._files(old), under) if old is not None else {}
        now = _below(self._files(new), under)
        return [
            TreeChange(path, before.get(path), now.get(path))
            for path in sorted(before.keys() | now.keys(), key=_git_order)
            if before.get(path) != now.get(path)
        ]

    def commit(
        self,
        parent: CommitId | None,
        edits: Mapping[RepoPath, TreeEdit],
        message: str,
        authorship: Authorship,
        ref: str,
        merged: Sequence[CommitId] = (),
    ) -> CommitId:
        if merged or not edits:
            raise ValueError('a commit needs edits, and nothing here joins two histories')
        files = dict(self._files(parent)) if parent is not None else {}
        for path, edit in sorted(edits.items(), key=lambda pair: (pair[1] is not None, pair[0])):
            self._edit(files, path, edit)
        _refuse_shadowing(files)
        files = {path: files[path] for path in sorted(files, key=_git_order)}
        whole = full_message(message, authorship)
        head = [f'tree {_tree_id(files) or _object("tree", b"")}']
        head += [f'parent {parent}'] if parent is not None else []
        author, committer = (
            signature(who, authorship.when) for who in (authorship.author, authorship.committer)
        )
        start = '\n'.join(head).encode() + b'\nauthor ' + author + b'committer ' + committer
        name = CommitId(_object('commit', start + b'\n' + whole))
        info = _info(name, parent, message, authorship)
        self.server.commits[name] = _Commit(info, files)
        self.known.add(name)
        self.refs[check_ref(ref)] = name
        return name

    def log(
        self,
        commit: CommitId,
        *,
        since: CommitId | None = None,
        paths: Sequence[RepoPath] = (),
        limit: int | None = None,
    ) -> list[CommitInfo]:
        stop = set(self._line(since)) if since is not None else set()
        found: list[CommitInfo] = []
        for name in self._line(commit):
            if name in stop or len(found) == limit:
                break
            if not paths or self._touches(name, paths):
                found.append(self.server.commits[name].info)
        return found

    def steps(
        self, commit: CommitId, paths: Sequence[RepoPath], since: CommitId | None = None
    ) -> list[Step]:
        infos = self.log(commit, since=since, paths=paths) if paths else []
        found: list[Step] = []
        for info, earlier in zip_longest(infos, infos[1:]):
            changes = self.changed(earlier.id if earlier else None, info.id)
            files = self._files(info.id)
            found.append(
                Step(
                    replace(info, parents=(earlier.id,) if earlier else ()),
                    tuple(change for change in changes if _is_at(change.path, paths)),
                    {path: entry for path, entry in files.items() if _is_at(path, paths)},
                )
            )
        return found

    def is_ancestor(self, ancestor: CommitId, descendant: CommitId) -> bool:
        return ancestor in self._line(descendant)

    def update_ref(self, ref: str, new: CommitId, expected_old: CommitId | None) -> None:
        if self.refs.get(ref) != expected_old:
            raise BranchMoved('BranchMoved', f'{ref} was moved by another commit.', after=1)
        self.refs[check_ref(ref)] = new

    def delete_ref(self, ref: str) -> None:
        self.refs.pop(ref, None)

    def list_refs(self, under: str = 'refs/') -> dict[str, CommitId]:
        return {ref: commit for ref, commit in sorted(self.refs.items()) if ref.startswith(under)}

    def current_branch(self) -> str | None:
        return 'main'

    def fetch(self, remote: Remote, branch: str) -> CommitId | None:
        head, ref = self.remote_head(remote, branch), f'refs/sync/{branch}'
        if head is None:
            self.delete_ref(ref)
            return None
        for name in self._line(head):
            if name in self.known:
                break
            self.known.add(name)
        self.refs[ref] = head
        return head

    def remote_head(self, remote: Remote, branch: str) -> CommitId | None:
        return self.remote_heads(remote).get(check_branch(branch))

    def remote_heads(self, remote: Remote) -> dict[str, CommitId]:
        self.server.ask()
        return dict(self.server.branches)

    def push(self, remote: Remote, branch: str, new: CommitId, expected: CommitId | None) -> None:
        if expected is not None and not self.is_ancestor(expected, new):
            raise NeedsPerson('HistoryRewritten', f'{new[:12]} does not stand on {expected[:12]}.')
        self.server.take(check_branch(branch), new, expected)

    def may_push(self, remote: Remote) -> None:
        self.server.ask()

    def write_cache(self, name: str, data: bytes) -> None:
        self.caches[name] = data

    def read_cache(self, name: str) -> bytes | None:
        return self.caches.get(name)

    def exclusively(self) -> AbstractContextManager[None]:
        return nullcontext()

    def clean_stale_locks(self) -> tuple[str, ...]:
        return ()

    def check(self) -> None:
        """Nothing in memory is ever damaged."""

    def repack(self, above: int = 50) -> bool:
        return False

    def _files(self, commit: CommitId) -> Files:
        if commit not in self.known:
            raise KeyError(f'{commit} was neither fetched nor made here')
        return self.server.commits[commit].files

    def _line(self, commit: CommitId) -> Iterator[CommitId]:
        """The commit and everything before it; nothing made here ever joins two histories."""
        at: CommitId | None = commit
        while at is not None:
            yield at
            parents = self.server.commits[at].info.parents
            at = parents[0] if parents else None

    def _touches(self, commit: CommitId, paths: Sequence[RepoPath]) -> bool:
        parents = self.server.commits[commit].info.parents
        changes = self.changed(parents[0] if parents else None, commit)
        return any(_is_at(change.path, paths) for change in changes)

    def _edit(self, files: Files, path: RepoPath, edit: TreeEdit) -> None:
        match edit:
            case None:
                for below in [each for each in files if each.startswith(f'{path}/')]:
                    del files[below]
                files.pop(path, None)
            case ExistingBlob(blob, mode):
                files[check_path(path)] = TreeEntry(check_mode(path, mode), blob)
            case NewBlob(content, mode):
                blob = BlobId(_object('blob', content))
                self.server.blobs[blob] = content
                files[check_path(path)] = TreeEntry(check_mode(path, mode), blob)


def _unknown() -> OutcomeUnknown:
    return OutcomeUnknown('OutcomeUnknown', 'The answer to the push did not arrive.', after=1)


def _info(
    name: CommitId, parent: CommitId | None, message: str, authorship: Authorship
) -> CommitInfo:
    subject, _, body = message.strip().partition('\n')
    return CommitInfo(
        id=name,
        parents=(parent,) if parent is not None else (),
        author=authorship.author,
        committer=authorship.committer,
        when=authorship.when.replace(microsecond=0),
        subject=subject,
        body=body.strip(),
        trailers={key: ' '.join(value.split()) for key, value in authorship.trailers},
    )


def _refuse_shadowing(files: Files) -> None:
    for path in files:
        folder = path.rpartition('/')[0]
        while folder:
            if folder in files:
                raise NeedsPerson('PathRefused', f'`{folder}` is a file in the repository.')
            folder = folder.rpartition('/')[0]


def _is_at(found: RepoPath, paths: Sequence[RepoPath]) -> bool:
    return any(found == path or found.startswith(f'{path}/') for path in paths)


def _below(files: Files, under: RepoPath) -> Files:
    if not under:
        return dict(files)
    return {path: entry for path, entry in files.items() if path.startswith(f'{under}/')}


def _inside(path: RepoPath, under: RepoPath) -> RepoPath:
    return RepoPath(path.removeprefix(f'{under}/')) if under else path


def _git_order(path: RepoPath) -> bytes:
    """Git compares whole paths byte by byte; a `/` counts as itself."""
    return path.encode('utf-8', 'surrogateescape')


def _tree_id(files: Files) -> TreeId | None:
    """The name of the tree that holds these files; None for none."""
    if not files:
        return None
    return _named_tree(tuple((path, entry.mode, entry.blob) for path, entry in files.items()))


@lru_cache(4096)
def _named_tree(files: tuple[tuple[str, str, str], ...]) -> TreeId:
    rows: list[tuple[bytes, bytes]] = []
    folders: dict[str, list[tuple[str, str, str]]] = {}
    for path, mode, blob in files:
        folder, slash, rest = path.partition('/')
        if slash:
            folders.setdefault(folder, []).append((rest, mode, blob))
        else:
            rows.append((path.encode('utf-8', 'surrogateescape'), _row(mode, path, blob)))
    for folder, below in folders.items():
        # A folder sorts as if its name ended with a slash.
        order = f'{folder}/'.encode('utf-8', 'surrogateescape')
        rows.append((order, _row('40000', folder, _named_tree(tuple(below)))))
    return TreeId(_object('tree', b''.join(row for _, row in sorted(rows))))


def _row(mode: str, name: str, what: str) -> bytes:
    return (
        mode.encode() + b' ' + name.encode('utf-8', 'surrogateescape') + b'\0' + bytes.fromhex(what)
    )


def _object(kind: str, content: bytes) -> str:
    return sha1(f'{kind} {len(content)}\0'.encode() + content, usedforsecurity=False).hexdigest()
