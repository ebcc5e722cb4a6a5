"""One request to a host's API and its answer: the only place of this room that sends anything.

`github.py` says what to ask. A request goes to the one address it was made for, in plain sight of
no configuration of the machine: no redirection is followed, no `.netrc` and no proxy variable
counts. Answers are bounded in size and in time. Writes are a second apart, as GitHub asks.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from json import dumps
from typing import Any, Literal
from urllib.parse import urlencode

import requests
from requests.auth import AuthBase

from ..errors import EngineError, NeedsPerson
from .access import Access
from .etags import EtagCache, KeptAnswer, NoEtags
from .host import RateLimit, Token
from .outcomes import Answer, failure, unknown, unreachable

__all__ = ['Exchange']

type Method = Literal['GET', 'POST', 'PATCH', 'PUT', 'DELETE']

_LARGEST = 16 * 1024 * 1024
_BETWEEN_WRITES = 1.0


@dataclass(slots=True)
class Exchange:
    """A conversation with one host. Not for several threads at once: requests go one by one."""

    access: Access
    etags: EtagCache = field(default_factory=NoEtags)
    calls: int = field(default=0, init=False)
    rate_limit: RateLimit | None = field(default=None, init=False)
    _wrote: float = field(default=0.0, init=False)
    _session: requests.Session = field(init=False)

    def __post_init__(self) -> None:
        reach = self.access.reach
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.auth = _Bearer(self.access.token)
        self._session.proxies.update(reach.proxies)
        self._session.verify = (reach.ca_file or True) if reach.verify_tls else False
        self._session.headers.update(
            {
                'Accept': 'application/vnd.github+json',
                'X-GitHub-Api-Version': '2022-11-28',
                'User-Agent': 'netbox-hedgehog',
            }
        )

    def read(self, path: str, **query: str | int) -> Any:
        """Reads; an answer known from before is asked for by its ETag."""
        url = f'{self.access.api}{path}{"?" if query else ""}{urlencode(query)}'
        kept = self.etags.read(url)
        headers = {'If-None-Match': kept.etag} if kept else {}
        answer = self._sent('GET', url, headers)
        if answer.status == 304 and kept is not None:
            return Answer(200, answer.headers, kept.body).json()
        if etag := answer.headers.get('etag'):
            self.etags.keep(url, KeptAnswer(etag, answer.body))
        return self._told(answer)

    def write(self, method: Method, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Asks for a change; what broke off after it was sent is OutcomeUnknown."""
        return self._changed(method, f'{self.access.api}{path}', body).json()

    def mutate(self, query: str, variables: Mapping[str, Any]) -> Answer:
        """Asks for a change by GraphQL; whether it was made stands in the answer's body."""
        body = {'query': query, 'variables': variables}
        answer = self._changed('POST', self.access.graphql, body)
        if not isinstance(answer.json(), dict):
            raise unknown(self.access.place, 'the answer cannot be read')
        return answer

    def _changed(self, method: Method, url: str, body: Mapping[str, Any] | None) -> Answer:
        self._keep_apart()
        try:
            data = dumps(body).encode() if body is not None else None
            headers = {'Content-Type': 'application/json'} if data is not None else {}
            return self._sent(method, url, headers, data)
        finally:
            self._wrote = time.monotonic()

    def _told(self, answer: Answer) -> Any:
        told = answer.json()
        if told is None:
            raise unreachable(self.access.place, 'its answer is not JSON')
        return told

    def _sent(
        self, method: Method, url: str, headers: Mapping[str, str], data: bytes | None = None
    ) -> Answer:
        self.calls += 1
        writing = method != 'GET'
        try:
            answer = self._conversation(method, url, headers, data)
        except requests.exceptions.RequestException as error:
            raise self._broken(error, writing=writing) from None
        self._note_limit(answer)
        if problem := failure(self.access.place, answer, writing=writing):
            raise self._without_token(problem)
        return answer

    def _conversation(
        self, method: Method, url: str, headers: Mapping[str, str], data: bytes | None
    ) -> Answer:
        deadline = time.monotonic() + self.access.reach.timeout
        with self._session.request(
            method,
            url,
            headers=dict(headers),
            data=data,
            timeout=self.access.reach.timeout,
            allow_redirects=False,
            stream=True,
        ) as response:
            body = bytearray()
            for piece in response.iter_content(65_536):
                body += piece
                if len(body) > _LARGEST or time.monotonic() > deadline:
                    raise requests.exceptions.ReadTimeout('the answer is too long')
            found = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, found, bytes(body))

    def _broken(self, error: requests.exceptions.RequestException, *, writing: bool) -> EngineError:
        """What never left this machine is no unknown outcome."""
        place, why = self.access.place, _why(error)
        if isinstance(error, requests.exceptions.SSLError) and 'certificate' in str(error).lower():
            return NeedsPerson(
                'CertificateRefused',
                f'The certificate of {place} could not be verified.',
                hint='Give NetBox the certificate authority, or correct the address.',
            )
        unsent = isinstance(
            error, requests.exceptions.ConnectTimeout | requests.exceptions.ProxyError
        )
        if writing and not unsent and 'NewConnectionError' not in repr(error):
            return unknown(place, why)
        return unreachable(place, why)

    def _note_limit(self, answer: Answer) -> None:
        try:
            limit, remaining, reset = (
                int(answer.headers[f'x-ratelimit-{name}'])
                for name in ('limit', 'remaining', 'reset')
            )
            # GraphQL has a budget of its own: it is shown where no other is known, or used up.
            of_rest = answer.headers.get('x-ratelimit-resource', 'core') == 'core'
            if of_rest or not remaining or self.rate_limit is None:
                self.rate_limit = RateLimit(limit, remaining, datetime.fromtimestamp(reset, UTC))
        except (KeyError, ValueError, OverflowError):
            return

    def _without_token(self, error: EngineError) -> EngineError:
        """A proxy or a host that repeats what it was sent must not bring the token into a log."""
        token = self.access.token.reveal()
        if token and token in error.message:
            error.message = error.message.replace(token, '***')
            error.args = (error.message,)
        return error

    def _keep_apart(self) -> None:
        since = time.monotonic() - self._wrote
        if self._wrote and since < _BETWEEN_WRITES:
            self.access.reach.pause(_BETWEEN_WRITES - since)


class _Bearer(AuthBase):
    """Puts the token into a request at the last moment, and shows it nowhere."""

    def __init__(self, token: Token) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers['Authorization'] = f'Bearer {self._token.reveal()}'
        return request


def _why(error: requests.exceptions.RequestException) -> str:
    """The kind of the trouble; the library's own words hold addresses and object ids."""
    match error:
        case requests.exceptions.Timeout():
            return 'it took too long'
        case requests.exceptions.ProxyError():
            return 'the proxy refused'
        case requests.exceptions.SSLError():
            return 'the encrypted connection broke'
        case _ if 'NameResolutionError' in repr(error):
            return 'its name is not known here'
        case _:
            return 'the connection broke'
