"""Names fields inside a document: `spec.subnets.default.vlan`, `links[0]`, quoted keys.

Used by the command line, findings and conflicts to say which field is meant.
"""

import json
import re

from .values import Value, same

__all__ = [
    'ABSENT',
    'Absent',
    'FieldPath',
    'changed_fields',
    'field_at',
    'format_field_path',
    'parse_field_path',
    'set_field',
    'unset_field',
]

type FieldPath = tuple[str | int, ...]


class Absent:
    """What a field that is not there has instead of a value; null is a value."""


ABSENT = Absent()

_STEP = re.compile(r'\[(\d+)\]|"((?:[^"\\]|\\.)*)"|([^.\[\]"]+)')
_BARE = re.compile(r'[^.\[\]"\s]+')


def parse_field_path(text: str) -> FieldPath:
    """Reads `spec.a."b.c/d"[0]`; raises ValueError for anything else."""
    steps: list[str | int] = []
    position = 0
    while position < len(text):
        if steps and text[position] == '.':
            position += 1
        elif steps and text[position] != '[':
            raise ValueError(_complaint(text, position))
        found = _STEP.match(text, position)
        if found is None or (text[position - 1 : position] == '.' and found.group(1)):
            raise ValueError(_complaint(text, position))
        steps.append(_step(found))
        position = found.end()
    if not steps:
        raise ValueError('a field path is empty')
    return tuple(steps)


def format_field_path(path: FieldPath) -> str:
    """Writes a path so that `parse_field_path` reads it back."""
    parts: list[str] = []
    for step in path:
        if isinstance(step, int):
            parts.append(f'[{step}]')
            continue
        shown = step if _BARE.fullmatch(step) else json.dumps(step, ensure_ascii=False)
        parts.append(f'.{shown}' if parts else shown)
    return ''.join(parts)


def changed_fields(old: Value, new: Value) -> list[FieldPath]:
    """The smallest fields in which two values differ, in the order of the old one."""
    changes: list[FieldPath] = []
    _collect(old, new, (), changes)
    return changes


def field_at(value: Value, path: FieldPath) -> Value | Absent:
    """The value of one field, or ABSENT."""
    for step in path:
        if isinstance(value, dict):
            if not isinstance(step, str) or step not in value:
                return ABSENT
            value = value[step]
        elif isinstance(value, list):
            if not isinstance(step, int) or step >= len(value):
                return ABSENT
            value = value[step]
        else:
            return ABSENT
    return value


def set_field(value: Value, path: FieldPath, new: Value) -> Value:
    """A copy with one field set; missing mappings are made, `[len]` appends to a list."""
    if not path:
        return new
    step, rest = path[0], path[1:]
    if isinstance(step, str):
        mapping = _mapping(value, path)
        return {**mapping, step: set_field(mapping.get(step), rest, new)}
    if not isinstance(value, list) or step > len(value):
        raise ValueError(f'there is no item {format_field_path(path)}')
    old = value[step] if step < len(value) else None
    return [*value[:step], set_field(old, rest, new), *value[step + 1 :]]


def unset_field(value: Value, path: FieldPath) -> Value:
    """A copy without one field; unchanged when the field is not there."""
    if not path:
        return None
    step, rest = path[0], path[1:]
    if isinstance(step, str) and isinstance(value, dict) and step in value:
        if not rest:
            return {key: inner for key, inner in value.items() if key != step}
        return {**value, step: unset_field(value[step], rest)}
    if isinstance(step, int) and isinstance(value, list) and step < len(value):
        middle = [unset_field(value[step], rest)] if rest else []
        return [*value[:step], *middle, *value[step + 1 :]]
    return value


def _mapping(value: Value, path: FieldPath) -> dict[str, Value]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ValueError(f'{format_field_path(path)} would stand inside a value that is no mapping')
    return value


def _collect(old: Value, new: Value, path: FieldPath, changes: list[FieldPath]) -> None:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            if key in old and key in new:
                _collect(old[key], new[key], (*path, key), changes)
            else:
                changes.append((*path, key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (one, other) in enumerate(zip(old, new, strict=True)):
            _collect(one, other, (*path, index), changes)
    elif not same(old, new):
        changes.append(path)


def _step(found: re.Match[str]) -> str | int:
    index, quoted, bare = found.groups()
    if index is not None:
        return int(index)
    return str(json.loads(f'"{quoted}"')) if quoted is not None else bare


def _complaint(text: str, position: int) -> str:
    return f'{text!r} is no field path: unexpected text at character {position + 1}'
