"""Brings the kinds of a fabric's own definitions into a table of kinds. `catalogue.py` calls it."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain, count

from .kind import Kind

__all__ = ['merged_kinds']


def merged_kinds(known: tuple[Kind, ...], defined: Iterable[Kind]) -> tuple[Kind, ...]:
    """The known kinds as they are defined now, and the new ones behind them in order of name."""
    newest = {(kind.group, kind.kind): kind for kind in defined}
    kept = tuple(_redefined(kind, newest.pop((kind.group, kind.kind), None)) for kind in known)
    folders = {kind.plural for kind in kept}
    added = []
    for _, kind in sorted(newest.items()):
        added.append(replace(kind, plural=_free_folder(kind, folders)))
        folders.add(added[-1].plural)
    return (*kept, *added)


def _redefined(known: Kind, defined: Kind | None) -> Kind:
    """The known kind with the versions and schemas of its definition."""
    if defined is None:
        return known
    served = {defined.version, *defined.further_schemas}
    older = dict.fromkeys((*known.older_versions, known.version, *defined.older_versions))
    return replace(
        known,
        version=defined.version,
        older_versions=tuple(version for version in older if version not in served),
        schema=defined.schema,
        further_schemas=defined.further_schemas,
    )


def _free_folder(kind: Kind, taken: set[str]) -> str:
    """The plural; where that is taken, the plural with the group; with a number at worst."""
    named = f'{kind.plural}.{kind.group}'
    numbered = (f'{named}.{number}' for number in count(2))
    return next(name for name in chain((kind.plural, named), numbered) if name not in taken)
