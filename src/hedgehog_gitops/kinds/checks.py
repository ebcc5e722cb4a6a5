"""Everything that can be said about one object from its own text: schema, rules, validators.

Called by `workflows/` for files and by the plugin for drafts. What needs the other objects of the
fabric is in `rules`: `fabric_problems`.
"""

from ..documents import Value
from .identify import Identified
from .problem import Problem
from .rules import object_problems, spec_problems
from .schema import schema_problems
from .validators import own_problems

__all__ = ['check_nameless', 'check_object']

# What is told of an identity that is refused.
_TOLD = (('metadata',), ('metadata', 'name'), ('metadata', 'namespace'))


def check_object(value: Value, found: Identified) -> tuple[Problem, ...]:
    """What the cluster would say about an object of a known kind; nothing for other documents.

    `found` is what `identify` says of the same value.
    """
    if found.key is None or found.kind is None or not isinstance(value, dict):
        return ()
    return (
        *schema_problems(value, found.kind),
        *object_problems(found.key, value, found.kind),
        *own_problems(found.validators, value, found.key),
    )


def check_nameless(value: Value, found: Identified) -> tuple[Problem, ...]:
    """The same of an object whose name or namespace is refused, as far as the rest goes.

    Whoever has mended the name should not hear of everything else only then.
    """
    if found.apparent is None or not isinstance(value, dict):
        return ()
    schema = schema_problems(value, found.apparent)
    return (
        *(each for each in schema if each.path[:2] not in _TOLD),
        *spec_problems(value, found.apparent),
    )
