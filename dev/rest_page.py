"""docs/reference/rest-fields.md from the OpenAPI schema: what each address takes and answers."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

__all__ = ['rest_page']

type Json = Mapping[str, Any]

BASE = '/api/plugins/hedgehog/'
_REF = '#/components/schemas/'
_METHODS = ('get', 'post', 'put', 'patch', 'delete')
_BEGINNING = """\
# REST fields

Every address of the [REST API](rest.md) with what it takes and what it answers, made from the
OpenAPI schema (`/api/schema/` of a NetBox has the same for machines) by `python -m dev.api_pages`.

All paths begin with `/api/plugins/hedgehog/`. A field that *may be null* is null where nothing is
known; one that is not *required* may be left out of a request. Errors have the body
[Error](#error).
Who may do it stands in [REST API](rest.md#actions).

"""


def rest_page(schema: Json, kinds: Iterable[str] = ()) -> str:
    """Returns the page; of the addresses of single kinds the first is told, for all of them."""
    return _Page(schema, tuple(kinds)).text()


class _Page:
    """Goes through the paths, and notes which objects were named on the way."""

    def __init__(self, schema: Json, kinds: tuple[str, ...]) -> None:
        self.objects: Json = schema['components']['schemas']
        self.paths: dict[str, Json] = {}
        self.named: list[str] = []
        self.examples: dict[str, Any] = {}
        for path, item in sorted(schema['paths'].items()):
            if path.startswith(BASE) and path.removeprefix(BASE).split('/')[0] not in kinds[1:]:
                self.paths[path.removeprefix(BASE)] = item
        self.kinds = kinds

    def text(self) -> str:
        parts = [_BEGINNING, '## Addresses\n']
        place = ''
        for path, item in self.paths.items():
            if path.split('/')[0] != place:
                place = path.split('/')[0]
                parts.append(f'\n### {place}\n\n{self._about_kinds(place)}')
            parts += [
                self._address(path, method, item[method]) for method in _METHODS if method in item
            ]
        parts.append('\n## Objects\n')
        parts += self._objects()
        return re.sub(r'\n{3,}', '\n\n', ''.join(parts)).rstrip() + '\n'

    def _about_kinds(self, place: str) -> str:
        if not self.kinds or place != self.kinds[0]:
            return ''
        others = ', '.join(f'`{path}/`' for path in self.kinds[1:])
        return f'The resources of one kind. So are {others}.\n\n'

    def _address(self, path: str, method: str, said: Json) -> str:
        lines = [f'#### `{method.upper()} {path}`\n']
        if text := ' '.join(str(said.get('description', '')).split()):
            lines.append(f'{text}\n')
        lines += [
            f'- {line}' for line in (*self._query(said), *self._body(said), *self._answers(said))
        ]
        return '\n'.join(lines) + '\n\n'

    def _query(self, said: Json) -> Iterator[str]:
        names = [each['name'] for each in said.get('parameters', ()) if each['in'] == 'query']
        # `name__ic` and its like are the lookups NetBox makes of each filter.
        plain = [f'`{name}`' for name in names if '__' not in name]
        if plain:
            yield f'Query: {", ".join(plain)}'

    def _body(self, said: Json) -> Iterator[str]:
        content = said.get('requestBody', {}).get('content', {})
        told = None
        for media, words in (('application/json', ''), ('multipart/form-data', ' as a form')):
            body = content.get(media, {'schema': told})
            if body['schema'] != told:
                told = body['schema']
                self._keep_example(body)
                yield f'Takes{words}: {self._type(told)}'

    def _answers(self, said: Json) -> Iterator[str]:
        errors = []
        for status, answer in sorted(said['responses'].items()):
            content = answer.get('content', {}).get('application/json', {})
            self._keep_example(content)
            shown = content.get('schema')
            if shown is not None and shown.get('$ref') == f'{_REF}Error':
                self._note('Error')
                errors.append(status)
            else:
                yield f'{status}: {self._type(shown) if shown else "no body"}'
        if errors:
            yield f'Errors: {", ".join(errors)}'

    def _type(self, field: Json) -> str:
        """A type in words; objects are links to where they are told."""
        if '$ref' in field:
            return self._link(field['$ref'].removeprefix(_REF))
        for joined in ('allOf', 'oneOf', 'anyOf'):
            if joined in field:
                parts = [self._type(each) for each in field[joined]]
                return ' or '.join(dict.fromkeys(part for part in parts if part))
        if field.get('type') == 'array':
            return f'list of {self._type(field["items"])}'
        if 'enum' in field:
            words = ', '.join(f'`{json.dumps(each)}`' for each in field['enum'] if each is not None)
            return f'one of {words}' if words else ''
        if set(field.get('properties', ())) == {'value', 'label'}:
            return f'`value` and `label`; {self._type(field["properties"]["value"])}'
        if field.get('type') == 'object' and field.get('properties'):
            within = ', '.join(
                f'`{name}` ({self._type(each)})' for name, each in field['properties'].items()
            )
            return f'object with {within}'
        kind, form = field.get('type', 'anything'), field.get('format')
        return f'{kind} ({form})' if form else str(kind)

    def _link(self, name: str) -> str:
        described = self.objects[name]
        if name.startswith('Paginated'):
            return f'a page of {self._type(described["properties"]["results"]["items"])}'
        if 'enum' in described or described.get('type') not in ('object', None):
            return self._type(described)
        if not described.get('properties') and 'additionalProperties' not in described:
            return self._type({**described, 'type': 'object', 'properties': {}})
        self._note(name)
        return f'[{name}](#{name.lower()})'

    def _keep_example(self, content: Json) -> None:
        """An example stands beside a body; it is shown once, where its object is told."""
        name = content.get('schema', {}).get('$ref', '').removeprefix(_REF)
        for example in content.get('examples', {}).values():
            self.examples.setdefault(name, example['value'])

    def _note(self, name: str) -> None:
        if name not in self.named:
            self.named.append(name)

    def _objects(self) -> list[str]:
        told: dict[str, str] = {}
        # Telling of one may name another.
        while left := [name for name in self.named if name not in told]:
            for name in left:
                told[name] = self._object(name, self.objects[name])
        return [told[name] for name in sorted(told, key=str.lower)]

    def _object(self, name: str, described: Json) -> str:
        lines = [f'### {name}\n']
        if text := ' '.join(str(described.get('description', '')).split()):
            lines.append(f'{text}\n')
        required = set(described.get('required', ()))
        fields = described.get('properties', {})
        if fields:
            lines += ['| Field | Type | | |', '|---|---|---|---|']
            lines += [self._field(key, each, key in required) for key, each in fields.items()]
        lines.append('')
        return '\n'.join(lines) + '\n' + self._example(name)

    def _example(self, name: str) -> str:
        if name not in self.examples:
            return ''
        shown = json.dumps(self.examples[name], indent=2, ensure_ascii=False)
        return f'```json\n{shown}\n```\n\n'

    def _field(self, name: str, field: Json, required: bool) -> str:
        may = [
            word
            for word, so in (
                ('required', required and not field.get('readOnly')),
                ('read only', field.get('readOnly')),
                ('write only', field.get('writeOnly')),
                ('may be null', _nullable(field)),
            )
            if so
        ]
        text = ' '.join(str(field.get('description', '')).split())
        # The list of words of a choice is in the type already.
        text = re.sub(r'\s*\* `.*', '', text).replace('|', r'\|').replace('<', '&lt;')
        kind = self._type(field).replace('|', r'\|')
        return f'| `{name}` | {kind} | {", ".join(may)} | {text} |'


def _nullable(field: Json) -> bool:
    return bool(field.get('nullable')) or any(
        each.get('nullable') or each.get('$ref', '').endswith('/NullEnum')
        for joined in ('allOf', 'oneOf', 'anyOf')
        for each in field.get(joined, ())
    )
