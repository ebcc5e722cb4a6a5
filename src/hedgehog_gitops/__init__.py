"""The engine of netbox-hedgehog: YAML, Git and plans, without Django.

What a person can ask for stands in `workflows`: each file there has a `plan_...` that decides,
and `carry_out` makes the plan one commit. `documents` reads and edits YAML as Kubernetes
understands it, `git` speaks to stores and remotes. Nothing here looks at the environment, the clock
or settings: `cli` does, and passes values in, as any other caller has to.
"""

from .errors import EngineError, NeedsPerson, Rejected, StalePlan, TryAgainLater
from .findings import Finding, Severity
from .identity import BlobId, CommitId, Digest, RepoPath, ResourceKey, TreeEntry

__all__ = [
    'BlobId',
    'CommitId',
    'Digest',
    'EngineError',
    'Finding',
    'NeedsPerson',
    'Rejected',
    'RepoPath',
    'ResourceKey',
    'Severity',
    'StalePlan',
    'TreeEntry',
    'TryAgainLater',
]
