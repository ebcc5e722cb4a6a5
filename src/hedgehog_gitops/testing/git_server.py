"""A Git server on the loopback interface: smart HTTP through git's own backend, with a password.

Used by tests and benchmarks; `http_server.py` runs it alone, for the demonstration. The
repositories below `root` are served by the real `git http-backend`, so hooks, locks and refusals
are git's own; the faults between client and backend are added here.
"""

import base64
import hmac
import socket
import ssl
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from .faults import Fault
from .mounting import Asked, Mounted
from .repositories import SERVER_ENVIRONMENT, program_folder

__all__ = ['GitHttpServer', 'Request']

_LOOPBACK = '127.0.0.1'


@dataclass(frozen=True, slots=True)
class Request:
    """One request as the server saw it and the status it answered (0: no answer at all)."""

    method: str
    target: str
    authorised: bool
    status: int


@dataclass
class GitHttpServer:
    """Serves the bare repositories below `root`; used as a context manager or started by hand.

    With an empty `user` anybody may read and write. With a `certificate` (files of the
    certificate and of its key) it speaks HTTPS.
    """

    root: Path
    user: str = ''
    password: str = ''
    port: int = 0
    certificate: tuple[Path, Path] | None = None
    requests: list[Request] = field(default_factory=list)
    further_passwords: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._faults: list[tuple[Fault, list[int]]] = []
        self._mounted: list[tuple[str, Mounted]] = []
        self._turn = threading.Lock()
        self._closing = threading.Event()
        self._backend = program_folder() / 'git-http-backend'
        self._http = _Server((_LOOPBACK, self.port), _Handler)
        self._http.owner = self
        self.port = self._http.server_port
        if self.certificate is not None:
            secured = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            secured.load_cert_chain(*self.certificate)
            self._http.secured = secured
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """The address of the server, without a slash at its end."""
        scheme = 'http' if self.certificate is None else 'https'
        return f'{scheme}://{_LOOPBACK}:{self.port}'

    def mount(self, path: str, mounted: Mounted) -> None:
        """Has every request below `path` answered by somebody else, who also hears of pushes."""
        self._mounted.append((path, mounted))

    def mounted_at(self, target: str) -> Mounted | None:
        """Who answers this request; None for Git itself."""
        return next((mounted for path, mounted in self._mounted if target.startswith(path)), None)

    def tell_pushed(self, path: str) -> None:
        """Tells everybody mounted that a push to the repository at `path` is over."""
        for _, mounted in self._mounted:
            mounted.pushed(path)

    def add(self, fault: Fault) -> None:
        """Disturbs the next requests the fault fits; the first fault added comes first."""
        with self._turn:
            self._faults.append((fault, [fault.times if fault.times is not None else -1]))

    def clear(self) -> None:
        """Takes all faults away."""
        with self._turn:
            self._faults.clear()

    def start(self) -> Self:
        """Serves in a thread of its own."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Ends the server; requests that are being delayed are dropped."""
        self._closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def serve_forever(self) -> None:
        """Serves until the process is interrupted."""
        with self._http:
            self._http.serve_forever()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def allows(self, header: str) -> bool:
        """True when the Authorization header holds the right user name and password."""
        if not self.user:
            return True
        return any(
            hmac.compare_digest(header.encode(), self._header(password))
            for password in (self.password, *self.further_passwords)
        )

    def _header(self, password: str) -> bytes:
        return b'Basic ' + base64.b64encode(f'{self.user}:{password}'.encode())

    def fault_for(self, method: str, target: str) -> Fault:
        """The fault to apply to this request, used up by one; a harmless one when none fits."""
        with self._turn:
            for fault, left in self._faults:
                if left[0] != 0 and fault.fits(method, target):
                    left[0] -= 1
                    return fault
        return Fault()

    def wait(self, seconds: float) -> bool:
        """Holds a request back; False when the server is closing."""
        return not self._closing.wait(seconds)

    def backend(self, environment: dict[str, str], body: bytes) -> bytes:
        """Lets git's own backend answer one request."""
        done = subprocess.run(
            [self._backend],
            input=body,
            capture_output=True,
            env={
                **SERVER_ENVIRONMENT,
                'GIT_PROJECT_ROOT': str(self.root),
                'GIT_HTTP_EXPORT_ALL': '1',
                'GIT_CONFIG_COUNT': '1',
                'GIT_CONFIG_KEY_0': 'safe.directory',
                'GIT_CONFIG_VALUE_0': '*',
                # receive-pack is refused to visitors without a name.
                'REMOTE_USER': self.user or 'anybody',
                'REMOTE_ADDR': _LOOPBACK,
                **environment,
            },
            check=False,
        )
        return done.stdout


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    owner: GitHttpServer
    secured: ssl.SSLContext | None = None

    def finish_request(self, request: Any, client_address: Any) -> None:
        """The handshake belongs to the request's own thread: a slow client delays nobody."""
        if self.secured is not None:
            request = self.secured.wrap_socket(request, server_side=True)
        super().finish_request(request, client_address)
        if self.secured is not None:
            request.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is part of what is tested."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, ssl.SSLError)):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    server: _Server
    # Head and body leave in two writes; waiting for the first one's receipt costs 40 ms each.
    disable_nagle_algorithm = True
    wbufsize = -1

    def answer(self) -> None:
        owner = self.server.owner
        body = _read_body(self.rfile, self.headers)
        elsewhere = owner.mounted_at(self.path)
        authorised = elsewhere is not None or owner.allows(self.headers.get('Authorization', ''))
        status = self._answered(owner, body) if authorised else self._refuse_visitor()
        owner.requests.append(Request(self.command, self.path, authorised, status))

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = answer

    def log_message(self, format: str, *arguments: Any) -> None:
        """Says nothing; `GitHttpServer.requests` keeps what a test wants to know."""

    def _answered(self, owner: GitHttpServer, body: bytes) -> int:
        fault = owner.fault_for(self.command, self.path)
        if fault.delay and not owner.wait(fault.delay):
            return self._hang_up()
        if fault.before is not None:
            fault.before()
        if fault.status is not None:
            fields = [('Content-Type', 'text/plain'), *fault.headers]
            if fault.location:
                fields.append(('Location', fault.location + self.path))
            return self._reply(fault.status, fields, fault.body)
        if fault.drop == 'before':
            return self._hang_up()
        cut = fault.drop == 'after'
        if (elsewhere := owner.mounted_at(self.path)) is not None:
            return self._answer_of(elsewhere, body, cut=cut)
        answer = owner.backend(self._environment(len(body)), body)
        if self.path.endswith('/git-receive-pack'):
            owner.tell_pushed(unquote(self.path).removesuffix('/git-receive-pack'))
        return self._pass_on(answer, cut=cut)

    def _answer_of(self, mounted: Mounted, body: bytes, *, cut: bool) -> int:
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = mounted.answer(Asked(self.command, self.path, headers, body))
        fields = list(reply.headers.items())
        if not cut:
            return self._reply(reply.status, fields, reply.body)
        length = ('Content-Length', str(len(reply.body) + 1))
        self._reply(reply.status, [*fields, length], reply.body[:1])
        return self._hang_up()

    def _environment(self, length: int) -> dict[str, str]:
        parts = urlsplit(self.path)
        return {
            'PATH_INFO': unquote(parts.path),
            'QUERY_STRING': parts.query,
            'REQUEST_METHOD': self.command,
            'CONTENT_TYPE': self.headers.get('Content-Type', ''),
            'CONTENT_LENGTH': str(length),
            'HTTP_CONTENT_ENCODING': self.headers.get('Content-Encoding', ''),
            'GIT_PROTOCOL': self.headers.get('Git-Protocol', ''),
        }

    def _pass_on(self, answer: bytes, *, cut: bool) -> int:
        head, _, body = answer.partition(b'\r\n\r\n')
        status, fields = 200, []
        for line in head.decode('latin-1').split('\r\n'):
            name, _, value = line.partition(': ')
            if name == 'Status':
                status = int(value.split()[0])
            elif name:
                fields.append((name, value))
        if cut:
            # The promised length makes the client see a broken answer, not one to ask for again.
            fields.append(('Content-Length', str(len(body) + 1)))
            self._reply(status, fields, b'')
            return self._hang_up()
        return self._reply(status if head else 500, fields, body)

    def _refuse_visitor(self) -> int:
        return self._reply(401, [('WWW-Authenticate', 'Basic realm="git"')], b'')

    def _reply(self, status: int, fields: list[tuple[str, str]], body: bytes) -> int:
        self.send_response(status)
        for name, value in fields:
            self.send_header(name, value)
        if not any(name == 'Content-Length' for name, _ in fields):
            self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
        return status

    def _hang_up(self) -> int:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)
        return 0


def _read_body(stream: BufferedIOBase, headers: Any) -> bytes:
    if headers.get('Transfer-Encoding', '').lower() != 'chunked':
        return stream.read(int(headers.get('Content-Length') or 0))
    pieces = []
    while size := int(stream.readline().split(b';')[0] or b'0', 16):
        pieces.append(stream.read(size))
        stream.readline()
    while stream.readline().strip():
        pass
    return b''.join(pieces)
