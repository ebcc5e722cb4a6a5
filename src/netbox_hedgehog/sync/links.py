"""Addresses of NetBox's own pages, for those who read of them elsewhere.

A worker has no request to learn the address from, so it is a setting; without it there are no
links.
"""

from urllib.parse import urlsplit

from ..models import SyncOperation
from .settings import sync_settings

__all__ = ['page_of']


def page_of(operation: SyncOperation) -> str:
    """The full address of an operation's page; empty where it has none or NetBox's is not known."""
    known = sync_settings().netbox_url
    if not known or operation.pk is None:
        return ''
    parts = urlsplit(known)
    # The path below which NetBox is served stands in the page's own address already.
    return f'{parts.scheme}://{parts.netloc}{operation.get_absolute_url()}'
