"""Renders the templates of a fabric, and none of them again for which nothing has changed.

Called by `workflows/render.py`. Pure: texts and values come in, values go out. Jinja itself is
loaded when the first template has to be rendered.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from json import dumps
from typing import TYPE_CHECKING, Any

from ..documents import Limits, Value
from ..findings import Finding, Severity, has_errors
from ..identity import RepoPath
from ..layout import Fabric
from .answers import Answered, Answers
from .bounds import Bounds
from .config_contexts import joined_contexts
from .context import RESERVED, Context
from .header import Header, read_header
from .rendered import Rendered, objects_in_text
from .tree import TemplateTree, template_path

if TYPE_CHECKING:
    from .sandbox import Sandbox
    from .uses import Uses

__all__ = ['Rendering', 'render_templates']

_LONGEST_VALUE = 60
_LIMITS = Limits()
_BOUNDS = Bounds()
_NO_FILTERS: Mapping[str, Callable[..., Any]] = {}
_NOBODY_ASKS = Answers({})
_NOTHING_ASKED = Answered()
_NOTHING_KNOWN: Mapping[str, Rendered] = {}


def render_templates(
    rendering: 'Rendering', names: Iterable[str], known: Mapping[str, Rendered] = _NOTHING_KNOWN
) -> dict[str, Rendered]:
    """What each template makes; one of `known` is taken where it would come out the same."""
    rendered: dict[str, Rendered] = {}
    for name in names:
        before = known.get(name)
        if before is None or not rendering.would_repeat(before):
            before = rendering.render(name)
        rendered[name] = before
    return rendered


@dataclass
class Rendering:
    """One run: the templates, what they look at, and how much each may do.

    `filters` are the caller's own, trusted ones; they do not replace those listed here. `answers`
    has what NetBox says to the templates' queries.
    """

    fabric: Fabric
    tree: TemplateTree
    context: Context
    bounds: Bounds = _BOUNDS
    limits: Limits = _LIMITS
    filters: Mapping[str, Callable[..., Any]] = field(default_factory=lambda: _NO_FILTERS)
    answers: Answers = _NOBODY_ASKS

    @cached_property
    def sandbox(self) -> 'Sandbox':
        """Made once for all templates of the run."""
        from .sandbox import Sandbox

        return Sandbox(self.tree.sources, self.bounds, self.filters)

    def would_repeat(self, before: Rendered) -> bool:
        """Whether rendering again would make the same."""
        blobs = self.tree.blobs
        if blobs.get(before.name) != before.blob:
            return False
        if any(blobs.get(name, '') != blob for name, blob in before.needs.items()):
            return False
        return self._mark(before.name, before.needs, before.parts) == before.mark

    def render(self, name: str) -> Rendered:
        """Renders one template, whatever is in it."""
        from .refusals import finding_of

        header = read_header(self.tree.contents[name])
        file = template_path(self.fabric, name)
        findings = [finding.at(file=file) for finding in header.findings]
        needs, parts = self._needs(name, header)
        made = Rendered(
            name, self.tree.blobs[name], needs, parts, self._mark(name, needs, parts), whole=False
        )
        findings += self._unreadable((name, *needs))
        findings += self._variable_findings(name, header, file)
        findings += [finding.at(file=file) for finding in self.answered(name).findings]
        if has_errors(findings):
            return replace(made, findings=tuple(findings))
        try:
            text = self.sandbox.written(name, self._values(name, header, parts))
        except Exception as error:  # whatever it is, it is the template's
            declared = header.variables
            usable = declared if declared is not None else self.context.variables
            found = finding_of(error, name, self.tree.sources, (*usable, *RESERVED))
            where = template_path(self.fabric, found.file or name)
            return replace(made, findings=(*findings, replace(found, file=where)))
        data = text.encode('utf-8', 'surrogatepass')
        objects, wrong, whole = objects_in_text(data, self.fabric.catalogue, self.limits, file)
        return replace(made, objects=objects, findings=(*findings, *wrong), whole=whole)

    def _unreadable(self, names: Iterable[str]) -> list[Finding]:
        """The templates among these that are not in UTF-8."""
        told = ((name, self.tree.unreadable(name)) for name in names)
        return [found.at(file=template_path(self.fabric, name)) for name, found in told if found]

    def text(self, name: str) -> str:
        """The text one template makes, for a preview; raises what stops it."""
        header = read_header(self.tree.contents[name])
        _, parts = self._needs(name, header)
        return self.sandbox.written(name, self._values(name, header, parts))

    def answered(self, name: str) -> Answered:
        """What NetBox says to a template's queries; each is asked once in a run."""
        if name not in self._known_answers:
            found = _NOTHING_ASKED
            # Most templates ask nothing, and reading a thousand headers for that takes its time.
            if b'netbox' in self.tree.contents[name]:
                header = read_header(self.tree.contents[name])
                found = self.answers.of(name, header.queries, self._given(header))
            self._known_answers[name] = found
        return self._known_answers[name]

    def _mark(self, name: str, needs: Mapping[str, str], parts: Iterable[tuple[str, ...]]) -> str:
        looked_at = [[*part, self.context.digest(part)] for part in parts]
        state: list[Any] = [self.tree.blobs[name], sorted(needs.items()), looked_at]
        if (answered := self.answered(name)) is not _NOTHING_ASKED:
            state.append(answered.digest)
        return sha256(dumps(state).encode('utf-8', 'surrogatepass')).hexdigest()

    def _needs(
        self, name: str, header: Header
    ) -> tuple[dict[str, str], tuple[tuple[str, ...], ...]]:
        """The templates it may name, directly or through others, and the context they look at."""
        parts: set[tuple[str, ...]] = {(variable,) for variable in header.variables or ()}
        pending, seen = [name], {name}
        while pending:
            uses = self._uses(pending.pop())
            parts |= uses.parts
            named = set(self.tree.contents) if None in uses.templates else set(uses.templates)
            pending += sorted({one for one in named if one is not None} - seen)
            seen |= {one for one in named if one is not None}
        needs = {other: str(self.tree.blobs.get(other, '')) for other in sorted(seen - {name})}
        return needs, tuple(sorted(parts))

    def _uses(self, name: str) -> 'Uses':
        from .uses import Uses, uses_of

        if name not in self._known_uses:
            uses = Uses(frozenset(), frozenset())
            try:
                if name in self.tree.sources:
                    uses = uses_of(self.sandbox.parsed(name, self.tree.sources[name]))
            except Exception:  # noqa: S110 - rendering it tells what is wrong with it
                pass
            self._known_uses[name] = uses
        return self._known_uses[name]

    @cached_property
    def _known_uses(self) -> 'dict[str, Uses]':
        return {}

    @cached_property
    def _known_answers(self) -> dict[str, Answered]:
        return {}

    def _given(self, header: Header) -> dict[str, Value]:
        """The values of the variables that are plain enough to be asked with."""
        defaults = {
            variable.name: variable.default
            for variable in (header.variables or {}).values()
            if not variable.required
        }
        return {**defaults, **self.context.variables}

    def _from_netbox(self, template: str, header: Header) -> dict[str, Value]:
        """What config contexts say of the variables that may come from them; joined once."""
        if template not in self._known_contexts:
            self._known_contexts[template] = self._joined(template, header)
        return self._known_contexts[template]

    @cached_property
    def _known_contexts(self) -> dict[str, dict[str, Value]]:
        return {}

    def _joined(self, template: str, header: Header) -> dict[str, Value]:
        sources = {name: each.source for name, each in (header.variables or {}).items()}
        if not any(sources.values()):
            return {}
        rows = self.answered(template).rows
        told = {
            query: joined_contexts(rows[query]) for query in set(sources.values()) & rows.keys()
        }
        return {
            name: told[source][name]
            for name, source in sources.items()
            if source in told and name in told[source]
        }

    def _variable_findings(self, template: str, header: Header, file: RepoPath) -> list[Finding]:
        """Declared variables without a value, or with one of another type."""
        findings = []
        told = self._from_netbox(template, header)
        for variable in (header.variables or {}).values():
            name = variable.name
            if name in RESERVED:
                code, message = 'TemplateHeader', f'{name} is always there; it is no variable'
            elif not self.context.has(name) and name not in told:
                if not variable.required:
                    continue
                code, message = 'TemplateVariableMissing', f'the variable {name} has no value'
            else:
                value = self.context.value(name) if self.context.has(name) else told[name]
                if variable.holds(value):
                    continue
                code, given = 'TemplateVariableInvalid', repr(value)[:_LONGEST_VALUE]
                message = f'the variable {name} has to be of the type {variable.type}, not {given}'
            hint = 'give it a value in vars.yaml, in vars/ENVIRONMENT.yaml or in the context'
            findings.append(
                Finding(
                    Severity.ERROR, code, message, file, line=variable.line, field=name,
                    suggestion=hint,
                )
            )  # fmt: skip
        return findings

    def _values(
        self, template: str, header: Header, parts: Iterable[tuple[str, ...]]
    ) -> dict[str, Value]:
        """The names a template gets, each with its value or its default."""
        names = dict.fromkeys(part[0] for part in parts)
        asked: dict[str, Value] = {}
        if header.queries:
            asked['netbox'] = dict(self.answered(template).rows)  # type: ignore[arg-type]  # rows are plain
        if header.variables is None:
            known = {name: self.context.value(name) for name in names if self.context.has(name)}
            return known | asked
        values: dict[str, Value] = {
            variable.name: variable.default
            for variable in header.variables.values()
            if not variable.required
        }
        open_to_it = {*header.variables, *RESERVED}
        found = {
            name: self.context.value(name)
            for name in names
            if name in open_to_it and self.context.has(name)
        }
        return values | self._from_netbox(template, header) | found | asked
