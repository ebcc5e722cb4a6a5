"""Objects, commits, remotes: knows bytes and commits, not YAML.

Used by the workflows; starts the git command line, and is the only room that starts anything.
"""

from .commits import Authorship, ExistingBlob, Identity, NewBlob, TreeEdit
from .history import CommitInfo
from .settings import GitSettings
from .store import GitStore
from .trees import TreeChange
from .urls import canonical_url, check_url, redact, scrub

__all__ = [
    'Authorship',
    'CommitInfo',
    'ExistingBlob',
    'GitSettings',
    'GitStore',
    'Identity',
    'NewBlob',
    'TreeChange',
    'TreeEdit',
    'canonical_url',
    'check_url',
    'redact',
    'scrub',
]
