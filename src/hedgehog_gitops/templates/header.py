"""What a template says about itself: the comment it may begin with.

    {# hedgehog-template
    description: A VPC with its subnets
    variables:
      name: name
      vlan: {type: vlan, default: 1001}
      ntp: {type: list, from: settings}
    netbox:
      settings: {objects: config-contexts, where: {site: dc1}}
      leaves: {objects: devices, where: {role: leaf}, fields: [name, serial]}
    #}

With `variables` in it, a template gets these and no others; each is checked before it renders.
Without a header, every name the template uses is a variable. `netbox` are queries (`queries.py`);
a variable may come `from` one for config contexts.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..documents import Document, FieldPath, Value, read
from ..findings import Finding, Severity
from ..kinds import is_name
from .config_contexts import CONFIG_CONTEXTS
from .networks import is_address, is_prefix
from .pools import is_asn, is_vlan
from .queries import MOST_QUERIES, Query, query_of

__all__ = ['TYPES', 'Header', 'Variable', 'read_header']

_HEADER = re.compile(rb'\A(?:\xef\xbb\xbf)?\s*\{#-?\s*hedgehog-template\b(?P<yaml>.*?)-?#\}', re.S)
_NAME = re.compile(r'[A-Za-z][A-Za-z0-9_]*').fullmatch


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


TYPES: Mapping[str, Callable[[object], bool]] = {
    'any': lambda value: True,
    'string': lambda value: isinstance(value, str),
    'integer': _is_integer,
    'number': _is_number,
    'boolean': lambda value: isinstance(value, bool),
    'list': lambda value: isinstance(value, list),
    'mapping': lambda value: isinstance(value, dict),
    'name': lambda value: isinstance(value, str) and is_name(value),
    'prefix': is_prefix,
    'address': is_address,
    'vlan': is_vlan,
    'asn': is_asn,
}
"""What a variable can be, and how that is told."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One declared variable. Without a default it has to be given a value.

    `source` is the query for config contexts that may give it one.
    """

    name: str
    type: str = 'any'
    description: str = ''
    required: bool = True
    default: Value = None
    source: str = ''
    line: int | None = field(default=None, compare=False)

    def holds(self, value: object) -> bool:
        """Whether a value is of the variable's type."""
        return TYPES[self.type](value)


@dataclass(frozen=True, slots=True)
class Header:
    """A template's own words; `variables` is None where it declares none."""

    description: str = ''
    variables: Mapping[str, Variable] | None = None
    queries: tuple[Query, ...] = ()
    findings: tuple[Finding, ...] = field(default=(), compare=False)


def read_header(source: bytes) -> Header:
    """Reads the header; what is wrong with it is in its findings, without their file."""
    found = _HEADER.match(source)
    if found is None:
        return Header()
    lines_above = source[: found.start('yaml')].count(b'\n')
    reading = read(found['yaml'])
    documents = [one for one in reading.documents if not one.empty]
    mappings = all(isinstance(one.value, dict) for one in documents)
    if len(documents) > 1 or not mappings or not reading.whole:
        first = reading.findings[0] if reading.findings else None
        why = f': {first.message}' if first is not None else ''
        line = lines_above + ((first.line if first is not None else None) or 1)
        return Header(findings=(_wrong(f'the header is not one mapping{why}', line),))
    if not documents:
        return Header()
    return _Reading(documents[0], lines_above).header()


class _Reading:
    """One header while it is read."""

    def __init__(self, document: Document, lines_above: int) -> None:
        self.document, self.lines_above = document, lines_above
        self.value: Mapping[str, Any] = document.value  # type: ignore[assignment]  # a mapping
        self.findings: list[Finding] = []

    def header(self) -> Header:
        for key in self.value.keys() - {'description', 'variables', 'netbox'}:
            self.wrong(f'a header has no {key}', (key,))
        given = self.value.get('variables')
        variables = None
        if isinstance(given, dict):
            variables = {variable.name: variable for variable in self.variables(given)}
        elif given is not None:
            self.wrong('variables is not a mapping of names', ('variables',))
        description = self.value.get('description')
        queries = tuple(self.queries(self.value.get('netbox') or {}))
        self.refuse_sources(variables or {}, {each.name: each for each in queries})
        return Header(
            description if isinstance(description, str) else '',
            variables,
            queries,
            tuple(self.findings),
        )

    def queries(self, given: object) -> Iterator[Query]:
        if not isinstance(given, dict) or len(given) > MOST_QUERIES:
            most = f'at most {MOST_QUERIES} queries'
            self.wrong(f'netbox is not a mapping of names to {most}', ('netbox',))
            return
        for name, said in given.items():
            at = ('netbox', name)
            if not isinstance(name, str) or not _NAME(name):
                self.wrong(f'{name!r} cannot be the name of a query', at)
                continue
            try:
                yield replace(query_of(name, said), line=self.line(at))
            except ValueError as error:
                self.wrong(str(error), at)

    def variables(self, given: Mapping[str, Any]) -> Iterator[Variable]:
        for name, said in given.items():
            at = ('variables', name)
            told = {'type': said} if isinstance(said, str) else said or {}
            if not _NAME(name):
                self.wrong(f'{name!r} cannot be the name of a variable', at)
            elif not isinstance(told, dict):
                self.wrong(f'{name} is neither a type nor a mapping', at)
            else:
                variable = self.variable(name, told, at)
                if variable is not None:
                    yield variable

    def variable(self, name: str, told: Mapping[str, Any], at: FieldPath) -> Variable | None:
        for key in told.keys() - {'type', 'default', 'description', 'from'}:
            self.wrong(f'the variable {name} has no {key}', at)
        sort = told.get('type', 'any')
        if not isinstance(sort, str) or sort not in TYPES:
            self.wrong(f'{name} has the type {sort!r}; there are {", ".join(TYPES)}', at)
            return None
        description = str(told.get('description', ''))
        source, default = str(told.get('from') or ''), told.get('default')
        required, line = 'default' not in told, self.line(at)
        variable = Variable(name, sort, description, required, default, source, line)
        given = not variable.required and variable.default is not None
        if given and not variable.holds(variable.default):
            self.wrong(f'the default of {name} is not of the type {sort}', at)
        return variable

    def refuse_sources(
        self, variables: Mapping[str, Variable], queries: Mapping[str, Query]
    ) -> None:
        """Says which variables come from what brings no config contexts."""
        for name, variable in variables.items():
            query = queries.get(variable.source)
            contexts = query is not None and query.objects == CONFIG_CONTEXTS
            if variable.source and not (contexts and query and 'data' in query.fields):
                what = f'no query for the data of {CONFIG_CONTEXTS}'
                self.wrong(f'{name} comes from {variable.source}, {what}', ('variables', name))

    def wrong(self, message: str, at: FieldPath) -> None:
        self.findings.append(_wrong(message, self.line(at)))

    def line(self, at: FieldPath) -> int | None:
        position = self.document.position(at)
        return position[0] + self.lines_above if position else None


def _wrong(message: str, line: int | None) -> Finding:
    return Finding(Severity.ERROR, 'TemplateHeader', message, line=line)
