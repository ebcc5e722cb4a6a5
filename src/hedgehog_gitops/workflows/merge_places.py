"""Where merged objects go when the source branch has put them elsewhere.

Used by `merge_branch.py`. Objects are merged where the target has them; what the source moved goes
to its new place afterwards, with all that both sides say in it. Nothing is put where the target
has a file of its own. Pure.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..documents import join
from ..findings import Finding, Severity
from ..identity import RepoPath, ResourceKey
from ..layout import Located, Snapshot
from ..plans import Change, Move
from .compose import applied, joined
from .merge_sides import Sides
from .open_files import OpenFiles

__all__ = ['Wish', 'kept_place', 'put_in_place']


@dataclass(frozen=True, slots=True)
class Wish:
    """Where an object lies once its fields are merged, and where the source has it."""

    key: ResourceKey
    lies: RepoPath
    wanted: RepoPath


def put_in_place(
    sides: Sides, tree: Snapshot, wishes: Iterable[Wish]
) -> tuple[tuple[Change, ...], list[Finding]]:
    """Returns what moves the objects in `tree`, and a finding for each that has to stay."""
    waiting: dict[RepoPath, list[Wish]] = defaultdict(list)
    for wish in wishes:
        if wish.lies in tree.entries and any(_found(sides, tree, wish)):
            waiting[wish.wanted].append(wish)
    changes: tuple[Change, ...] = ()
    # A place may become free by what leaves it.
    while free := [path for path in waiting if path not in tree.entries]:
        step = _step(sides, tree, {path: waiting.pop(path) for path in free})
        changes, tree = joined(changes, step), applied(tree, step)
    why = 'another file is there on the target'
    return changes, [
        kept_place(w.key, w.lies, w.wanted, why) for ws in waiting.values() for w in ws
    ]


def kept_place(key: ResourceKey, lies: RepoPath, wanted: RepoPath, why: str) -> Finding:
    """Returns the finding which says that an object stays where the target has it."""
    message = f'{key} stays here and does not go to {wanted}, where the source has it: {why}'
    return Finding(Severity.WARNING, 'PlaceKept', message, file=lies, resource=key)


def _step(
    sides: Sides, tree: Snapshot, groups: Mapping[RepoPath, Sequence[Wish]]
) -> tuple[Change, ...]:
    files = OpenFiles(tree, sides.limits)
    moves: list[Change] = []
    for path, wishes in groups.items():
        places = [place for wish in wishes for place in _found(sides, tree, wish)]
        whole = _whole_file(sides, tree, path, places)
        if whole is not None:
            moves.append(whole)
        elif places:
            _gather(sides, files, path, {place.key: place for place in places})
    return (*moves, *files.changes())


def _found(sides: Sides, tree: Snapshot, wish: Wish) -> Iterable[Located]:
    """Where the object lies by now; nowhere if its merge removed it."""
    for document, key in sides.objects(sides.reading_in(tree, wish.lies).documents):
        if key == wish.key:
            yield Located(key, wish.lies, document.index, tree.entries[wish.lies].blob)


def _whole_file(
    sides: Sides, tree: Snapshot, path: RepoPath, places: Sequence[Located]
) -> Move | None:
    """The move of a whole file, comments and all, where the source did no less."""
    sources = {place.path for place in places}
    if len(sources) != 1:
        return None
    (source,) = sources
    left, came = sides.brought.get(source), sides.brought[path]
    if left is None or left.new is not None or sides.others(left.old) != sides.others(came.new):
        return None
    entry = tree.entries[source]
    held = sides.objects(sides.reading_in(tree, source).documents)
    if {key for _, key in held} != {place.key for place in places}:
        return None
    key = places[0].key if len(places) == 1 else None
    return Move(source, path, entry.blob, 'moved on the source', entry.mode, key)


def _gather(
    sides: Sides, files: OpenFiles, path: RepoPath, places: Mapping[ResourceKey, Located]
) -> None:
    """Makes the source's file anew from the merged objects and from what else is in it there."""
    entry = sides.brought[path].new
    documents = sides.reading(entry.blob).documents if entry is not None else ()
    keys = {document.index: key for document, key in sides.objects(documents)}
    texts = []
    for document in documents:
        key = keys.get(document.index)
        if key is None:
            texts.append(document.text)
        elif key in places:
            texts.append(files.document(places[key])[0])
    for place in places.values():
        files.remove(place, 'moved on the source')
    only = next(iter(places)) if len(places) == 1 else None
    content = texts[0] if len(texts) == 1 else join(texts)
    files.create(path, content, 'moved on the source', only)
