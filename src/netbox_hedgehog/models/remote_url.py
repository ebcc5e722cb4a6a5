"""The one spelling of a repository's address, and which addresses are refused.

Called by `GitRepository`; the engine checks the address again before it contacts anybody.
"""

import re
from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

__all__ = ['normalise_url']

DEFAULT_PORTS = {'https': 443, 'http': 80, 'ssh': 22}

# git@host:group/name.git, the short form that only SSH knows.
SHORT_SSH = re.compile(r'^(?P<user>[^@/:]+)@(?P<host>[^/:]+):(?P<path>[^/].*)$')
SSH_USER = re.compile(r'[A-Za-z0-9_][A-Za-z0-9_.-]*')


def normalise_url(text: str, schemes: Collection[str], hosts: Collection[str]) -> str:
    """Returns the address in its one spelling; raises ValidationError where it is refused.

    The name after the last slash stays as it was typed: servers differ in whether they answer
    with or without `.git`.
    """
    text = text.strip()
    if short := SHORT_SSH.match(text):
        text = f'ssh://{short["user"]}@{short["host"]}/{short["path"]}'
    if re.search(r'[\x00-\x20\x7f\\]', text):
        raise ValidationError(_('The URL may not hold white space, control characters or \\.'))
    parts = _split(text)
    scheme = parts.scheme.lower()
    if scheme not in schemes:
        raise ValidationError(
            _('The scheme "{scheme}" is not allowed. Allowed: {allowed}.').format(
                scheme=scheme, allowed=', '.join(sorted(schemes))
            )
        )
    _refuse_extras(parts, scheme)
    path = '/' + '/'.join(part for part in parts.path.split('/') if part)
    if path == '/' or '..' in path.split('/'):
        raise ValidationError(_('The URL must name a repository, without "..".'))
    if scheme == 'file':
        return f'file://{path}'
    user = f'{parts.username}@' if parts.username else ''
    return f'{scheme}://{user}{_host(parts, scheme, hosts)}{path}'


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018  (reading it is what checks it)
    except ValueError as error:
        raise ValidationError(_('This is not a URL.')) from error
    return parts


def _refuse_extras(parts: SplitResult, scheme: str) -> None:
    if parts.query or parts.fragment:
        raise ValidationError(_('The URL may not have a query or a fragment.'))
    if '@' not in parts.netloc:
        return
    # Over SSH the user name is the same for everybody (git@) and belongs to the address.
    named = scheme == 'ssh' and SSH_USER.fullmatch(parts.username or '')
    if not named or parts.password is not None:
        raise ValidationError(
            _('The URL may not hold a user name or password: put them into the credential.')
        )


def _host(parts: SplitResult, scheme: str, hosts: Collection[str]) -> str:
    host = (parts.hostname or '').rstrip('.')
    if not host:
        raise ValidationError(_('The URL must name a host.'))
    if hosts and host not in {allowed.lower() for allowed in hosts}:
        raise ValidationError(_('The host "{host}" is not allowed.').format(host=host))
    if ':' in host:
        host = f'[{host}]'
    return host if parts.port in (None, DEFAULT_PORTS[scheme]) else f'{host}:{parts.port}'
