"""A stand-in for GitHub on the loopback interface: its API and Git on one and the same repository.

    with GitHubServer(folder) as github:
        repository = github.make('acme/fabrics')
        host = host_for('github', repository.url, Secret(github.token), reach=Reach(pause=...))
        ...
        repository.merge(1, 'squash')           # a person presses the button
        github.budget.remaining = 0             # the next request meets the rate limit
        github.git.add(Fault('/api/', method='POST', drop='after'))

REST is served below `/api/v3` and GraphQL at `/api/graphql`, as GitHub Enterprise has them. With
`description`, the file of GitHub's own OpenAPI description, every exchange is compared with it and
`complaints` is what a test asserts to be empty. It proves shapes; behaviour is written by hand.
"""

import hashlib
import json
import re
import threading
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from ..identity import CommitId
from .git_server import GitHttpServer
from .github.apps import GitHubApp
from .github.deliveries import Deliveries
from .github.described import Description
from .github.graphql import Mutation, read_mutation
from .github.place import Place
from .github.rest import ROUTES, Call
from .github.served import MergeMethod, Served
from .github.shapes import Named, error_shape, limits_shape
from .github.state import Budget, CheckRun, Grant, Hook, Pull, Refused, Remembered, Status
from .mounting import Asked, Reply
from .repositories import make_repository

__all__ = ['GitHubRepository', 'GitHubServer']

_REST = '/api/v3'
_GRAPHQL = '/api/graphql'
_ACCESS_TOKENS = re.compile(rf'{_REST}/app/installations/(\d+)/access_tokens')
_APP_LIMIT = 'API rate limit exceeded for user ID 1.'


@dataclass
class GitHubServer:
    """Serves repositories below `root`; used as a context manager."""

    root: Path
    token: str = 'canary-github-token'  # noqa: S105 - opens nothing but this server
    description: Path | None = None
    port: int = 0
    certificate: tuple[Path, Path] | None = None
    budget: Budget = field(default_factory=Budget)

    def __post_init__(self) -> None:
        self.grants: dict[str, Grant] = {self.token: Grant()}
        self.deliveries = Deliveries()
        self.git = GitHttpServer(
            self.root, 'x-access-token', self.token, self.port, self.certificate
        )
        self.git.mount('/api/', self)
        self._described = Description(self.description) if self.description else None
        self.apps: list[GitHubApp] = []
        self._remembered: dict[str, Remembered] = {}
        self._turn = threading.RLock()

    @property
    def url(self) -> str:
        """The address of the server, without a slash at its end."""
        return self.git.url

    @property
    def complaints(self) -> list[str]:
        """What did not fit to GitHub's description; empty without one."""
        return self._described.complaints if self._described else []

    def make(self, name: str, branch: str = 'main') -> 'GitHubRepository':
        """Makes an empty repository called `owner/name`."""
        make_repository(self.root / f'{name}.git', branch)
        return self.repository(name)

    def repository(self, name: str) -> 'GitHubRepository':
        """The repository as its owner sees it."""
        return GitHubRepository(self, name)

    def start(self) -> Self:
        """Serves in threads of its own."""
        self.git.start()
        return self

    def stop(self) -> None:
        """Ends the server and waits for deliveries that are under way."""
        self.deliveries.settle()
        self.git.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *raised: object) -> None:
        self.stop()

    def place(self, name: str, grant: Grant) -> Place:
        """A repository as one token sees it; Refused where there is none."""
        folder = self.root / f'{name}.git'
        owner, _, short = name.partition('/')
        if not folder.is_dir() or '..' in name:
            raise Refused(404, 'Not Found')
        served = Served(folder)
        named = Named(self.url, owner, short, served.default_branch())
        remembered = self._remembered.setdefault(name, Remembered())
        return Place(named, served, remembered, self.deliveries, grant, self._turn)

    def pushed(self, repository: str) -> None:
        """Hears of a push over Git."""
        name = repository.strip('/').removesuffix('.git')
        self.place(name, self.grants[self.token]).look_at_heads()

    def answer(self, asked: Asked) -> Reply:
        """Carries out one request to the API."""
        path = unquote(urlsplit(asked.target).path)
        try:
            reply = self._answered(asked, path)
        except Refused as refused:
            told = error_shape(refused.status, refused.message, refused.errors)
            reply = self._reply(asked, refused.status, told)
        if self._described is not None and path.startswith(_REST):
            self._described.compare(asked, reply, path.removeprefix(_REST))
        return reply

    def install(self, app: GitHubApp) -> GitHubApp:
        """Makes an app known, with the right to every repository."""
        self.apps.append(app)
        return app

    def expire(self, token: str) -> None:
        """Ends a token before its time."""
        self.grants.pop(token)
        self.git.further_passwords.discard(token)

    def _answered(self, asked: Asked, path: str) -> Reply:
        if (found := _ACCESS_TOKENS.fullmatch(path)) and asked.method == 'POST':
            return self._reply(asked, 201, self._signed_in(asked, found[1]))
        grant = self._grant(asked)
        if path == f'{_REST}/rate_limit':
            return self._reply(asked, 200, limits_shape(self.budget))
        if self.budget.remaining <= 0:
            raise Refused(403, _APP_LIMIT)
        self.budget.remaining -= 1
        if path == _GRAPHQL:
            return self._reply(asked, 200, self._mutated(asked, grant))
        status, told = self._carried_out(asked, path.removeprefix(_REST), grant)
        return self._reply(asked, status, told)

    def _signed_in(self, asked: Asked, installation: str) -> Any:
        _, _, statement = asked.headers.get('authorization', '').partition(' ')
        if not self.apps:
            raise Refused(404, 'Not Found')
        wanted = json.loads(asked.body) if asked.body else {}
        told = self.apps[-1].token_for(statement, installation, wanted)
        self.grants[told['token']] = Grant('hedgehog[bot]', is_app=True)
        self.git.further_passwords.add(told['token'])
        return told

    def _grant(self, asked: Asked) -> Grant:
        scheme, _, token = asked.headers.get('authorization', '').partition(' ')
        if scheme.lower() not in ('bearer', 'token') or token not in self.grants:
            raise Refused(401, 'Bad credentials')
        return self.grants[token]

    def _carried_out(self, asked: Asked, path: str, grant: Grant) -> tuple[int, Any]:
        query = dict(parse_qsl(urlsplit(asked.target).query))
        for method, pattern, function in ROUTES:
            found = pattern.fullmatch(path) if method == asked.method else None
            if found is not None:
                words = found.groupdict()
                place = self.place(f'{words.pop("owner")}/{words.pop("repo")}', grant)
                # Changes one after another, as the database behind GitHub makes them.
                with self._turn:
                    return function(Call(place, words, query, asked.body))
        raise Refused(404, 'Not Found')

    def _mutated(self, asked: Asked, grant: Grant) -> dict[str, Any]:
        mutation = read_mutation(asked.body)
        if not isinstance(mutation, Mutation):
            return mutation
        return mutation.carry_out(self.place(mutation.repository, grant))

    def _reply(self, asked: Asked, status: int, told: Any) -> Reply:
        body = b'' if told is None else json.dumps(told).encode()
        headers = {
            'Content-Type': 'application/json; charset=utf-8',
            'Date': formatdate(usegmt=True),
            'X-RateLimit-Limit': str(self.budget.limit),
            'X-RateLimit-Remaining': str(self.budget.remaining),
            'X-RateLimit-Reset': str(self.budget.reset),
            'X-RateLimit-Resource': 'graphql' if asked.target == _GRAPHQL else 'core',
        }
        if asked.method == 'GET' and status == 200:
            headers['ETag'] = f'W/"{hashlib.sha256(body).hexdigest()}"'
            if asked.headers.get('if-none-match') == headers['ETag']:
                # What has not changed is not charged.
                self.budget.remaining += not asked.target.endswith('/rate_limit')
                return Reply(304, b'', headers)
        return Reply(status, body, headers)


@dataclass(frozen=True)
class GitHubRepository:
    """One repository of the stand-in, for a test: what is there, and what a person does to it."""

    server: GitHubServer
    name: str

    @property
    def url(self) -> str:
        """The address for Git."""
        return f'{self.server.url}/{self.name}.git'

    @property
    def served(self) -> Served:
        return self._place.served

    @property
    def pulls(self) -> list[Pull]:
        return self._place.remembered.pulls

    @property
    def hooks(self) -> list[Hook]:
        return self._place.remembered.hooks

    @property
    def statuses(self) -> list[Status]:
        return self._place.remembered.statuses

    @property
    def check_runs(self) -> list[CheckRun]:
        return self._place.remembered.check_runs

    def merge(self, number: int, method: MergeMethod = 'merge') -> CommitId:
        """A person merges a pull request."""
        return self._place.merge(self._pull(number), method)

    def close(self, number: int) -> None:
        """A person closes a pull request."""
        self._place.close(self._pull(number))

    def protect(
        self, branch: str, words: str = 'Changes must be made through a pull request.'
    ) -> None:
        """From now on the branch takes no commit over the API."""
        self._place.remembered.protected[branch] = words

    def _pull(self, number: int) -> Pull:
        return next(pull for pull in self.pulls if pull.number == number)

    @property
    def _place(self) -> Place:
        return self.server.place(self.name, Grant('pat'))
