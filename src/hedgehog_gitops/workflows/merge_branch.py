"""A feature branch -> one merge commit on another branch: files by path, objects field by field.

Called by the command line and by NetBox, where no host merges pull requests. A file only one side
changed is taken as it is. An object both sides changed is merged like an edit that meets a newer
Git, wherever it lies: the source branch is the edit. What the source moved goes to its new place,
unless the target moved it as well. A merge is whole or not at all: with a clash in it the plan
changes nothing and names every clash.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..documents import Limits
from ..errors import NeedsPerson
from ..findings import Finding, has_errors
from ..git import GitStore
from ..identity import CommitId, RepoPath, ResourceKey
from ..layout import Fabric, Located, managed_path
from ..plans import (
    Change,
    ClashRule,
    Conflict,
    ConflictKind,
    Delete,
    Operation,
    OperationKind,
    Plan,
    Side,
    Write,
)
from .compose import applied, joined
from .edit import plan_edits
from .edits import Create, Edit, Remove, ReplaceText, Terms
from .kept_folders import keeping_folders
from .merge_manifest import merged_manifest, settings_kept
from .merge_places import Wish, kept_place, put_in_place
from .merge_sides import Sides, Stand, clash
from .reading import entries_below, load

__all__ = ['BranchMerge', 'plan_branch_merge']

_LIMITS = Limits()
_REASON = 'merge'


@dataclass(frozen=True, slots=True)
class BranchMerge:
    """What is merged into what. `rules` decide clashes of single objects, `rule` all the others.

    OURS means that the source branch is right, THEIRS that the target is. With `keeps_settings`
    the manifest is made from settings kept elsewhere: where both changed it the target's stands.
    """

    source: CommitId
    target: CommitId
    source_name: str
    target_name: str
    rule: ClashRule = ClashRule.MERGE
    rules: Mapping[ResourceKey, ClashRule] = field(default_factory=dict)
    keeps_settings: bool = False


def plan_branch_merge(
    store: GitStore,
    merge: BranchMerge,
    fabric: Fabric,
    operation: Operation,
    limits: Limits = _LIMITS,
) -> Plan:
    """Returns the merge on top of the target; empty when the target has all of the source."""
    base = _base(store, merge)
    plan = Plan(
        operation=OperationKind.MERGE,
        base=merge.target,
        subject=f'Merge {merge.source_name} into {merge.target_name}',
    )
    if base == merge.source:
        return plan
    sides = Sides(store, fabric, limits, (base, merge.source, merge.target))
    edits = list(_edits(sides, merge))
    # What the source has is put there as it is, without annotations of ours.
    bare = replace(fabric, annotate=False)
    edited = plan_edits(store, merge.target, bare, edits, operation, limits=limits)
    settings, about_settings = _settings(sides, merge)
    refused = (*sides.refused(), *sides.refused_others(), *about_settings)
    findings = (*refused, *edited.findings)
    twice = [_described_twice(sides, key, stand) for key, stand in _ambiguous(sides)]
    conflicts = tuple(_of_merge(each, base, merge.source) for each in (*edited.conflicts, *twice))
    if conflicts or has_errors(refused):
        return replace(plan, findings=findings, conflicts=conflicts)
    changes, told = _in_place(sides, merge, edited.changes)
    carried = {change.path: change for change in (*_carried(sides), *settings)}
    # Each side's own file may be where the other one's object would go.
    if taken := [clash(c.path, _TAKEN) for c in changes if _differ(c, carried.get(c.path))]:
        return replace(plan, findings=(*findings, *taken))
    by_path = {**carried, **{change.path: change for change in changes}}
    return replace(
        plan,
        changes=tuple(by_path[path] for path in sorted(by_path)),
        findings=(*findings, *told),
        settled=edited.settled,
        joins=merge.source,
        body=(f'{len(sides.brought)} files changed on {merge.source_name}.',),
    )


_TAKEN = 'and two objects would be put there'


def _differ(change: Change, other: Change | None) -> bool:
    if isinstance(change, Write) and isinstance(other, Write):
        return change.content != other.content
    return other is not None


def _base(store: GitStore, merge: BranchMerge) -> CommitId:
    base = store.merge_base(merge.source, merge.target)
    if base is None:
        raise NeedsPerson(
            'HistoriesUnrelated',
            f'{merge.source_name} and {merge.target_name} have no commit in common.',
            hint='Make the branch anew from the one it is to be merged into.',
        )
    return base


def _edits(sides: Sides, merge: BranchMerge) -> Iterable[Edit]:
    """What the source did to the objects of files that both sides touched."""
    ambiguous = {key for key, _ in _ambiguous(sides)}
    for key, stand in sides.stands.items():
        source = _texts(sides, stand.source)
        if key in ambiguous or source in (_texts(sides, stand.base), _texts(sides, stand.target)):
            continue
        terms = Terms(merge.rules.get(key, merge.rule), merge.source_name)
        if not stand.source:
            yield Remove(key, sides.text(stand.base[0]), terms)
        elif not stand.base:
            yield Create(key, sides.text(stand.source[0]))
        else:
            old, new = sides.text(stand.base[0]), sides.text(stand.source[0])
            yield ReplaceText(key, new, old, terms)


def _ambiguous(sides: Sides) -> Iterable[tuple[ResourceKey, Stand]]:
    """Objects that are described twice, and of which the source changed one description."""
    for key, stand in sides.stands.items():
        if len(stand.base) < 2 and len(stand.source) < 2:
            continue
        source = _placed(sides, stand.source)
        if source not in (_placed(sides, stand.base), _placed(sides, stand.target)):
            yield key, stand


def _texts(sides: Sides, places: Sequence[Located]) -> list[bytes]:
    return sorted(_said(sides, place) for place in places)


def _placed(sides: Sides, places: Sequence[Located]) -> list[tuple[RepoPath, bytes]]:
    return sorted((place.path, _said(sides, place)) for place in places)


def _said(sides: Sides, place: Located) -> bytes:
    """An object's text without what parts it from its neighbours, which come and go."""
    return sides.text(place).removeprefix(b'---').strip()


def _described_twice(sides: Sides, key: ResourceKey, stand: Stand) -> Conflict:
    """Both sides changed something of an object that has no one place."""
    places = max(stand.base, stand.source, key=len)
    paths = ', '.join(place.path for place in places)
    ours, theirs = (
        Side(sides.text(at[0]), None, at[0].path, at[0].document) if at else Side(None, None)
        for at in (stand.source, stand.target)
    )
    message = f'described {len(places)} times: {paths}; remove all but one first'
    return Conflict(ConflictKind.DUPLICATE_IDENTITY, key, message, None, ours, theirs)


def _of_merge(conflict: Conflict, base: CommitId, source: CommitId) -> Conflict:
    """A clash of two branches: neither side waits in NetBox."""
    ours = replace(conflict.ours, commit=source)
    return replace(conflict, kind=ConflictKind.MERGE_CONFLICT, ours=ours, base_commit=base)


def _settings(sides: Sides, merge: BranchMerge) -> tuple[tuple[Change, ...], tuple[Finding, ...]]:
    if sides.fabric.manifest not in sides.both:
        return (), ()
    if merge.keeps_settings:
        return (), settings_kept(sides, merge.source_name)
    return merged_manifest(sides, merge.rule, sides.limits)


def _carried(sides: Sides) -> Iterable[Change]:
    """Files that only the source changed, as it has them, and what it added to logs."""
    for path in sorted(sides.logs):
        # Logs only ever grow: what the source added goes behind what the target has.
        ours, theirs = sides.brought[path], sides.met[path]
        old, mine, now = (sides.content(entry) for entry in (ours.old, ours.new, theirs.new))
        stands = theirs.new.blob if theirs.new is not None else None
        yield Write(path, now + mine[len(old) :], _REASON, stands)
    whole = sides.whole()
    new = sides.store.read_blobs({c.new.blob for c in whole if c.new is not None})
    for change in whole:
        stood = change.old.blob if change.old is not None else None
        if change.new is not None:
            yield Write(change.path, new[change.new.blob], _REASON, stood, change.new.mode)
        elif stood is not None:
            yield Delete(change.path, stood, _REASON)


def _in_place(
    sides: Sides, merge: BranchMerge, edited: tuple[Change, ...]
) -> tuple[tuple[Change, ...], list[Finding]]:
    """The changes with what the source moved at its new place, and what is told of the rest."""
    told: list[Finding] = []
    wishes = list(_wishes(sides, told))
    if not wishes:
        return edited, told
    entries = entries_below(sides.store, merge.target, sides.fabric.managed)
    # One that is new has its usual file; only a moved one is missed where the source has it.
    wishes = [w for w in wishes if sides.stands[w.key].base or w.wanted not in entries]
    tree = load(sides.store, merge.target, entries, [wish.lies for wish in wishes])
    moved, stayed = put_in_place(sides, applied(tree, edited), wishes)
    changes = keeping_folders(sides.fabric, entries.keys(), joined(edited, moved))
    return changes, [*told, *stayed]


def _wishes(sides: Sides, told: list[Finding]) -> Iterable[Wish]:
    """Where the source's objects are to go; of those that both sides moved it is told."""
    for key, stand in sides.stands.items():
        if len(stand.source) != 1 or len(stand.base) > 1:
            continue
        wanted = stand.source[0].path
        if len(stand.target) > 1:
            if wanted not in {place.path for place in (*stand.base, *stand.target)}:
                why = f'it is described {len(stand.target)} times on the target'
                told.append(kept_place(key, stand.target[0].path, wanted, why))
            continue
        if not stand.target:
            # Made anew by the merge, if at all.
            lies = managed_path(sides.fabric, key)
        else:
            lies = stand.target[0].path
            if stand.base and wanted == stand.base[0].path:
                continue
            if wanted != lies and (not stand.base or lies != stand.base[0].path):
                told.append(kept_place(key, lies, wanted, 'the target put it here'))
                continue
        if wanted != lies:
            yield Wish(key, lies, wanted)
