"""The tables of docs/reference/graphql.md from NetBox's own GraphQL schema."""

import re
from collections.abc import Iterator
from typing import Any

__all__ = ['BEGIN', 'END', 'graphql_page', 'is_ours']

BEGIN = '<!-- From here on made by `python -m dev.api_pages`. -->'
END = '<!-- To here. -->'


def graphql_page(page: str, schema: Any) -> str:
    """Returns the page with what the schema says by now between the two marks."""
    before, rest = page.split(BEGIN)
    _old, after = rest.split(END)
    made = '\n'.join((*_roots(schema), *_types(schema), *_filters(schema)))
    return f'{before}{BEGIN}\n\n{made}\n{END}{after}'


def is_ours(definition: Any) -> bool:
    """Whether a type or filter of the schema is one of the plugin."""
    described = (definition.extensions or {}).get('strawberry-definition')
    origin = getattr(described, 'origin', None)
    return getattr(origin, '__module__', '').startswith('netbox_hedgehog.')


def _roots(schema: Any) -> Iterator[str]:
    yield '## Root fields\n'
    yield '| Root field | For one, by | Type |'
    yield '|---|---|---|'
    for name, field in sorted(schema.query_type.fields.items()):
        if name.startswith('hedgehog_') and not name.endswith('_list'):
            by = ', '.join(f'`{each}`' for each in field.args)
            kind = _named(field.type)
            yield f'| `{name}`, `{name}_list` | {by} | [{kind}](#{kind.lower()}) |'
    yield ''


def _types(schema: Any) -> Iterator[str]:
    yield '## Types\n'
    yield 'A type with `!` is never null.\n'
    for name, definition in _ours(schema, 'Type'):
        yield f'### {name}\n'
        if text := ' '.join((definition.description or '').split()):
            yield f'{text}\n'
        yield '| Field | Type |'
        yield '|---|---|'
        for field, each in sorted(definition.fields.items()):
            yield f'| `{field}` | {_linked(str(each.type), schema)} |'
        yield ''


def _filters(schema: Any) -> Iterator[str]:
    yield '## Filters\n'
    yield 'Each takes `AND`, `OR`, `NOT` and `DISTINCT` as well.\n'
    yield '| Filter | Fields |'
    yield '|---|---|'
    for name, definition in _ours(schema, 'Filter'):
        fields = sorted(set(definition.fields) - {'AND', 'OR', 'NOT', 'DISTINCT'})
        yield f'| `{name}` | {", ".join(f"`{field}`" for field in fields)} |'
    yield ''


def _ours(schema: Any, end: str) -> Iterator[tuple[str, Any]]:
    for name, definition in sorted(schema.type_map.items()):
        if name.endswith(end) and is_ours(definition):
            yield name, definition


def _named(kind: Any) -> str:
    return re.sub(r'[\[\]!]', '', str(kind))


def _linked(kind: str, schema: Any) -> str:
    name = _named(kind)
    if name in schema.type_map and is_ours(schema.type_map[name]):
        # Brackets of a list would be read as those of a link.
        shown = kind.replace('[', r'\[').replace(']', r'\]')
        return shown.replace(name, f'[{name}](#{name.lower()})')
    return f'`{kind}`'
