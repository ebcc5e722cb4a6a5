"""What two branches did since they went apart: by file, and where both did something, by object.

Used by `merge_branch.py`. An object is one and the same wherever it lies, so a file that is gone
on both sides agrees only when what was in it went the same way on both.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from ..documents import Document, Limits, Reading, comments, read
from ..findings import Finding, Severity, has_errors
from ..git import GitStore, TreeChange
from ..identity import BlobId, CommitId, RepoPath, ResourceKey, TreeEntry, blob_id
from ..kinds import Disposition
from ..layout import Fabric, Located, Snapshot, is_yaml_name
from .known_blobs import About, KnownBlobs
from .meanings import objects_in
from .owned_paths import is_log
from .reading import entries_below, inventory

__all__ = ['Sides', 'Stand', 'clash']

type _Changes = Mapping[RepoPath, TreeChange]
type _Mark = TreeEntry | ResourceKey

_EMPTY = blob_id(b'')


@dataclass(frozen=True, slots=True)
class Stand:
    """Where an object lay when the branches went apart, and where each of them has it."""

    base: tuple[Located, ...] = ()
    source: tuple[Located, ...] = ()
    target: tuple[Located, ...] = ()


class Sides:
    """Both sides' changed files.

    `together` are files of the source that are merged by object, `both` all others that were not
    changed to the same.
    """

    def __init__(
        self,
        store: GitStore,
        fabric: Fabric,
        limits: Limits,
        commits: tuple[CommitId, CommitId, CommitId],
    ) -> None:
        self.store, self.fabric, self.limits = store, fabric, limits
        self._base, self._source, self._target = commits
        self.brought: _Changes = {c.path: c for c in store.changed(self._base, self._source)}
        self.met: _Changes = {c.path: c for c in store.changed(self._base, self._target)}
        self._known = KnownBlobs(store, fabric, limits)
        self._readings: dict[BlobId, Reading] = {}
        self._alike = {p for p, c in self.brought.items() if _same_end(c, self.met.get(p))}
        self.keys: set[ResourceKey] = set()
        self.together = self._find_together()
        self._read_together()
        self.both = set(self.brought) & set(self.met) - self._alike - self.together
        self.logs = {path for path in self.both if is_log(path)}

    def whole(self) -> list[TreeChange]:
        """The files that are taken as the source has them."""
        left = self.together | self.both | self._alike
        return [change for path, change in self.brought.items() if path not in left]

    @cached_property
    def stands(self) -> dict[ResourceKey, Stand]:
        """The objects of the files that are merged by object, in order."""
        if not self.keys:
            return {}
        base, source, target = (
            self._places(commit) for commit in (self._base, self._source, self._target)
        )
        stands = {
            key: Stand(base.get(key, ()), source.get(key, ()), target.get(key, ()))
            for key in sorted(self.keys)
        }
        places = (at for s in stands.values() for at in (*s.base, *s.source, *s.target))
        self._read({at.blob for at in places} - self._readings.keys())
        return stands

    def text(self, place: Located) -> bytes:
        """The exact text of an object's document."""
        return self.reading(place.blob).documents[place.document].text

    def reading(self, blob: BlobId) -> Reading:
        if blob not in self._readings:
            self._read([blob])
        return self._readings[blob]

    def reading_in(self, tree: Snapshot, path: RepoPath) -> Reading:
        """The same for a file of a tree that need not be in the store."""
        blob = tree.entries[path].blob
        if blob not in self._readings:
            self._readings[blob] = read(tree.contents[blob], self.limits)
        return self._readings[blob]

    def content(self, entry: TreeEntry | None) -> bytes:
        return self.store.read_blobs([entry.blob])[entry.blob] if entry is not None else b''

    def others(self, entry: TreeEntry | None) -> list[bytes]:
        """What a file holds beside objects: documents of other programs, and comments alone."""
        if entry is None or not entry.is_file:
            return []
        documents = self.reading(entry.blob).documents
        held = {d.index for d, _ in self.objects(documents)}
        rest = [d.text for d in documents if d.index not in held and _says_something(d)]
        # Whether it is marked off depends on what stands before it.
        return [text.removeprefix(b'---').strip() for text in rest]

    def objects(self, documents: Iterable[Document]) -> Iterable[tuple[Document, ResourceKey]]:
        """The fabric's own objects among documents."""
        for document, key, disposition in objects_in(documents, self.fabric.catalogue):
            if disposition is Disposition.MANAGED:
                yield document, key

    def refused(self) -> Iterable[Finding]:
        """Names what cannot be merged by meaning; bytes are not guessed at."""
        for path, change in self.brought.items():
            if path in self.together:
                if not self._is_readable(change) or not self._is_readable(self.met.get(path)):
                    yield clash(path, 'and it cannot be read on one of them')
            elif path in self.logs:
                if not self._only_appended(path):
                    yield clash(path, 'and not only by adding to its end')
            elif path in self.both and path != self.fabric.manifest:
                yield clash(path, 'and it holds no objects to be merged by field')
            elif path in self._alike:
                if self._went_apart(path):
                    yield clash(path, 'moved on one of them and removed on the other')
            elif change.new is not None and not change.new.is_file:
                yield clash(path, 'and it is no ordinary file on the source')

    def refused_others(self) -> Iterable[Finding]:
        """Names the files whose objects can be merged, and the rest of them cannot.

        Only for files that can be read; a document that merely changed its file is no change.
        """
        changes = [self.brought[path] for path in sorted(self.together)]
        old, new = (
            Counter(text for c in changes for text in self.others(getattr(c, side)))
            for side in ('old', 'new')
        )
        for change in changes if old != new else ():
            mine, met = self.others(change.new), self.met.get(change.path)
            stands = self.others(met.new if met is not None else change.old)
            if mine not in (self.others(change.old), stands):
                yield clash(change.path, 'and the source changed more in it than objects')

    def _find_together(self) -> set[RepoPath]:
        """Files with an object that both sides touched, and those their other objects went to."""
        source = {p: c for p, c in self.brought.items() if self._is_managed(p)}
        target = {p: c for p, c in self.met.items() if self._is_managed(p)}
        held = self._held(source)
        ours, theirs = _by_key(held), _by_key(self._held(target))
        agreed = {k for k, paths in ours.items() if paths == theirs.get(k) and paths <= self._alike}
        waiting = [path for path in source if path in target and path not in self._alike]
        waiting += [p for k in ours.keys() & theirs.keys() - agreed for p in ours[k]]
        together: set[RepoPath] = set()
        while waiting:
            path = waiting.pop()
            if path in together:
                continue
            together.add(path)
            own = held[path] - agreed
            self.keys |= own
            waiting += [other for key in own for other in ours[key]]
        return together

    def _held(self, changes: _Changes) -> dict[RepoPath, set[ResourceKey]]:
        """The objects each changed file has or had."""
        blobs = {p: [e.blob for e in (c.old, c.new) if e and e.is_file] for p, c in changes.items()}
        rows = self._known.readings(blob for each in blobs.values() for blob in each)
        return {
            path: {
                row.key
                for blob in each
                for row in rows[blob].documents
                if row.key is not None and row.disposition is Disposition.MANAGED
            }
            for path, each in blobs.items()
        }

    def _places(self, commit: CommitId) -> Mapping[ResourceKey, tuple[Located, ...]]:
        entries = entries_below(self.store, commit, self.fabric.managed)
        about = About(self.keys)
        return inventory(self.store, self.fabric, entries, self.limits, about, self._known).by_key

    def _read_together(self) -> None:
        """Reads in one go what is going to be asked for."""
        changes = [side[p] for p in self.together for side in (self.brought, self.met) if p in side]
        entries = [entry for change in changes for entry in (change.old, change.new)]
        self._read({entry.blob for entry in entries if entry is not None and entry.is_file})

    def _read(self, blobs: Iterable[BlobId]) -> None:
        texts = self.store.read_blobs(blobs)
        self._readings.update({blob: read(text, self.limits) for blob, text in texts.items()})

    def _is_managed(self, path: RepoPath) -> bool:
        return path.startswith(f'{self.fabric.managed}/') and is_yaml_name(path)

    def _only_appended(self, path: RepoPath) -> bool:
        ours, theirs = self.brought[path], self.met[path]
        old = self.content(ours.old)
        return all(self.content(change.new).startswith(old) for change in (ours, theirs))

    def _went_apart(self, path: RepoPath) -> bool:
        """Whether a file that is gone on both sides went on on one of them only.

        The fabric's own objects are looked at by themselves; those of other fabrics are no less
        lost.
        """
        change = self.brought[path]
        if change.new is not None or change.old is None or change.old.blob == _EMPTY:
            return False
        managed = self._is_managed(path)
        marks = self._marks({path: change})[path]
        mine, theirs = (
            any(managed or not self._is_managed(to) for mark in marks for to in side.get(mark, ()))
            for side in (self._came_to, self._came_to_target)
        )
        return mine != theirs and not (managed and self._held({path: change})[path])

    @cached_property
    def _came_to(self) -> Mapping[_Mark, list[RepoPath]]:
        return self._additions(self.brought)

    @cached_property
    def _came_to_target(self) -> Mapping[_Mark, list[RepoPath]]:
        return self._additions(self.met)

    def _additions(self, changes: _Changes) -> dict[_Mark, list[RepoPath]]:
        found: dict[_Mark, list[RepoPath]] = defaultdict(list)
        came = {path: c for path, c in changes.items() if c.new is not None and c.old is None}
        for path, marks in self._marks(came).items():
            for mark in marks:
                found[mark].append(path)
        return dict(found)

    def _marks(self, changes: _Changes) -> dict[RepoPath, set[_Mark]]:
        """What files are known by: their bytes, and in another fabric's managed/ the objects."""
        marks: dict[RepoPath, set[_Mark]] = {
            path: {entry for entry in (c.old, c.new) if entry is not None}
            for path, c in changes.items()
        }
        others = {
            path: change
            for path, change in changes.items()
            if '/managed/' in f'/{path}' and is_yaml_name(path) and not self._is_managed(path)
        }
        for path, keys in self._held(others).items():
            marks[path] |= keys
        return marks

    def _is_readable(self, change: TreeChange | None) -> bool:
        entries = (change.old, change.new) if change is not None else ()
        for entry in entries:
            if entry is None:
                continue
            reading = self._readings.get(entry.blob) if entry.is_file else None
            if reading is None or not reading.whole or has_errors(reading.findings):
                return False
        return True


def clash(path: RepoPath, why: str) -> Finding:
    """Returns the finding that stops a merge for a file."""
    message = f'the file was changed on both branches, {why}; merge it in Git'
    return Finding(Severity.ERROR, 'MergeConflict', message, file=path)


def _same_end(one: TreeChange, other: TreeChange | None) -> bool:
    return other is not None and one.new == other.new


def _says_something(document: Document) -> bool:
    return not document.empty or bool(comments(document.text))


def _by_key(held: Mapping[RepoPath, set[ResourceKey]]) -> dict[ResourceKey, set[RepoPath]]:
    found: dict[ResourceKey, set[RepoPath]] = defaultdict(set)
    for path, keys in held.items():
        for key in keys:
            found[key].add(path)
    return dict(found)
