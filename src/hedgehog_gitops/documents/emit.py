"""New YAML in block style for a value that has no text yet, or none worth keeping.

Used for objects born outside Git and, through `block_lines`, for what `splice.py` adds to a text.
"""

from dataclasses import dataclass

from .limits import DEFAULT_LIMITS
from .scalars import Scalar
from .values import Value, normal
from .writing import literal_block, quoted, scalar_text

__all__ = ['Habits', 'block_lines', 'emit', 'entry_lines', 'flow_text', 'is_inline', 'item_lines']


@dataclass(frozen=True, slots=True)
class Habits:
    """How a text indents: `step` for mappings, `dash` for lists below their key.

    Without `blocks`, text of several lines is written in quotes: behind a block, a comment that is
    indented further would become part of it.
    """

    step: int = 2
    dash: int = 0
    blocks: bool = True


def emit(value: Value, *, indent: int = 2, depth: int = DEFAULT_LIMITS.depth) -> bytes:
    """YAML text for `value`: keys in the order given, strings quoted only where they must be."""
    kept = normal(value, depth)
    return ('\n'.join(block_lines(kept, 0, Habits(step=indent))) + '\n').encode('utf-8')


def is_inline(value: Value, habits: Habits) -> bool:
    """True when the value stands on its key's line: a scalar without line breaks, `{}`, `[]`."""
    if isinstance(value, dict | list):
        return not value
    return not (habits.blocks and isinstance(value, str) and literal_block(value, 2))


def block_lines(value: Value, column: int, habits: Habits) -> list[str]:
    """Lines for a value whose keys or dashes stand in `column`; an inline one is a single line."""
    if isinstance(value, dict) and value:
        return _mapping_lines(value, column, habits)
    if isinstance(value, list) and value:
        return _list_lines(value, column, habits)
    if isinstance(value, str) and column and not is_inline(value, habits):
        return literal_block(value, column) or []
    return [flow_text(value)]


def flow_text(value: Value, *, json_style: bool = False, flow: bool = False) -> str:
    """The value on one line in flow style; `json_style` quotes as JSON does."""
    if isinstance(value, dict):
        inner = (
            f'{_key(key, json_style, flow=True)}: {flow_text(v, json_style=json_style, flow=True)}'
            for key, v in value.items()
        )
        return '{' + ', '.join(inner) + '}'
    if isinstance(value, list):
        return '[' + ', '.join(flow_text(v, json_style=json_style, flow=True) for v in value) + ']'
    return _key(value, json_style, flow=flow)


def _key(value: Scalar, json_style: bool = False, *, flow: bool = False) -> str:
    if json_style and isinstance(value, str):
        return quoted(value)
    return scalar_text(value, flow=flow)


def entry_lines(key: str, value: Value, column: int, habits: Habits) -> list[str]:
    """Lines for `key: value` with the key in `column`."""
    pad, shown = ' ' * column, _key(key)
    # YAML looks for the colon only so far behind the beginning of a key.
    above, head = ([f'{pad}? {shown}'], f'{pad}:') if len(shown) > 1000 else ([], f'{pad}{shown}:')
    if isinstance(value, dict | list) and value:
        inner = column + (habits.step if isinstance(value, dict) else habits.dash)
        return [*above, head, *block_lines(value, inner, habits)]
    first, *rest = block_lines(value, column + habits.step, habits)
    return [*above, f'{head} {first}', *rest]


def item_lines(value: Value, column: int, habits: Habits) -> list[str]:
    """Lines for `- value` with the dash in `column`."""
    first, *rest = block_lines(value, column + 2, habits)
    return [f'{" " * column}- {first.lstrip(" ")}', *rest]


def _mapping_lines(value: dict[str, Value], column: int, habits: Habits) -> list[str]:
    return [
        line for key, inner in value.items() for line in entry_lines(key, inner, column, habits)
    ]


def _list_lines(value: list[Value], column: int, habits: Habits) -> list[str]:
    return [line for inner in value for line in item_lines(inner, column, habits)]
