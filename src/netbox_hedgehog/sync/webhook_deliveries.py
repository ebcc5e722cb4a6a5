"""One delivery of a Git host's webhook: whether it is genuine, and what it says. No database.

Called by `api/views/webhooks.py`. The signature is checked over the raw body, before anything in
it is read; what it says is a hint to fetch and nothing more.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

__all__ = ['Delivery', 'is_genuine', 'read_delivery']

Headers = Mapping[str, str]

# How far the clocks of a signed delivery and of this host may be apart, in seconds.
_TOLERANCE = 300

_EVENTS = ('X-GitHub-Event', 'X-Gitea-Event', 'X-Forgejo-Event', 'X-Gogs-Event', 'X-Gitlab-Event')
_IDS = (
    'X-GitHub-Delivery',
    'X-Gitea-Delivery',
    'X-Forgejo-Delivery',
    'X-Gogs-Delivery',
    'Webhook-Id',
    'Idempotency-Key',
)
_BRANCH = 'refs/heads/'
_PUSHES = ('push', 'push hook')
_PROPOSALS = ('pull_request', 'merge request hook')


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a host says happened. `branch` is the one that was pushed or proposed, if any."""

    event: str
    id: str
    branch: str = ''
    deleted: bool = False
    readable: bool = True

    @property
    def is_push(self) -> bool:
        return self.event in _PUSHES

    @property
    def is_proposal(self) -> bool:
        """Something happened to a pull request; which of them, its branch tells."""
        return self.event in _PROPOSALS and bool(self.branch)

    @property
    def is_hint(self) -> bool:
        """Says whether a delivery of this kind is a reason to look at the server."""
        return self.is_push or self.is_proposal


def is_genuine(headers: Headers, body: bytes, secrets: Iterable[str], now: float) -> bool:
    """Says whether the sender knows one of the secrets, by any of the ways hosts prove it."""
    proofs = [prove for name, prove in _PROOFS.items() if headers.get(name)]
    # Every proof is tried with every secret: how long it takes tells nothing.
    outcomes = [prove(headers, body, secret, now) for secret in secrets for prove in proofs]
    return any(outcomes)


def read_delivery(headers: Headers, body: bytes) -> Delivery:
    """Reads a genuine delivery; one whose body cannot be read says nothing but its event."""
    event = next((headers[name] for name in _EVENTS if headers.get(name)), '').lower()
    number = next((headers[name] for name in _IDS if headers.get(name)), '')
    try:
        payload = _payload(headers.get('Content-Type', ''), body)
    except ValueError:
        return Delivery(event, number, readable=False)
    if event == 'system hook':
        event = str(payload.get('object_kind') or payload.get('event_name') or '').lower()
    # Each event has its branch in a place of its own; what else stands in the body is not meant.
    branch = _proposed(payload) if event in _PROPOSALS else _pushed(payload)
    after = payload.get('after')
    gone = isinstance(after, str) and bool(after) and not after.strip('0')
    return Delivery(event, number, branch, deleted=payload.get('deleted') is True or gone)


def _pushed(payload: dict[str, Any]) -> str:
    ref = payload.get('ref')
    return ref.removeprefix(_BRANCH) if isinstance(ref, str) and ref.startswith(_BRANCH) else ''


def _proposed(payload: dict[str, Any]) -> str:
    """The branch of a pull request, as GitHub and Gitea say it, or GitLab."""
    pull, merge = payload.get('pull_request'), payload.get('object_attributes')
    head = pull.get('head') if isinstance(pull, dict) else None
    branch = head.get('ref') if isinstance(head, dict) else None
    if branch is None and isinstance(merge, dict):
        branch = merge.get('source_branch')
    return branch if isinstance(branch, str) else ''


def _payload(content_type: str, body: bytes) -> dict[str, Any]:
    if content_type.partition(';')[0].strip() == 'application/x-www-form-urlencoded':
        body = parse_qs(body.decode(), strict_parsing=True).get('payload', [''])[0].encode()
    try:
        payload = json.loads(body)
    except RecursionError:
        raise ValueError('nested too deeply') from None
    if not isinstance(payload, dict):
        raise ValueError('no JSON object')
    return payload


def _github(headers: Headers, body: bytes, secret: str, now: float) -> bool:
    return _same(headers['X-Hub-Signature-256'], f'sha256={_hex(secret, body)}')


def _plain_hex(name: str) -> Callable[[Headers, bytes, str, float], bool]:
    return lambda headers, body, secret, now: _same(headers[name], _hex(secret, body))


def _gitlab_token(headers: Headers, body: bytes, secret: str, now: float) -> bool:
    return _same(headers['X-Gitlab-Token'], secret)


def _standard(headers: Headers, body: bytes, secret: str, now: float) -> bool:
    """Standard Webhooks, as GitLab's signing token: identifier, time and body are signed."""
    number, moment = headers.get('Webhook-Id', ''), headers.get('Webhook-Timestamp', '')
    if not moment.isdecimal() or abs(now - int(moment[:15])) > _TOLERANCE:
        return False
    signed = f'{number}.{moment}.'.encode() + body
    made = base64.b64encode(hmac.digest(_standard_key(secret), signed, 'sha256')).decode()
    given = headers['Webhook-Signature'].split()
    return any(_same(each, f'v1,{made}') for each in given[:10])


def _standard_key(secret: str) -> bytes:
    if not secret.startswith('whsec_'):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix('whsec_'), validate=True)
    except binascii.Error:
        return secret.encode()


def _hex(secret: str, body: bytes) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())


_PROOFS: dict[str, Callable[[Headers, bytes, str, float], bool]] = {
    'X-Hub-Signature-256': _github,
    'X-Gitea-Signature': _plain_hex('X-Gitea-Signature'),
    'X-Forgejo-Signature': _plain_hex('X-Forgejo-Signature'),
    'X-Gogs-Signature': _plain_hex('X-Gogs-Signature'),
    'X-Gitlab-Token': _gitlab_token,
    'Webhook-Signature': _standard,
}
