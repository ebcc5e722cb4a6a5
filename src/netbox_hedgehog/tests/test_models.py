"""What the rows refuse, fill in and keep."""

from unittest.mock import patch

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.test import TestCase

from netbox_hedgehog import models
from netbox_hedgehog.models import (
    FabricSyncState,
    GitRepository,
    GitRepositoryState,
    HedgehogFabric,
    HedgehogResource,
    ResourceSyncState,
)

from .builders import GROUP, a_conflict, a_fabric, a_repository, a_resource, an_entry, an_operation


class RepositoryTest(TestCase):
    def test_side_row_comes_with_the_repository(self):
        repository = a_repository()
        self.assertEqual(repository.state.connection_status, 'pending')
        repository.save()
        self.assertEqual(GitRepositoryState.objects.filter(repository=repository).count(), 1)

    def test_url_is_normalised(self):
        spellings = {
            'https://GIT.Example.com:443//group//name.git/': 'https://git.example.com/group/name.git',
            ' https://git.example.com:8443/a/b ': 'https://git.example.com:8443/a/b',
            'HTTPS://git.example.com./a/b.git': 'https://git.example.com/a/b.git',
            'ssh://git@git.example.com:22/a/b.git': 'ssh://git@git.example.com/a/b.git',
            'git@git.example.com:a/b.git': 'ssh://git@git.example.com/a/b.git',
            'https://[2001:DB8::1]/a/b': 'https://[2001:db8::1]/a/b',
        }
        for typed, stored in spellings.items():
            with self.subTest(typed):
                self.assertEqual(a_repository(url=typed).url, stored)

    def test_url_is_refused(self):
        for url in (
            '',
            'git.example.com/a/b',
            'http://git.example.com/a/b',
            'file:///etc',
            'ftp://git.example.com/a',
            'https://user@git.example.com/a/b',
            'https://user:secret@git.example.com/a/b',
            'ssh://git:secret@git.example.com/a/b',
            'ssh://-oProxyCommand=x@git.example.com/a/b',
            'https:///a/b',
            'https://git.example.com',
            'https://git.example.com/a/../b',
            'https://git.example.com/a?b=c',
            'https://git.example.com/a b',
            'https://git.example.com/a\nb',
            'https://git.example.com:99999/a',
            'ext::sh -c true',
        ):
            with self.subTest(url), self.assertRaises(ValidationError) as caught:
                GitRepository(name='x', url=url).full_clean()
            self.assertIn('url', caught.exception.message_dict)

    def test_refused_url_does_not_reach_the_database_without_clean_either(self):
        with self.assertRaises(ValidationError):
            a_repository(url='https://user:secret@git.example.com/a/b')

    def test_host_allow_list(self):
        with self.settings_of(allowed_hosts=['Git.Example.com']):
            a_repository(url='https://git.example.com/a/b')
            with self.assertRaises(ValidationError):
                a_repository(url='https://elsewhere.example.com/a/b')

    def test_new_url_drops_the_credential(self):
        repository = a_repository(encrypted_credentials='1:sealed', credential_reference='X')
        repository = GitRepository.objects.get(pk=repository.pk)
        repository.url = 'https://elsewhere.example.com/a/b'
        repository.save(update_fields=('url',))
        repository.refresh_from_db()
        self.assertEqual(
            (repository.encrypted_credentials, repository.credential_reference), ('', '')
        )

    def test_new_url_drops_the_credential_of_the_instance_that_made_the_row(self):
        repository = a_repository(encrypted_credentials='1:sealed')
        repository.url = 'https://elsewhere.example.com/a/b'
        repository.save()
        repository.refresh_from_db()
        self.assertEqual(repository.encrypted_credentials, '')

    def test_new_url_keeps_a_credential_given_with_it(self):
        repository = a_repository(encrypted_credentials='1:old')
        repository.url = 'https://elsewhere.example.com/a/b'
        repository.encrypted_credentials = '1:new'
        repository.save()
        repository.refresh_from_db()
        self.assertEqual(repository.encrypted_credentials, '1:new')

    def test_another_spelling_of_the_url_keeps_the_credential(self):
        repository = a_repository(url='https://a.example.com/x', encrypted_credentials='1:old')
        repository.url = 'https://A.example.com:443/x/'
        repository.save()
        repository.refresh_from_db()
        self.assertEqual(repository.encrypted_credentials, '1:old')

    def test_only_named_places_may_hold_a_credential(self):
        good = {'env': 'NETBOX_HEDGEHOG_TOKEN', 'file': 'lab.token', 'config': 'lab'}
        bad = {'env': 'SECRET_KEY', 'file': '../../etc/passwd', 'config': 'a/b'}
        for source, reference in good.items():
            with self.subTest(source):
                self.with_reference(source, reference).full_clean()
        for source, reference in bad.items():
            with self.subTest(source), self.assertRaises(ValidationError) as caught:
                self.with_reference(source, reference).full_clean()
            self.assertIn('credential_reference', caught.exception.message_dict)

    def test_certificate_checks_stay_on_unless_a_setting_allows_otherwise(self):
        repository = GitRepository(name='x', url='https://a.example.com/b', validate_ssl=False)
        with self.assertRaises(ValidationError):
            repository.full_clean()
        with self.settings_of(allow_insecure_tls=True):
            repository.full_clean()

    def test_repository_in_use_stays(self):
        fabric = a_fabric(git_repository=a_repository())
        with self.assertRaises(ProtectedError):
            fabric.git_repository.delete()

    def test_has_credential_looks_where_the_source_says(self):
        self.assertFalse(a_repository().has_credential)
        self.assertTrue(a_repository(encrypted_credentials='1:x').has_credential)
        elsewhere = a_repository(credential_source='env', encrypted_credentials='1:x')
        self.assertFalse(elsewhere.has_credential)

    def with_reference(self, source, reference):
        return GitRepository(
            name='x',
            url='https://a.example.com/b',
            credential_source=source,
            credential_reference=reference,
        )

    def settings_of(self, **changed):
        from django.conf import settings

        return patch.dict(settings.PLUGINS_CONFIG['netbox_hedgehog'], changed)


class FabricTest(TestCase):
    def test_defaults(self):
        fabric = a_fabric(name='Berlin 1', git_repository=a_repository())
        self.assertEqual(fabric.slug, 'berlin-1')
        self.assertEqual(fabric.gitops_directory, 'fabrics/berlin-1/gitops')
        self.assertEqual(fabric.raw_directory_path, 'fabrics/berlin-1/gitops/raw')
        self.assertEqual(fabric.managed_directory_path, 'fabrics/berlin-1/gitops/managed')
        self.assertEqual(fabric.sync_state.sync_status, 'never_synced')
        self.assertEqual(fabric.effective_branch, 'main')
        self.assertEqual(a_fabric().sync_state.sync_status, 'not_configured')

    def test_directory_has_one_spelling(self):
        for typed, stored in (('/a/b/', 'a/b'), ('a//b', 'a/b'), (' a/b ', 'a/b'), ('a', 'a')):
            with self.subTest(typed):
                fabric = a_fabric(gitops_directory=typed)
                self.assertEqual(fabric.gitops_directory, stored)
                self.assertEqual(fabric.raw_directory_path, f'{stored}/raw')

    def test_slash_is_the_root_and_stays_it(self):
        fabric = a_fabric(gitops_directory='/', git_repository=a_repository())
        for _ in range(2):
            fabric = HedgehogFabric.objects.get(pk=fabric.pk)
            fabric.full_clean()
            fabric.save()
            self.assertEqual((fabric.gitops_directory, fabric.raw_directory_path), ('', 'raw'))

    def test_emptied_directory_gets_the_default(self):
        fabric = a_fabric(name='x', gitops_directory='a')
        fabric = HedgehogFabric.objects.get(pk=fabric.pk)
        fabric.gitops_directory = ''
        fabric.save()
        self.assertEqual(fabric.gitops_directory, 'fabrics/x/gitops')

    def test_directory_is_refused(self):
        for directory in ('..', 'a/../b', './a', 'a\\b', 'a/.git/b', '.GIT', 'a\x00b', 'a\nb'):
            with self.subTest(directory), self.assertRaises(ValidationError) as caught:
                HedgehogFabric(name='x', gitops_directory=directory).full_clean()
            self.assertIn('gitops_directory', caught.exception.message_dict)

    def test_directories_may_not_contain_each_other(self):
        repository = a_repository()
        a_fabric(git_repository=repository, gitops_directory='a/b')
        for directory in ('a/b', 'a', 'a/b/c', '/', 'A/B', 'a/b/managed'):
            with self.subTest(directory):
                fabric = HedgehogFabric(
                    name='x', git_repository=repository, gitops_directory=directory
                )
                with self.assertRaises(ValidationError) as caught:
                    fabric.full_clean()
                self.assertIn('gitops_directory', caught.exception.message_dict)
                with self.assertRaises(ValidationError):
                    fabric.save()
        a_fabric(git_repository=repository, gitops_directory='a/bc')
        a_fabric(git_repository=a_repository(), gitops_directory='a/b')

    def test_a_save_that_does_not_move_is_not_stopped_by_neighbours(self):
        repository = a_repository()
        fabric = a_fabric(git_repository=repository, gitops_directory='a')
        HedgehogFabric.objects.filter(
            pk=a_fabric(git_repository=repository, gitops_directory='b').pk
        ).update(gitops_directory='a/b')
        fabric = HedgehogFabric.objects.get(pk=fabric.pk)
        fabric.gitops_initialized = True
        fabric.save(update_fields=('gitops_initialized',))
        fabric.refresh_from_db()
        self.assertTrue(fabric.gitops_initialized)

    def test_moving_a_fabric_voids_what_was_known(self):
        fabric = a_fabric(git_repository=a_repository(), gitops_initialized=True)
        FabricSyncState.objects.filter(fabric=fabric).update(
            last_synced_commit='a' * 40, tree_digest='b' * 64
        )
        fabric = HedgehogFabric.objects.get(pk=fabric.pk)
        fabric.description = 'another'
        fabric.save()
        self.assertTrue(HedgehogFabric.objects.get(pk=fabric.pk).gitops_initialized)
        fabric.gitops_directory = 'elsewhere'
        fabric.save()
        fabric = HedgehogFabric.objects.get(pk=fabric.pk)
        self.assertFalse(fabric.gitops_initialized)
        self.assertEqual(fabric.sync_state.last_synced_commit, '')
        self.assertEqual(fabric.sync_state.tree_digest, '')

    def test_interval_is_zero_or_a_minute(self):
        for seconds, fine in ((0, True), (59, False), (60, True)):
            with self.subTest(seconds):
                fabric = HedgehogFabric(name='x', sync_interval=seconds)
                if fine:
                    fabric.full_clean()
                else:
                    with self.assertRaises(ValidationError):
                        fabric.full_clean()

    def test_names_that_make_the_same_slug(self):
        a_fabric(name='Berlin 1')
        with self.assertRaises(ValidationError):
            HedgehogFabric(name='berlin-1').full_clean()
        HedgehogFabric(name='berlin-1', slug='berlin-one').full_clean()


class ResourceTest(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.fabric = a_fabric()

    def test_identity_is_unique_whatever_the_version(self):
        a_resource(self.fabric, name='one')
        with self.assertRaises(IntegrityError), transaction.atomic():
            a_resource(self.fabric, name='one', api_version='v1alpha2')
        a_resource(self.fabric, name='one', namespace='other')
        a_resource(self.fabric, name='one', kind='VPCPeering')
        a_resource(a_fabric(), name='one')

    def test_words_for_the_identity(self):
        resource = a_resource(self.fabric, name='one')
        self.assertEqual(str(resource), 'VPC/one')
        self.assertEqual(resource.identity, f'{GROUP}/VPC/default/one')
        self.assertEqual(resource.full_api_version, f'{GROUP}/v1beta1')
        self.assertEqual(str(a_resource(self.fabric, namespace='lab', name='one')), 'VPC/lab/one')

    def test_names_are_kubernetes_names(self):
        for name in ('a', 'a-b', 'a.b', 'server-01--mclag--ds-01', 'a' * 253):
            self.unsaved(name=name).full_clean()
        for name in ('A', '-a', 'a-', 'a..b', 'a/b', '../x', '.git', 'a b', 'a' * 254, 'a\n'):
            with self.subTest(name), self.assertRaises(ValidationError):
                self.unsaved(name=name).full_clean()

    def test_metadata_is_text_and_specs_are_mappings(self):
        for field, value in (
            ('draft_spec', []),
            ('draft_spec', 'x'),
            ('draft_labels', {'a': 1}),
            ('draft_annotations', ['a']),
        ):
            with self.subTest(field), self.assertRaises(ValidationError) as caught:
                self.unsaved(**{field: value}).full_clean()
            self.assertIn(field, caught.exception.message_dict)

    def test_origin_annotations_are_not_kept(self):
        resource = self.unsaved(
            draft_annotations={'hnp.githedgehog.com/source': 'raw/a.yaml', 'mine': 'stays'}
        )
        resource.full_clean()
        self.assertEqual(resource.draft_annotations, {'mine': 'stays'})

    def test_state_of_a_new_row(self):
        self.assertEqual(a_resource(self.fabric).sync_state.resource_state, 'committed')
        drafted = a_resource(self.fabric, desired_spec=None, draft_spec={})
        self.assertEqual(drafted.sync_state.resource_state, 'draft')
        self.assertTrue(drafted.has_draft)

    def test_health(self):
        state = a_resource(self.fabric).sync_state
        self.assertTrue(state.healthy)
        for field, value in (
            ('sync_error_count', 3),
            ('conflict_status', 'detected'),
            ('auto_sync_suspended', True),
        ):
            with self.subTest(field):
                self.assertFalse(
                    ResourceSyncState(resource=state.resource, **{field: value}).healthy
                )

    def test_deleting_a_fabric_takes_everything_along(self):
        resource = a_resource(self.fabric)
        an_operation(self.fabric)
        a_conflict(resource)
        an_entry(resource)
        self.fabric.delete()
        for model in (HedgehogResource, ResourceSyncState, FabricSyncState):
            self.assertFalse(model.objects.exists())

    def unsaved(self, **fields):
        fields = {'name': 'one', 'api_group': GROUP, 'api_version': 'v1', 'kind': 'VPC', **fields}
        return HedgehogResource(fabric=self.fabric, **fields)


class RecordTest(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.fabric = a_fabric()
        cls.resource = a_resource(cls.fabric)

    def test_one_open_conflict_per_object_and_path(self):
        first = a_conflict(self.resource, path='managed/a.yaml')
        with self.assertRaises(IntegrityError), transaction.atomic():
            a_conflict(self.resource, path='managed/a.yaml', resolution_status='escalated')
        a_conflict(self.resource, path='managed/b.yaml')
        first.resolution_status = 'resolved'
        first.save()
        a_conflict(self.resource, path='managed/a.yaml')

    def test_conflicts_outlive_their_resources(self):
        other = a_resource(self.fabric)
        conflicts = [a_conflict(resource) for resource in (self.resource, other)]
        HedgehogResource.objects.all().delete()
        for conflict in conflicts:
            conflict.refresh_from_db()
            self.assertIsNone(conflict.resource)
            self.assertIn('VPC', str(conflict))

    def test_one_entry_of_an_object_takes_further_edits(self):
        first = an_entry(self.resource)
        with self.assertRaises(IntegrityError), transaction.atomic():
            an_entry(self.resource)
        first.closed = True
        first.save()
        an_entry(self.resource)
        self.assertTrue(first.open)

    def test_success_rate_is_unknown_when_nothing_was_wanted(self):
        operation = an_operation(self.fabric)
        self.assertIsNone(operation.success_rate)
        self.assertIsNone(operation.duration_seconds)
        operation.resources_targeted, operation.resources_skipped = 5, 1
        operation.resources_processed = 3
        self.assertEqual(operation.success_rate, 0.75)


class EveryModelTest(TestCase):
    def test_names_of_indexes_and_constraints_are_short(self):
        for name in models.__all__:
            meta = getattr(models, name)._meta
            for thing in (*meta.indexes, *meta.constraints):
                self.assertLessEqual(len(thing.name), 30, thing.name)

    def test_every_model_says_what_it_is(self):
        for name in models.__all__:
            self.assertTrue(getattr(models, name).__doc__.strip(), name)
