"""Reads commits: who made them, when, and why, newest first.

Called by `workflows/history.py`, `undo.py` and the search for an already published change.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ..identity import CommitId, RepoPath
from .commits import Identity
from .failures import local_failure
from .process import Git

__all__ = ['CommitInfo', 'log']

# With parents asked for, git writes them in front of the first line.
_FIELDS = '%n%H%x00%P%x00%an%x00%ae%x00%cn%x00%ce%x00%aI%x00%B%x00'
_TRAILERS = '%(trailers:only,unfold,separator=%x01,key_value_separator=%x02)%x00'
_PARTS = 9


@dataclass(frozen=True, slots=True)
class CommitInfo:
    """One commit. `body` is the message without its subject and without its trailers.

    A trailer that stands there more than once has its values joined by line breaks.
    """

    id: CommitId
    parents: tuple[CommitId, ...]
    author: Identity
    committer: Identity
    when: datetime
    subject: str
    body: str
    trailers: Mapping[str, str]


def log(
    git: Git,
    commit: CommitId,
    *,
    since: CommitId | None = None,
    paths: Sequence[RepoPath] = (),
    limit: int | None = None,
    connected: bool = False,
) -> list[CommitInfo]:
    """The commits reachable from `commit` but not from `since`, newest first.

    `connected`: the parents of each are the nearest commits of this very list, and stand below it.
    """
    bound = (f'--max-count={limit}',) if limit is not None else ()
    if connected:
        bound = (*bound, '--parents', '--topo-order')
    start = (commit, f'^{since}') if since else (commit,)
    done = git.run(
        'rev-list',
        '--no-commit-header',
        f'--format={_FIELDS}{_TRAILERS}',
        *bound,
        *start,
        '--',
        *paths,
    )
    if not done.good:
        raise local_failure(done, f'reading the history of {commit}')
    words = done.output.decode('utf-8', 'replace').split('\0')
    return [_info(words[at : at + _PARTS]) for at in range(0, len(words) - _PARTS + 1, _PARTS)]


def _info(words: Sequence[str]) -> CommitInfo:
    name, parents, author, author_email, committer, committer_email, when, message, tail = words
    pairs = [line.partition('\2') for line in tail.split('\1') if line]
    trailers = _joined((key, value) for key, _, value in pairs)
    subject, _, body = message.strip().partition('\n')
    return CommitInfo(
        id=CommitId(name.split()[-1]),
        parents=tuple(CommitId(parent) for parent in parents.split()),
        author=Identity(author, author_email),
        committer=Identity(committer, committer_email),
        when=_time(when),
        subject=subject,
        body=_without_last_paragraph(body) if trailers else body.strip(),
        trailers=trailers,
    )


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in pairs:
        found[key] = f'{found[key]}\n{value}' if key in found else value
    return found


def _without_last_paragraph(body: str) -> str:
    return body.strip().rpartition('\n\n')[0].strip()


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        # Old tools wrote years no calendar has; such a commit must not hide the others.
        return datetime.fromtimestamp(0, UTC)
