"""A test case with a real Git server on the loopback interface, and a person who pushes to it."""

import logging
import shutil
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import TestCase, TransactionTestCase, override_settings
from django_rq.queues import get_queue
from netbox.context_managers import event_tracking
from rq import SimpleWorker

from hedgehog_gitops.git import (
    Authorship,
    CommitInfo,
    GitStore,
    Identity,
    NewBlob,
    PasswordCredential,
    Remote,
    Secret,
)
from hedgehog_gitops.identity import CommitId, RepoPath
from hedgehog_gitops.testing.http_server import GitHttpServer
from hedgehog_gitops.testing.repositories import make_repository
from netbox_hedgehog.choices import SyncOperationTypeChoices, TriggerTypeChoices
from netbox_hedgehog.jobs import enqueue_operation
from netbox_hedgehog.models import GitRepository, HedgehogFabric, HedgehogResource, SyncOperation
from netbox_hedgehog.sync.credentials import seal
from netbox_hedgehog.sync.origin import Actor
from netbox_hedgehog.sync.progress import OperationProgress
from netbox_hedgehog.sync.runner import work_off

__all__ = ['BASE', 'GitCase', 'GitTransactionCase', 'Person', 'at_stage', 'vpc']

BASE = 'fabrics/lab/gitops'
PASSWORD = 'canary-7f3a-not-a-real-token'
KEYS = {1: 'MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE='}

logger = logging.getLogger('netbox_hedgehog.tests')


def vpc(name: str, vlan: int = 1001, comment: str = '') -> bytes:
    """Returns the YAML of a small VPC."""
    return (
        'apiVersion: vpc.githedgehog.com/v1beta1\n'
        'kind: VPC\n'
        'metadata:\n'
        f'  name: {name}\n'
        'spec:\n'
        '  ipv4Namespace: default\n'
        '  subnets:\n'
        '    default:\n'
        '      subnet: 10.0.1.0/24\n'
        f'      vlan: {vlan}{comment}\n'
    ).encode()


def at_stage(stage: str, act: Callable[[], None]) -> AbstractContextManager[Any]:
    """Does something whenever the runner reaches a stage."""
    told = OperationProgress.stage

    def reached(progress: OperationProgress, name: str) -> None:
        told(progress, name)
        if name == stage:
            act()

    return mock.patch.object(OperationProgress, 'stage', reached)


class Person:
    """Somebody with a clone of their own, who commits and pushes like people do."""

    def __init__(self, folder: Path, remote: Remote, branch: str = 'main') -> None:
        self.store = GitStore.create(folder)
        self.remote, self.branch = remote, branch

    def pull(self) -> CommitId | None:
        return self.store.fetch(self.remote, self.branch)

    def push(self, files: dict[str, bytes | None], message: str = 'By hand') -> CommitId:
        """Commits these files on top of the branch and pushes the commit."""
        head = self.pull()
        me = Identity('Pat', 'pat@example.com')
        edits = {
            RepoPath(path): None if content is None else NewBlob(content)
            for path, content in files.items()
        }
        made = Authorship(me, me, datetime.now(UTC))
        commit = self.store.commit(
            head, edits, f'{message}\n', made, f'refs/pat/{message}'.replace(' ', '-')
        )
        self.store.push(self.remote, self.branch, commit, head)
        return commit

    def files(self, under: str = '') -> dict[str, bytes]:
        """Returns the branch's files and their bytes, as the server has them now."""
        head = self.pull()
        if head is None:
            return {}
        tree = self.store.list_tree(head, RepoPath(under))
        contents = self.store.read_blobs({entry.blob for entry in tree.values()})
        return {path: contents[entry.blob] for path, entry in tree.items()}

    def log(self) -> list[CommitInfo]:
        """Returns the branch's commits, newest first."""
        head = self.pull()
        return self.store.log(head) if head is not None else []


class _GitCase:
    """What both kinds of test cases share: server, repository, fabric, person."""

    def setUp(self) -> None:
        super().setUp()  # type: ignore[misc]
        self.folder = Path(tempfile.mkdtemp(prefix='hedgehog-test-'))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)  # type: ignore[attr-defined]
        plugins = {
            **settings.PLUGINS_CONFIG,
            'netbox_hedgehog': {
                **settings.PLUGINS_CONFIG['netbox_hedgehog'],
                'allowed_schemes': ['http', 'https', 'ssh', 'file'],
                'allowed_hosts': [],
                'encryption_keys': KEYS,
                'store_root': str(self.folder / 'stores'),
                'service_user': '',
                'queue': 'default',
            },
        }
        changed = override_settings(PLUGINS_CONFIG=plugins)
        changed.enable()
        self.addCleanup(changed.disable)  # type: ignore[attr-defined]
        self.serve()
        credential = PasswordCredential(self.login, Secret(PASSWORD))
        self.remote = Remote(self.url, credential, allow_protocols=('http',))
        self.person = Person(self.folder / 'person.git', self.remote)
        self.alice = get_user_model().objects.create_superuser(
            'alice', 'alice@example.com', first_name='Alice', last_name='Ng'
        )
        get_queue('default').empty()
        self.addCleanup(get_queue('default').empty)  # type: ignore[attr-defined]

    def serve(self) -> None:
        """Starts the server; its repository, its address and who signs in are what it leaves."""
        self.login = 'git'
        self.bare = make_repository(self.folder / 'served' / 'lab.git')
        self.server = GitHttpServer(self.folder / 'served', self.login, PASSWORD)
        self.server.start()
        self.addCleanup(self.server.stop)  # type: ignore[attr-defined]
        self.url = f'{self.server.url}/lab.git'

    def make_repository(self, **fields: Any) -> GitRepository:
        """Returns a repository row with a sealed password."""
        fields.setdefault('name', 'lab')
        fields.setdefault('url', self.url)
        fields.setdefault('authentication_type', 'basic')
        repository = GitRepository.objects.create(**fields)
        repository.encrypted_credentials = seal(
            repository, {'username': self.login, 'password': PASSWORD}
        )
        repository.save()
        return repository

    def make_fabric(self, **fields: Any) -> HedgehogFabric:
        """Returns a fabric which has not been initialised and has no job of its own."""
        if 'git_repository' not in fields:
            fields['git_repository'] = self.make_repository()
        fields.setdefault('name', 'Lab')
        fabric = HedgehogFabric.objects.create(**fields)
        SyncOperation.objects.filter(fabric=fabric).delete()
        get_queue('default').empty()
        return fabric

    def ready_fabric(self, **fields: Any) -> HedgehogFabric:
        """Returns a fabric that is initialised on the server."""
        fabric = self.make_fabric(**fields)
        operation = self.run_operation(fabric, SyncOperationTypeChoices.DIRECTORY_INIT)
        assert operation.status == 'completed', operation.last_error_message
        fabric.refresh_from_db()
        get_queue('default').empty()
        return fabric

    def run_operation(
        self, fabric: HedgehogFabric, kind: str = SyncOperationTypeChoices.SYNC, **options: Any
    ) -> SyncOperation:
        """Asks for an operation as alice and carries it out here."""
        options.setdefault('user', self.alice)
        options.setdefault('trigger_type', TriggerTypeChoices.CLI)
        _, operation = enqueue_operation(fabric, kind, **options)
        work_off(fabric.pk, logger)
        operation.refresh_from_db()
        return operation

    def run_jobs(self) -> None:
        """Lets a worker carry out every job that waits, in this process."""
        queue = get_queue('default')
        SimpleWorker([queue], connection=queue.connection).work(burst=True, logging_level='WARNING')

    def edit(self, resource: HedgehogResource, user: Any = None, **fields: Any) -> None:
        """Saves fields of a resource as a page does, in a request of the user's."""
        import uuid

        actor = Actor(user or self.alice, uuid.uuid4(), fields.pop('message', ''))
        with event_tracking(actor._request()):
            if resource.pk:
                resource.snapshot()
            for name, value in fields.items():
                setattr(resource, name, value)
            resource._changelog_message = actor.message
            resource.full_clean()
            resource.save()


class GitCase(_GitCase, TestCase):
    """Runs inside one transaction: fast, and enough wherever commits do not matter."""


class GitTransactionCase(_GitCase, TransactionTestCase):
    """Runs with real commits: for receivers, jobs, locks and crashes."""
