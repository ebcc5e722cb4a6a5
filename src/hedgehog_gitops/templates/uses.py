"""What a template depends on: the templates it names, and the part of the context it looks at.

Used by `render.py`, so that a template is rendered again only when one of these has changed. What
cannot be told beforehand (a name that is computed) counts as everything.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from jinja2 import nodes

from .methods import METHODS

__all__ = ['Uses', 'uses_of']

type Part = tuple[str, ...]

_NAMING = (nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport)


@dataclass(frozen=True, slots=True)
class Uses:
    """Templates by name (None: any of them), and names of the context with at most one field."""

    templates: frozenset[str | None]
    parts: frozenset[Part]


def uses_of(tree: nodes.Template) -> Uses:
    """What one template uses itself; that of the templates it names is not in it.

    A name it sets itself counts too, should the context have it: quick, and never too little.
    """
    parts: set[Part] = set()
    within: set[int] = set()
    found: Iterable[Any] = tree.find_all((nodes.Getattr, nodes.Getitem))
    for node in found:
        part = _field(node)
        if part is not None:
            parts.add(part)
            within.add(id(node.node))
    for name in tree.find_all(nodes.Name):
        if name.ctx == 'load' and id(name) not in within:
            parts.add((name.name,))
    parts -= {part for part in parts if len(part) > 1 and part[:1] in parts}
    named = (_named(node) for node in tree.find_all(_NAMING))
    return Uses(frozenset(name for names in named for name in names), frozenset(parts))


def _field(node: Any) -> Part | None:
    """`name.field` or `name['field']`, as a part of the context."""
    if not isinstance(node.node, nodes.Name):
        return None
    if isinstance(node, nodes.Getattr):
        # A method looks at all of the mapping it belongs to.
        return None if node.attr in METHODS[dict] else (node.node.name, node.attr)
    key = node.arg.value if isinstance(node.arg, nodes.Const) else None
    return (node.node.name, key) if isinstance(key, str) else None


def _named(node: Any) -> set[str | None]:
    given = node.template
    items = given.items if isinstance(given, nodes.List | nodes.Tuple) else [given]
    return {
        item.value if isinstance(item, nodes.Const) and isinstance(item.value, str) else None
        for item in items
    }
