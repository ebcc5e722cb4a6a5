"""A template that is not there yet: of chosen objects, of one that ships, or from nothing.

For pages and the API. The text is only proposed here; it is saved, with what it makes, by the
operation that renders it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hedgehog_gitops.documents import FieldPath, format_field_path, parse_field_path
from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.templates import READY, is_rendered, read_header, ready_template
from hedgehog_gitops.workflows import template_text

from ..models import HedgehogResource
from .drafts import resource_key
from .templates import FabricTemplates

__all__ = ['READY', 'fields_to_vary', 'proposed_text', 'ready_templates', 'refuse_taken']

# More fields of an object than this nobody picks from a list.
MAX_FIELDS = 40
_NEW = """\
{# hedgehog-template
description:
variables:
  name: name
#}
"""


def ready_templates() -> list[dict[str, str]]:
    """The templates that ship, each with what it says of itself."""
    return [{'name': n, 'description': read_header(ready_template(n)).description} for n in READY]


def proposed_text(
    found: FabricTemplates,
    resources: Sequence[HedgehogResource],
    variables: Mapping[str, str],
    ready: str = '',
) -> str:
    """The text of a new template; NeedsPerson where a field cannot vary, or an object is not there.

    `variables` are fields by the name of the variable that is to stand for them.
    """
    if ready:
        return ready_template(ready).decode()
    if not resources:
        return _NEW
    keys = [resource_key(each) for each in resources]
    files = found.files
    fields = {name: _path(name, field) for name, field in variables.items()}
    text = template_text(files.store, files.commit, files.place, keys, fields, files.limits)
    return text.decode('utf-8', 'replace')


def fields_to_vary(resources: Sequence[HedgehogResource]) -> list[dict[str, Any]]:
    """The fields with one plain value in all objects that have them, with a name to propose."""
    values: dict[str, list[Any]] = {}
    for each in resources:
        whole = {'metadata': {'name': each.name}, 'spec': each.desired_spec or {}}
        for path, value in _leaves(whole, ()):
            values.setdefault(format_field_path(path), []).append(value)
    same = {path: found[0] for path, found in values.items() if len({repr(v) for v in found}) == 1}
    return [
        {'field': path, 'value': value, 'proposed': _name_of(path)}
        for path, value in list(same.items())[:MAX_FIELDS]
    ]


def refuse_taken(found: FabricTemplates, name: str) -> None:
    """Refuses a name no template can have, and one that another has."""
    if not is_rendered(name):
        raise NeedsPerson(
            'PathRefused',
            f'{name!r} is no name of a template.',
            hint='Use a path below templates/ that ends in .yaml.j2.',
        )
    if found.stored(name)['version']:
        raise NeedsPerson(
            'PathTaken', f'There is a template {name} already.', hint='Choose another name.'
        )


def _path(name: str, field: str) -> FieldPath:
    if not name.isidentifier():
        raise NeedsPerson('FieldRefused', f'{name!r} cannot be the name of a variable.')
    try:
        return parse_field_path(field)
    except ValueError as error:
        raise NeedsPerson('FieldRefused', str(error)) from error


def _leaves(value: Any, path: FieldPath) -> Iterator[tuple[FieldPath, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(value, str | int | float | bool):
        yield path, value


def _name_of(path: str) -> str:
    last = path.rpartition('.')[2].strip('"')
    return ''.join(c if c.isalnum() and c.isascii() else '_' for c in last).strip('_').lower()
