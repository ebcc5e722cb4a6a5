"""What is on the table while edits are applied one after another. Used by `edit.py`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..documents import FieldPath, Limits, Value
from ..findings import Finding
from ..git import CommitInfo
from ..identity import RepoPath, ResourceKey
from ..kinds import Catalogue, Kind
from ..layout import Fabric, Located, managed_path
from ..plans import ClashRule, Conflict, Settlement, Side, later_side
from .brought import brought
from .collisions import Turn
from .edits import Edit
from .history import Entry
from .meanings import same_meaning
from .meeting import Version
from .open_files import OpenFiles

__all__ = ['Sheet']


@dataclass(slots=True)
class Sheet:
    """Where the objects are, the files as edited so far, and what came of the edits."""

    fabric: Fabric
    places: Mapping[ResourceKey, tuple[Located, ...]]
    files: OpenFiles
    limits: Limits
    names: Callable[[], list[str]]
    last_change: Callable[[RepoPath], CommitInfo | None]
    """The commit that touched a file last."""
    set_last: Callable[[ResourceKey, Sequence[FieldPath]], Entry | None]
    """The commit that made one of these fields of an object what it is; of all, without any."""
    findings: list[Finding] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    settled: list[Settlement] = field(default_factory=list)
    turns: dict[ResourceKey, Turn] = field(default_factory=dict)

    @property
    def catalogue(self) -> Catalogue:
        return self.fabric.catalogue

    def kind(self, edit: Edit) -> Kind | None:
        return self.catalogue.find(edit.key.group, edit.key.kind)

    def same(self, edit: Edit, one: Version, other: Version) -> bool:
        return same_meaning(edit.key, one.value, other.value, self.catalogue)

    def rule(self, edit: Edit, theirs: Side) -> ClashRule:
        """The edit's rule, LATER made into the side that was changed later, if that is known."""
        terms = edit.terms
        if terms.rule is not ClashRule.LATER:
            return terms.rule
        return later_side(terms.when, theirs.when) or ClashRule.MERGE

    def turned(self, key: ResourceKey, path: RepoPath, before: Value, after: Value) -> None:
        """Notes what an edit makes of an object, and what is wrong with it then by itself."""
        if after is not None:
            self.findings += brought(key, after, before, path, self.catalogue)
        first = self.turns.get(key)
        self.turns[key] = Turn(path, first.before if first else before, after)

    def decide(self, conflict: Conflict, edit: Edit) -> ClashRule | None:
        """Which side is right where one of them removed the object; None: a person decides."""
        rule = self.rule(edit, conflict.theirs)
        if rule not in (ClashRule.OURS, ClashRule.THEIRS):
            self.conflicts.append(conflict)
            return None
        outcome = conflict.ours if rule is ClashRule.OURS else conflict.theirs
        self.settled.append(Settlement(conflict, edit.terms.rule, outcome))
        return rule

    def gone(self, key: ResourceKey) -> Side:
        """Git's side where it has the object no more, with who touched its file last."""
        return self.touched(Side(None, None), managed_path(self.fabric, key))

    def touched(self, side: Side, path: RepoPath) -> Side:
        """Git's side, with who touched the file last."""
        last = self.last_change(path)
        if last is None:
            return side
        return replace(side, author=last.author.name, when=last.when, commit=last.id)

    def there(self, side: Side, place: Located, fields: Sequence[FieldPath] = ()) -> Side:
        """Git's side, with who set one of the fields last, or anything in it without any.

        Who only touched the file, a comment or another object in it, has nothing to do with it.
        """
        last = self.set_last(place.key, fields)
        if last is None:
            return side
        return replace(side, author=last.author, when=last.when, commit=last.commit)
