"""Edits of objects -> one plan. Only the bytes of the documents meant change.

Called by `hedgehog-gitops edit` and by the plugin when it publishes drafts. An edit whose base no
longer stands in Git is merged with what Git says now; where that cannot be done it becomes a
conflict and is left out, and the others go on.
"""

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import assert_never

from ..documents import FieldPath, Limits, edit_document, without_default_namespace
from ..errors import NeedsPerson
from ..findings import Finding, Severity
from ..git import CommitInfo, GitStore
from ..identity import CommitId, RepoPath, ResourceKey
from ..layout import Fabric, Located, managed_path
from ..plans import (
    ClashRule,
    Conflict,
    ConflictKind,
    Operation,
    OperationKind,
    Plan,
    Settlement,
    Side,
)
from .blame import set_last
from .collisions import collisions
from .edit_sheet import Sheet
from .edits import (
    Create,
    Edit,
    Remove,
    Rename,
    ReplaceMeaning,
    ReplaceSpec,
    ReplaceText,
    SetFields,
)
from .history import Entry
from .kept_folders import keeping_folders
from .known_blobs import About, KnownBlobs
from .meanings import differing_fields, read_object, same_meaning, wanted_value, with_annotations
from .meeting import Meeting, Met, Version, meet
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
    keys = [key for edit in edits for key in _keys(edit)]
    known = KnownBlobs(store, fabric, limits)
    places = inventory(store, fabric, entries, limits, About(keys), known).by_key
    paths = [at.path for key in keys for at in places.get(key, ())]
    paths += [managed_path(fabric, edit.key) for edit in edits if isinstance(edit, Create | Rename)]
    files = OpenFiles(load(store, head, entries, paths), limits)

    def names() -> list[str]:
        return [key.short for key in inventory(store, fabric, entries, limits, None, known).by_key]

    def last_change(path: RepoPath) -> CommitInfo | None:
        return next(iter(store.log(head, paths=[path], limit=1)), None) if head else None

    def last_set(key: ResourceKey, fields: Sequence[FieldPath]) -> Entry | None:
        return set_last(store, head, fabric, key, fields, limits) if head else None

    sheet = Sheet(fabric, places, files, limits, names, last_change, last_set)
    for edit in edits:
        _apply(sheet, edit)
    sheet.findings += collisions(store, fabric, entries, known, sheet.turns, limits)
    return Plan(
        operation=OperationKind.EDIT,
        base=head,
        subject=subject or _subject(edits),
        changes=keeping_folders(fabric, entries.keys(), sheet.files.changes()),
        findings=tuple(sheet.findings),
        conflicts=tuple(sheet.conflicts),
        settled=tuple(sheet.settled),
    )


def _apply(sheet: Sheet, edit: Edit) -> None:
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
        case Rename():
            _rename(sheet, edit, places[0] if places else None)
        case SetFields() | ReplaceSpec() | ReplaceMeaning() | ReplaceText():
            if places:
                _change(sheet, edit, places[0])
            else:
                _missing(sheet, edit)
        case _:
            assert_never(edit)


def _create(sheet: Sheet, edit: Create, place: Located | None) -> None:
    value = read_object(edit.text, edit.key, sheet.limits, sheet.catalogue)
    ours = Side(edit.text, value)
    path = managed_path(sheet.fabric, edit.key)
    if place is not None:
        theirs = Version(*sheet.files.document(place)).side(place)
        # Both are in one namespace, whether or not a text says so.
        there, here = without_default_namespace(theirs.value), without_default_namespace(value)
        if not same_meaning(edit.key, there, here, sheet.catalogue):
            message = f'{edit.key} is in Git already, and says something else there'
            sheet.conflicts.append(_conflict(edit.key, message, None, ours, theirs))
    elif sheet.files.has(path):
        theirs = Side(sheet.files.content(path), None, path)
        message = f'{path} is taken by something that is not {edit.key}'
        sheet.conflicts.append(_conflict(edit.key, message, None, ours, theirs))
    else:
        sheet.turned(edit.key, path, None, value)
        annotated = with_annotations(sheet.fabric, edit.text, value, sheet.limits)
        sheet.files.create(path, annotated, f'create {edit.key.kind}', edit.key)


def _remove(sheet: Sheet, edit: Remove, place: Located) -> None:
    now, base = Version(*sheet.files.document(place)), _base(sheet, edit)
    if base is not None and not sheet.same(edit, base, now):
        message = f'{edit.key} was changed in Git while it was removed here'
        ours, theirs = _here(edit, Side(None, None)), sheet.there(now.side(place), place)
        conflict = _conflict(edit.key, message, base.side(), ours, theirs)
        if sheet.decide(conflict, edit) is not ClashRule.OURS:
            return
    sheet.turned(edit.key, place.path, now.value, None)
    sheet.files.remove(place, f'remove {edit.key.kind}')


def _rename(sheet: Sheet, edit: Rename, taken: Located | None) -> None:
    """Moves the object with what both sides changed in it, or leaves everything as it is."""
    was = sheet.places.get(edit.was, ())
    if len(was) > 1:
        sheet.conflicts.append(_described_twice(sheet, edit.was, was))
        return
    wanted = Version(edit.text, read_object(edit.text, edit.key, sheet.limits, sheet.catalogue))
    if taken is not None and not was:
        theirs = Version(*sheet.files.document(taken))
        if sheet.same(edit, wanted, theirs):
            return
    path = managed_path(sheet.fabric, edit.key)
    if taken is not None or sheet.files.has(path):
        raise _name_taken(edit.key, taken.path if taken is not None else path)
    if not was:
        _rename_what_is_gone(sheet, edit, wanted)
        return
    now = Version(*sheet.files.document(was[0]))
    new = _renamed(sheet, edit, was[0], wanted, now)
    if new is None:
        return
    sheet.turned(edit.was, was[0].path, now.value, None)
    # What was wrong with it under its former name is no news under the new one.
    sheet.turned(edit.key, path, now.value, new.value)
    sheet.files.remove(was[0], f'rename {edit.key.kind}')
    annotated = with_annotations(sheet.fabric, new.text, new.value, sheet.limits)
    sheet.files.create(path, annotated, f'rename {edit.key.kind}', edit.key)


def _renamed(
    sheet: Sheet, edit: Rename, place: Located, wanted: Version, now: Version
) -> Version | None:
    """What the object says under its new name; None where a person has to decide."""
    base = _base(sheet, edit)
    if base is None or base.text == now.text or sheet.same(edit, base, now):
        return _respelled(sheet, edit, wanted, now)
    ours = _respelled(sheet, edit, wanted, base)
    meeting = Meeting(edit.key, base, ours, now, sheet.kind(edit), edit.typed)
    return _met(sheet, edit, place, meeting)


def _respelled(sheet: Sheet, edit: Rename, wanted: Version, version: Version) -> Version:
    """The wanted meaning in the words of a version, unless a person chose the words."""
    if edit.typed:
        return wanted
    edited = edit_document(version.text, wanted.value, sheet.limits)
    return Version(edited.text, wanted.value, edited.level, edited.why)


def _rename_what_is_gone(sheet: Sheet, edit: Rename, wanted: Version) -> None:
    base = _base(sheet, edit)
    message = f'{edit.was} was removed in Git while it was renamed to {edit.key.name} here'
    conflict = _conflict(
        edit.key,
        message,
        base.side() if base is not None else None,
        _here(edit, wanted.side()),
        sheet.gone(edit.was),
    )
    if sheet.decide(conflict, edit) is ClashRule.OURS:
        _create(sheet, Create(edit.key, wanted.text), None)


def _name_taken(key: ResourceKey, path: RepoPath) -> NeedsPerson:
    return NeedsPerson(
        'PathTaken',
        f'{key.short} cannot be the new name: {path} stands in Git already.',
        hint='Take the edit back and choose another name, or remove that object first.',
    )


def _change(sheet: Sheet, edit: _Change, place: Located) -> None:
    now, base = Version(*sheet.files.document(place)), _base(sheet, edit)
    typed = isinstance(edit, ReplaceText)
    if base is None or base.text == now.text or (not typed and sheet.same(edit, base, now)):
        _write(sheet, edit, place, now, _made(sheet, edit, now))
        return
    ours = _made(sheet, edit, base)
    if sheet.same(edit, ours, now) and not typed:
        return
    met = _met(sheet, edit, place, Meeting(edit.key, base, ours, now, sheet.kind(edit), typed))
    if met is not None:
        _write(sheet, edit, place, now, met)


def _met(sheet: Sheet, edit: _Change | Rename, place: Located, meeting: Meeting) -> Version | None:
    """Both sides in one version; None where they clash and a person has to decide."""
    fields, theirs = meeting.merged.fields, meeting.theirs.side(place)
    # Asked of the history only where it can count: a clean merge needs no author.
    if fields:
        theirs = sheet.there(theirs, place, fields)
    elif meeting.typed or edit.terms.rule in (ClashRule.HOLD, ClashRule.LATER):
        # Only comments can differ, or all of it is held: whoever touched the file last did that.
        theirs = sheet.touched(theirs, place.path)
    met = meet(meeting, sheet.rule(edit, theirs), sheet.limits)
    if met.version is None or met.fields:
        conflict = _clash(edit, meeting, met, theirs)
        if met.version is None:
            sheet.conflicts.append(conflict)
            return None
        sheet.settled.append(Settlement(conflict, edit.terms.rule, met.version.side(place)))
    if met.version.text != meeting.theirs.text:
        sheet.findings.append(_merged(place))
    return met.version


def _write(sheet: Sheet, edit: _Change, place: Located, now: Version, new: Version) -> None:
    if new.text == now.text:
        return
    sheet.turned(edit.key, place.path, now.value, new.value)
    sheet.files.replace(place, new.text, new.value)
    if new.level:
        sheet.findings.append(_widened(place, new))


def _made(sheet: Sheet, edit: _Change, version: Version) -> Version:
    """What the edit makes of a version."""
    if isinstance(edit, ReplaceText):
        value = read_object(edit.text, edit.key, sheet.limits, sheet.catalogue)
        return Version(edit.text, value)
    wanted = wanted_value(edit, version.value, sheet.catalogue)
    edited = edit_document(version.text, wanted, sheet.limits)
    return Version(edited.text, wanted, edited.level, edited.why)


def _clash(edit: _Change | Rename, meeting: Meeting, met: Met, theirs: Side) -> Conflict:
    message = f'{edit.key} was changed in Git and here'
    if met.why:
        message = f'{message}: {met.why}'
    return _conflict(
        edit.key,
        message,
        meeting.base.side() if meeting.base is not None else None,
        _here(edit, meeting.ours.side()),
        theirs,
        met.fields,
    )


def _merged(place: Located) -> Finding:
    message = f'{place.key} was changed in Git as well; both changes are in it now'
    return Finding(
        Severity.INFO, 'EditMerged', message, place.path, place.document, resource=place.key
    )


def _widened(place: Located, new: Version) -> Finding:
    why = f': {new.why}' if new.why else ''
    return Finding(
        Severity.INFO if new.level == 1 else Severity.WARNING,
        'EditWidened',
        f'{_HOW_WIDE[new.level]} was written anew{why}; look at its comments',
        place.path,
        place.document,
        resource=place.key,
    )


def _missing(sheet: Sheet, edit: _Change) -> None:
    base = _base(sheet, edit)
    if base is not None:
        message = f'{edit.key} was removed in Git while it was changed here'
        ours = _made(sheet, edit, base)
        theirs = sheet.gone(edit.key)
        conflict = _conflict(edit.key, message, base.side(), _here(edit, ours.side()), theirs)
        if sheet.decide(conflict, edit) is ClashRule.OURS:
            _create(sheet, Create(edit.key, ours.text), None)
        return
    near = get_close_matches(edit.key.short, sheet.names(), n=3, cutoff=0.6)
    raise NeedsPerson(
        'ResourceMissing',
        f'There is no {edit.key.short} in {sheet.fabric.managed}.',
        hint=f'Did you mean {" or ".join(near)}?' if near else '`status` shows what is there.',
    )


def _base(sheet: Sheet, edit: _Change | Remove | Rename) -> Version | None:
    """The version the edit was made on, where it says so."""
    if edit.base_text is None:
        return None
    key = edit.was if isinstance(edit, Rename) else edit.key
    return Version(edit.base_text, read_object(edit.base_text, key, sheet.limits, sheet.catalogue))


def _keys(edit: Edit) -> tuple[ResourceKey, ...]:
    return (edit.key, edit.was) if isinstance(edit, Rename) else (edit.key,)


def _here(edit: Edit, side: Side) -> Side:
    return replace(side, author=edit.terms.author, when=edit.terms.when)


def _conflict(
    key: ResourceKey,
    message: str,
    base: Side | None,
    ours: Side,
    theirs: Side,
    fields: tuple[str, ...] | None = None,
) -> Conflict:
    gone = ours.text is None or theirs.text is None
    if fields is None:
        fields = () if gone else differing_fields(theirs.value, ours.value)
    return Conflict(
        kind=ConflictKind.MISSING_RESOURCE if gone else ConflictKind.CONCURRENT_MODIFICATION,
        resource=key,
        message=message,
        base=base,
        ours=ours,
        theirs=theirs,
        fields=fields,
    )


def _described_twice(sheet: Sheet, key: ResourceKey, places: tuple[Located, ...]) -> Conflict:
    paths = ', '.join(place.path for place in places)
    return Conflict(
        kind=ConflictKind.DUPLICATE_IDENTITY,
        resource=key,
        message=f'described {len(places)} times: {paths}; remove all but one first',
        base=None,
        ours=Version(*sheet.files.document(places[0])).side(places[0]),
        theirs=Version(*sheet.files.document(places[1])).side(places[1]),
    )


def _subject(edits: Sequence[Edit]) -> str:
    if len(edits) != 1:
        return f'Edit {len(edits)} objects'
    if isinstance(edits[0], Rename):
        return f'Rename {edits[0].was.short} to {edits[0].key.name}'
    verb = {Create: 'Create', Remove: 'Remove'}.get(type(edits[0]), 'Edit')
    return f'{verb} {edits[0].key.short}'
