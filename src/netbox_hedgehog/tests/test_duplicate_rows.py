"""Rows of duplicates and policies: filters, tables, REST lists, versions."""

import yaml
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import TestCase
from utilities.testing import BaseFilterSetTestMixin

from netbox_hedgehog import filtersets, tables
from netbox_hedgehog.models import (
    ResolutionPolicy,
    ResolutionPolicyVersion,
    YAMLDuplicateFile,
    YAMLDuplicateGroup,
)
from netbox_hedgehog.sync.policies import exported, shown_rules

from . import test_api, test_tables
from .builders import a_duplicate_group, a_fabric, a_policy


class YAMLDuplicateGroupTest(TestCase, BaseFilterSetTestMixin):
    queryset = YAMLDuplicateGroup.objects.all()
    filterset = filtersets.YAMLDuplicateGroupFilterSet
    ignore_fields = ('differing_fields', 'state_token', 'content_token', 'notes', 'winner')

    @classmethod
    def setUpTestData(cls):
        cls.fabric, cls.policy = a_fabric(name='Lab'), a_policy()
        a_duplicate_group(cls.fabric, identity='one', policy=cls.policy)
        a_duplicate_group(cls.fabric, identity='two', wait='tie', resolution_status='failed')
        a_duplicate_group(a_fabric(), identity='far', resolution_status='resolved')

    def names(self, **params):
        return sorted(row.identity for row in self.filterset(params, self.queryset).qs)

    def test_narrowed(self):
        self.assertEqual(self.names(open=True), ['one', 'two'])
        self.assertEqual(self.names(open=False), ['far'])
        self.assertEqual(self.names(fabric=['lab'], resolution_status=['failed']), ['two'])
        self.assertEqual(self.names(wait=['tie']), ['two'])
        self.assertEqual(self.names(policy_id=[self.policy.pk]), ['one'])
        self.assertEqual(self.names(q='examples/'), ['far', 'one', 'two'])
        self.assertEqual(self.names(q='tw'), ['two'])

    def test_by_a_file(self):
        path = self.queryset.get(identity='one').files.last().file_path
        self.assertEqual(self.names(file_path=[path]), ['one'])


class YAMLDuplicateFileTest(TestCase, BaseFilterSetTestMixin):
    queryset = YAMLDuplicateFile.objects.all()
    filterset = filtersets.YAMLDuplicateFileFilterSet
    ignore_fields = ('why', 'original_text')

    @classmethod
    def setUpTestData(cls):
        cls.fabric = a_fabric(name='Lab')
        cls.group = a_duplicate_group(cls.fabric, files=('production/a.yaml', 'raw/b.yaml'))
        a_duplicate_group(a_fabric())

    def paths(self, **params):
        return sorted(row.file_path for row in self.filterset(params, self.queryset).qs)

    def test_narrowed(self):
        both = ['production/a.yaml', 'raw/b.yaml']
        self.assertEqual(self.paths(fabric=['lab']), both)
        self.assertEqual(self.paths(fabric_id=[self.fabric.pk]), both)
        self.assertEqual(self.paths(duplicate_group_id=[self.group.pk]), both)
        self.assertEqual(self.paths(fabric=['lab'], is_winner=True), both[:1])
        self.assertEqual(self.paths(fabric=['lab'], resolution_action=['archive']), both[1:])
        self.assertEqual(self.paths(q='raw/b'), both[1:])


class ResolutionPolicyTest(TestCase, BaseFilterSetTestMixin):
    queryset = ResolutionPolicy.objects.all()
    filterset = filtersets.ResolutionPolicyFilterSet
    ignore_fields = ('rules',)

    @classmethod
    def setUpTestData(cls):
        ResolutionPolicy.objects.all().delete()
        a_policy(name='one', option_set='issue16', loser_action='comment')
        a_policy(name='three')
        cls.fabric = a_fabric(resolution_policy=a_policy(name='two', is_default=True))

    def names(self, **params):
        return sorted(row.name for row in self.filterset(params, self.queryset).qs)

    def test_narrowed(self):
        self.assertEqual(self.names(option_set=['issue16']), ['one'])
        self.assertEqual(self.names(loser_action=['comment']), ['one'])
        self.assertEqual(self.names(is_default=True), ['two'])
        self.assertEqual(self.names(fabric_id=[self.fabric.pk]), ['two'])
        self.assertEqual(self.names(q='TW'), ['two'])


class YAMLDuplicateGroupTableTest(test_tables.Cases.Table):
    table = tables.YAMLDuplicateGroupTable


class ResolutionPolicyTableTest(test_tables.Cases.Table):
    table = tables.ResolutionPolicyTable


class YAMLDuplicateGroupApiTest(test_api.Cases.Reading):
    model = YAMLDuplicateGroup
    brief_fields = [
        'comparison', 'display', 'group_id', 'id', 'identity', 'resolution_status', 'url',
    ]  # fmt: skip

    @classmethod
    def setUpTestData(cls):
        fabric, policy = a_fabric(), a_policy()
        for _ in range(3):
            a_duplicate_group(fabric, policy=policy, policy_version=1)

    def test_a_group_names_its_files(self):
        self.add_permissions('netbox_hedgehog.view_yamlduplicategroup')
        group = YAMLDuplicateGroup.objects.first()
        url = f'{self._get_list_url()}{group.group_id}/'
        told = self.client.get(url, **self.header).data
        spots = [each.spot for each in group.files.all()]
        self.assertEqual([each['spot'] for each in told['files']], spots)
        self.assertEqual(told['winner']['id'], group.winner_id)
        self.assertEqual(told['why'], 'wins because it lies in production/')


class YAMLDuplicateFileApiTest(test_api.Cases.Reading):
    model = YAMLDuplicateFile
    brief_fields = [
        'display', 'document_index', 'file_path', 'id', 'is_winner', 'line',
        'resolution_action', 'spot', 'url', 'why',
    ]  # fmt: skip

    @classmethod
    def setUpTestData(cls):
        fabric = a_fabric()
        for _ in range(2):
            a_duplicate_group(fabric)


class ResolutionPolicyApiTest(test_api.Cases.Writing):
    model = ResolutionPolicy
    brief_fields = ['description', 'display', 'id', 'name', 'slug', 'url', 'version']
    create_data = [
        {'name': 'New 1', 'slug': 'new-1', 'option_set': 'issue16'},
        {'name': 'New 2', 'slug': 'new-2', 'loser_action': 'comment'},
        {
            'name': 'New 3',
            'slug': 'new-3',
            'option_set': 'custom',
            'rules': [{'rule': 'area', 'order': ['managed', 'raw']}],
        },
    ]
    update_data = {'name': 'Renamed', 'max_moves': 7}
    bulk_update_data = {'description': 'together', 'max_deletions': 5}

    @classmethod
    def setUpTestData(cls):
        for _ in range(3):
            a_policy()

    def test_what_no_engine_could_work_by_is_refused(self):
        self.add_permissions('netbox_hedgehog.add_resolutionpolicy')
        for data, words in (
            ({'option_set': 'custom', 'rules': [{'rule': 'moon'}]}, 'moon'),
            ({'option_set': 'custom', 'rules': []}, 'at least one'),
            ({'option_set': 'default', 'rules': [{'rule': 'moon'}]}, 'moon'),
        ):
            with self.subTest(data):
                body = {'name': 'x', 'slug': 'x', **data}
                response = self.client.post(
                    self._get_list_url(), body, format='json', **self.header
                )
                self.assertHttpStatus(response, 400)
                self.assertIn(words, str(response.data['rules']))

    def test_what_was_exported_is_taken_in_again(self):
        self.add_permissions(
            'netbox_hedgehog.view_resolutionpolicy', 'netbox_hedgehog.add_resolutionpolicy'
        )
        own = a_policy(option_set='custom', rules=[{'rule': 'area', 'order': ['raw', 'managed']}])
        ready = ResolutionPolicy.objects.filter(slug__in=('default', 'issue16'))
        for policy in (own, *ready):
            with self.subTest(policy.slug):
                body = yaml.safe_load(exported(policy)) | {'name': f'Again {policy.slug}'}
                response = self.client.post(
                    self._get_list_url(), body, format='json', **self.header
                )
                self.assertHttpStatus(response, 201)
                made = ResolutionPolicy.objects.get(name=body['name'])
                self.assertEqual(made.option_set, policy.option_set)
                self.assertEqual(shown_rules(made), shown_rules(policy))
                self.assertEqual(bool(made.rules), policy == own)

    def test_a_ready_set_with_other_rules_is_one_of_its_own_when_it_is_new(self):
        self.add_permissions(
            'netbox_hedgehog.add_resolutionpolicy', 'netbox_hedgehog.change_resolutionpolicy'
        )
        body = {'name': 'x', 'option_set': 'default', 'rules': [{'rule': 'age'}]}
        response = self.client.post(self._get_list_url(), body, format='json', **self.header)
        self.assertHttpStatus(response, 201)
        self.assertEqual(response.data['option_set']['value'], 'custom')
        # Of one that is there, naming the set is no word about its rules.
        made = ResolutionPolicy.objects.get(name='x')
        response = self.client.patch(
            self._get_detail_url(made), {'option_set': 'default'}, format='json', **self.header
        )
        self.assertHttpStatus(response, 400)
        self.assertIn('Own rules', str(response.data['rules']))


class ResolutionPolicyVersionsTest(TestCase):
    def versions(self, policy):
        rows = policy.versions.order_by('version')
        return [(row.version, row.content['max_moves']) for row in rows]

    def test_the_two_ready_ones_are_there(self):
        ready = ResolutionPolicy.objects.filter(slug__in=('default', 'issue16'))
        self.assertEqual([row.version for row in ready], [1, 1])
        self.assertEqual(ResolutionPolicyVersion.objects.filter(policy__in=ready).count(), 2)
        self.assertEqual(ResolutionPolicy.objects.get(is_default=True).slug, 'default')

    def test_every_change_of_what_it_says_is_a_version(self):
        policy = a_policy(max_moves=1)
        policy.description = 'Says the same'
        policy.save()
        self.assertEqual(self.versions(policy), [(1, 1)])
        policy.max_moves = 2
        policy.save()
        self.assertEqual(self.versions(policy), [(1, 1), (2, 2)])
        policy.refresh_from_db()
        self.assertEqual(policy.version, 2)

    def test_a_version_is_kept_whatever_fields_are_saved(self):
        policy = a_policy(max_moves=1)
        policy.max_moves = 3
        policy.save(update_fields=['max_moves'])
        policy.refresh_from_db()
        self.assertEqual((policy.version, self.versions(policy)[-1]), (2, (2, 3)))

    def test_one_default_at_most(self):
        with self.assertRaises(IntegrityError), transaction.atomic():
            a_policy(is_default=True)

    def test_own_rules_of_a_fabric_are_checked(self):
        fabric = a_fabric()
        fabric.resolution_hierarchy_config = {'rules': [{'rule': 'moon'}]}
        with self.assertRaises(ValidationError) as caught:
            fabric.full_clean()
        self.assertIn('resolution_hierarchy_config', caught.exception.message_dict)
        fabric.resolution_hierarchy_config = {'loser_action': 'comment'}
        fabric.full_clean()
