"""What a cluster's admission webhook would say, beyond the schemas.

`object_problems` looks at one object, `fabric_problems` at all objects of a fabric together. One
module per kind or topic, one small function per rule; `docs/reference/rules.md` lists them all.
The check workflow calls both.
"""

from .across import fabric_problems
from .alone import object_problems
from .fabric import FabricObject

__all__ = ['FabricObject', 'fabric_problems', 'object_problems']
