"""What may be said: the Hedgehog kinds, their groups, folders, references and list keys, as data.

Stands above `documents` and below `layout`; every room above asks it what an object is.
"""

from .catalogue import CATALOGUE, Catalogue
from .checks import check_nameless, check_object
from .definitions import DEFINITION_KIND, read_definitions
from .identify import Disposition, Identified, identify, resolve_resource
from .kind import ITSELF, MAP_KEYS, Kind, ListKey, Reference, ReferenceForm, matches, pattern_words
from .names import NAME_LIMIT, is_label, is_name, name_findings, nearest_name
from .patterns import field_pattern
from .problem import Problem, findings_of
from .rules import FabricObject, fabric_problems, kinds_concerned, problems_brought
from .schema import Schema, schema_problems
from .validators import Validator

__all__ = [
    'CATALOGUE',
    'DEFINITION_KIND',
    'ITSELF',
    'MAP_KEYS',
    'NAME_LIMIT',
    'Catalogue',
    'Disposition',
    'FabricObject',
    'Identified',
    'Kind',
    'ListKey',
    'Problem',
    'Reference',
    'ReferenceForm',
    'Schema',
    'Validator',
    'check_nameless',
    'check_object',
    'fabric_problems',
    'field_pattern',
    'findings_of',
    'identify',
    'is_label',
    'is_name',
    'kinds_concerned',
    'matches',
    'name_findings',
    'nearest_name',
    'pattern_words',
    'problems_brought',
    'read_definitions',
    'resolve_resource',
    'schema_problems',
]
