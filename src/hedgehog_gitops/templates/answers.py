"""The answers to a template's queries: asked for now, or what they were the last time.

What was answered is kept in the repository (`.hnp/netbox/`), one row a line. So a rendering can be
explained and repeated without NetBox, and where nobody asks (a schedule, a webhook) what a person
was told last still stands. Used by `render.py`.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from ..documents import Value
from ..findings import Finding, Severity
from .queries import Asker, Query, QueryRefused

__all__ = ['Answered', 'Answers', 'rows_from_file']

type Rows = list[dict[str, Value]]


@dataclass(frozen=True, slots=True)
class Answered:
    """The rows of each query of one template, what could not be answered, and what to keep."""

    rows: Mapping[str, Rows] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    record: bytes = b''

    @property
    def digest(self) -> str:
        """What stands for all of it, so that the same need not be rendered again."""
        told = [[finding.code, finding.message] for finding in self.findings]
        return sha256(self.record + json.dumps(told).encode()).hexdigest()


class Answers:
    """Where answers come from: `ask` for the templates of `asking` (None: all), else the record."""

    def __init__(
        self,
        recorded: Mapping[str, bytes],
        ask: Asker | None = None,
        asking: frozenset[str] | None = None,
    ) -> None:
        self._recorded, self._ask, self._asking = recorded, ask, asking

    def of(self, template: str, queries: Iterable[Query], values: Mapping[str, Value]) -> Answered:
        """Answers every query of a template; `values` are those of its variables."""
        kept = _read(self._recorded.get(template, b''))
        rows: dict[str, Rows] = {}
        findings: list[Finding] = []
        asked: dict[str, Query] = {}
        for query in queries:
            missing = sorted(query.variables - values.keys())
            if missing:
                findings.append(_without_variable(query, missing[0]))
                continue
            asked[query.name] = query.with_variables(values)
            try:
                _refuse_empty(asked[query.name])
                rows[query.name] = self._rows(template, asked[query.name], kept)
            except QueryRefused as error:
                findings.append(_refused(query, error))
        record = _text({name: (asked[name], found) for name, found in rows.items()})
        return Answered(rows, tuple(findings), record)

    def _rows(self, template: str, query: Query, kept: Mapping[str, Any]) -> Rows:
        last = kept.get(query.name) or {}
        before: Rows = last.get('rows') or []
        if self._ask is not None and (self._asking is None or template in self._asking):
            return _checked(query, self._ask(template, query, before))
        if last.get('asked') != query.as_json():
            raise QueryRefused(
                'TemplateQueryUnanswered',
                f'nobody has asked NetBox for {query.name} as the template has it now',
                'render it in NetBox as somebody who may view these objects, or give --netbox-data',
            )
        return _checked(query, before)


def rows_from_file(data: Mapping[str, Value]) -> Asker:
    """Answers from a mapping of templates to queries to rows, as NetBox gives it out."""

    def ask(template: str, query: Query, _before: object) -> Rows:
        of_template = data.get(template)
        rows = of_template.get(query.name) if isinstance(of_template, dict) else None
        if not isinstance(rows, list):
            raise QueryRefused(
                'TemplateQueryUnanswered',
                f'the data given has nothing for {query.name} of {template}',
                f'give it as {{{template}: {{{query.name}: [...]}}}}',
            )
        return _checked(query, rows)

    return ask


def _refuse_empty(query: Query) -> None:
    if empty := query.empty_conditions:
        raise QueryRefused(
            'TemplateQueryRefused',
            f'the condition {empty[0]} of {query.name} says nothing; it would bring everything',
            'give it a plain value, or leave the condition out',
        )


def _checked(query: Query, rows: Iterable[Any]) -> Rows:
    """The rows with the fields asked for and no others."""
    checked: Rows = []
    for number, row in enumerate(rows, start=1):
        missing = [name for name in query.fields if not isinstance(row, dict) or name not in row]
        if missing and missing != ['id']:
            wrong = next(name for name in missing if name != 'id')
            raise QueryRefused(
                'TemplateQueryRefused', f'row {number} of {query.name} has no field {wrong}'
            )
        checked.append({name: row[name] for name in query.fields if name in row})
    if len(checked) > query.limit:
        raise QueryRefused(
            'TemplateQueryTooMany',
            f'{query.name} brings more than {query.limit:,} {query.objects}',
            'narrow `where`, or raise `limit`; a part of the objects would take the others away',
        )
    return checked


def _read(data: bytes) -> dict[str, Any]:
    """What was kept; a damaged file counts as nothing, and is asked anew."""
    try:
        value = json.loads(data) if data else {}
    except ValueError:
        return {}
    return {name: one for name, one in value.items() if isinstance(one, dict)}


def _text(found: Mapping[str, tuple[Query, Rows]]) -> bytes:
    """The file for these answers: JSON, with one row a line so that a difference can be read."""
    parts = []
    for name, (query, rows) in found.items():
        lines = ',\n'.join(f'  {_json(row)}' for row in rows)
        body = f'[\n{lines}\n ]' if rows else '[]'
        parts.append(f'{_json(name)}: {{\n "asked": {_json(query.as_json())},\n "rows": {body}\n}}')
    return ('{\n' + ',\n'.join(parts) + '\n}\n').encode('utf-8', 'replace') if parts else b''


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _without_variable(query: Query, name: str) -> Finding:
    return Finding(
        Severity.ERROR,
        'TemplateVariableMissing',
        f'the query {query.name} needs the variable {name}, which has no value',
        line=query.line,
        field=name,
        suggestion='give it a value in vars.yaml, in vars/ENVIRONMENT.yaml or in the context',
    )


def _refused(query: Query, error: QueryRefused) -> Finding:
    return Finding(
        Severity.ERROR,
        error.code,
        str(error),
        line=query.line,
        field=f'netbox.{query.name}',
        suggestion=error.hint,
    )
