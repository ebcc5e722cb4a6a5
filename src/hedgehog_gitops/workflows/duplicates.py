"""The objects of a fabric that are described in several places: found, compared, ranked.

Called by `hedgehog-gitops duplicates`, by `settle.py` and by the plugin; nothing is written. Only
the files of objects whose descriptions differ are read a second time, to say in what.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from posixpath import dirname, normpath

from ..documents import Limits, Value, read
from ..duplicates import (
    DEFAULT_POLICY,
    Action,
    Area,
    Copy,
    DuplicateGroup,
    Policy,
    Ranking,
    Row,
    Wait,
    compared,
    find_copies,
    findings_in,
    is_rehomed,
    named_in,
    near_misses,
    only_it_is_refused,
    plain,
    rank,
    read_policy,
    value_at,
)
from ..errors import EngineError
from ..findings import Finding, Severity
from ..git import GitStore
from ..identity import BlobId, CommitId, RepoPath, ResourceKey, TreeEntry, TreeId
from ..kinds import Disposition
from ..layout import Fabric, path_collisions
from .duplicate_rows import LookedAt, look_at
from .known_scans import KnownScans
from .progress import Progress, Silent
from .scan import Scan
from .structure import is_laid_out

__all__ = ['policy_of', 'scan_duplicates', 'scan_of']

_LIMITS = Limits()
_SILENT = Silent()


def scan_duplicates(  # noqa: PLR0913, PLR0917 - the tree, by what it is judged, and how it is read
    store: GitStore,
    commit: CommitId | TreeId,
    fabric: Fabric,
    policy: Policy | None = None,
    known: Mapping[str, Row] | None = None,
    limits: Limits = _LIMITS,
    progress: Progress = _SILENT,
    workers: int = 1,
) -> Scan:
    """Finds every group of a fabric's folder in a commit or a tree.

    Without a `policy` that of the fabric's `.hnp/policy.yaml` is used, else the default one.
    `known` are rows a caller has kept; without it the cache beside the clone is used, which also
    has the answer about a tree that did not change.
    """
    progress.stage('read')
    tree = store.tree_id(commit, fabric.base) if known is None else None
    scans = KnownScans(store, fabric, policy, limits)
    kept = scans.of_tree(tree, commit) if tree is not None else None
    if kept is not None:
        return kept
    looked = look_at(store, commit, fabric, known, limits, progress, workers)
    progress.stage('compare')
    scan = scan_of(store, commit, fabric, looked, policy, limits)
    if tree is not None:
        scans.keep(tree, scan)
    return scan


def scan_of(
    store: GitStore,
    commit: CommitId | TreeId,
    fabric: Fabric,
    looked: LookedAt,
    policy: Policy | None,
    limits: Limits,
) -> Scan:
    """Ranks what was looked at."""
    told: tuple[Finding, ...] = ()
    if policy is None:
        policy, told = policy_of(store, fabric, looked.entries)
    found = find_copies(looked.files, looked.rows, fabric, looked.aside)
    court = _Court(store, commit, fabric, looked, policy, limits)
    return Scan(
        commit,
        policy,
        court.groups(found.copies),
        near_misses(looked.files, looked.rows),
        (*told, *_unread(looked), *path_collisions(looked.files)),
        len(looked.files),
        found.objects,
        found.updates,
        found.set_aside,
        looked.learned,
        frozenset(looked.files.values()),
    )


def policy_of(
    store: GitStore, fabric: Fabric, entries: Mapping[RepoPath, TreeEntry]
) -> tuple[Policy, tuple[Finding, ...]]:
    """The policy that is kept with the fabric; the default one where there is none that reads."""
    path = fabric.path('.hnp/policy.yaml')
    entry = entries.get(path)
    if entry is None or not entry.is_file:
        return DEFAULT_POLICY, ()
    policy, findings = read_policy(store.read_blobs([entry.blob])[entry.blob], path)
    return policy or DEFAULT_POLICY, findings


class _Court:
    """Compares and ranks the copies of every group."""

    def __init__(
        self,
        store: GitStore,
        commit: CommitId | TreeId,
        fabric: Fabric,
        looked: LookedAt,
        policy: Policy,
        limits: Limits,
    ) -> None:
        self._store, self._commit, self._fabric = store, commit, fabric
        self._policy = policy
        # Each was read in time once; on a busy machine it might not be a second time.
        self._limits = replace(limits, clock=None)
        self._laid_out = is_laid_out(fabric, looked.entries)
        self._composed = frozenset(_composed(looked))
        self._ages: dict[RepoPath, float] = {}

    def groups(self, found: Mapping[ResourceKey, tuple[Copy, ...]]) -> tuple[DuplicateGroup, ...]:
        differing = [
            copy
            for copies in found.values()
            if len({copy.meaning for copy in copies}) > 1
            for copy in copies
        ]
        values = self._values(differing)
        return tuple(self._group(key, copies, values) for key, copies in found.items())

    def _group(
        self, key: ResourceKey, copies: tuple[Copy, ...], values: Mapping[Copy, Value]
    ) -> DuplicateGroup:
        kind = self._fabric.catalogue.find(key.group, key.kind)
        meant = {copy: plain(values[copy], kind) for copy in copies if copy in values}
        comparison, fields = compared(copies, meant)
        ranking = rank(copies, comparison, self._policy)
        if ranking.winner is None and self._policy.asks_age:
            ages = self._ages_of(copy.spot.path for copy in copies)
            ranking = rank(copies, comparison, self._policy, ages)
        refused = self._refused(ranking, values)
        wait = self._wait(ranking, refused=bool(refused))
        ranked = ranking.copies
        if wait is not None:
            ranked = tuple(replace(each, action=Action.KEEP) for each in ranked)
        return DuplicateGroup(
            key,
            comparison,
            ranked,
            ranking.winner.spot if ranking.winner else None,
            ranking.rule,
            f'{ranking.why}; {refused}' if wait is Wait.INVALID else ranking.why,
            wait,
            fields,
            sum(not copy.marked for copy in copies) == 1,
        )

    def _refused(self, ranking: Ranking, values: Mapping[Copy, Value]) -> str:
        """The first error of a winner that another copy has not; those that mean the same have
        the same."""
        winner = ranking.winner
        if winner is None or winner not in values:
            return ''
        group = {each.copy: values[each.copy] for each in ranking.copies}
        faults = only_it_is_refused(winner, group, self._fabric.catalogue)
        return f'a cluster would refuse it ({faults[0].message})' if faults else ''

    def _wait(self, ranking: Ranking, *, refused: bool) -> Wait | None:
        copies = [each.copy for each in ranking.copies]
        if any(copy.spot.path in self._composed for copy in copies):
            return Wait.COMPOSED
        winner = ranking.winner
        if winner is None:
            return Wait.TIE
        if winner.disposition is not Disposition.MANAGED:
            return Wait.FOREIGN
        if refused:
            return Wait.INVALID
        changed = [copy for copy in copies if copy is not winner]
        if is_rehomed(winner, laid_out=self._laid_out):
            changed.append(winner)
        unmanaged = any(copy.area is Area.UNMANAGED for copy in changed)
        return Wait.UNMANAGED if unmanaged else None

    def _values(self, copies: Iterable[Copy]) -> dict[Copy, Value]:
        by_blob: dict[BlobId, list[Copy]] = {}
        for copy in copies:
            by_blob.setdefault(copy.blob, []).append(copy)
        values: dict[Copy, Value] = {}
        contents = self._store.read_blobs(by_blob) if by_blob else {}
        for blob, data in contents.items():
            reading = read(data, self._limits)
            values |= {copy: value_at(reading, copy.spot) for copy in by_blob[blob]}
        return values

    def _ages_of(self, paths: Iterable[RepoPath]) -> Mapping[RepoPath, float]:
        """When each file came into Git; a tree that is no commit has no history."""
        for path in paths:
            if path not in self._ages:
                try:
                    commits = self._store.log(CommitId(self._commit), paths=[path])
                except EngineError:
                    return {}
                if commits:
                    self._ages[path] = commits[-1].when.timestamp()
        return self._ages


def _composed(looked: LookedAt) -> Iterable[RepoPath]:
    """The files a kustomization names: layers of one object are no duplicates."""
    for path, blob in looked.files.items():
        for name in named_in(looked.rows[blob]):
            named = RepoPath(normpath(f'{dirname(path)}/{name}').lstrip('/'))
            if named in looked.files:
                yield named


def _unread(looked: LookedAt) -> Iterable[Finding]:
    """What could not be read, and so was not compared."""
    for path, blob in looked.files.items():
        for row in findings_in(looked.rows[blob]):
            yield replace(Finding.from_json(row), severity=Severity.WARNING, file=path)
