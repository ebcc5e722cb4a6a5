"""The whole of NetBox on one home, up and down; the order of ending matters."""

import hashlib
import shutil

from . import processes
from .demo_fabric import DIRECTORY, create_repository, create_rows, wait_until_read
from .home import ROOT, Home
from .postgres import drop_cluster, start_postgres, stop_postgres
from .prepare import ADMINISTRATOR, ensure_administrator, migrate, restore_baseline
from .redis_server import start_redis, stop_redis
from .say import say, working
from .servers import GIT_USER, start_git, start_web, start_worker, stop_git, stop_web, stop_worker

__all__ = ['bring_up', 'forget', 'take_down']

# The worker ends before Redis, without which it hangs, and the database outlives everybody.
_ENDING = (
    ('web', stop_web),
    ('worker', stop_worker),
    ('git', stop_git),
    ('redis', stop_redis),
    ('postgres', stop_postgres),
)


def bring_up(home: Home, *, from_scratch: bool) -> None:
    """Starts what does not run, fills what is empty, and says how it is reached."""
    if _runs_as_it_is(home):
        say('Everything runs already')
    else:
        _start(home, from_scratch=from_scratch)
    _tell(home)


def take_down(home: Home) -> None:
    """Ends every process of this home, in the order that loses nothing."""
    for name, stop in _ENDING:
        if name in home.state().get('processes', {}):
            with working(f'Ending {name}'):
                stop(home)
    say('Nothing runs any more')


def forget(home: Home) -> None:
    """Deletes the data of this home, so that the next start begins anew."""
    take_down(home)
    drop_cluster(home)
    for name in ('git', 'stores', 'redis', 'netbox', 'log'):
        shutil.rmtree(home.path / name, ignore_errors=True)
    for name in ('state.json', 'secrets.json', 'git-password'):
        (home.path / name).unlink(missing_ok=True)
    say('The data of the demo are deleted')


def _start(home: Home, *, from_scratch: bool) -> None:
    if home.state().get('code') not in (None, _code()):
        with working('The code has changed: NetBox is started anew'):
            stop_web(home)
            stop_worker(home)
    start_postgres(home)
    start_redis(home)
    if not from_scratch:
        restore_baseline(home, home.state()['database']['name'])
    migrate(home)
    ensure_administrator(home)
    create_repository(home)
    create_rows(home, start_git(home))
    start_worker(home)
    start_web(home)
    wait_until_read(home)
    home.record(code=_code())


def _runs_as_it_is(home: Home) -> bool:
    wanted = {name for name, _ in _ENDING} - _given(home)
    return home.state().get('code') == _code() and all(processes.alive(home, w) for w in wanted)


def _given(home: Home) -> set[str]:
    state = home.state()
    kinds = {'postgres': 'database', 'redis': 'redis'}
    return {name for name, key in kinds.items() if state.get(key, {}).get('given')}


def _code() -> str:
    """One word for the code as it stands, so that a change is noticed."""
    digest = hashlib.sha256()
    for folder in (ROOT / 'src', ROOT / 'dev'):
        for file in sorted(folder.rglob('*.py')):
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _tell(home: Home) -> None:
    ports = home.state()['ports']
    password = home.secret('git_password', 24)
    print(
        f"""
  NetBox     http://127.0.0.1:{ports['web']}/plugins/hedgehog/
  login      {ADMINISTRATOR} / {home.secret('admin_password', 20)}
  Git        git clone http://{GIT_USER}:{password}@127.0.0.1:{ports['git']}/demo.git
             drop a YAML file into {DIRECTORY}/raw/, commit and push
  logs       {home.path / 'log'}
  end        ./run --stop
"""
    )
