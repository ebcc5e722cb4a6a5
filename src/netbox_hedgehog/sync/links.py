"""Addresses of NetBox's own pages, for those who read of them elsewhere, and of files at GitHub.

A worker has no request to learn NetBox's address from, so it is a setting; without it there are no
links to its pages.
"""

from urllib.parse import quote, urlsplit

from ..choices import GitProviderChoices
from ..models import GitRepository, SyncOperation
from .settings import sync_settings

__all__ = ['commit_page', 'file_page', 'page_of']


def page_of(operation: SyncOperation) -> str:
    """The full address of an operation's page; empty where it has none or NetBox's is not known."""
    known = sync_settings().netbox_url
    if not known or operation.pk is None:
        return ''
    parts = urlsplit(known)
    # The path below which NetBox is served stands in the page's own address already.
    return f'{parts.scheme}://{parts.netloc}{operation.get_absolute_url()}'


def commit_page(repository: GitRepository | None, commit: str) -> str | None:
    """The page of a commit at its host; None where the host has none that we know of."""
    base = _host_page(repository)
    return f'{base}/commit/{commit}' if base and commit else None


def file_page(repository: GitRepository | None, commit: str, path: str) -> str | None:
    """The page of a file in a commit, likewise."""
    base = _host_page(repository)
    return f'{base}/blob/{commit}/{quote(path)}' if base and commit and path else None


def _host_page(repository: GitRepository | None) -> str | None:
    if repository is None or repository.provider != GitProviderChoices.GITHUB:
        return None
    parts = urlsplit(repository.url)
    name = parts.path.strip('/').removesuffix('.git')
    return f'https://{parts.hostname}/{name}' if parts.hostname and name else None
