"""What may be said: the Hedgehog kinds, their groups, folders, references and list keys, as data.

Stands above `documents` and below `layout`; every room above asks it what an object is.
"""

from .catalogue import CATALOGUE, Catalogue
from .identify import Disposition, Identified, identify, resolve_resource
from .kind import ITSELF, MAP_KEYS, Kind, ListKey, Reference, ReferenceForm, matches
from .names import NAME_LIMIT, is_label, is_name, name_findings

__all__ = [
    'CATALOGUE',
    'ITSELF',
    'MAP_KEYS',
    'NAME_LIMIT',
    'Catalogue',
    'Disposition',
    'Identified',
    'Kind',
    'ListKey',
    'Reference',
    'ReferenceForm',
    'identify',
    'is_label',
    'is_name',
    'matches',
    'name_findings',
    'resolve_resource',
]
