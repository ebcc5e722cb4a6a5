"""Edits of objects -> one plan. Only the bytes of the documents meant change.

Called by `hedgehog-gitops edit` and by the plugin when it publishes drafts. An edit whose base no
longer stands in Git becomes a conflict and is left out; the others go on.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, assert_never

from ..documents import Limits, edit_document
from ..errors import NeedsPerson
from ..findings import Finding, Severity
from ..git import GitStore
from ..identity import CommitId, ResourceKey
from ..kinds import Catalogue
from ..layout import Fabric, Located, managed_path
from ..plans import Conflict, ConflictKind, Operation, OperationKind, Plan, Side
from .brought import brought
from .edits import Create, Edit, Remove, ReplaceMeaning, ReplaceSpec, ReplaceText, SetFields
from .known_blobs import About
from .meanings import differing_fields, read_object, same_meaning, wanted_value, with_annotations
from .open_files import OpenFiles
from .reading import entries_below, inventory, load

__all__ = ['plan_edits']

_LIMITS = Limits()
_HOW_WIDE = {1: 'the field around it', 2: 'its top-level key', 3: 'the whole document'}

type _Change = SetFields | ReplaceSpec | ReplaceMeaning | ReplaceText


def plan_edits(
    store: GitStore,
    head: CommitId | None,
    fabric: Fabric,
    edits: Sequence[Edit],
    operation: Operation,
    subject: str = '',
    limits: Limits = _LIMITS,
) -> Plan:
    """Returns what the edits change, and those that cannot stand beside what Git has."""
    entries = entries_below(store, head, fabric.managed)
    about = About(edit.key for edit in edits)
    places = inventory(store, fabric, entries, limits, about).by_key
    paths = [at.path for edit in edits for at in places.get(edit.key, ())]
    paths += [managed_path(fabric, edit.key) for edit in edits if isinstance(edit, Create)]
    files = OpenFiles(load(store, head, entries, paths), limits)

    def names() -> list[str]:
        return [_short(key) for key in inventory(store, fabric, entries, limits).by_key]

    sheet = _Sheet(fabric, places, files, limits, names)
    for edit in edits:
        _apply(sheet, edit)
    return Plan(
        operation=OperationKind.EDIT,
        base=head,
        subject=subject or _subject(edits),
        changes=sheet.files.changes(),
        findings=tuple(sheet.findings),
        conflicts=tuple(sheet.conflicts),
    )


@dataclass(slots=True)
class _Sheet:
    """What is on the table while edits are applied one after another."""

    fabric: Fabric
    places: Mapping[ResourceKey, tuple[Located, ...]]
    files: OpenFiles
    limits: Limits
    names: Callable[[], list[str]]
    findings: list[Finding] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)

    @property
    def catalogue(self) -> Catalogue:
        return self.fabric.catalogue


@dataclass(frozen=True, slots=True)
class _Version:
    """One version of an object."""

    text: bytes
    value: dict[str, Any]

    def side(self, place: Located | None = None) -> Side:
        """Returns it as a side of a conflict."""
        if place is None:
            return Side(self.text, self.value)
        return Side(self.text, self.value, place.path, place.document)


def _apply(sheet: _Sheet, edit: Edit) -> None:
    places = sheet.places.get(edit.key, ())
    if len(places) > 1:
        sheet.conflicts.append(_described_twice(sheet, edit.key, places))
        return
    match edit:
        case Create():
            _create(sheet, edit, places[0] if places else None)
        case Remove():
            if places:
                _remove(sheet, edit, places[0])
        case SetFields() | ReplaceSpec() | ReplaceMeaning() | ReplaceText():
            if places:
                _change(sheet, edit, places[0])
            else:
                _missing(sheet, edit)
        case _:
            assert_never(edit)


def _create(sheet: _Sheet, edit: Create, place: Located | None) -> None:
    value = read_object(edit.text, edit.key, sheet.limits, sheet.catalogue)
    ours = Side(edit.text, value)
    path = managed_path(sheet.fabric, edit.key)
    if place is not None:
        theirs = _Version(*sheet.files.document(place)).side(place)
        if not same_meaning(edit.key, theirs.value, value, sheet.catalogue):
            message = f'{edit.key} is in Git already, and says something else there'
            sheet.conflicts.append(_conflict(edit.key, message, None, ours, theirs))
    elif sheet.files.has(path):
        theirs = Side(sheet.files.content(path), None, path)
        message = f'{path} is taken by something that is not {edit.key}'
        sheet.conflicts.append(_conflict(edit.key, message, None, ours, theirs))
    else:
        sheet.findings += brought(edit.key, value, None, path, sheet.catalogue)
        annotated = with_annotations(sheet.fabric, edit.text, value, sheet.limits)
        sheet.files.create(path, annotated, f'create {edit.key.kind}', edit.key)


def _remove(sheet: _Sheet, edit: Remove, place: Located) -> None:
    now, base = _Version(*sheet.files.document(place)), _base(sheet, edit)
    if base is not None and not same_meaning(edit.key, base.value, now.value, sheet.catalogue):
        message = f'{edit.key} was changed in Git while it was removed here'
        ours, theirs = Side(None, None), now.side(place)
        sheet.conflicts.append(_conflict(edit.key, message, base.side(), ours, theirs))
        return
    sheet.files.remove(place, f'remove {edit.key.kind}')


def _change(sheet: _Sheet, edit: _Change, place: Located) -> None:
    now = _Version(*sheet.files.document(place))
    wanted = _wanted(sheet, edit, now)
    if wanted == now.value and (not isinstance(edit, ReplaceText) or edit.text == now.text):
        return
    base = _base(sheet, edit)
    if base is not None and not same_meaning(edit.key, base.value, now.value, sheet.catalogue):
        if not same_meaning(edit.key, wanted, now.value, sheet.catalogue):
            message = f'{edit.key} was changed in Git and here'
            ours, theirs = _ours(sheet, edit, base), now.side(place)
            sheet.conflicts.append(_conflict(edit.key, message, base.side(), ours, theirs))
        return
    sheet.findings += brought(edit.key, wanted, now.value, place.path, sheet.catalogue)
    if isinstance(edit, ReplaceText):
        sheet.files.replace(place, edit.text, wanted)
        return
    edited = edit_document(now.text, wanted, sheet.limits)
    sheet.files.replace(place, edited.text, wanted)
    if edited.level:
        sheet.findings.append(_widened(place, edited.level))


def _widened(place: Located, level: int) -> Finding:
    return Finding(
        Severity.INFO if level == 1 else Severity.WARNING,
        'EditWidened',
        f'{_HOW_WIDE[level]} was written anew; look at its comments',
        place.path,
        place.document,
        resource=place.key,
    )


def _missing(sheet: _Sheet, edit: _Change) -> None:
    base = _base(sheet, edit)
    if base is not None:
        message = f'{edit.key} was removed in Git while it was changed here'
        theirs = Side(None, None)
        ours = _ours(sheet, edit, base)
        sheet.conflicts.append(_conflict(edit.key, message, base.side(), ours, theirs))
        return
    near = get_close_matches(_short(edit.key), sheet.names(), n=3, cutoff=0.6)
    raise NeedsPerson(
        'ResourceMissing',
        f'There is no {_short(edit.key)} in {sheet.fabric.managed}.',
        hint=f'Did you mean {" or ".join(near)}?' if near else '`status` shows what is there.',
    )


def _base(sheet: _Sheet, edit: _Change | Remove) -> _Version | None:
    """The version the edit was made on, where it says so."""
    if edit.base_text is None:
        return None
    return _Version(
        edit.base_text, read_object(edit.base_text, edit.key, sheet.limits, sheet.catalogue)
    )


def _wanted(sheet: _Sheet, edit: _Change, version: _Version) -> dict[str, Any]:
    if isinstance(edit, ReplaceText):
        return read_object(edit.text, edit.key, sheet.limits, sheet.catalogue)
    return wanted_value(edit, version.value, sheet.catalogue)


def _ours(sheet: _Sheet, edit: _Change, base: _Version) -> Side:
    """What the edit makes of the version it was made on."""
    wanted = _wanted(sheet, edit, base)
    if isinstance(edit, ReplaceText):
        return Side(edit.text, wanted)
    return Side(edit_document(base.text, wanted, sheet.limits).text, wanted)


def _conflict(
    key: ResourceKey, message: str, base: Side | None, ours: Side, theirs: Side
) -> Conflict:
    gone = ours.text is None or theirs.text is None
    return Conflict(
        kind=ConflictKind.MISSING_RESOURCE if gone else ConflictKind.CONCURRENT_MODIFICATION,
        resource=key,
        message=message,
        base=base,
        ours=ours,
        theirs=theirs,
        fields=() if gone else differing_fields(theirs.value, ours.value),
    )


def _described_twice(sheet: _Sheet, key: ResourceKey, places: tuple[Located, ...]) -> Conflict:
    paths = ', '.join(place.path for place in places)
    return Conflict(
        kind=ConflictKind.DUPLICATE_IDENTITY,
        resource=key,
        message=f'described {len(places)} times: {paths}; remove all but one first',
        base=None,
        ours=_Version(*sheet.files.document(places[0])).side(places[0]),
        theirs=_Version(*sheet.files.document(places[1])).side(places[1]),
    )


def _subject(edits: Sequence[Edit]) -> str:
    if len(edits) != 1:
        return f'Edit {len(edits)} objects'
    verb = {Create: 'Create', Remove: 'Remove'}.get(type(edits[0]), 'Edit')
    return f'{verb} {_short(edits[0].key)}'


def _short(key: ResourceKey) -> str:
    namespace = '' if key.namespace == 'default' else f'{key.namespace}/'
    return f'{key.kind}/{namespace}{key.name}'
