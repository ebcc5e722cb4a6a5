"""Bad servers, seen through a whole sync: edits wait, nothing is half done, and then it goes on."""

import shutil
import unittest

from hedgehog_gitops.testing.faults import Fault
from hedgehog_gitops.testing.git_server import GitHttpServer
from hedgehog_gitops.testing.repositories import make_repository
from hedgehog_gitops.testing.ssh_server import SshServer, find_sshd, make_key
from netbox_hedgehog.models import GitRepositoryState, OutboxEntry, SyncOperation
from netbox_hedgehog.sync.credentials import seal
from netbox_hedgehog.sync.runner import work_off

from .git_case import PASSWORD, logger
from .test_sync_conflicts import ONE, TWO, ConflictCase

SSHD = find_sshd()


class ServersTest(ConflictCase):
    def assertWaits(self, operation: SyncOperation, *reasons: str) -> None:
        """It failed for the reason; the edit is kept, and the branch as it was."""
        self.assertEqual(operation.status, 'failed')
        self.assertIn(operation.last_reason, reasons, operation.last_error_message)
        self.assertTrue(self.row('one').has_draft)
        self.assertFalse(OutboxEntry.objects.filter(state='done').exists())

    def assertGoesOn(self, vlan: int) -> None:
        before = len(self.person.log())
        operation = self.run_operation(self.fabric)
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        self.assertIn(b'vlan: %d' % vlan, self.person.files()[ONE])
        self.assertFalse(self.row('one').has_draft)
        self.assertEqual(len(self.person.log()) - before, 1)

    def hasten(self) -> None:
        repository = self.fabric.git_repository
        repository.timeout_seconds = 4
        repository.save()

    def test_one_that_hangs(self) -> None:
        self.hasten()
        self.draft('one', 2001)
        self.server.add(Fault(delay=120, times=None))
        self.assertWaits(self.run_operation(self.fabric), 'GitTimedOut', 'RemoteUnreachable')
        self.server.clear()
        self.assertGoesOn(2001)

    def test_one_that_hangs_is_tried_again_later(self) -> None:
        self.hasten()
        self.server.add(Fault(status=503, times=None))
        SyncOperation.objects.create(
            fabric=self.fabric, operation_type='sync', trigger_type='scheduled'
        )
        (ending,) = work_off(self.fabric.pk, logger)
        self.assertIsNotNone(ending.after, 'nobody tries again by itself')

    def test_one_that_hangs_in_the_middle_of_a_push(self) -> None:
        self.hasten()
        self.draft('one', 2001)
        self.server.add(Fault(method='POST', containing='git-receive-pack', delay=120, times=None))
        self.assertWaits(self.run_operation(self.fabric), 'OutcomeUnknown')
        self.assertEqual(OutboxEntry.objects.get().state, 'pushing', 'nobody knows')
        self.server.clear()
        self.assertGoesOn(2001)

    def test_one_that_dies_in_the_middle_of_a_pack(self) -> None:
        self.draft('one', 2001)
        self.in_git(TWO, b'vlan: 1001', b'vlan: 1002')
        pack = Fault(method='POST', containing='git-upload-pack', drop='after', times=None)
        self.server.add(pack)
        operation = self.run_operation(self.fabric)
        self.assertWaits(operation, 'RemoteUnreachable', 'GitFailed')
        self.server.clear()
        self.assertGoesOn(2001)
        self.assertEqual(self.row('two').desired_spec['subnets']['default']['vlan'], 1002)

    def test_one_that_dies_in_the_middle_of_the_answer_to_a_push(self) -> None:
        self.draft('one', 2001)
        before = len(self.person.log())
        self.server.add(Fault(method='POST', containing='git-receive-pack', drop='after'))
        operation = self.run_operation(self.fabric)
        self.assertEqual(operation.status, 'completed', 'the branch was read, and has it')
        self.assertEqual(len(self.person.log()) - before, 1)

    def test_one_that_sends_us_elsewhere(self) -> None:
        self.draft('one', 2001)
        make_repository(self.folder / 'elsewhere' / 'lab.git')
        with GitHttpServer(self.folder / 'elsewhere') as elsewhere:
            self.server.add(Fault(status=302, location=elsewhere.url, times=None))
            self.assertWaits(self.run_operation(self.fabric), 'RemoteNotFound')
            self.assertEqual(elsewhere.requests, [], 'the password went to another server')
        self.server.clear()
        self.assertGoesOn(2001)

    def test_a_password_that_changes(self) -> None:
        self.draft('one', 2001)
        self.server.password = 'the-new-one'
        operation = self.run_operation(self.fabric)
        self.assertWaits(operation, 'CredentialsRefused')
        self.assertIn('credential', operation.last_error_message.lower())
        state = GitRepositoryState.objects.get()
        self.assertEqual(state.connection_status, 'failed')
        repository = self.fabric.git_repository
        repository.encrypted_credentials = seal(
            repository, {'username': 'git', 'password': 'the-new-one'}
        )
        repository.save()
        operation = self.run_operation(self.fabric)
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        self.server.password = PASSWORD
        self.assertIn(b'vlan: 2001', self.person.files()[ONE])


@unittest.skipIf(SSHD is None, 'no OpenSSH server on this machine')
class SshServersTest(ConflictCase):
    def test_one_that_stops_comes_back_and_changes_its_keys(self) -> None:
        folder = self.folder / 'sshd'
        with SshServer(folder, SSHD) as ssh:
            self.use(ssh, ssh.private_key)
            self.draft('one', 2001)
            self.run_through()
            self.assertIn(b'vlan: 2001', self.person.files()[ONE])
            key = ssh.private_key
        self.draft('one', 2002)
        self.assertEqual(self.run_operation(self.fabric).last_reason, 'RemoteUnreachable')
        shutil.rmtree(folder)
        with SshServer(folder, SSHD) as ssh:
            # Another host key, and another user's key.
            self.use(ssh, key, known_hosts=f'[127.0.0.1]:{ssh.port} {_another_host_key(folder)}')
            self.assertEqual(self.run_operation(self.fabric).last_reason, 'HostKeyRefused')
            self.use(ssh, key)
            self.assertEqual(self.run_operation(self.fabric).last_reason, 'CredentialsRefused')
            self.assertTrue(self.row('one').has_draft)
            self.use(ssh, ssh.private_key)
            self.run_through()
        self.assertIn(b'vlan: 2002', self.person.files()[ONE])

    def run_through(self) -> None:
        operation = self.run_operation(self.fabric)
        self.assertEqual(operation.status, 'completed', operation.last_error_message)

    def use(self, ssh: SshServer, key: str, known_hosts: str = '') -> None:
        repository = self.fabric.git_repository
        repository.url, repository.authentication_type = ssh.url(self.bare), 'ssh_key'
        parts = {'private_key': key, 'known_hosts': known_hosts or ssh.known_hosts}
        repository.encrypted_credentials = seal(repository, parts)
        repository.save()


def _another_host_key(folder) -> str:
    return ' '.join(make_key(folder / 'other').split()[:2])
