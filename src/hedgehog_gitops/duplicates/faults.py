"""What a cluster would refuse about one description, asked before it is put over another.

Called by `workflows/duplicates.py`, so that a winner with errors waits for a person, and by
`workflows/settle.py`, so that a plan tells of the winner a person chose nevertheless.
"""

from collections.abc import Mapping
from dataclasses import replace

from ..documents import Reading, Value
from ..findings import Finding, Severity
from ..kinds import Catalogue, Problem, check_object, findings_of, identify
from .groups import Copy
from .spots import Spot

__all__ = ['faults_of', 'findings_about', 'only_it_is_refused', 'value_at']


def value_at(reading: Reading, spot: Spot) -> Value:
    """The object a description says, as it stands in its file."""
    value = reading.documents[spot.document].value
    if spot.item is None or not isinstance(value, dict):
        return value
    items = value['items']
    return items[spot.item] if isinstance(items, list) else None


def faults_of(value: Value, catalogue: Catalogue) -> tuple[Problem, ...]:
    """Why a cluster would refuse an object, as far as its own text tells."""
    problems = check_object(value, identify(value, catalogue))
    return tuple(each for each in problems if each.severity is Severity.ERROR)


def only_it_is_refused(
    winner: Copy, values: Mapping[Copy, Value], catalogue: Catalogue
) -> tuple[Problem, ...]:
    """The errors of a winner of which another description has none; nothing otherwise.

    `values` has every description of the group, the winner's included.
    """
    faults = faults_of(values[winner], catalogue)
    if faults and any(not faults_of(v, catalogue) for c, v in values.items() if c is not winner):
        return faults
    return ()


def findings_about(
    winner: Copy, faults: tuple[Problem, ...], reading: Reading
) -> tuple[Finding, ...]:
    """The same with their places in the winner's file, as warnings: a person has decided."""
    spot = winner.spot
    place = () if spot.item is None else ('items', spot.item)
    found = findings_of(
        [each.inside(place) for each in faults],
        reading.documents[spot.document],
        file=spot.path,
        resource=winner.key,
    )
    return tuple(replace(each, severity=Severity.WARNING) for each in found)
