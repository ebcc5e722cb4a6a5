"""Takes from an OpenAPI schema what the API server would validate with, and what people are told.

`definitions.py` calls it for each version of a CustomResourceDefinition. Such files come from
strangers: what is not understood is left out with a problem, references are never followed, and
the result is bounded in size and depth. Rules in CEL are not judged, which is said once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from ..documents import FieldPath, Value
from ..findings import Severity
from .compiled import is_pattern
from .problem import Problem
from .schemas import Node
from .schemas.notation import OPAQUE

__all__ = ['OpenApiReader']

_NODES = 20_000
_DEPTH = 64
_PATTERNS = 200
_PATTERN_LENGTH = 1000
_WORDS = 10_000
_DESCRIPTION_LENGTH = 300
_CEL = 'x-kubernetes-validations'
_TYPES = ('array', 'boolean', 'integer', 'number', 'object', 'string')


@dataclass(slots=True)
class OpenApiReader:
    """Reads the schemas of one definition; `problems` are what it had to leave out.

    `on_objects` is added to the schema of every object.
    """

    on_objects: Node = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _nodes: int = _NODES
    _patterns: int = _PATTERNS
    _told_of_cel: bool = False

    def read(self, value: Value, path: FieldPath) -> Node:
        """The structural schema which `value` describes; one that accepts all when it is none."""
        self._nodes -= 1
        if not isinstance(value, dict):
            return self._left_out(path, 'a schema must be a mapping')
        if '$ref' in value:
            return self._left_out(path, '$ref is not followed; what it stands for is not checked')
        if self._nodes < 0:
            return self._left_out(path, f'only {_NODES} fields of a definition are checked')
        if len(path) > 2 * _DEPTH:
            return self._left_out(path, f'fields deeper than {_DEPTH} levels are not checked')
        if value.get(_CEL):
            self._tell_of_cel((*path, _CEL))
        node = self._checked_words(value, path) | self._inner_schemas(value, path)
        told = value.get('description')
        if isinstance(told, str) and told.strip():
            node['description'] = told.strip()[:_DESCRIPTION_LENGTH]
        return self._completed(node)

    def _checked_words(self, value: dict[str, Value], path: FieldPath) -> dict[str, Any]:
        node: dict[str, Any] = {}
        for word, inner in value.items():
            if word not in _CHECKS:
                continue
            if _CHECKS[word](inner) and (word != 'pattern' or self._takes_pattern(inner)):
                node[word] = inner
            elif inner is not None:
                self._left_out((*path, word), f'{word} cannot be used and is not checked')
        return node

    def _takes_pattern(self, pattern: Value) -> bool:
        self._patterns -= 1
        return self._patterns >= 0 and isinstance(pattern, str) and is_pattern(pattern)

    def _inner_schemas(self, value: dict[str, Value], path: FieldPath) -> dict[str, Any]:
        node: dict[str, Any] = {}
        properties = value.get('properties')
        if isinstance(properties, dict):
            within = (*path, 'properties')
            node['properties'] = {
                name: self.read(inner, (*within, name)) for name, inner in properties.items()
            }
        further = value.get('additionalProperties')
        if isinstance(further, bool):
            node['additionalProperties'] = further
        for word in ('additionalProperties', 'items', 'not'):
            if isinstance(value.get(word), dict):
                node[word] = self.read(value[word], (*path, word))
        for word in ('allOf', 'anyOf', 'oneOf'):
            inner = value.get(word)
            if isinstance(inner, list) and inner:
                node[word] = [self.read(one, (*path, word, i)) for i, one in enumerate(inner)]
        return node | ({'default': True} if value.get('default') is not None else {})

    def _completed(self, node: dict[str, Any]) -> Node:
        """Adds what the API server adds of itself."""
        if node.get('type') == 'object':
            node |= self.on_objects
        if node.pop('x-kubernetes-embedded-resource', False):
            always = {'apiVersion': OPAQUE, 'kind': OPAQUE, 'metadata': OPAQUE}
            node['properties'] = always | node.get('properties', {})
        return node

    def _tell_of_cel(self, path: FieldPath) -> None:
        """Nothing is wrong with such a definition, so it is no warning; and once is enough."""
        if not self._told_of_cel:
            self._told_of_cel = True
            message = 'rules in CEL are not judged, neither this one nor any other'
            self.problems.append(Problem(Severity.INFO, 'DefinitionIncomplete', message, path))

    def _left_out(self, path: FieldPath, message: str) -> Node:
        if len(self.problems) < _PATTERNS:
            problem = Problem(Severity.WARNING, 'DefinitionIncomplete', message, path)
            self.problems.append(problem)
        return OPAQUE


def _is_number(value: Value) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 2**64


def _is_step(value: Value) -> bool:
    return _is_number(value) and value > 0


def _are_words(value: Value) -> bool:
    return isinstance(value, list) and 0 < len(value) <= _WORDS and all(map(_is_word, value))


def _is_word(value: Value) -> bool:
    return value is None or isinstance(value, str | bool) or _is_number(value)


def _is_size(value: Value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63


def _is_flag(value: Value) -> bool:
    return isinstance(value, bool)


def _is_short_text(value: Value) -> bool:
    return isinstance(value, str) and len(value) <= _PATTERN_LENGTH


def _are_names(value: Value) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


_CHECKS: Mapping[str, Callable[[Value], bool]] = {
    'type': lambda value: value in _TYPES,
    'format': _is_short_text,
    'pattern': _is_short_text,
    'enum': _are_words,
    'required': _are_names,
    'nullable': _is_flag,
    'minimum': _is_number,
    'maximum': _is_number,
    'exclusiveMinimum': _is_flag,
    'exclusiveMaximum': _is_flag,
    'multipleOf': _is_step,
    'minLength': _is_size,
    'maxLength': _is_size,
    'minItems': _is_size,
    'maxItems': _is_size,
    'minProperties': _is_size,
    'maxProperties': _is_size,
    'x-kubernetes-preserve-unknown-fields': _is_flag,
    'x-kubernetes-int-or-string': _is_flag,
    'x-kubernetes-embedded-resource': _is_flag,
    'x-kubernetes-list-type': lambda value: value in ('atomic', 'set', 'map'),
    'x-kubernetes-list-map-keys': _are_names,
}
