"""Listeners to what happens: sessions, streams of events, WebSockets, and a server for these."""

import contextlib
import json
import queue
import re
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from typing import Any

from websockets.sync.client import ClientConnection, connect

from .processes import answers, end_process, free_port
from .stack import HERE, Stack

__all__ = ['Session', 'Stream', 'asgi_server', 'socket']


class Session:
    """A person who has signed in with name and password, without a browser."""

    def __init__(self, web: str, user: str = '', password: str = '') -> None:
        self.web, self.jar = web, CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        if user:
            page = self.opener.open(f'{web}/login/', timeout=60).read().decode()
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
            assert token
            form = {'csrfmiddlewaretoken': token[1], 'username': user, 'password': password}
            self.post('/login/', form)
            assert 'sessionid' in {cookie.name for cookie in self.jar}, f'{user} is not let in'

    @property
    def cookies(self) -> str:
        return '; '.join(f'{cookie.name}={cookie.value}' for cookie in self.jar)

    def post(self, path: str, form: dict[str, str]) -> None:
        data = urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(f'{self.web}{path}', data, {'Referer': self.web})
        self.opener.open(request, timeout=60).read()

    def log_out(self) -> None:
        self.opener.open(f'{self.web}/logout/', timeout=60).read()

    def status(self, path: str) -> int:
        """The status a stream begins with; it is hung up at once."""
        try:
            with self.opener.open(f'{self.web}{path}', timeout=60) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refusal:
            return refusal.code


class Stream:
    """A stream of events, read by a thread of its own as `EventSource` reads it."""

    def __init__(self, session: Session, path: str, last: str = '') -> None:
        headers = {'Accept': 'text/event-stream', **({'Last-Event-ID': last} if last else {})}
        request = urllib.request.Request(f'{session.web}{path}', headers=headers)
        self.answer = session.opener.open(request, timeout=60)
        assert self.answer.headers['Content-Type'] == 'text/event-stream'
        self.events: queue.Queue[dict[str, Any]] = queue.Queue()
        self.begun = threading.Event()
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()
        assert self.begun.wait(30)

    def _read(self) -> None:
        with contextlib.suppress(OSError, ValueError, AttributeError):
            for raw in self.answer:
                line = raw.decode().rstrip('\n')
                self.begun.set()
                if line.startswith('data: '):
                    self.events.put(json.loads(line.removeprefix('data: ')))
        self.over.set()

    def until(self, kind: str, seconds: float = 60) -> list[dict[str, Any]]:
        """Everything heard up to the first message of a type."""
        heard: list[dict[str, Any]] = []
        while not heard or heard[-1].get('type') != kind:
            heard.append(self.events.get(timeout=seconds))
        return heard

    def hang_up(self) -> None:
        # A blocked read holds the buffer's lock: the connection itself is what has to end.
        import socket as sockets

        with contextlib.suppress(OSError):
            raw = self.answer.fp.raw._sock
            raw.shutdown(sockets.SHUT_RDWR)
        self.thread.join(10)


@contextlib.contextmanager
def asgi_server(stack: Stack) -> Iterator[str]:
    """NetBox under ASGI beside the WSGI one, as an operator would start it."""
    port = free_port()
    command = [sys.executable, '-m', 'uvicorn', 'dev.asgi:application', '--host', '127.0.0.1']
    command += ['--port', str(port), '--app-dir', str(HERE.parents[1]), '--no-access-log']
    process = stack.spawn(command, 'asgi.log')
    web = f'http://127.0.0.1:{port}'
    try:
        stack.until(lambda: answers(f'{web}/login/'), 'the ASGI server', seconds=120)
        yield web
    finally:
        end_process(process)


def socket(session: Session, path: str, origin: str = '') -> ClientConnection:
    """A WebSocket to the server of a session, opened by a page of it unless said otherwise."""
    return connect(
        f'ws{session.web.removeprefix("http")}{path}',
        additional_headers={'Cookie': session.cookies},
        origin=origin or session.web,
        open_timeout=60,
    )
