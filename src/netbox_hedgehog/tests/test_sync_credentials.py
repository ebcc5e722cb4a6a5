"""Secrets are sealed for one row, opened at the last moment, and taken from allowed places only."""

import tempfile
from pathlib import Path
from typing import Any
from unittest import mock

from django.conf import settings
from django.test import TestCase, override_settings

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.git import PasswordCredential, SshKeyCredential
from netbox_hedgehog.sync.credentials import open_credential, open_sealed, seal

from .builders import a_repository
from .git_case import KEYS

SECRET = 'canary-92ff'
SECOND = {**KEYS, 2: 'YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY='}


def configured(**changes: Any) -> override_settings:
    ours = {**settings.PLUGINS_CONFIG['netbox_hedgehog'], 'encryption_keys': KEYS, **changes}
    return override_settings(PLUGINS_CONFIG={**settings.PLUGINS_CONFIG, 'netbox_hedgehog': ours})


class CredentialsTest(TestCase):
    def setUp(self) -> None:
        with configured():
            self.repository = a_repository()

    def refused(self, reason: str, **changes: Any) -> NeedsPerson:
        with configured(**changes), self.assertRaises(NeedsPerson) as caught:
            open_credential(self.repository)
        self.assertEqual(caught.exception.reason, reason)
        self.assertNotIn(SECRET, str(caught.exception))
        return caught.exception

    def test_what_was_sealed_opens_and_does_not_print(self) -> None:
        with configured():
            self.repository.encrypted_credentials = seal(self.repository, {'token': SECRET})
            self.assertNotIn(SECRET, self.repository.encrypted_credentials)
            credential = open_credential(self.repository)
        assert isinstance(credential, PasswordCredential)
        self.assertEqual(credential.secret.reveal(), SECRET)
        self.assertNotIn(SECRET, repr(credential))

    def test_the_newest_key_seals_and_every_key_opens(self) -> None:
        with configured():
            old = seal(self.repository, {'token': SECRET})
        with configured(encryption_keys=SECOND):
            new = seal(self.repository, {'token': SECRET})
            self.assertEqual(open_sealed(self.repository, old), {'token': SECRET})
        self.assertEqual((old.partition(':')[0], new.partition(':')[0]), ('1', '2'))

    def test_a_cipher_text_of_another_row_does_not_open(self) -> None:
        with configured():
            other = a_repository()
            self.repository.encrypted_credentials = seal(other, {'token': SECRET})
        self.refused('CredentialUnreadable')

    def test_a_missing_key_is_named(self) -> None:
        with configured():
            self.repository.encrypted_credentials = seal(self.repository, {'token': SECRET})
        self.assertIn('key 1', str(self.refused('EncryptionKeyMissing', encryption_keys={})))
        with configured(encryption_keys={}), self.assertRaises(NeedsPerson) as caught:
            seal(self.repository, {'token': SECRET})
        self.assertIn('encryption_keys', caught.exception.hint)

    def test_only_our_variables_are_read(self) -> None:
        self.repository.credential_source = 'env'
        self.repository.credential_reference = 'AWS_SECRET_ACCESS_KEY'
        with mock.patch.dict('os.environ', {'AWS_SECRET_ACCESS_KEY': SECRET}):
            self.refused('CredentialMissing')
        self.repository.credential_reference = 'NETBOX_HEDGEHOG_LAB'
        self.assertIn('NETBOX_HEDGEHOG_LAB', str(self.refused('CredentialMissing')))
        with mock.patch.dict('os.environ', {'NETBOX_HEDGEHOG_LAB': SECRET}), configured():
            self.assertEqual(open_credential(self.repository).secret.reveal(), SECRET)

    def test_only_files_of_one_folder_are_read(self) -> None:
        self.repository.credential_source = 'file'
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / 'allowed'
            folder.mkdir()
            (folder / 'lab').write_text(f'{SECRET}\n')
            (Path(name) / 'outside').write_text(SECRET)
            (folder / 'link').symlink_to(Path(name) / 'outside')
            for reference in ('../outside', 'link', '/etc/hostname', 'absent', ''):
                self.repository.credential_reference = reference
                self.refused('CredentialMissing', credential_directory=str(folder))
            self.repository.credential_reference = 'lab'
            self.refused('CredentialMissing', credential_directory='')
            with configured(credential_directory=str(folder)):
                self.assertEqual(open_credential(self.repository).secret.reveal(), SECRET)

    def test_named_credentials_of_the_configuration(self) -> None:
        self.repository.credential_source = 'config'
        self.repository.credential_reference = 'lab'
        self.repository.authentication_type = 'ssh_key'
        self.refused('CredentialMissing')
        parts = {'private_key': SECRET, 'known_hosts': 'host ssh-ed25519 AAAA'}
        with configured(credentials={'lab': parts}):
            credential = open_credential(self.repository)
        assert isinstance(credential, SshKeyCredential)
        self.assertEqual(credential.known_hosts, parts['known_hosts'])

    def test_the_user_beside_a_token_is_what_the_host_expects(self) -> None:
        for provider, name in (
            ('github', 'x-access-token'),
            ('gitlab', 'oauth2'),
            ('gitea', 'git'),
        ):
            self.repository.provider = provider
            with configured():
                self.repository.encrypted_credentials = seal(self.repository, {'token': SECRET})
                self.assertEqual(open_credential(self.repository).username, name)

    def test_a_public_repository_needs_none(self) -> None:
        self.repository.authentication_type = 'none'
        self.assertIsNone(open_credential(self.repository))
