"""The fields of a form as the page shows them: with their hint, and with what they may name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ..sync.field_form import FormField, Unshown
from ..sync.field_targets import Target, target_of

__all__ = ['Picker', 'ShownField', 'shown_fields']

# A browser gets slow with longer lists; what is not offered can still be typed.
_OFFERED = 1000


class Picker:
    """A list of names that several fields offer; `more` of them are not in it."""

    def __init__(self, number: int, names: list[str]) -> None:
        self.id = f'hh-names-{number}'
        self.offered, self.more = names[:_OFFERED], len(names[_OFFERED:])
        self.names = frozenset(names)


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field, its hint, the picker it uses and whether it names an object that is not there."""

    field: FormField
    inner: tuple['ShownField', ...]
    hint: str
    title: str
    picker: Picker | None
    absent: bool
    other_choice: bool
    several_lines: bool


def shown_fields(
    fields: tuple[FormField, ...], pickers: Mapping[Target, Picker]
) -> tuple[ShownField, ...]:
    """Puts together what the template needs, for each field and those inside of it."""
    return tuple(_shown(each, pickers) for each in fields)


def _shown(field: FormField, pickers: Mapping[Target, Picker]) -> ShownField:
    picker = next((pickers.get(target_of(row)) for row in field.references), None)
    inner = shown_fields(field.inner, pickers)
    return ShownField(
        field,
        inner,
        ' · '.join(_hints(field)),
        _title(field),
        picker,
        absent=bool(picker and field.value and not _is_known(field.value, picker)),
        other_choice=bool(field.choices and field.value and field.value not in field.choices),
        several_lines='\n' in field.value,
    )


def _is_known(value: str, picker: Picker) -> bool:
    """A device is known by what stands before the port; a VPC alone means its default subnet."""
    return bool({value, f'{value.partition("/")[0]}/', f'{value}/default'} & picker.names)


def _title(field: FormField) -> str:
    if field.new_row:
        return _('Add a row')
    if field.address.endswith(']') and field.name.isdecimal():
        return _('Row {number}').format(number=int(field.name) + 1)
    return field.name


def _hints(field: FormField) -> list[str]:
    node: Mapping[str, Any] = field.node
    found = [str(node[word]) for word in ('title', 'description') if node.get(word)]
    for row in field.references:
        kinds = _(' or ').join(row.targets)
        found.append(_('Names: {kinds}').format(kinds=kinds))
        if row.fallback:
            found.append(_('empty means {name}').format(name=row.fallback))
    limits = {
        'minimum': _('at least {limit}'),
        'maximum': _('at most {limit}'),
        'minItems': _('at least {limit} rows'),
        'maxItems': _('at most {limit} rows'),
        'maxLength': _('at most {limit} characters'),
        'format': _('format {limit}'),
    }
    found += [words.format(limit=node[word]) for word, words in limits.items() if word in node]
    if node.get('pattern') and not node.get('title'):
        found.append(_('matches {pattern}').format(pattern=node['pattern']))
    if field.why:
        found.append(str(_WHY[field.why]()))
    return found


_WHY = {
    Unshown.UNKNOWN: lambda: _('The schema does not know this field. It stays as it is.'),
    Unshown.TOO_DEEP: lambda: _('Too deep for this form. It stays as it is; edit it as YAML.'),
    Unshown.OTHER_TYPE: lambda: _(
        'Holds something else than its schema says. It stays as it is; edit it as YAML.'
    ),
    Unshown.FREE: lambda: _('May hold anything. It stays as it is; edit it as YAML.'),
}
