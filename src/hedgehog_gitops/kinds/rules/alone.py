"""Every rule that looks at one object alone, by kind.

`object_problems` is called by the check workflow for each object.
"""

from ...documents import Value
from ...identity import ResourceKey
from ..kind import Kind
from ..problem import Problem

__all__ = ['object_problems']


def object_problems(key: ResourceKey, value: dict[str, Value], kind: Kind) -> tuple[Problem, ...]:
    """What the cluster would say about one object, beyond its schema; never raises."""
    return ()
