"""The shapes of the Hedgehog kinds as compact tables of our own, stamped with a release.

`hedgehog.py` puts them on its rows; CustomResourceDefinitions of a fabric take their place.
"""

from .formerly import OLD_FIELDS
from .notation import Node
from .tables import RELEASE, TABLES

__all__ = ['OLD_FIELDS', 'RELEASE', 'TABLES', 'Node']
