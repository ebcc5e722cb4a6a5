"""R092: an encryption key can be exchanged, and what no key opens is named and kept."""

from io import StringIO
from typing import Any
from unittest import mock

from core.models import ObjectChange
from django.core.checks import Tags, run_checks
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import TestCase

from netbox_hedgehog.constants import APP_LABEL, SECRET_FIELDS
from netbox_hedgehog.models import GitRepository
from netbox_hedgehog.sync import rekey as rekeying
from netbox_hedgehog.sync.sealing import open_sealed, seal

from .builders import a_repository
from .git_case import KEYS
from .test_sync_credentials import SECOND, SECRET, configured

NEW = {2: SECOND[2]}


class RekeyCase(TestCase):
    def setUp(self) -> None:
        with configured():
            self.repository = self.holding('lab', {'token': SECRET})

    def holding(self, name: str, parts: dict[str, str]) -> GitRepository:
        """A repository whose credential and webhook secret are sealed with the newest key."""
        repository = a_repository(name=name)
        sealed = {field: seal(repository, {**parts, 'field': field}) for field in SECRET_FIELDS}
        GitRepository.objects.filter(pk=repository.pk).update(**sealed)
        repository.refresh_from_db()
        return repository

    def sealed(self, repository: GitRepository) -> dict[str, str]:
        return GitRepository.objects.values(*SECRET_FIELDS).get(pk=repository.pk)

    def call(self, *words: str) -> str:
        out = StringIO()
        call_command('hedgehog_rekey', *words, stdout=out, stderr=out)
        return out.getvalue()

    def assert_opens(self, repository: GitRepository, parts: dict[str, str], key: str) -> None:
        for field, sealed in self.sealed(repository).items():
            self.assertEqual(sealed.partition(':')[0], key)
            self.assertEqual(open_sealed(repository, sealed), {**parts, 'field': field})


class RekeyTest(RekeyCase):
    def test_the_old_key_is_not_needed_any_more(self) -> None:
        with configured(encryption_keys=SECOND):
            newer = self.holding('newer', {'token': 'other'})
            before = self.sealed(newer)
            told = self.call()
        self.assertIn('2 secrets of key 1 sealed anew with key 2.', told)
        self.assertIn('Key 1: seals nothing.\nKey 2: 4 secrets.\n', told)
        self.assertNotIn(SECRET, told)
        with configured(encryption_keys=NEW):
            self.assert_opens(self.repository, {'token': SECRET}, '2')
        # What the newest key had sealed already is left as it is.
        self.assertEqual(self.sealed(newer), before)
        self.assertFalse(ObjectChange.objects.exists())

    def test_again_changes_nothing(self) -> None:
        with configured(encryption_keys=SECOND):
            self.call()
            before = self.sealed(self.repository)
            self.assertNotIn('sealed anew', self.call())
        self.assertEqual(self.sealed(self.repository), before)

    def test_check_only_tells(self) -> None:
        before = self.sealed(self.repository)
        with configured(encryption_keys=SECOND):
            told = self.call('--check')
        self.assertEqual(told, 'Key 1: 2 secrets.\nKey 2: seals nothing.\n')
        self.assertEqual(self.sealed(self.repository), before)

    def test_what_no_key_opens_is_kept_and_the_others_are_done(self) -> None:
        with configured():
            lost = self.holding('away', {'token': 'lost'})
            moved = self.sealed(self.repository)
        GitRepository.objects.filter(pk=lost.pk).update(
            encrypted_credentials='7:gAAA', webhook_secret=moved['webhook_secret']
        )
        before = self.sealed(lost)
        out = StringIO()
        with (
            configured(encryption_keys=SECOND),
            self.assertRaisesRegex(CommandError, '^2 secrets cannot be opened.$'),
        ):
            call_command('hedgehog_rekey', stdout=out, stderr=out)
        self.assertEqual(self.sealed(lost), before)
        self.assertIn('away: sealed credential: ', out.getvalue())
        self.assertIn('key 7', out.getvalue())
        self.assertEqual(out.getvalue().count('Put that key back'), 1)
        self.assertIn('away: sealed webhook secret: ', out.getvalue())
        with configured(encryption_keys=NEW):
            self.assert_opens(self.repository, {'token': SECRET}, '2')

    def test_a_secret_somebody_replaces_meanwhile_stays_theirs(self) -> None:
        def seal_slowly(repository: GitRepository, parts: dict[str, str]) -> str:
            theirs = seal(repository, {'token': 'theirs'})
            GitRepository.objects.filter(pk=repository.pk).update(encrypted_credentials=theirs)
            return seal(repository, parts)

        with configured(encryption_keys=SECOND):
            with mock.patch.object(rekeying, 'seal', seal_slowly):
                self.assertEqual(rekeying.rekey(), {1: 1})
            sealed = self.sealed(self.repository)['encrypted_credentials']
            self.assertEqual(open_sealed(self.repository, sealed), {'token': 'theirs'})

    def test_without_a_key_it_says_what_to_do(self) -> None:
        with configured(encryption_keys={}), self.assertRaisesRegex(CommandError, 'Set PLUGINS_'):
            self.call()
        with configured(encryption_keys={**KEYS, 2: 'no key'}):
            before = self.sealed(self.repository)
            with self.assertRaisesRegex(CommandError, 'not a Fernet key'):
                self.call()
        self.assertEqual(self.sealed(self.repository), before)


class SystemCheckTest(RekeyCase):
    def test_secrets_no_key_opens_are_named(self) -> None:
        with configured():
            self.assertEqual(warnings(), [])
        with configured(encryption_keys=NEW):
            told = warnings()
        self.assertEqual(len(told), 2)
        self.assertIn('lab: sealed credential: ', told[0].msg)
        self.assertIn('key 1', told[0].msg)
        self.assertIn('encryption_keys', told[0].hint)
        self.assertNotIn('encryption_keys', told[0].msg)


class NoTablesTest(TestCase):
    def test_a_database_without_our_tables_is_no_trouble(self) -> None:
        with connection.schema_editor() as editor:
            editor.execute(f'DROP TABLE {GitRepository._meta.db_table} CASCADE')
        self.assertEqual(warnings(), [])


def warnings() -> list[Any]:
    found = run_checks(tags=[Tags.database], databases=['default'])
    return [each for each in found if each.id == f'{APP_LABEL}.W001']
