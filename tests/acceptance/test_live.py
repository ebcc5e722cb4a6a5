"""What happens, heard while it happens: SSE from gunicorn, SSE and WebSocket from an ASGI server,
and polling where a page gets neither (R146, R147, R227).
"""

import json
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from socket import create_connection
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from .browsing import HEDGEHOG, Visitor
from .listening import Session, Stream, asgi_server, socket
from .people import Person, Repository
from .samples import vpc
from .stack import HERE, Stack

pytestmark = pytest.mark.timeout(900)

MISSION = ['duplicate_detection_update', 'resolution_progress']
MANY = 1000


@pytest.fixture(scope='module')
def asgi(stack: Stack) -> Iterator[str]:
    with asgi_server(stack) as web:
        yield web


@pytest.fixture(scope='module')
def repository(stack: Stack) -> Repository:
    return stack.new_repository()


@pytest.fixture(scope='module')
def person(repository: Repository, tmp_path_factory: pytest.TempPathFactory) -> Person:
    return repository.clone(tmp_path_factory.mktemp('live') / 'clone')


@pytest.fixture(scope='module')
def fabric(stack: Stack, repository: Repository) -> dict[str, Any]:
    ready = stack.ready_fabric(repository, name='live', slug='live')
    stack.environment['HEDGEHOG_TEST_FABRIC'] = str(ready['id'])
    stack.manage('shell', '--no-imports', '-c', (HERE / 'make_listeners.py').read_text())
    return ready


@pytest.fixture(scope='module')
def other(stack: Stack, fabric: dict[str, Any]) -> dict[str, Any]:
    return stack.new_fabric(fabric['git_repository']['id'])


def drop(person: Person, name: str, text: str) -> None:
    person.pull()
    target = person.path / 'fabrics/live/gitops/raw' / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)
    person.push(f'Drop {name}')


def signed_in(web: str, user: str = 'listener') -> Session:
    return Session(web, user, f'{user}-Password-1')


def heard_by(socket: Any, kind: str) -> list[dict[str, Any]]:
    heard: list[dict[str, Any]] = []
    while not heard or heard[-1]['type'] != kind:
        heard.append(json.loads(socket.recv(timeout=60)))
    return [each for each in heard if each['type'] != 'beat']


def test_a_request_that_waits_behind_a_static_file_is_answered(asgi: str) -> None:
    """uvicorn begins it within the answer before it, whose context is no place for a page."""
    host = urlsplit(asgi)
    lines = f' HTTP/1.1\r\nHost: {host.netloc}\r\n'
    asked = f'GET /static/netbox_hedgehog/hedgehog.css{lines}\r\n'
    asked += f'GET /login/{lines}Connection: close\r\n\r\n'
    with create_connection((host.hostname, host.port), timeout=60) as connection:
        connection.sendall(asked.encode())
        told = b''.join(iter(lambda: connection.recv(65536), b''))
    assert re.findall(rb'HTTP/1.1 (\d+) ', told) == [b'200', b'200']


def test_everybody_hears_the_same(
    stack: Stack, asgi: str, fabric: dict[str, Any], person: Person
) -> None:
    events = f'{HEDGEHOG}/fabrics/{fabric["id"]}/events/'
    here, there = signed_in(stack.web), signed_in(asgi)
    streams = [Stream(here, events), Stream(there, events)]
    with socket(there, f'/ws/plugins/hedgehog/fabrics/{fabric["id"]}/') as over_socket:
        drop(person, 'one.yaml', vpc('heard'))
        operation = stack.act(fabric)
        stack.manage('shell', '--no-imports', '-c', (HERE / 'announce_progress.py').read_text())
        told = [stream.until(MISSION[1]) for stream in streams]
        told.append(heard_by(over_socket, MISSION[1]))
        assert told[0] == told[1] == told[2]

        heard = told[0]
        types = [each['type'] for each in heard]
        assert types.index('sync_started') < types.index('sync_progress')
        assert types.index('sync_progress') < types.index('sync_completed')
        assert 'file_changed' in types and 'status_changed' in types
        assert types[-2:] == MISSION
        assert all(
            set(each) == {'id', 'type', 'fabric', 'operation', 'at', 'payload'} for each in heard
        )
        assert {each['fabric'] for each in heard} == {fabric['id']}
        mine = [each for each in heard if each['operation'] == operation['operation_id']]
        phases = [each['payload']['phase'] for each in mine if each['type'] == 'sync_progress']
        assert list(dict.fromkeys(phases)) == [
            'fetch', 'plan', 'read', 'commit', 'publish', 'record',
        ]  # fmt: skip
        assert heard[-2]['payload'] == {
            'status': 'running',
            'phase': 'read',
            'done': 3,
            'total': 10,
            'groups_total': 1,
            'groups_by_kind': {'identical': 1},
            'message': 'Reading',
        }
        assert heard[-1]['payload'] == {
            'status': 'completed',
            'subject': 'duplicates',
            'phase': 'record',
            'done': 1,
            'total': 1,
            'failed': 0,
            'message': '',
        }

        # Who comes back says what came last, and gets what was missed.
        streams[0].hang_up()
        last = heard[-3]['id']
        with socket(there, f'/ws/plugins/hedgehog/fabrics/{fabric["id"]}/?last={last}') as again:
            assert heard_by(again, MISSION[1]) == heard[-2:]
        stack.until(lambda: here.status(events) == 200, 'the seat to be free', seconds=60)

        # Who logs out is cut off, on every way.
        there.log_out()
        begun = time.monotonic()
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                over_socket.recv(timeout=60)
        assert closed.value.rcvd and closed.value.rcvd.code == 4403
        assert streams[1].over.wait(60)
        assert time.monotonic() - begun < 60
        # What came due by the clock may have been told before the cut.
        assert streams[1].until(None, seconds=5)[-1] == {'why': 'not admitted'}


def test_who_may_not_listen(
    stack: Stack, asgi: str, fabric: dict[str, Any], other: dict[str, Any]
) -> None:
    mine, theirs = fabric['id'], other['id']
    operation = stack.operations(fabric)[0]['id']
    listener, stranger = signed_in(stack.web), signed_in(stack.web, 'stranger')
    for session, path, expected in (
        (Session(stack.web), f'fabrics/{mine}/events/', 403),
        (stranger, f'fabrics/{mine}/events/', 403),
        (listener, f'fabrics/{theirs}/events/', 404),
        (stranger, f'operations/{operation}/events/', 403),
    ):
        assert session.status(f'{HEDGEHOG}/{path}') == expected, path
    listener, stranger = signed_in(asgi), signed_in(asgi, 'stranger')
    for session, path, origin in (
        (Session(asgi), f'fabrics/{mine}/', ''),
        (stranger, f'fabrics/{mine}/', ''),
        (listener, f'fabrics/{theirs}/', ''),
        (listener, 'fabrics/999999/', ''),
        (stranger, f'operations/{operation}/', ''),
        (listener, 'nowhere/', ''),
        # A page of another site has the visitor's cookie, and no business here.
        (listener, f'fabrics/{mine}/', 'https://elsewhere.example'),
    ):
        with pytest.raises(InvalidStatus) as refused:
            socket(session, f'/ws/plugins/hedgehog/{path}', origin)
        assert refused.value.response.status_code == 403, path
    with (
        socket(listener, f'/ws/plugins/hedgehog/operations/{operation}/') as one,
        socket(listener, f'/ws/plugins/hedgehog/operations/?operations={operation}') as several,
    ):
        assert one.ping().wait(30) and several.ping().wait(30)


def test_a_stream_leaves_threads_for_everybody_else(stack: Stack, fabric: dict[str, Any]) -> None:
    session = signed_in(stack.web)
    events = f'{HEDGEHOG}/fabrics/{fabric["id"]}/events/'

    def begun() -> Stream | None:
        with suppress(HTTPError):
            return Stream(session, events)
        return None

    # The one of the test before has hung up, which the server notices within a second.
    held = stack.until(begun, 'a free seat', seconds=60)
    try:
        # One process with four threads: one of them may listen, the others answer.
        assert session.status(events) == 503
        assert all(stack.api('GET', '/api/status/').status == 200 for _ in range(5))
    finally:
        held.hang_up()


class Watching:
    """A page at which somebody only looks, and everything its bar showed meanwhile."""

    def __init__(self, visitor: Visitor, fabric: int) -> None:
        self.visitor = visitor
        visitor.go(f'{HEDGEHOG}/fabrics/{fabric}/')
        visitor.page.evaluate(WATCH)

    def listens(self, used: set[str]) -> bool:
        """Lets the browser do its work until the page listens; looks anew as a person would."""
        for _ in range(4):
            for _ in range(300):
                self.visitor.page.wait_for_timeout(100)
                if used:
                    return True
            self.visitor.page.reload()
            self.visitor.page.evaluate(WATCH)
        return False

    def state(self) -> Any:
        """What the page is like, for when it does not do what it should."""
        return self.visitor.page.evaluate(STATE)

    def seen(self) -> list[dict[str, Any]]:
        return list(self.visitor.page.evaluate('window.name ? JSON.parse(window.name) : []'))


STATE = """() => ({
  at: location.href, hidden: document.hidden, title: document.title,
  listens: document.querySelector('[data-hh-live]')?.outerHTML,
  moves: document.querySelectorAll('[data-hh-refresh]').length,
  scripts: [...document.scripts].map(script => script.src).filter(address => address),
})"""
# What was seen outlives the page's reload in its window's name.
WATCH = """() => {
  window.name = '[]';
}"""
LOOK = """
setInterval(() => {
  const part = document.querySelector('[data-hh-operation]');
  const bar = part && part.querySelector('progress');
  if (!bar || !window.name) return;
  const at = part.querySelector('[aria-current]');
  const now = { phase: at && at.dataset.hhPhase, value: bar.value, max: bar.max,
                known: bar.hasAttribute('value') };
  const seen = JSON.parse(window.name);
  if (JSON.stringify(seen[seen.length - 1]) !== JSON.stringify(now)) {
    seen.push(now);
    window.name = JSON.stringify(seen);
  }
}, 40);
"""


def test_bars_move_while_a_thousand_resources_are_taken_in(
    browser: Any, stack: Stack, asgi: str, fabric: dict[str, Any], person: Person
) -> None:
    ways = {'stream': stack.web, 'socket': asgi, 'polling': stack.web}
    text = '---\n'.join(vpc(f'many-{n:04}', 1001 + n % 2000, n % 200) for n in range(MANY))
    drop(person, 'many.yaml', text)
    watching: dict[str, Watching] = {}
    used: dict[str, set[str]] = {way: set() for way in ways}
    contexts = []
    for way, web in ways.items():
        context = browser.new_context(viewport={'width': 1440, 'height': 900})
        contexts.append(context)
        context.add_init_script(LOOK)
        page = context.new_page()
        page.on('websocket', lambda _, way=way: used[way].add('socket'))
        page.on(
            'response',
            lambda answer, way=way: (
                used[way].add('stream') if answer.url.endswith('/events/') else None
            ),
        )
        if way == 'polling':
            context.route('**/events/**', lambda route: route.abort())
        visitor = Visitor(stack, page, web=web)
        visitor.sign_in('admin', stack.admin_password)
        watching[way] = Watching(visitor, fabric['id'])
    for way in ('stream', 'socket'):
        assert watching[way].listens(used[way]), (way, watching[way].state())

    started = stack.post(f'fabrics/{fabric["id"]}/sync/', {}, expect=202)
    for each in watching.values():
        # Nobody touches the page: it says by itself that something runs, and what became of it.
        each.visitor.page.wait_for_function(
            f"() => document.body?.innerText.includes('{MANY + 1}')", timeout=120_000
        )
    assert stack.finished(started['operation']['id'])['status'] == 'completed'
    assert used == {'stream': {'stream'}, 'socket': {'socket'}, 'polling': set()}
    for way, each in watching.items():
        seen = each.seen()
        values = [one['value'] for one in seen if one['phase'] == 'record' and one['known']]
        assert values == sorted(values), (way, seen)
        # Rows tell who asks for them nothing before the last transaction ends; who listens sees a
        # part of it, how many depends on the machine. Who asks now and then may miss all of it.
        if way != 'polling':
            assert any(values), (way, seen)
            assert len({one['phase'] for one in seen}) >= 3, (way, seen)
    for context in contexts:
        context.close()
    assert [each.visitor.complaints for each in watching.values()] == [[], [], []]
