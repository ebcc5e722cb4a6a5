"""Objects, commits, remotes: knows bytes and commits, not YAML.

Used by the workflows; starts the git command line, and is the only room that starts anything.
"""

from .commits import Authorship, ExistingBlob, Identity, NewBlob, TreeEdit
from .credentials import Credential, PasswordCredential, Secret, SshKeyCredential
from .fetch import tracking_ref
from .history import CommitInfo
from .paths import check_branch, check_path
from .remotes import Remote
from .settings import GitSettings
from .steps import Step
from .store import GitStore
from .trees import TreeChange
from .urls import canonical_url, check_url, redact, scrub
from .work_files import FileState, Sort, look_at, read_unchanged
from .worktree import Upstream, WorkingRepository, find_repository

__all__ = [
    'Authorship',
    'CommitInfo',
    'Credential',
    'ExistingBlob',
    'FileState',
    'GitSettings',
    'GitStore',
    'Identity',
    'NewBlob',
    'PasswordCredential',
    'Remote',
    'Secret',
    'Sort',
    'SshKeyCredential',
    'Step',
    'TreeChange',
    'TreeEdit',
    'Upstream',
    'WorkingRepository',
    'canonical_url',
    'check_branch',
    'check_path',
    'check_url',
    'find_repository',
    'look_at',
    'read_unchanged',
    'redact',
    'scrub',
    'tracking_ref',
]
