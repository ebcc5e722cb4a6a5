"""NetBox's config contexts as values of a template's variables.

A query of a header brings them as rows, lowest weight first; a variable says from which query it
comes. Used by `render.py`.
"""

from collections.abc import Iterable, Mapping

from ..documents import Value

__all__ = ['CONFIG_CONTEXTS', 'joined_contexts']

CONFIG_CONTEXTS = 'config-contexts'
"""What a query asks for whose rows can be values of variables."""


def joined_contexts(rows: Iterable[Mapping[str, Value]]) -> dict[str, Value]:
    """Joins the data of config contexts as NetBox does for a device: what comes later is right."""
    joined: dict[str, Value] = {}
    for row in rows:
        data = row.get('data')
        if isinstance(data, dict):
            joined = _over(joined, data)
    return joined


def _over(below: Mapping[str, Value], above: Mapping[str, Value]) -> dict[str, Value]:
    joined = dict(below)
    for name, value in above.items():
        standing = joined.get(name)
        if isinstance(standing, dict) and isinstance(value, dict) and value:
            joined[name] = _over(standing, value)
        else:
            joined[name] = value
    return joined
