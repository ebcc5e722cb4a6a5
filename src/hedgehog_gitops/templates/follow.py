"""What is asked of the fabric by what its templates make now, against what they made last.

Called by `workflows/render.py`, which turns the answers into edits; there a hand edit meets them.
Pure: a template that failed asks for nothing, and takes nothing away.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from ..documents import join
from ..findings import Finding, Severity
from ..identity import ResourceKey
from ..layout import Fabric
from ..plans import ClashRule
from .record import Record
from .rendered import MadeObject, Rendered
from .tree import template_path

__all__ = ['Follow', 'Following', 'Gone', 'RenderPolicy', 'Step', 'Wanted', 'differs', 'following']


class Follow(StrEnum):
    """Whether objects go along with their template."""

    FOLLOW = 'follow'
    HOLD = 'hold'


@dataclass(frozen=True, slots=True)
class RenderPolicy:
    """What becomes of objects whose template says something else now, or nothing any more.

    `clash` says who is right where a template and a hand changed the same; THEIRS is the hand.
    """

    changed: Follow = Follow.FOLLOW
    removed: Follow = Follow.FOLLOW
    clash: ClashRule = ClashRule.MERGE


@dataclass(frozen=True, slots=True)
class Wanted:
    """An object is to say this; `base` is what its template said last, None when it is new."""

    key: ResourceKey
    template: str
    text: bytes
    base: MadeObject | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """An object is not made any more; `base` is what was said of it last.

    One that was adopted is let go: it stays, for it was there before its template.
    """

    key: ResourceKey
    template: str
    base: MadeObject


type Step = Wanted | Gone


@dataclass(slots=True)
class Following:
    """The steps to take, the findings, and what each record says if all of them are taken.

    `held` are the objects that stay as they are, each with the template that holds it; `passing`
    are the records that are only to lose what another template makes now.
    """

    steps: list[Step] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    held: dict[ResourceKey, str] = field(default_factory=dict)
    unchanged: int = 0
    records: dict[str, list[MadeObject]] = field(default_factory=dict)
    passing: dict[str, set[ResourceKey]] = field(default_factory=dict)


def following(
    fabric: Fabric,
    rendered: Mapping[str, Rendered],
    records: Mapping[str, Record],
    policy: RenderPolicy,
    only: frozenset[str] | None = None,
) -> Following:
    """Compares everything that is made with everything that was made.

    `only` are the templates that may change something; None means all of them.
    """
    names = [name for name in {**rendered, **records} if only is None or name in only]
    moved = [name for name in names if differs(rendered.get(name), records.get(name))]
    old = {name: records[name] for name in moved if name in records}
    # A template that was renamed takes its objects along, whether or not the old name is meant.
    others = {
        name: record
        for name, record in records.items()
        if only is not None and name not in only and differs(rendered.get(name), record)
    }
    comparing = _Comparing(fabric, rendered, old, others, policy, Following())
    for name in moved:
        comparing.compare(name)
    comparing.pass_on()
    made_by_moved = sum(len(rendered[name].objects) for name in moved if name in rendered)
    everything = sum(len(rendered[name].objects) for name in names if name in rendered)
    comparing.result.unchanged += everything - made_by_moved
    return comparing.result


def differs(made: Rendered | None, record: Record | None) -> bool:
    """Whether a record is not of what is made.

    A look at the bytes, which is enough for the thousand templates that did not change.
    """
    if made is None or record is None:
        return made is not None or record is not None
    same = record.body == join([one.text for one in made.objects])
    return not (same and made.whole and record.version == made.blob) or record.holds_back


class _Comparing:
    """One comparison while it goes on; `records` are those of the templates that moved.

    `others` are records of templates that are not meant, and may not make the same any more.
    """

    def __init__(
        self,
        fabric: Fabric,
        rendered: Mapping[str, Rendered],
        records: Mapping[str, Record],
        others: Mapping[str, Record],
        policy: RenderPolicy,
        result: Following,
    ) -> None:
        self.fabric, self.rendered = fabric, rendered
        self.records, self.others = records, others
        self.policy, self.result = policy, result
        self.makers: dict[ResourceKey, list[str]] = {}
        for name, made in rendered.items():
            for one in made.objects:
                self.makers.setdefault(one.key, []).append(name)
        self.known_bases: dict[ResourceKey, tuple[str, MadeObject]] | None = None

    def compare(self, name: str) -> None:
        """One template: what it makes, and what it made and makes no more."""
        made = self.rendered.get(name)
        taken: list[MadeObject] = []
        objects = made.objects if made is not None else ()
        # Each object once: one that is made twice is held as one.
        for one in {one.key: one for one in objects}.values():
            taken += self._made(name, one)
        record = self.records.get(name)
        for old in record.objects if record is not None else ():
            if old.key not in self.makers:
                version = old.version or record.version if record is not None else ''
                taken += self._lost(name, replace(old, version=version), made)
        self.result.records[name] = taken

    def pass_on(self) -> None:
        """Takes what is made by another template now out of the records that are not meant."""
        for name, keys in self.result.passing.items():
            self.result.records[name] = [
                one for one in self.others[name].objects if one.key not in keys
            ]

    def _made(self, name: str, one: MadeObject) -> Iterator[MadeObject]:
        """What the record says of an object that is made."""
        maker, base = self._base(one.key)
        if len(self.makers[one.key]) > 1:
            self._twice(name, one)
        elif base is None:
            self.result.steps.append(Wanted(one.key, name, one.text))
            yield one
            return
        elif base.text == one.text or self.policy.changed is Follow.FOLLOW:
            self.result.unchanged += base.text == one.text
            if base.text != one.text or maker != name:
                # Where another template made it so far, the text may be the same; its maker is not.
                self.result.steps.append(Wanted(one.key, name, one.text, base))
            if maker in self.others:
                self.result.passing.setdefault(maker, set()).add(one.key)
            yield replace(one, adopted=base.adopted)
            return
        else:
            message = f'{name} says something else of it now; by the policy it stays as it is'
            self._hold(name, one.key, Severity.INFO, 'RenderedHeld', message)
        if base is not None and maker == name:
            yield base

    def _twice(self, name: str, one: MadeObject) -> None:
        others = list(dict.fromkeys(other for other in self.makers[one.key] if other != name))
        how = f'again by {", ".join(others[:3])}' if others else f'twice by {name} itself'
        message = f'{one.key.kind} {one.key.name} is made {how}'
        self._hold(name, one.key, Severity.ERROR, 'RenderedTwice', message)

    def _lost(self, name: str, old: MadeObject, made: Rendered | None) -> Iterator[MadeObject]:
        """What the record says of an object that is not made any more."""
        if made is not None and not made.whole:
            # What stands in a template that failed is not known; nothing is taken away by it.
            self.result.held[old.key] = name
            yield old
        elif self.policy.removed is Follow.HOLD:
            message = f'{name} does not make it any more; by the policy it stays'
            self._hold(name, old.key, Severity.INFO, 'RenderedHeld', message)
            yield old
        else:
            self.result.steps.append(Gone(old.key, name, old))

    def _hold(
        self, name: str, key: ResourceKey, severity: Severity, code: str, message: str
    ) -> None:
        file = template_path(self.fabric, name)
        self.result.held[key] = name
        self.result.findings.append(Finding(severity, code, message, file, resource=key))

    def _base(self, key: ResourceKey) -> tuple[str, MadeObject | None]:
        """The template that made the object last, and what it said."""
        if self.known_bases is None:
            self.known_bases = dict(_bases((*self.others.values(), *self.records.values())))
        return self.known_bases.get(key, ('', None))


def _bases(records: Iterable[Record]) -> Iterator[tuple[ResourceKey, tuple[str, MadeObject]]]:
    for record in records:
        for one in record.objects:
            yield one.key, (record.name, replace(one, version=one.version or record.version))
