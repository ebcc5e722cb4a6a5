"""Which `Host` serves a repository, and the token an app gets for it.

Called by the plugin's `sync/hosts.py` and by tests. The library that speaks HTTP is loaded only
once a host is needed: the command line starts without it.
"""

from datetime import datetime

from .access import Access, Reach, api_addresses, repository_in
from .app import App, InstallationToken
from .etags import EtagCache, NoEtags
from .host import Host, Token

__all__ = ['host_for', 'token_of_app']


def host_for(
    provider: str,
    url: str,
    token: Token,
    etags: EtagCache | None = None,
    reach: Reach | None = None,
) -> Host | None:
    """Returns the host of the repository at `url`, None for a provider that has none here yet.

    Nothing is contacted yet.
    """
    if provider != 'github':
        return None
    from .exchange import Exchange
    from .github import GitHub

    repository = repository_in(url)
    api, graphql = api_addresses(url)
    access = Access(api, graphql, token, reach or Reach())
    return GitHub(Exchange(access, etags or NoEtags()), repository.owner, repository.name)


def token_of_app(
    app: App, url: str, now: datetime, reach: Reach | None = None
) -> InstallationToken:
    """Has GitHub give an app a token for the repository at `url`, for about an hour."""
    from .app_sign_in import installation_token

    api, _graphql = api_addresses(url)
    return installation_token(app, api, repository_in(url), now, reach or Reach())
