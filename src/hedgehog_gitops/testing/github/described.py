"""Holds the stand-in to GitHub's own description of its API, where a test has one.

Every request and every answer is compared with the OpenAPI description; what does not fit is kept
as a complaint, which the test reads at its end. GraphQL is not part of that description.
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonschema_rs

from ..mounting import Asked, Reply

__all__ = ['Description']

# GitHub has these requests; its description here was cut down to fewer paths.
_UNDESCRIBED = (
    ('PATCH', re.compile(r'/repos/[^/]+/[^/]+/check-runs/\d+')),
    ('POST', re.compile(r'/repos/[^/]+/[^/]+/merges')),
)
_JSON = 'application/json'
# What any request may meet: GitHub describes it in prose only.
_ANYWHERE = (304, 400, 401, 403, 404, 422, 429)


@dataclass(slots=True)
class Description:
    """A description of an API, and what did not fit to it."""

    file: Path
    complaints: list[str] = field(default_factory=list)
    _paths: list[tuple[re.Pattern[str], dict[str, Any]]] = field(init=False)
    _components: dict[str, Any] = field(init=False)
    _validators: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        whole = _with_null(json.loads(self.file.read_text('utf-8')))
        self._components = whole['components']
        self._paths = [
            (_pattern(template), methods)
            for template, methods in sorted(whole['paths'].items(), key=_most_exact)
        ]

    def compare(self, asked: Asked, reply: Reply, path: str) -> None:
        """Notes what of one exchange is not as described."""
        if any(asked.method == one and where.fullmatch(path) for one, where in _UNDESCRIBED):
            return
        found = self._operation(asked.method, path)
        if found is None:
            if reply.status not in (404, 405):
                self.complaints.append(f'{asked.method} {path} is not described')
            return
        name = f'{asked.method} {path}'
        if asked.body and reply.status < 400:
            self._check(f'{name} request', found.get('requestBody'), asked.body)
        answer = found['responses'].get(str(reply.status))
        if answer is None:
            if reply.status not in _ANYWHERE and reply.status < 500:
                self.complaints.append(f'{name} does not answer {reply.status}')
            return
        if reply.status < 400 or 'content' in self._resolved(answer):
            self._check(f'{name} {reply.status}', answer, reply.body)

    def _operation(self, method: str, path: str) -> dict[str, Any] | None:
        for pattern, methods in self._paths:
            if pattern.fullmatch(path) and method.lower() in methods:
                operation: dict[str, Any] = methods[method.lower()]
                return operation
        return None

    def _check(self, name: str, told: dict[str, Any] | None, body: bytes) -> None:
        told = self._resolved(told or {})
        schema = told.get('content', {}).get(_JSON, {}).get('schema')
        if schema is None:
            if body:
                self.complaints.append(f'{name} has a body')
            return
        problems = [
            f'{name}: {error.message} at {"/".join(map(str, error.instance_path))}'
            for error in self._validator(schema).iter_errors(json.loads(body))
        ]
        self.complaints += problems

    def _resolved(self, told: dict[str, Any]) -> dict[str, Any]:
        while '$ref' in told:
            _, _, kind, name = told['$ref'].split('/')
            told = self._components[kind][name]
        return told

    def _validator(self, schema: dict[str, Any]) -> Any:
        key = json.dumps(schema, sort_keys=True)
        if key not in self._validators:
            whole = {**schema, 'components': self._components}
            self._validators[key] = jsonschema_rs.Draft4Validator(whole, validate_formats=True)
        return self._validators[key]


def _pattern(template: str) -> re.Pattern[str]:
    # The last part of a path may hold slashes: a file, a branch.
    parts = re.split(r'(\{[^}]+\})', template)
    built = ''
    for number, part in enumerate(parts):
        if not part.startswith('{'):
            built += re.escape(part)
        else:
            last = number == len(parts) - 2 and part in (
                '{path}',
                '{ref}',
                '{branch}',
                '{basehead}',
            )
            built += '.+' if last else '[^/]+'
    return re.compile(built)


def _most_exact(pair: tuple[str, Any]) -> tuple[int, int]:
    return (pair[0].count('{'), -len(pair[0]))


def _with_null(node: Any) -> Any:
    """OpenAPI 3.0 says `nullable`, which JSON Schema does not know.

    Errors are described as one of two shapes that both fit, so that `oneOf` cannot be taken at its
    word.
    """
    if isinstance(node, list):
        return [_with_null(each) for each in node]
    if not isinstance(node, dict):
        return node
    told = {
        'anyOf' if name == 'oneOf' else name: _with_null(each)
        for name, each in node.items()
        if name != 'nullable'
    }
    if node.get('nullable') is True and 'type' in node:
        return {'anyOf': [told, {'type': 'null'}]}
    return told
