"""What may be null by the OpenAPI schema, and what of it was seen with a value in real answers."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import include, path
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator

from netbox_hedgehog.api import urls as api_urls

__all__ = ['BASE', 'Seen', 'described']

BASE = '/api/plugins/hedgehog'
_JOINED = ('allOf', 'oneOf', 'anyOf')

type Json = Mapping[str, Any]
# A component of the schema, and one of its fields.
type Field = tuple[str, str]


def described() -> Json:
    """The schema of the plugin's part."""
    with GENERATOR_STATS.silence():
        return SchemaGenerator(patterns=[path(BASE[1:] + '/', include(api_urls))]).get_schema(
            public=True
        )


class Seen:
    """Collects from answers which fields had a value, and which value was not as described."""

    def __init__(self, schema: Json) -> None:
        self.schema = schema
        self.components: Json = schema['components']['schemas']
        self.fields: set[Field] = set()
        self.wrong: list[str] = []
        # The validator knows null as a type of its own.
        self._strict = {'components': {'schemas': _with_null(self.components)}}

    def answer(self, method: str, address: str, response: Any) -> None:
        """Takes in one answer to a request."""
        item = self.schema['paths'][self._path(address)][method.lower()]
        told = item['responses'].get(str(response.status_code), {}).get('content', {})
        shape = told.get('application/json', {}).get('schema')
        if shape is not None:
            self._walk(shape, response.json(), '')

    def nullable(self) -> set[Field]:
        """Every field that an answer may hold as null."""
        found: set[Field] = set()
        reached: set[str] = set()
        for shape in self._answers():
            self._reach(shape, reached)
        for name in reached:
            fields = self.components[name].get('properties', {})
            found |= {(name, key) for key, each in fields.items() if _may_be_null(each)}
        return found

    def _path(self, address: str) -> str:
        asked = address.removeprefix(BASE)
        for each in self.schema['paths']:
            pattern = re.sub(r'\\\{\w+\\\}', '[^/]+', re.escape(each.removeprefix(BASE)))
            if re.fullmatch(pattern, asked) and ('{' not in each or asked not in self._fixed()):
                return str(each)
        raise AssertionError(f'{address} is not in the schema')

    def _fixed(self) -> set[str]:
        return {each.removeprefix(BASE) for each in self.schema['paths'] if '{' not in each}

    def _answers(self) -> Iterator[Json]:
        for item in self.schema['paths'].values():
            for operation in item.values():
                for told in operation.get('responses', {}).values():
                    for content in told.get('content', {}).values():
                        yield content.get('schema', {})

    def _reach(self, shape: Json, reached: set[str]) -> None:
        if (name := _named(shape)) is not None:
            if name not in reached:
                reached.add(name)
                self._reach(self.components[name], reached)
            return
        for each in _inner(shape):
            self._reach(each, reached)

    def _walk(self, shape: Json, value: Any, name: str) -> None:
        """Goes through a value and its description side by side."""
        if value is None:
            return
        if (component := _named(shape)) is not None:
            self._walk(self.components[component], value, component)
            return
        for joined in _JOINED:
            for each in shape.get(joined, ()):
                self._walk(each, value, '')
        if isinstance(value, list):
            for each in value:
                self._walk(shape.get('items', {}), each, '')
        elif isinstance(value, Mapping):
            for key, field in shape.get('properties', {}).items():
                if value.get(key) is not None:
                    self._meet((name, key), field, value[key])

    def _meet(self, at: Field, field: Json, value: Any) -> None:
        if _may_be_null(field):
            self.fields.add(at)
            validator = Draft202012Validator({**_with_null(field), **self._strict})
            self.wrong += [
                f'{".".join(at)}: {each.message}' for each in validator.iter_errors(value)
            ]
        self._walk(field, value, '')


def _named(shape: Json) -> str | None:
    return shape['$ref'].rsplit('/', 1)[1] if '$ref' in shape else None


def _inner(shape: Json) -> Iterator[Json]:
    for joined in _JOINED:
        yield from shape.get(joined, ())
    yield from shape.get('properties', {}).values()
    for key in ('items', 'additionalProperties'):
        if isinstance(shape.get(key), Mapping):
            yield shape[key]


def _may_be_null(field: Json) -> bool:
    joined = [each for word in _JOINED for each in field.get(word, ())]
    return bool(field.get('nullable')) or any(
        each.get('nullable') or each.get('$ref', '').endswith('/NullEnum') for each in joined
    )


def _with_null(shape: Any) -> Any:
    """OpenAPI 3.0 says `nullable`, JSON Schema says null among the types."""
    if isinstance(shape, Mapping):
        plain = {key: _with_null(each) for key, each in shape.items() if key != 'nullable'}
        return {'anyOf': [plain, {'type': 'null'}]} if shape.get('nullable') is True else plain
    return [_with_null(each) for each in shape] if isinstance(shape, list | tuple) else shape
