"""Listeners to what happens: sessions, streams of events, WebSockets, and a server for these."""

import contextlib
import json
import queue
import re
import socket as sockets
import sys
import threading
import time
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
    """A stream of events, read by a thread of its own as `EventSource` reads it: it comes back."""

    def __init__(self, session: Session, path: str) -> None:
        self.session, self.path, self.last = session, path, ''
        self.events: queue.Queue[dict[str, Any]] = queue.Queue()
        self.begun, self.over, self.left = threading.Event(), threading.Event(), False
        self.answer = self._open()
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()
        assert self.begun.wait(60)

    def _open(self) -> Any:
        headers = {'Accept': 'text/event-stream'}
        if self.last:
            headers['Last-Event-ID'] = self.last
        request = urllib.request.Request(f'{self.session.web}{self.path}', headers=headers)
        answer = self.session.opener.open(request, timeout=60)
        assert answer.headers['Content-Type'] == 'text/event-stream'
        return answer

    def _read(self) -> None:
        while not (self.over.is_set() or self.left):
            with contextlib.suppress(OSError, ValueError, AttributeError):
                for raw in self.answer:
                    self._hear(raw.decode().rstrip('\n'))
            if not (self.over.is_set() or self.left):
                time.sleep(1)
                with contextlib.suppress(OSError):
                    self.answer = self._open()

    def _hear(self, line: str) -> None:
        self.begun.set()
        name, _, value = line.partition(': ')
        if name == 'id':
            self.last = value
        elif name == 'event':
            self.over.set()
        elif name == 'data':
            self.events.put(json.loads(value))

    def until(self, kind: str | None, seconds: float = 120) -> list[dict[str, Any]]:
        """Everything heard up to the first message of a type; the one that says why it is over
        has none.
        """
        heard: list[dict[str, Any]] = []
        while not heard or heard[-1].get('type') != kind:
            heard.append(self.events.get(timeout=seconds))
        return heard

    def hang_up(self) -> None:
        """Goes away as a closed page does."""
        self.left = True
        with contextlib.suppress(OSError, AttributeError):
            # A blocked read holds the buffer's lock: the connection itself is what has to end.
            self.answer.fp.raw._sock.shutdown(sockets.SHUT_RDWR)
        self.thread.join(30)


@contextlib.contextmanager
def asgi_server(stack: Stack) -> Iterator[str]:
    """NetBox under ASGI beside the WSGI one, as an operator would start it."""
    port = free_port()
    command = [sys.executable, '-m', 'uvicorn', 'dev.asgi:application', '--host', '127.0.0.1']
    command += ['--port', str(port), '--app-dir', str(HERE.parents[1]), '--no-access-log']
    process = stack.spawn(command, 'asgi.log')
    web = f'http://127.0.0.1:{port}'
    try:
        stack.until(lambda: answers(f'{web}/login/'), 'the ASGI server', seconds=300)
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
