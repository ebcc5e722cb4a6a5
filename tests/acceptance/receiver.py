"""A server that takes every request and keeps it whole: webhooks sent, and where redirects lead."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

__all__ = ['Receiver']


class Receiver:
    """Used as a context manager; `taken` holds request line, headers and body of each request."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self._server = ThreadingHTTPServer(('127.0.0.1', 0), _Handler)
        self._server.taken = self.taken  # type: ignore[attr-defined]
        self.url = f'http://127.0.0.1:{self._server.server_port}'
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Any

    def take(self) -> None:
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
        self.server.taken.append(f'{self.requestline}\n{self.headers}'.encode() + body)
        self.send_response(200)
        self.send_header('Content-Length', '0')
        self.end_headers()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = take

    def log_message(self, format: str, *arguments: object) -> None:
        pass
