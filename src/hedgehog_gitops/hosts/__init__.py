"""GitHub's API and its like: what Git itself cannot do. Knows neither YAML nor Git processes.

`host_for` makes the `Host` of a repository; `host.py` says how to work with one. File content goes
through here only where a branch needs commits that the host signs.
"""

from .access import Reach
from .app import App, InstallationToken
from .choosing import host_for, token_of_app
from .etags import EtagCache, KeptAnswer, MemoryEtags, NoEtags
from .host import (
    BranchCommit,
    CommitStatus,
    Host,
    PullRequest,
    PullRequestState,
    RateLimit,
    StatusState,
    Token,
    Webhook,
)
from .report import Annotation, AnnotationLevel, CheckReport, Conclusion, report_on

__all__ = [
    'Annotation',
    'AnnotationLevel',
    'App',
    'BranchCommit',
    'CheckReport',
    'CommitStatus',
    'Conclusion',
    'EtagCache',
    'Host',
    'InstallationToken',
    'KeptAnswer',
    'MemoryEtags',
    'NoEtags',
    'PullRequest',
    'PullRequestState',
    'RateLimit',
    'Reach',
    'StatusState',
    'Token',
    'Webhook',
    'host_for',
    'report_on',
    'token_of_app',
]
