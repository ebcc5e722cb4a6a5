"""Two versions of one object become one, field by field, with their common ancestor as the judge.

Stands above `plans`; called by the workflows, which hand it to the rooms that must not know it.
"""

from .decided import decided
from .lists import item_at
from .merged import Clash, Merged, Origin
from .three_way import merge_values

__all__ = ['Clash', 'Merged', 'Origin', 'decided', 'item_at', 'merge_values']
