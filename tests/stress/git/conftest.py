"""The engine's own git fixtures, for those tests that take longer."""

from ...engine.git.conftest import (
    authorship,
    plain_git,
    published,
    raised,
    remote,
    server,
    store,
    write,
)

__all__ = [
    'authorship',
    'plain_git',
    'published',
    'raised',
    'remote',
    'server',
    'store',
    'write',
]
