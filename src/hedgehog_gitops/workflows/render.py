"""templates/ -> managed/: renders what changed, meets it with what is there, judges the result.

Called by `hedgehog-gitops render` and by the plugin. What a template makes is compared with what it
made last (`.hnp/rendered/`); the difference becomes edits, so a hand edit is merged by field or
becomes a conflict. An object a cluster would refuse is held before anything is planned.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from ..documents import Limits, Value, join
from ..errors import NeedsPerson
from ..findings import Finding
from ..git import GitStore
from ..identity import CommitId, RepoPath, TreeEntry
from ..layout import Fabric
from ..plans import Change, Delete, Operation, OperationKind, Plan, Write
from ..templates import (
    Answers,
    Asker,
    Bounds,
    Rendered,
    Rendering,
    RenderPolicy,
    answers_path,
    following,
    render_templates,
    template_path,
    with_texts,
)
from .known_renders import KnownRenders
from .progress import Progress, Silent
from .reading import entries_below
from .render_context import (
    context_of,
    kept_answers,
    kept_records,
    passed_over,
    template_tree,
    variables_of,
)
from .render_steps import Place, Report, carry

__all__ = ['Ground', 'Render', 'RenderPlan', 'plan_render', 'preview_render']

_LIMITS = Limits()
_SILENT = Silent()
_POLICY = RenderPolicy()
_BOUNDS = Bounds()


@dataclass(frozen=True, slots=True)
class Render:
    """What is asked for.

    `context` is plain data over the variables of the folder. `only` are templates by their path
    below templates/, None means all. `as_of` takes the templates from an earlier commit and brings
    them back. `edited` are texts that take the place of those in Git, and are written together with
    what they make; the names are those of `only`. `filters` are the caller's own; `filters_stamp`
    changes when they do. `ask` answers the queries of the templates asked for; without it, and for
    all others, what was answered last stands. `custom_fields` are what NetBox has of the fabric.
    """

    context: Mapping[str, Value] = field(default_factory=dict)
    environment: str = ''
    only: frozenset[str] | None = None
    policy: RenderPolicy = _POLICY
    as_of: CommitId | None = None
    edited: Mapping[str, bytes] = field(default_factory=dict)
    allow_errors: bool = False
    bounds: Bounds = _BOUNDS
    filters: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    filters_stamp: str = ''
    ask: Asker | None = None
    custom_fields: Mapping[str, Value] = field(default_factory=dict)

    def means(self, name: str) -> bool:
        """Whether a template, by its path below templates/, is asked for."""
        return self.only is None or name in self.only


@dataclass(frozen=True, slots=True)
class RenderPlan:
    """The plan, and what becomes of the objects of each template that is not as it was.

    `answers` are the rows NetBox gave, by template and query.
    """

    plan: Plan
    reports: tuple[Report, ...] = ()
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def plan_render(
    store: GitStore,
    head: CommitId | None,
    fabric: Fabric,
    asked: Render,
    operation: Operation,
    limits: Limits = _LIMITS,
    progress: Progress = _SILENT,
) -> RenderPlan:
    """Returns what makes the fabric say what its templates say."""
    if head is None:
        raise NeedsPerson('NoCommit', 'The repository has no commit yet.')
    progress.stage('read')
    ground = Ground(store, head, fabric, asked, limits)
    if ground.findings:
        return RenderPlan(_plan(head, 'Render nothing', (), ground.findings))
    progress.stage('render')
    known = KnownRenders.of(store, fabric, asked, limits)
    before = known.read()
    rendered = render_templates(ground.rendering, ground.tree.rendered, before)
    if not asked.edited:
        known.keep(rendered)
    progress.stage('plan')
    follow = following(fabric, rendered, ground.records, asked.policy, asked.only)
    at = Place(store, head, fabric, operation, limits)
    carried = carry(at, follow, ground.records, rendered, asked.policy, asked.allow_errors)
    answers = ground.answered(rendered)
    changes = (*ground.brought_back(), *ground.edited(), *answers, *carried.changes)
    fresh = sum(rendered[name] is not before.get(name) for name in rendered)
    counts = {'templates': len(rendered), 'rendered': fresh, **carried.counts}
    chosen = [one for name, one in rendered.items() if asked.means(name)]
    findings = [*passed_over(fabric, ground.then)] if not asked.only else []
    findings += [finding for one in chosen for finding in one.findings]
    plan = _plan(head, _subject(counts, asked), changes, (*findings, *carried.findings))
    plan = replace(plan, conflicts=carried.conflicts, settled=carried.settled, counts=counts)
    given = {name: ground.rendering.answered(name).rows for name in rendered if asked.means(name)}
    return RenderPlan(plan, carried.reports, {name: rows for name, rows in given.items() if rows})


def preview_render(
    store: GitStore,
    head: CommitId,
    fabric: Fabric,
    asked: Render,
    limits: Limits = _LIMITS,
) -> tuple[Mapping[str, bytes], tuple[Finding, ...]]:
    """Returns what each chosen template makes, whatever is there, and what is wrong with it.

    Where something is, the text is the very one that was rendered: findings name its lines.
    """
    ground = Ground(store, head, fabric, asked, limits)
    if ground.findings:
        return {}, tuple(ground.findings)
    made = [ground.rendering.render(name) for name in ground.tree.rendered if asked.means(name)]
    texts = {one.name: _shown(ground.rendering, one) for one in made}
    return texts, tuple(finding for one in made for finding in one.findings)


class Ground:
    """What one run stands on: templates, variables, context and records, read from commits."""

    def __init__(
        self, store: GitStore, head: CommitId, fabric: Fabric, asked: Render, limits: Limits
    ) -> None:
        self.store, self.fabric, self.asked = store, fabric, asked
        self.entries = entries_below(store, head, fabric.base)
        self.then = self._templates_then()
        self.tree = with_texts(template_tree(store, fabric, self.then), asked.edited)
        self.records = kept_records(store, fabric, self.entries)
        self._refuse_unknown()
        environment = asked.environment
        variables = variables_of(store, fabric, self.then, environment, asked.context, limits)
        self.findings = variables.findings
        about: dict[str, Value] = {
            'environment': environment,
            'custom_fields': dict(asked.custom_fields),
        }
        context = context_of(store, head, fabric, variables.values, about, self.records, limits)
        self.kept_answers = kept_answers(store, fabric, self.entries)
        answers = Answers(self.kept_answers, asked.ask, asked.only)
        self.rendering = Rendering(
            fabric, self.tree, context, asked.bounds, limits, asked.filters, answers
        )

    def brought_back(self) -> list[Change]:
        """The changes that make the folder of templates what it was at the commit asked for."""
        changes: list[Change] = []
        for path in sorted({**self.entries, **self.then}):
            now, then = self.entries.get(path), self.then.get(path)
            if now == then:
                continue
            if then is not None:
                content = self.store.read_blobs([then.blob])[then.blob]
                stood = now.blob if now is not None else None
                changes.append(Write(path, content, 'as it was', stood, then.mode))
            elif now is not None:
                changes.append(Delete(path, now.blob, 'was not there then'))
        return changes

    def edited(self) -> list[Change]:
        """The changes that write the texts given, where Git says something else."""
        changes: list[Change] = []
        for name, content in sorted(self.asked.edited.items()):
            path = template_path(self.fabric, name)
            now = self.entries.get(path)
            if now is None or now.blob != self.tree.blobs[name]:
                stood = now.blob if now is not None else None
                mode = now.mode if now is not None else '100644'
                changes.append(Write(path, content, 'the template itself', stood, mode))
        return changes

    def answered(self, rendered: Mapping[str, Rendered]) -> list[Change]:
        """The changes that keep what NetBox answered, where that is not what it said before."""
        changes: list[Change] = []
        for name in sorted({*self.kept_answers, *rendered}):
            path, made = answers_path(self.fabric, name), rendered.get(name)
            if not self.asked.means(name) or (made is not None and not made.whole):
                continue
            record = self.rendering.answered(name).record if made is not None else b''
            standing = self.entries.get(path)
            if record and record != self.kept_answers.get(name):
                stood = standing.blob if standing is not None else None
                changes.append(Write(path, record, 'what NetBox answered', stood))
            elif not record and standing is not None:
                changes.append(Delete(path, standing.blob, 'the template asks nothing any more'))
        return changes

    def _templates_then(self) -> dict[RepoPath, TreeEntry]:
        """The tree, with those templates that are meant as an earlier commit has them."""
        if self.asked.as_of is None:
            return self.entries
        then = entries_below(self.store, self.asked.as_of, self.fabric.templates)
        kept = {path: entry for path, entry in self.entries.items() if not self._goes_back(path)}
        return kept | {path: entry for path, entry in then.items() if self._goes_back(path)}

    def _goes_back(self, path: RepoPath) -> bool:
        prefix = f'{self.fabric.templates}/'
        return path.startswith(prefix) and self.asked.means(path.removeprefix(prefix))

    def _refuse_unknown(self) -> None:
        for name in sorted((self.asked.only or set()) - self.tree.contents.keys()):
            if name in self.records:
                continue
            near = ', '.join(self.tree.rendered[:5]) or 'none'
            raise NeedsPerson(
                'TemplateUnknown',
                f'There is no template {name} in {self.fabric.templates}.',
                hint=f'There are {near}; names count from that folder.',
            )


def _shown(rendering: Rendering, made: Rendered) -> bytes:
    if made.findings:
        # What failed before it was a text has none to show.
        with suppress(Exception):
            return rendering.text(made.name).encode('utf-8', 'surrogatepass')
    return join([part.text for part in made.objects])


def _plan(
    head: CommitId, subject: str, changes: Iterable[Change], findings: Iterable[Finding]
) -> Plan:
    return Plan(
        operation=OperationKind.RENDER,
        base=head,
        subject=subject,
        changes=tuple(changes),
        findings=tuple(findings),
    )


def _subject(counts: Mapping[str, int], asked: Render) -> str:
    told = ('made', 'changed', 'removed', 'let_go')
    words = [f'{count} {name.replace("_", " ")}' for name in told if (count := counts.get(name))]
    what = ', '.join(words) or 'versions only'
    back = f' as of {asked.as_of[:12]}' if asked.as_of else ''
    return f'Render templates{back}: {what}'
