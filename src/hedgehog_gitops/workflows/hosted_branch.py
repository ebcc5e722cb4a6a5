"""A branch written through its host's API instead of `git push`: the host signs each commit.

The commit is planned and made here as always. What it changes is then sent to the host, which
makes a commit of its own on the same parent; that one is fetched and its tree compared with ours.
The host's commit has another name, so ours stands in it as a trailer (`Planned-Commit`): whoever
does not know what became of a request finds out by reading the branch. The owner of the token is
its author, so the author of our commit is named in `Co-authored-by`.

A commit that joins two histories becomes a merge of the host's own, and on top of it a commit with
what the host's merge by lines lacks. A new branch is begun by pushing a commit the server has.

What the API cannot say goes by `git push`, and why is told: a branch without a commit, files whose
mode is not that of a plain file, a file in the place of a folder, paths that are no UTF-8, lines
that clash for the host in a merge, and anything larger than `MOST_FILES` or `MOST_BYTES`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ..errors import BranchMoved, NeedsPerson, OutcomeUnknown
from ..git import Authorship, CommitInfo, ExistingBlob, GitStore, Remote, TreeChange
from ..hosts import BranchCommit, Host
from ..identity import CommitId, RepoPath
from .targets import RemoteBranch
from .trailers import CHANGE_SET_ID, CO_AUTHORED_BY, PLANNED_COMMIT

__all__ = ['MOST_BYTES', 'MOST_FILES', 'HostedBranch']

# GitHub takes more, and fails at times with less than ten times as much.
MOST_FILES = 200
MOST_BYTES = 2_000_000
_PLAIN = '100644'
_AGAIN = 'refs/hedgehog/again'


@dataclass(frozen=True, slots=True)
class HostedBranch:
    """A branch of a server whose commits the host itself makes.

    `tell` hears why a commit went by `git push` after all.
    """

    store: GitStore
    remote: Remote
    branch: str
    host: Host
    tell: Callable[[str], None]
    publishes: bool = True

    def head(self) -> CommitId | None:
        return self.store.fetch(self.remote, self.branch)

    def move(self, new: CommitId, expected: CommitId | None) -> CommitId:
        """Puts every commit from `expected` to `new` on the branch, in their order.

        When one does not arrive, those before it stay; who needs to know calls `put` for each.
        """
        at = expected
        for info in reversed(self.store.log(new, since=expected)):
            at = self.put(info.id, at)
        return at or new

    def begin(self, commit: CommitId) -> CommitId:
        """Makes the branch, at a commit the server has on another one."""
        return RemoteBranch(self.store, self.remote, self.branch).move(commit, None)

    def put(self, commit: CommitId, head: CommitId | None) -> CommitId:
        """Puts what one commit changes on top of `head` and says the name it has there."""
        info = self.store.log(commit, limit=1)[0]
        if head is not None and head in info.parents[1:]:
            return self._joined(info, head)
        changes = self.store.changed(info.parents[0] if info.parents else None, commit)
        return self._put(info, changes, head)

    def _put(
        self, info: CommitInfo, changes: Sequence[TreeChange], head: CommitId | None
    ) -> CommitId:
        if head is None:
            return self._pushed(info, changes, head, 'the branch has no commit yet')
        if why := self._too_much(head, changes):
            return self._pushed(info, changes, head, why)
        wanted = self._wanted(info, changes, head)
        try:
            made = self.host.commit_on_branch(wanted)
        except (BranchMoved, OutcomeUnknown):
            # The host may have made the commit, and a proxy asked for it twice.
            found = self._arrived(info.id, head)
            if found is None:
                raise
            made = found
        return self._confirmed(made, info.id)

    def _joined(self, info: CommitInfo, head: CommitId) -> CommitId:
        """Joins the history our commit stands on into the branch, then brings its files there."""
        onto = info.parents[0]
        at = head
        if not self.store.is_ancestor(onto, head):
            merged = self.host.merge_into_branch(self.branch, onto, self._merge_message(info))
            if merged is None:
                return self._pushed(info, (), head, 'the host cannot merge these lines')
            at = self._confirmed_merge(merged, {head, onto})
        changes = self.store.changed(at, info.id)
        return self._put(info, changes, at) if changes else at

    def _merge_message(self, info: CommitInfo) -> str:
        """Leads back to the operation, and claims no edit: those may come only on top of it."""
        lines = [
            f'{name}: {value}'
            for name, value in _trailers(info)
            if name not in (CHANGE_SET_ID, CO_AUTHORED_BY)
        ]
        return '\n\n'.join((f'Merge {info.parents[0][:12]} into {self.branch}', '\n'.join(lines)))

    def _confirmed_merge(self, merged: CommitId, parents: set[CommitId]) -> CommitId:
        """The host compares no head: a commit of somebody else may lie between."""
        self._shown(merged)
        if set(self.store.log(merged, limit=1)[0].parents) != parents:
            raise BranchMoved(
                'BranchMoved', f'Another commit reached {self.branch} first.', after=1
            )
        return merged

    def _wanted(
        self, info: CommitInfo, changes: Sequence[TreeChange], head: CommitId
    ) -> BranchCommit:
        contents = self.store.read_blobs([each.new.blob for each in changes if each.new])
        return BranchCommit(
            branch=self.branch,
            expected=head,
            message=_message(info),
            additions={each.path: contents[each.new.blob] for each in changes if each.new},
            deletions=tuple(each.path for each in changes if each.new is None),
        )

    def _too_much(self, head: CommitId, changes: Sequence[TreeChange]) -> str:
        """Why the host's API cannot take these changes; nothing when it can."""
        if len(changes) > MOST_FILES:
            return f'{len(changes)} files are more than {MOST_FILES}'
        sizes = self.store.blob_sizes([each.new.blob for each in changes if each.new])
        if (size := sum(sizes[each.new.blob] for each in changes if each.new)) > MOST_BYTES:
            return f'{size} bytes are more than {MOST_BYTES}'
        return next(_inexpressible(changes), '')

    def _pushed(
        self,
        info: CommitInfo,
        changes: Sequence[TreeChange],
        head: CommitId | None,
        why: str,
    ) -> CommitId:
        self.tell(f'Commit {info.id[:12]} goes by git push instead of the API: {why}.')
        fits = not info.parents if head is None else head in info.parents
        commit = info.id if fits else self._made_again(info, changes, head)
        RemoteBranch(self.store, self.remote, self.branch).move(commit, head)
        return commit

    def _made_again(
        self, info: CommitInfo, changes: Sequence[TreeChange], head: CommitId | None
    ) -> CommitId:
        """The same change on the commit the host has made of ours."""
        edits = {
            each.path: ExistingBlob(each.new.blob, each.new.mode) if each.new else None
            for each in changes
        }
        message = f'{info.subject}\n\n{info.body}'
        trailers = (*_trailers(info), (PLANNED_COMMIT, info.id))
        by = Authorship(info.author, info.committer, info.when, trailers)
        commit = self.store.commit(head, edits, message, by, _AGAIN)
        self.store.delete_ref(_AGAIN)
        return commit

    def _arrived(self, commit: CommitId, since: CommitId) -> CommitId | None:
        head = self.head()
        if head is None or head == since:
            return None
        brought = self.store.log(head, since=since)
        return next(
            (info.id for info in brought if info.trailers.get(PLANNED_COMMIT) == commit), None
        )

    def _confirmed(self, made: CommitId, planned: CommitId) -> CommitId:
        """Only what Git shows counts; another tree than ours must not pass for ours."""
        self._shown(made)
        if self.store.tree_id(made) != self.store.tree_id(planned):
            raise NeedsPerson(
                'CommitDiffers',
                f'The host made commit {made[:12]} with other content than was sent.',
                hint='Look at that commit; write through Git instead until the reason is known.',
            )
        return made

    def _shown(self, made: CommitId) -> None:
        head = self.head()
        known = head is not None and self.store.resolve(made) is not None
        if head is None or not known or not self.store.is_ancestor(made, head):
            raise OutcomeUnknown(
                'OutcomeUnknown',
                f'The host answered with commit {made[:12]}, and {self.branch} does not show it.',
                hint='The branch is read again to learn what happened.',
                after=1,
            )


def _inexpressible(changes: Sequence[TreeChange]) -> Iterator[str]:
    written = {each.path for each in changes if each.new is not None}
    gone = {each.path for each in changes if each.new is None}
    for each in changes:
        for entry in (each.old, each.new):
            if entry is not None and entry.mode != _PLAIN:
                yield f'{_shown(each.path)} has mode {entry.mode}'
        if not _is_utf8(each.path):
            yield f'the path {_shown(each.path)} is not UTF-8'
    for one, other in ((written, gone), (gone, written)):
        if clash := next((path for path in one if other & set(_folders(path))), None):
            yield f'a file and a folder change places at {_shown(clash)}'


def _folders(path: RepoPath) -> Iterator[RepoPath]:
    while '/' in path:
        path = RepoPath(path.rpartition('/')[0])
        yield path


def _is_utf8(path: RepoPath) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _shown(path: RepoPath) -> str:
    return path.encode('utf-8', 'backslashreplace').decode()


def _message(info: CommitInfo) -> str:
    """Our message with its trailers last, where Git looks for them."""
    pairs = [*_trailers(info), (PLANNED_COMMIT, info.id)]
    author = (CO_AUTHORED_BY, f'{info.author.name} <{info.author.email}>')
    if info.author != info.committer and author not in pairs:
        pairs.append(author)
    lines = '\n'.join(f'{name}: {value}' for name, value in pairs)
    return '\n\n'.join(part for part in (info.subject, info.body, lines) if part)


def _trailers(info: CommitInfo) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, value)
        for name, values in info.trailers.items()
        for value in values.split('\n')
        if name != PLANNED_COMMIT
    )
