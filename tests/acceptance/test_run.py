"""`./run` from nothing to a filled NetBox, again while it runs, after a crash, and down again."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
GIVEN = {'DATABASE_HOST', 'REDIS_HOST'}
SERVERS = {'postgres', 'redis', 'git', 'worker', 'web'}

pytestmark = pytest.mark.timeout(900)


class Launcher:
    """`./run` with a `.dev` of its own, in which only the environment is the one at hand."""

    def __init__(self, folder: Path) -> None:
        self.dev = folder / 'dev'
        self.dev.mkdir()
        (self.dev / 'venv').symlink_to(sys.prefix)
        foreign = ('HEDGEHOG_', 'NETBOX_', 'DJANGO_', 'PYTEST_')
        kept = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
        self.environment = kept | {'HEDGEHOG_DEV': str(self.dev)}

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [ROOT / 'run', *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def state(self) -> dict[str, Any]:
        return dict(json.loads((self.dev / 'state.json').read_text()))

    def pids(self) -> dict[str, int]:
        return {name: entry['pid'] for name, entry in self.state()['processes'].items()}


def login(address: str, password: str) -> urllib.request.OpenerDirector:
    """A browser's worth of a session: cookies, the form's token, the form."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    page = opener.open(f'{address}/login/', timeout=60).read().decode()
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', page)
    assert token
    form = {'csrfmiddlewaretoken': token[1], 'username': 'admin', 'password': password, 'next': '/'}
    answer = opener.open(f'{address}/login/', urllib.parse.urlencode(form).encode(), timeout=60)
    assert 'Log Out' in answer.read().decode()
    return opener


def processes_of(*folders: str) -> list[str]:
    """The processes that were given one of these folders, by argument or environment."""
    found = []
    for entry in Path('/proc').iterdir():
        if entry.name.isdigit() and entry.name != str(os.getpid()):
            try:
                told = (entry / 'cmdline').read_bytes() + (entry / 'environ').read_bytes()
            except OSError:
                continue
            if any(folder.encode() in told for folder in folders):
                found.append(told[:200].decode(errors='replace').replace('\0', ' '))
    return found


@pytest.fixture(scope='module')
def launcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launcher]:
    if 'HEDGEHOG_TEST_DATABASE' not in os.environ or GIVEN & set(os.environ):
        pytest.skip('runs with `./test acceptance`, and with servers of its own')
    made = Launcher(tmp_path_factory.mktemp('run'))
    try:
        yield made
    finally:
        made.run('--reset')


@pytest.fixture(scope='module')
def said(launcher: Launcher) -> str:
    return launcher.run()


def part(said: str, pattern: str) -> str:
    found = re.search(pattern, said)
    assert found, said
    return found[1]


def test_it_says_address_and_login_and_both_work(launcher: Launcher, said: str) -> None:
    address = part(said, r'NetBox +(http://127\.0\.0\.1:\d+)')
    opener = login(address, part(said, r'login +admin / (\S+)'))
    fabric = opener.open(f'{address}/plugins/hedgehog/fabrics/', timeout=60).read().decode()
    assert 'Lab' in fabric
    assert set(launcher.pids()) == SERVERS
    assert opener.open(f'{address}/static/netbox.css', timeout=60).status == 200


def test_the_demo_was_taken_in(said: str) -> None:
    assert part(said, r'The demo fabric is in NetBox: (\d+) resources') == '40'


def test_the_clone_url_works(said: str, tmp_path: Path) -> None:
    url = part(said, r'git clone (\S+)')
    subprocess.run(['git', 'clone', '-q', url, tmp_path / 'demo'], check=True)
    managed = tmp_path / 'demo' / 'fabrics' / 'lab' / 'gitops' / 'managed'
    assert len(list(managed.rglob('*.yaml'))) == 40
    wrong = re.sub(r':[^:@]+@', ':wrong@', url)
    environment = os.environ | {'GIT_TERMINAL_PROMPT': '0'}
    command = ['git', 'clone', '-q', wrong, tmp_path / 'no']
    refused = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert refused.returncode != 0


def test_started_again_it_reuses_what_runs(launcher: Launcher, said: str) -> None:
    before = launcher.pids()
    assert 'Everything runs already' in launcher.run()
    assert launcher.pids() == before


def test_what_died_is_started_again(launcher: Launcher, said: str) -> None:
    before = launcher.pids()
    os.killpg(before['web'], signal.SIGKILL)
    again = launcher.run()
    assert launcher.pids()['web'] != before['web']
    assert {**launcher.pids(), 'web': 0} == {**before, 'web': 0}
    login(part(again, r'NetBox +(http://127\.0\.0\.1:\d+)'), part(again, r'login +admin / (\S+)'))


def test_no_secret_stands_in_an_argument(launcher: Launcher, said: str) -> None:
    secrets = json.loads((launcher.dev / 'secrets.json').read_text()).values()
    for pid in launcher.pids().values():
        told = Path(f'/proc/{pid}/cmdline').read_text()
        assert not [secret for secret in secrets if secret and secret in told]


def test_stopped_it_leaves_no_process(launcher: Launcher, said: str) -> None:
    folders = [str(launcher.dev), *launcher.state().get('places', {}).values()]
    assert processes_of(*folders)
    order = re.findall(r'^ *[\d.]+ s  Ending (\w+)$', launcher.run('--stop'), re.MULTILINE)
    assert order == ['web', 'worker', 'git', 'redis', 'postgres']
    assert launcher.state()['processes'] == {}
    assert not processes_of(*folders)


def test_reset_leaves_no_data(launcher: Launcher, said: str) -> None:
    places = launcher.state().get('places', {}).values()
    launcher.run('--reset')
    assert {path.name for path in launcher.dev.iterdir()} == {'venv', 'lock'}
    assert not [place for place in places if Path(place).exists()]
