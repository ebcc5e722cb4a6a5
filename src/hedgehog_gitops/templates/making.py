"""Makes a template: of objects that are there, or by copying one that ships with this package.

Called by `workflows/template_from.py`. The objects' own text stays, comments and all; only the
fields that are to vary are replaced. What looks like Jinja in it is kept from being read as such.
"""

import re
from collections.abc import Mapping, Sequence

from ..documents import (
    ABSENT,
    OWN_ANNOTATIONS,
    FieldPath,
    Limits,
    Value,
    edit_document,
    emit,
    field_at,
    format_field_path,
    join,
    set_field,
)
from ..errors import NeedsPerson
from .header import TYPES

__all__ = ['READY', 'Source', 'ready_template', 'template_of']

READY = ('external-peering', 'leaf-spine', 'vpc')
"""The templates that ship with this package."""

_JINJA = re.compile(r'\{\{|\{%|\{#')
_GUESSES = ('boolean', 'vlan', 'integer', 'prefix', 'address', 'string', 'list', 'mapping')

type Source = tuple[bytes, dict[str, Value]]


def ready_template(name: str) -> bytes:
    """The text of a template that ships; NeedsPerson('TemplateUnknown') where there is none."""
    if name not in READY:
        raise NeedsPerson(
            'TemplateUnknown',
            f'No template called {name} ships with this package.',
            hint=f'There are {", ".join(READY)}.',
        )
    # Who makes no template need not load this.
    from importlib.resources import files

    return files(__package__).joinpath('ready', f'{name}.yaml.j2').read_bytes()


def template_of(
    sources: Sequence[Source], variables: Mapping[str, FieldPath], limits: Limits
) -> bytes:
    """A template which makes these objects as they are; `variables` name the fields that vary.

    A field that several objects have becomes one variable, so all of them have to say the same.
    """
    values = {name: _value(sources, name, path) for name, path in variables.items()}
    texts = [_text(text, value, variables, limits) for text, value in sources]
    return _header(values) + join(texts)


def _text(
    text: bytes, value: dict[str, Value], variables: Mapping[str, FieldPath], limits: Limits
) -> bytes:
    wanted: Value = _without_own(value)
    for name, path in variables.items():
        if field_at(wanted, path) is not ABSENT:
            wanted = set_field(wanted, path, _mark(name))
    made = _escaped(edit_document(text, wanted, limits).text.decode('utf-8', 'surrogateescape'))
    for name, path in variables.items():
        written = f'{{{{ {name} | {_filter(field_at(value, path))} }}}}'
        made = re.sub(rf'(["\']?){_mark(name)}\1', lambda _, text=written: text, made)  # type: ignore[misc]
    return made.encode('utf-8', 'surrogateescape')


def _filter(value: object) -> str:
    """What writes a value behind its key, wherever that stands: one line, whatever is in it."""
    several = isinstance(value, list | dict) or (isinstance(value, str) and '\n' in value)
    return 'to_json' if several else 'to_yaml'


def _value(sources: Sequence[Source], name: str, path: FieldPath) -> Value:
    found: list[Value] = []
    for _, value in sources:
        one = field_at(value, path)
        if not (one is ABSENT or one in found):
            found.append(one)  # type: ignore[arg-type]  # not absent
    if len(found) != 1:
        says = 'no object has it' if not found else f'the objects say {found[:3]!r}'
        raise NeedsPerson(
            'FieldRefused', f'{name} cannot stand for {format_field_path(path)}: {says}.'
        )
    return found[0]


def _header(values: Mapping[str, Value]) -> bytes:
    declared: dict[str, Value] = {
        name: {'type': _type(value), 'default': value} for name, value in values.items()
    }
    text = emit({'variables': declared}) if declared else b''
    return b'{# hedgehog-template\n' + text + b'#}\n'


def _type(value: Value) -> str:
    return next((name for name in _GUESSES if TYPES[name](value)), 'any')


def _without_own(value: dict[str, Value]) -> dict[str, Value]:
    """The object without the annotations that tell where this very one came from."""
    metadata = value.get('metadata')
    present = metadata.get('annotations') if isinstance(metadata, dict) else None
    if not isinstance(metadata, dict) or not isinstance(present, dict):
        return value
    kept = {name: word for name, word in present.items() if not name.startswith(OWN_ANNOTATIONS)}
    rest = {name: inner for name, inner in metadata.items() if name != 'annotations'}
    return {**value, 'metadata': {**rest, 'annotations': kept} if kept else rest}


def _escaped(text: str) -> str:
    return _JINJA.sub(lambda found: f"{{{{ '{found[0]}' }}}}", text)


def _mark(name: str) -> str:
    return f'variable-{name}-of-this-template'
