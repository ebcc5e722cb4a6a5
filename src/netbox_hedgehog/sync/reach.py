"""How a repository's Git host is reached over HTTP: certificates, proxies, patience."""

from urllib.parse import urlsplit

from utilities.proxy import resolve_proxies

from hedgehog_gitops.hosts import Reach

from ..models import GitRepository
from .settings import sync_settings

__all__ = ['reach_of']

# A person or a worker waits for each answer; Git's own limit is far longer.
_LONGEST = 30.0


def reach_of(repository: GitRepository) -> Reach:
    """Returns what NetBox's configuration and the repository say about the way there."""
    settings = sync_settings()
    scheme = urlsplit(repository.url).scheme if repository.url.startswith('http') else 'https'
    return Reach(
        verify_tls=repository.validate_ssl or not settings.allow_insecure_tls,
        proxies=resolve_proxies(url=repository.url, protocol=scheme) or {},
        timeout=min(float(repository.timeout_seconds), settings.git_operation_timeout, _LONGEST),
    )
