"""What templates, or NetBox, ask for -> edits -> changes. A hand edit meets its maker here.

Used by `render.py` and `generate.py`; `origins.py` says what differs. The steps become edits on
what was said last, so that `edit.py` merges them with what stands in Git. What clashes, and what a
cluster would refuse, is held: it stays as it is, and so does what its record says.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from ..documents import OWN_ANNOTATIONS, CannotEdit, Limits, read
from ..findings import Finding, Severity
from ..git import GitStore
from ..identity import CommitId, ResourceKey, TreeEntry
from ..layout import Fabric, annotated
from ..plans import Change, ClashRule, Conflict, Delete, Operation, Plan, Settlement, Write
from ..templates import (
    Following,
    Gone,
    MadeObject,
    Record,
    Rendered,
    RenderPolicy,
    Step,
    Wanted,
    record_text,
)
from .edit import plan_edits
from .edits import Create, Edit, Remove, SetFields, Terms
from .known_blobs import About
from .origins import TEMPLATES, Origin
from .reading import entries_below, inventory
from .render_check import Judging, Verdict

__all__ = ['Carried', 'Place', 'Report', 'carry']

_ROUNDS = 5
_ANNOTATIONS = ('metadata', 'annotations')


@dataclass(frozen=True, slots=True)
class Place:
    """On which commit of which fabric a plan is made, for whom, and who makes the objects."""

    store: GitStore
    head: CommitId
    fabric: Fabric
    operation: Operation
    limits: Limits
    origin: Origin = TEMPLATES


@dataclass(slots=True)
class Report:
    """What becomes of one template's objects, each by `group/Kind/namespace/name`."""

    template: str
    version: str
    made: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    let_go: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """A form `json` can write."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Carried:
    """The changes with all that is to be told about them."""

    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    conflicts: tuple[Conflict, ...]
    settled: tuple[Settlement, ...]
    counts: Mapping[str, int]
    reports: tuple[Report, ...]


def carry(
    at: Place,
    follow: Following,
    records: Mapping[str, Record],
    rendered: Mapping[str, Rendered],
    policy: RenderPolicy,
    allow_errors: bool,
) -> Carried:
    """Makes edits of the steps, holds what cannot stand, and writes the records."""
    carrying = _Carrying(at, follow, policy)
    plan = carrying.settled_plan(allow_errors)
    taken = carrying.records()
    changes = (*plan.changes, *_record_changes(at, follow, taken, records, rendered))
    reports = carrying.reports(plan, rendered)
    counts = {
        name: sum(len(getattr(report, name)) for report in reports)
        for name in ('made', 'changed', 'removed', 'held')
    }
    if let_go := sum(len(report.let_go) for report in reports):
        counts['let_go'] = let_go
    counts['unchanged'] = follow.unchanged
    return Carried(
        changes,
        (*follow.findings, *plan.findings, *carrying.refused, *carrying.let_go()),
        tuple(carrying.conflicts),
        plan.settled,
        counts,
        reports,
    )


class _Carrying:
    """The steps of one run, and those of them that turned out to be held."""

    def __init__(self, at: Place, follow: Following, policy: RenderPolicy) -> None:
        self.at, self.follow, self.policy = at, follow, policy
        self.steps = {step.key: step for step in follow.steps}
        self.held: dict[ResourceKey, str] = dict(follow.held)
        self.conflicts: list[Conflict] = []
        self.refused: list[Finding] = []
        entries = entries_below(at.store, at.head, at.fabric.managed)
        places = inventory(at.store, at.fabric, entries, at.limits, About(self.steps)).by_key
        self.standing = frozenset(places)

    def settled_plan(self, allow_errors: bool) -> Plan:
        """The plan of all steps that can be taken, none of them refused by a cluster."""
        plan = self._planned()
        if allow_errors or not plan.changes:
            return plan
        judging = Judging(self.at.store, self.at.head, self.at.fabric, self.at.limits)
        for _ in range(_ROUNDS):
            verdict = judging.judge(plan.changes, set(self.steps) - self.held.keys())
            if verdict.is_clean:
                return plan
            self._hold_refused(verdict)
            plan = self._planned()
        # What is left cannot be told apart; nothing at all is better than something broken.
        self._hold(self.steps)
        return self._planned()

    def records(self) -> dict[str, list[MadeObject]]:
        """What each record says once the plan is carried out: the old text of what is held."""
        taken: dict[str, list[MadeObject]] = {}
        for name, objects in self.follow.records.items():
            taken[name] = [kept for one in objects for kept in self._kept(one)]
        for key, step in self.steps.items():
            if isinstance(step, Gone) and key in self.held:
                taken.setdefault(step.template, []).append(step.base)
        return taken

    def let_go(self) -> Iterator[Finding]:
        """What is told of objects that stay, although their template does not make them."""
        for key, step in self.steps.items():
            if _lets_go(step) and key in self.standing and key not in self.held:
                name = self.at.origin.word(step.template)
                message = f'{name} does not make it any more; it was there before, so it stays'
                file = self.at.origin.file(self.at.fabric, step.template)
                yield Finding(Severity.INFO, 'RenderedLetGo', message, file, resource=key)

    def reports(self, plan: Plan, rendered: Mapping[str, Rendered]) -> tuple[Report, ...]:
        """What becomes of the objects, by template."""
        made: dict[str, Report] = {}

        def of(name: str) -> Report:
            version = rendered[name].blob if name in rendered else ''
            maker = self.at.origin.maker(self.at.fabric, name)
            return made.setdefault(name, Report(maker, version))

        for key, name in self.held.items():
            of(name).held.append(str(key))
        touched = {change.resource for change in plan.changes}
        kept = {one.conflict.resource for one in plan.settled if one.rule is ClashRule.THEIRS}
        for key, step in self.steps.items():
            if key in self.held:
                continue
            if isinstance(step, Gone):
                if key in self.standing and key not in kept:
                    report = of(step.template)
                    (report.let_go if _lets_go(step) else report.removed).append(str(key))
            elif key in touched:
                report = of(step.template)
                (report.changed if key in self.standing else report.made).append(str(key))
        return tuple(made[name] for name in sorted(made))

    def _planned(self) -> Plan:
        """The plan of the steps that are not held; a clash holds its object."""
        plan = self._edited()
        clashing = {conflict.resource: conflict for conflict in plan.conflicts}
        if clashing:
            self._hold(clashing)
            self.conflicts += map(self._told, clashing.values())
            plan = self._edited()
        return plan

    def _edited(self) -> Plan:
        steps = [step for key, step in self.steps.items() if key not in self.held]
        edits = [edit for step in steps for edit in self._edits(step)]
        at = self.at
        return plan_edits(at.store, at.head, at.fabric, edits, at.operation, limits=at.limits)

    def _edits(self, step: Step) -> Iterator[Edit]:
        terms = Terms(self.policy.clash, author=step.template)
        origin, limits = self.at.origin, self.at.limits
        match step:
            case Gone(key=key) if _lets_go(step):
                if self.at.fabric.annotate and key in self.standing:
                    marks = origin.marks(step.template)
                    yield SetFields(key, unset=tuple((*_ANNOTATIONS, name) for name in marks))
            case Gone(key=key, base=base):
                yield Remove(key, base.text, terms)
            case Wanted(key=key, base=base):
                text = self._annotated(step.text, step.template)
                if base is not None:
                    # With our annotations, so that an object nobody touched is no merge.
                    before = self._annotated(base.text, step.template)
                    yield origin.replacing(key, text, before, terms, limits)
                elif key in self.standing and self.policy.clash is ClashRule.OURS:
                    yield origin.replacing(key, text, None, Terms(), limits)
                else:
                    yield Create(key, text)
                marked = origin.adopts and self.at.fabric.annotate
                if marked and key in self.standing:
                    marks = origin.marks(step.template)
                    yield SetFields(key, {(*_ANNOTATIONS, k): v for k, v in marks.items()})
            case _:
                assert_never(step)

    def _annotated(self, text: bytes, template: str) -> bytes:
        """The text with what every object made here carries, and where it comes from."""
        fabric, limits = self.at.fabric, self.at.limits
        if not fabric.annotate:
            return text
        own = {
            f'{OWN_ANNOTATIONS}managed-by': 'netbox-hedgehog',
            f'{OWN_ANNOTATIONS}fabric': fabric.slug,
            **self.at.origin.marks(template),
        }
        try:
            return annotated(text, read(text, limits).documents[0].value, own, limits).text
        except CannotEdit:
            return text

    def _hold_refused(self, verdict: Verdict) -> None:
        """Holds what would be refused; where others would suffer, what is taken away, then all."""
        for key, findings in verdict.own.items():
            where = self.at.origin.file(self.at.fabric, self.steps[key].template)
            self.refused += (
                replace(finding, file=where, document=None, line=None, column=None)
                for finding in findings
            )
        self._hold(verdict.own)
        if verdict.own:
            return
        self.refused += verdict.others
        leaving = [
            key
            for key, step in self.steps.items()
            if isinstance(step, Gone) and key not in self.held
        ]
        self._hold(leaving or self.steps)

    def _hold(self, keys: Iterable[ResourceKey]) -> None:
        self.held |= {key: self.steps[key].template for key in keys if key not in self.held}

    def _kept(self, one: MadeObject) -> Iterator[MadeObject]:
        step = self.steps.get(one.key)
        if step is None or one.key not in self.held:
            adopts = isinstance(step, Wanted) and step.base is None and one.key in self.standing
            yield replace(one, adopted=True) if adopts and self.at.origin.adopts else one
        elif step.base is not None:
            yield step.base

    def _told(self, conflict: Conflict) -> Conflict:
        """The conflict in the words of this place: a hand on one side, its maker on the other."""
        key = conflict.resource
        name = self.at.origin.word(self.steps[key].template)
        if conflict.theirs.text is None:
            message = f'{key} was removed by hand, and {name} changes it now'
        elif conflict.ours.text is None:
            message = f'{key} was changed by hand, and {name} does not make it any more'
        elif conflict.base is None:
            message = f'{key} is there already and says something else than {name}'
        else:
            message = f'{key} was changed by hand, and {name} changes the same'
        return replace(conflict, message=message)


def _lets_go(step: Step) -> bool:
    return isinstance(step, Gone) and step.base.adopted


def _record_changes(
    at: Place,
    follow: Following,
    taken: Mapping[str, list[MadeObject]],
    records: Mapping[str, Record],
    rendered: Mapping[str, Rendered],
) -> Iterator[Change]:
    """The records that say something else than before."""
    entries = entries_below(at.store, at.head, at.fabric.hnp)
    for name, objects in taken.items():
        path, record = at.origin.record(at.fabric, name), records.get(name)
        made, version = rendered.get(name), record.version if record is not None else None
        passes = name in follow.passing
        if made is not None and (made.whole or version is None) and not passes:
            version = made.blob
        maker = at.origin.maker(at.fabric, name)
        content = record_text(maker, version, objects) if version else b''
        standing: TreeEntry | None = entries.get(path)
        if content and (record is None or record.data != content):
            blob = standing.blob if standing else None
            yield Write(path, content, 'what was made', blob)
        elif not content and standing is not None:
            yield Delete(path, standing.blob, 'nothing is made any more')
