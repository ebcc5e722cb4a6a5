"""A whole NetBox for acceptance tests: real web server, real worker, real Git server.

`./test` starts PostgreSQL and Redis and says where they are by environment variables; everything
else (database from a template, processes, ports) is made and ended here.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .people import GIT_USER, Repository
from .processes import end_process

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent


@dataclass
class Answer:
    """One HTTP answer: status, decoded body, headers."""

    status: int
    body: Any
    headers: dict[str, str]


@dataclass
class Stack:
    """Everything that runs during an acceptance test."""

    folder: Path
    environment: dict[str, str]
    web: str
    git_port: int
    git_password: str
    token: str
    admin_password: str
    worker: subprocess.Popen[bytes] | None = None
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    # --- HTTP

    def api(self, method: str, path: str, body: Any = None, *, token: str = '') -> Answer:
        """Calls `/api/plugins/hedgehog/<path>` (or an absolute `/api/...` path) as the admin."""
        address = path if path.startswith('http') else self.web + self._absolute(path)
        request = urllib.request.Request(
            address,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                'Authorization': f'Bearer {token or self.token}',
                'Content-Type': 'application/json',
                'Accept': 'application/json',
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as reply:
                text = reply.read()
                return Answer(reply.status, json.loads(text) if text else None, dict(reply.headers))
        except urllib.error.HTTPError as error:
            text = error.read()
            with contextlib.suppress(ValueError):
                return Answer(error.code, json.loads(text), dict(error.headers))
            return Answer(error.code, text.decode(errors='replace'), dict(error.headers))

    def get(self, path: str) -> Any:
        answer = self.api('GET', path)
        assert answer.status == 200, (path, answer.status, answer.body)
        return answer.body

    def post(self, path: str, body: Any = None, *, expect: int = 201) -> Any:
        answer = self.api('POST', path, body if body is not None else {})
        assert answer.status == expect, (path, answer.status, answer.body)
        return answer.body

    def patch(self, path: str, body: Any) -> Any:
        answer = self.api('PATCH', path, body)
        assert answer.status == 200, (path, answer.status, answer.body)
        return answer.body

    def every(self, path: str) -> list[dict[str, Any]]:
        """All results of a list endpoint."""
        joiner = '&' if '?' in path else '?'
        return list(self.get(f'{path}{joiner}limit=0')['results'])

    # --- repositories and fabrics

    def new_repository(self, *, empty: bool = False, branch: str = 'main') -> Repository:
        """A fresh bare repository on the server, with one commit unless it shall be empty."""
        name = f'r{uuid.uuid4().hex[:10]}'
        path = self.folder / 'git' / f'{name}.git'
        run = {'env': self.git_environment, 'check': True, 'capture_output': True}
        subprocess.run(['git', 'init', '-q', '--bare', '-b', branch, str(path)], **run)
        subprocess.run(['git', '--git-dir', str(path), 'config', 'http.receivepack', 'true'], **run)
        repository = Repository(
            path,
            f'http://127.0.0.1:{self.git_port}/{name}.git',
            self.git_environment,
            self.git_password,
        )
        if not empty:
            person = repository.clone(self.folder / 'seed' / name)
            (person.path / 'README.md').write_text('A repository of the acceptance tests.\n')
            person.git('checkout', '-q', '-B', branch)
            person.push('Start')
        return repository

    def connect(self, repository: Repository, *, password: str = '', **fields: Any) -> int:
        """Creates the GitRepository row; returns its id."""
        row = self.post(
            'git-repositories/',
            {
                'name': f'Repository {uuid.uuid4().hex[:8]}',
                'remote_url': repository.url,
                'authentication_type': 'basic',
                'credential_source': 'encrypted',
                'credential': {
                    'username': GIT_USER,
                    'password': password or self.git_password,
                },
                'default_branch': 'main',
                **fields,
            },
        )
        return int(row['id'])

    def new_fabric(self, repository_id: int, **fields: Any) -> dict[str, Any]:
        name = f'fabric-{uuid.uuid4().hex[:8]}'
        # Nothing begins by the clock: tests say when.
        body = {
            'name': name,
            'slug': name,
            'status': 'active',
            'git_repository': repository_id,
            'sync_interval': 0,
            'duplicate_detection_enabled': False,
            **fields,
        }
        return dict(self.post('fabrics/', body))

    def ready_fabric(self, repository: Repository, **fields: Any) -> dict[str, Any]:
        """A fabric that has finished its onboarding."""
        fabric = self.new_fabric(self.connect(repository), **fields)
        self.until(
            lambda: self.get(f'fabrics/{fabric["id"]}/gitops-status/')['initialized'],
            'the onboarding to finish',
            explain=lambda: self.operations(fabric),
        )
        self.quiet(fabric)
        return fabric

    def operations(self, fabric: dict[str, Any]) -> list[dict[str, Any]]:
        return self.every(f'sync-operations/?fabric_id={fabric["id"]}')

    def resources(self, fabric: dict[str, Any]) -> list[dict[str, Any]]:
        return self.every(f'resources/?fabric_id={fabric["id"]}')

    def resource(self, fabric: dict[str, Any], kind: str, name: str) -> dict[str, Any]:
        found = self.every(f'resources/?fabric_id={fabric["id"]}&kind={kind}&name={name}')
        assert len(found) == 1, (kind, name, len(found))
        return found[0]

    def act(self, fabric: dict[str, Any], action: str = 'sync') -> dict[str, Any]:
        """Requests an action and waits until its operation is over; returns the operation."""
        started = self.post(f'fabrics/{fabric["id"]}/{action}/', {}, expect=202)
        return self.finished(started['operation']['id'])

    def finished(self, operation: int, seconds: float = 90) -> dict[str, Any]:
        def over() -> dict[str, Any] | None:
            row = self.get(f'sync-operations/{operation}/')
            state = row['status']['value'] if isinstance(row['status'], dict) else row['status']
            done = state in ('completed', 'partially_completed', 'failed', 'cancelled')
            return {**row, 'status': state} if done else None

        return dict(self.until(over, f'operation {operation} to end', seconds=seconds))

    def quiet(self, fabric: dict[str, Any], seconds: float = 90) -> None:
        """Waits until nothing is queued or running for the fabric."""

        def idle() -> bool:
            # What is asked for has no worker yet, so the status does not call it running.
            asked = f'fabric_id={fabric["id"]}&status=pending'
            if self.get(f'sync-operations/?{asked}&limit=1')['count']:
                return False
            status = self.get(f'fabrics/{fabric["id"]}/gitops-status/')
            return not status['running_operation'] and not status['outbox_pending']

        self.until(
            idle,
            'the fabric to come to rest',
            seconds=seconds,
            explain=lambda: (
                self.get(f'fabrics/{fabric["id"]}/gitops-status/'),
                self.every(f'outbox/?fabric_id={fabric["id"]}'),
            ),
        )

    def in_sync(self, fabric: dict[str, Any], seconds: float = 90) -> dict[str, Any]:
        """Waits until the fabric says it is in sync; returns its status.

        What comes due by the clock may begin at any time, and end without finding anything.
        """

        def told() -> dict[str, Any] | None:
            status = self.get(f'fabrics/{fabric["id"]}/gitops-status/')
            return dict(status) if status['sync_status'] == 'in_sync' else None

        return dict(
            self.until(
                told,
                'the fabric to be in sync',
                seconds=seconds,
                explain=lambda: self.get(f'fabrics/{fabric["id"]}/gitops-status/'),
            )
        )

    def until(
        self,
        condition: Callable[[], Any],
        what: str,
        *,
        seconds: float = 90,
        explain: Callable[[], Any] | None = None,
    ) -> Any:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            answer = condition()
            if answer:
                return answer
            time.sleep(0.2)
        detail = json.dumps(explain(), indent=1, default=str)[:4000] if explain else ''
        raise TimeoutError(
            f'waited {seconds:.0f} s for {what}\n{detail}\n{self.tail("worker.log")}'
        )

    # --- processes

    @property
    def git_environment(self) -> dict[str, str]:
        return {
            'PATH': os.environ['PATH'],
            'HOME': str(self.folder / 'home'),
            'LC_ALL': 'C.UTF-8',
            'GIT_CONFIG_NOSYSTEM': '1',
            'GIT_CONFIG_GLOBAL': '/dev/null',
            'GIT_TERMINAL_PROMPT': '0',
            'GIT_AUTHOR_NAME': 'Petra Person',
            'GIT_AUTHOR_EMAIL': 'petra@example.com',
            'GIT_COMMITTER_NAME': 'Petra Person',
            'GIT_COMMITTER_EMAIL': 'petra@example.com',
        }

    def start_worker(self, *, kill_folder: Path | None = None) -> None:
        """Starts the worker; with `kill_folder` one whose work-horse kills itself where told."""
        command = [str(BIN / 'netbox'), 'rqworker', 'high', 'default', 'low']
        environment = dict(self.environment)
        if kill_folder is not None:
            command = [sys.executable, str(HERE / 'killing_worker.py')]
            environment['HEDGEHOG_TEST_KILL_FOLDER'] = str(kill_folder)
        self.worker = self.spawn(command, 'worker.log', environment)
        self.until(self.running_workers, 'the worker to register', seconds=300)

    @contextlib.contextmanager
    def more_workers(self, number: int) -> Iterator[None]:
        """So many workers beside those that run."""
        wanted = self.running_workers() + number
        command = [sys.executable, str(HERE / 'forked_workers.py'), str(number)]
        process = self.spawn(command, 'worker.log')
        try:
            self.until(
                lambda: self.running_workers() == wanted, f'{wanted} workers to run', seconds=300
            )
            yield
        finally:
            end_process(process)

    def running_workers(self) -> int:
        return int(self.get('/api/status/')['rq-workers-running'])

    @contextlib.contextmanager
    def paused_worker(self) -> Iterator[None]:
        """Meanwhile the worker begins no job: what people do at the same time meets in the next."""
        assert self.worker is not None
        os.killpg(self.worker.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self.worker.pid, signal.SIGCONT)

    @contextlib.contextmanager
    def dying_worker(self, folder: Path) -> Iterator[None]:
        """Meanwhile the worker is one that dies where `folder` says; then an ordinary one again.

        Who comes next may be the fixture of a module, which no fixture of a test precedes.
        """
        self.stop_worker()
        self.start_worker(kill_folder=folder)
        try:
            yield
        finally:
            self.stop_worker()
            self.start_worker()

    def stop_worker(self) -> None:
        if self.worker is not None:
            end_process(self.worker)
            self.worker = None

    def spawn(
        self, command: list[str], log: str, environment: dict[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        with (self.folder / log).open('ab') as output:
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                env=environment or self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def manage(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Runs a management command."""
        done = subprocess.run(
            [str(BIN / 'netbox'), *arguments],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f'{arguments} failed:\n{done.stdout}\n{done.stderr}')
        return done

    def tail(self, log: str, lines: int = 40) -> str:
        path = self.folder / log
        if not path.exists():
            return ''
        return '\n'.join(path.read_text(errors='replace').splitlines()[-lines:])

    def end(self) -> None:
        for process in reversed(self.processes):
            end_process(process)

    @staticmethod
    def _absolute(path: str) -> str:
        return path if path.startswith('/') else f'/api/plugins/hedgehog/{path}'
