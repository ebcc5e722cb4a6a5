"""What a cluster's admission webhook would say, beyond the schemas.

`object_problems` looks at one object, `fabric_problems` at all objects of a fabric together,
`problems_brought` at what a change does to them. One module per kind or topic, one small function
per rule; `docs/reference/rules.md` lists them all. The workflows of checks and edits call them.
"""

from .across import fabric_problems, kinds_concerned, problems_brought
from .alone import object_problems, spec_problems
from .fabric import FabricObject

__all__ = [
    'FabricObject',
    'fabric_problems',
    'kinds_concerned',
    'object_problems',
    'problems_brought',
    'spec_problems',
]
