"""What the tests of hosts share: a repository behind a stand-in for GitHub, and its token."""

import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, Self

from hedgehog_gitops.testing.github_server import GitHubServer
from netbox_hedgehog.models import GitRepository
from netbox_hedgehog.sync.credentials import seal

from .git_case import PASSWORD

__all__ = ['GitHubCase', 'Receiver']

SLICE = Path(
    os.environ.get('HEDGEHOG_GITHUB_API')
    or Path(__file__).resolve().parents[4] / 'shared' / 'github' / 'github-api-slice.json'
)


class GitHubCase:
    """Goes before a GitCase: its server is the stand-in, its repository row knows it as GitHub."""

    def serve(self) -> None:
        self.login = 'x-access-token'
        (self.folder / 'served' / 'acme').mkdir(parents=True)
        described = SLICE if SLICE.is_file() else None
        self.github = GitHubServer(self.folder / 'served', PASSWORD, description=described)
        self.github.start()
        self.addCleanup(self._stop)
        self.server = self.github.git
        self.hosted = self.github.make('acme/lab')
        self.bare = self.hosted.served.folder
        self.url = self.hosted.url

    def _stop(self) -> None:
        self.github.stop()
        self.assertEqual(self.github.complaints, [])

    def make_repository(self, **fields: Any) -> GitRepository:
        """Returns a row with the provider GitHub and a sealed token."""
        fields = {
            'name': 'lab',
            'url': self.url,
            'provider': 'github',
            'authentication_type': 'token',
            **fields,
        }
        repository = GitRepository.objects.create(**fields)
        repository.encrypted_credentials = seal(repository, {'token': PASSWORD})
        repository.save()
        return repository


class Receiver:
    """Takes real deliveries over HTTP, for a test to hand them to NetBox as they came."""

    def __init__(self) -> None:
        self.taken: list[tuple[dict[str, str], bytes, str]] = []
        self._server = HTTPServer(('127.0.0.1', 0), _Handler)
        self._server.taken = self.taken
        self.address = f'127.0.0.1:{self._server.server_port}'
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers['Content-Length']))
        headers = {k: v for k, v in self.headers.items() if k.startswith('X-') or k == 'User-Agent'}
        self.server.taken.append((headers, body, self.path))
        self.send_response(202)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        pass
