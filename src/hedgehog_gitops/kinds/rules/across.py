"""Every rule that needs the whole fabric, in the order their problems are told.

`fabric_problems` is called by the check workflow, once per fabric.
"""

from collections.abc import Sequence

from ..catalogue import Catalogue
from ..problem import Problem
from .dangling import dangling_references
from .fabric import Fabric, FabricObject

__all__ = ['fabric_problems']

_RULES = (dangling_references,)


def fabric_problems(
    objects: Sequence[FabricObject], catalogue: Catalogue
) -> list[tuple[FabricObject, Problem]]:
    """What the cluster would say about objects which do not fit together; never raises."""
    known = [thing for thing in objects if catalogue.find(thing.key.group, thing.key.kind)]
    fabric = Fabric(known)
    return [place for rule in _RULES for place in rule(fabric)]
