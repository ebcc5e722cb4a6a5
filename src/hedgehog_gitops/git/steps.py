"""The commits that touched some paths, as the graph they form, and what lay there after each.

Called by `workflows/trail.py`. Two processes answer for the whole history, however long it is:
only the commits that touch the paths are compared, and each with the one before it in that graph.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..identity import CommitId, RepoPath, TreeEntry
from .history import CommitInfo, log
from .process import Git
from .trees import TreeChange, listed, parse_change

__all__ = ['Step', 'changes_by_commit', 'steps']

_COMMIT_ID_LENGTHS = (40, 64)


@dataclass(frozen=True, slots=True)
class Step:
    """One commit of the graph.

    `info.parents` are the nearest earlier commits that touched the paths. `changes` lead from what
    the first of them left to `files`, which lie at the paths after this commit.
    """

    info: CommitInfo
    changes: tuple[TreeChange, ...]
    files: Mapping[RepoPath, TreeEntry]


def steps(
    git: Git, commit: CommitId, paths: Sequence[RepoPath], since: CommitId | None = None
) -> list[Step]:
    """The commits reachable from `commit` that touched the paths, children before parents.

    None that `since` holds already; the earliest of the others then have no parents.
    """
    if not paths:
        return []
    infos = _joined(log(git, commit, since=since, paths=paths, connected=True))
    changes = _changes(git, [info for info in infos if info.parents], paths)
    found: dict[CommitId, Step] = {}
    for info in reversed(infos):
        if info.parents:
            files = dict(found[info.parents[0]].files)
            made = tuple(changes.get(info.id, ()))
            for change in made:
                files.pop(change.path, None)
                if change.new is not None:
                    files[change.path] = change.new
        else:
            files = listed(git, info.id, paths)
            made = tuple(TreeChange(path, None, entry) for path, entry in files.items())
        found[info.id] = Step(info, made, files)
    return [found[info.id] for info in infos]


def _joined(infos: Sequence[CommitInfo]) -> list[CommitInfo]:
    """The commits without parents that lead to none of the others: nothing lay there before."""
    known = {info.id for info in infos}
    return [
        replace(info, parents=tuple(parent for parent in info.parents if parent in known))
        for info in infos
    ]


def _changes(
    git: Git, infos: Sequence[CommitInfo], paths: Sequence[RepoPath]
) -> dict[CommitId, list[TreeChange]]:
    if not infos:
        return {}
    questions = [f'{info.id} {info.parents[0]}' for info in infos]
    asked = ('diff-tree', '--stdin', '-r', '-z', '--raw', '--no-renames', '--', *paths)
    with git.answers(*asked, questions=questions) as stream:
        words = stream.read().decode('utf-8', 'surrogateescape').split('\0')
    return changes_by_commit(iter(words))


def changes_by_commit(words: Iterator[str]) -> dict[CommitId, list[TreeChange]]:
    """Sorts what `diff-tree --stdin -z --raw` answers by the commits it was asked about."""
    found: dict[CommitId, list[TreeChange]] = {}
    now: list[TreeChange] = []
    for word in words:
        if word.startswith(':'):
            now.append(parse_change(word, next(words)))
        elif len(word.strip()) in _COMMIT_ID_LENGTHS:
            now = found.setdefault(CommitId(word.strip()), [])
    return found
