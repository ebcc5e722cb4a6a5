"""Pages of duplicates and policies: what they show, who may press what, what is refused."""

from django.template.loader import render_to_string
from django.urls import reverse
from utilities.testing import TestCase, ViewTestCases
from utilities.testing.query_counts import assert_expected_query_count

from netbox_hedgehog.models import (
    DuplicateScan,
    HedgehogFabric,
    ResolutionPolicy,
    SyncOperation,
    YAMLDuplicateGroup,
)

from .builders import a_duplicate_file, a_duplicate_group, a_fabric, a_policy, a_repository
from .git_case import vpc
from .pages import PluginUrls, a_waiting_worker, allow, strict_templates
from .test_views_records import Cases

VLAN = 'spec.subnets.default.vlan'


class YAMLDuplicateGroupPagesTest(Cases.Record):
    model = YAMLDuplicateGroup

    @classmethod
    def setUpTestData(cls):
        fabric = a_fabric()
        for _ in range(3):
            a_duplicate_group(fabric)


class ResolutionPolicyPagesTest(
    PluginUrls,
    ViewTestCases.GetObjectViewTestCase,
    ViewTestCases.GetObjectChangelogViewTestCase,
    ViewTestCases.CreateObjectViewTestCase,
    ViewTestCases.EditObjectViewTestCase,
    ViewTestCases.DeleteObjectViewTestCase,
    ViewTestCases.ListObjectsViewTestCase,
    ViewTestCases.BulkImportObjectsViewTestCase,
    ViewTestCases.BulkEditObjectsViewTestCase,
    ViewTestCases.BulkDeleteObjectsViewTestCase,
):
    model = ResolutionPolicy

    @classmethod
    def setUpTestData(cls):
        policies = [a_policy() for _ in range(3)]
        cls.form_data = {
            'name': 'Mine',
            'slug': 'mine',
            'option_set': 'custom',
            # JSON is YAML, and what the test reads back.
            'rules': '[{"rule": "area", "order": ["managed", "raw"]}]',
            'loser_action': 'comment',
            'max_deletions': 5,
            'max_moves': 6,
        }
        cls.csv_data = (
            'name,slug,option_set,loser_action',
            'One,one,default,archive',
            'Two,two,issue16,comment',
            'Three,three,default,delete',
        )
        cls.csv_update_data = (
            'id,description',
            *(f'{policy.pk},Changed {policy.pk}' for policy in policies),
        )
        cls.bulk_edit_data = {'loser_action': 'comment', 'max_moves': 9}


class DuplicatePageCase(TestCase):
    user_permissions = ('netbox_hedgehog.view_yamlduplicategroup',)

    def setUp(self):
        super().setUp()
        self.fabric = a_fabric(git_repository=a_repository(), gitops_initialized=True)
        self.group = a_duplicate_group(
            self.fabric,
            identity='g/VPC/default/one',
            comparison='conflicting',
            differing_fields=[VLAN],
            files=(),
            why='wins because it lies in production/',
        )
        self.winner = a_duplicate_file(
            self.group, file_path='production/one.yaml', is_winner=True,
            original_text=vpc('one', 7).decode(),
        )  # fmt: skip
        self.loser = a_duplicate_file(
            self.group, file_path='examples/one.yaml', original_text=vpc('one', 9).decode(),
            why='examples/ comes behind production/',
        )  # fmt: skip
        self.group.winner = self.winner
        self.group.save()

    def at(self, name, group=None):
        group = group or self.group
        return reverse(f'plugins:netbox_hedgehog:yamlduplicategroup_{name}', args=[group.pk])

    def may_settle(self):
        allow(self.user, HedgehogFabric, 'view', 'settle')

    def post(self, address, **data):
        with a_waiting_worker(), self.captureOnCommitCallbacks(execute=False):
            return self.client.post(address, data, follow=True)

    def status(self):
        self.group.refresh_from_db()
        return self.group.resolution_status


class GroupPageTest(DuplicatePageCase):
    def test_shows_the_files_side_by_side_and_why_one_wins(self):
        with strict_templates() as missing:
            page = self.client.get(self.group.get_absolute_url())
        for words in (
            'wins because it lies in production/', 'examples/ comes behind production/',
            'production/one.yaml#0', VLAN, 'Contradicting',
        ):  # fmt: skip
            self.assertContains(page, words)
        # The line of the field that differs stands out in both texts.
        self.assertContains(page, 'hh-marked', 2)
        self.assertEqual(missing, [])

    def test_each_file_leads_to_its_page(self):
        HedgehogFabric.objects.update(gitops_directory='examples')
        page = self.client.get(self.group.get_absolute_url())
        files = reverse('plugins:netbox_hedgehog:hedgehogfabric_files', args=[self.fabric.pk])
        self.assertContains(page, f'<a href="{files}?path=one.yaml')
        self.assertContains(page, f'href="{files}?path=', 1)

    def test_buttons_only_for_who_may_settle_this_fabric(self):
        for name in ('settle', 'ignore'):
            self.assertNotContains(self.client.get(self.group.get_absolute_url()), self.at(name))
        allow(self.user, HedgehogFabric, 'settle', name='another')
        self.assertNotContains(self.client.get(self.group.get_absolute_url()), self.at('settle'))
        for name in ('settle', 'ignore', 'reconsider', 'undo'):
            self.assertHttpStatus(self.client.post(self.at(name)), 403)
        self.may_settle()
        page = self.client.get(self.group.get_absolute_url())
        for name in ('settle', 'ignore'):
            self.assertContains(page, self.at(name))
        for name in ('reconsider', 'undo'):
            self.assertNotContains(page, self.at(name))

    def test_a_group_is_set_aside_and_taken_up_again(self):
        self.may_settle()
        self.post(self.at('ignore'))
        self.assertEqual(self.status(), 'ignored')
        self.assertContains(self.client.get(self.group.get_absolute_url()), self.at('reconsider'))
        self.post(self.at('reconsider'))
        self.assertEqual(self.status(), 'detected')


class SettlePageTest(DuplicatePageCase):
    def setUp(self):
        super().setUp()
        self.may_settle()

    def chosen(self, **changes):
        return {
            'seen': self.group.state_token,
            'winner': self.winner.pk,
            f'action-{self.loser.pk}': 'archive',
            f'action-{self.winner.pk}': 'archive',
            **changes,
        }

    def test_offers_what_the_rules_say(self):
        with strict_templates() as missing:
            page = self.client.get(self.at('settle'))
        self.assertContains(page, f'value="{self.winner.pk}" checked')
        self.assertContains(page, '<option value="archive" selected>')
        self.assertEqual(missing, [])

    def test_settles_by_one_button(self):
        page = self.post(self.at('settle'), **self.chosen(notes='As ordered'))
        self.assertContains(page, 'settles it.')
        self.assertEqual(self.status(), 'resolving')
        operation = SyncOperation.objects.get(operation_type='duplicate_resolution')
        (decision,) = operation.operation_config['decisions']
        self.assertEqual(decision['winner'], self.winner.spot)
        self.assertEqual(decision['actions'], {self.loser.spot: 'archive'})
        self.assertEqual(operation.operation_config['notes'], 'As ordered')

    def test_another_winner_and_action(self):
        changes = {'winner': self.loser.pk, f'action-{self.winner.pk}': 'comment'}
        self.post(self.at('settle'), **self.chosen(**changes))
        operation = SyncOperation.objects.get(operation_type='duplicate_resolution')
        (decision,) = operation.operation_config['decisions']
        self.assertEqual(decision['winner'], self.loser.spot)
        self.assertEqual(decision['actions'], {self.winner.spot: 'comment'})

    def test_a_page_that_is_older_than_the_files_is_refused_and_shows_them_as_they_are(self):
        self.loser.original_text = vpc('one', 4711).decode()
        self.loser.save()
        page = self.post(self.at('settle'), **self.chosen(seen='older'))
        self.assertContains(page, 'have changed since they were shown')
        self.assertContains(page, '4711')
        self.assertContains(page, f'name="seen" value="{self.group.state_token}"')
        self.assertEqual(self.status(), 'detected')

    def test_a_winner_has_to_be_chosen(self):
        page = self.post(self.at('settle'), **self.chosen(winner=''))
        self.assertContains(page, 'Choose the file that counts.')

    def test_without_a_copy_of_the_files_the_preview_says_so(self):
        page = self.post(self.at('settle') + '?preview', **self.chosen())
        self.assertContains(page, 'no copy of the files')
        self.assertEqual(self.status(), 'detected')

    def test_many_at_once_make_one_operation_for_each_fabric(self):
        far = a_duplicate_group(a_fabric(git_repository=a_repository()))
        tied = a_duplicate_group(self.fabric, wait='tie')
        rows = {'pk': [self.group.pk, far.pk, tied.pk]}
        address = reverse('plugins:netbox_hedgehog:yamlduplicategroup_bulk_settle')
        listed = self.client.get(reverse('plugins:netbox_hedgehog:yamlduplicategroup_list'))
        self.assertContains(listed, address)
        with strict_templates() as missing:
            page = self.post(address, **rows)
        self.assertContains(page, 'a person has to choose')
        self.assertEqual(missing, [])
        rows |= {f'seen-{each.pk}': each.state_token for each in (self.group, far)}
        for name, token in rows.items():
            if name != 'pk':
                self.assertContains(page, f'name="{name}" value="{token}"')
        self.post(address, **rows, action='comment', _apply='')
        operations = SyncOperation.objects.filter(operation_type='duplicate_resolution')
        self.assertEqual(operations.count(), 2)
        actions = {each.operation_config['decisions'][0]['action'] for each in operations}
        self.assertEqual(actions, {'comment'})
        tied.refresh_from_db()
        self.assertEqual(tied.resolution_status, 'detected')

    def test_many_at_once_are_settled_only_as_they_were_shown(self):
        address = reverse('plugins:netbox_hedgehog:yamlduplicategroup_bulk_settle')
        rows = {'pk': [self.group.pk], f'seen-{self.group.pk}': self.group.state_token}
        YAMLDuplicateGroup.objects.filter(pk=self.group.pk).update(state_token='cd' * 8)
        page = self.post(address, **rows, _preview='')
        self.assertContains(page, 'have changed since they were shown; look again')
        # The page shows them as they are now, and passes that on.
        self.assertContains(page, f'name="seen-{self.group.pk}" value="{"cd" * 8}"')
        for seen in ({}, rows):
            page = self.post(address, **{'pk': [self.group.pk], **seen}, _apply='')
            self.assertContains(page, 'have changed since they were shown.')
        self.assertEqual(self.status(), 'detected')
        self.assertFalse(SyncOperation.objects.exists())

    def test_many_at_once_are_previewed(self):
        address = reverse('plugins:netbox_hedgehog:yamlduplicategroup_bulk_settle')
        rows = {'pk': [self.group.pk], f'seen-{self.group.pk}': self.group.state_token}
        self.assertContains(self.post(address, **rows, _preview=''), 'no copy of the files')
        told = {
            'subject': 'Settle duplicates of 1 object', 'groups': [], 'changes': [1],
            'findings': [{'file': 'a.yaml', 'line': 7, 'message': 'It is refused.'}],
            'diff': '--- a/examples/one.yaml\n+++ /dev/null\n@@ -1 +0,0 @@\n-kind: VPC\n',
        }  # fmt: skip
        with strict_templates():
            shown = render_to_string(
                'netbox_hedgehog/inc/settlement.html',
                {'result': told, 'preview_html': 'the difference'},
            )
        for words in ('It is refused.', 'a.yaml:7', 'the difference'):
            self.assertIn(words, shown)
        self.assertEqual(self.status(), 'detected')


class FabricTabTest(DuplicatePageCase):
    def test_the_tab_tells_how_the_last_search_went(self):
        self.add_permissions('netbox_hedgehog.view_hedgehogfabric')
        miss = {'nearness': 'same_spec', 'places': [{'spot': 'a.yaml#0', 'name': 'x'}]}
        DuplicateScan.objects.create(
            fabric=self.fabric, commit='feed' * 10, files=12, files_parsed=3, objects_total=9,
            seconds=0.25, policy_name='Default, version 1', near_misses=[miss],
            near_misses_total=1,
        )  # fmt: skip
        address, scan = (
            reverse(f'plugins:netbox_hedgehog:hedgehogfabric_{name}', args=[self.fabric.pk])
            for name in ('duplicates', 'scan_duplicates')
        )
        with strict_templates() as missing:
            page = self.client.get(address)
        for words in ('12, of which 3', 'Default, version 1', 'Two names, one content'):
            self.assertContains(page, words)
        self.assertEqual(missing, [])
        self.assertNotContains(page, scan)
        self.assertHttpStatus(self.client.post(scan), 403)
        self.may_settle()
        self.assertContains(self.client.get(address), scan)
        self.post(scan)
        self.assertEqual(SyncOperation.objects.get().operation_type, 'duplicate_scan')


class NearDuplicatesTest(DuplicatePageCase):
    query_count_model_label = 'nearduplicate'
    model = DuplicateScan

    def setUp(self):
        super().setUp()
        self.add_permissions('netbox_hedgehog.view_hedgehogfabric')
        self.page = reverse('plugins:netbox_hedgehog:near_duplicates')
        self.other = a_fabric(name='Other', gitops_directory='sites/other')
        for fabric, nearness, name in (
            (self.fabric, 'same_spec', 'Alpha'), (self.other, 'letter_case', '<b>Beta'),
        ):  # fmt: skip
            places = [{'spot': f'{fabric.gitops_directory}/raw/{name}.yaml#0', 'name': name}]
            DuplicateScan.objects.create(
                fabric=fabric, near_misses_total=300,
                near_misses=[{'nearness': nearness, 'places': places}] * 30,
            )  # fmt: skip

    def test_all_fabrics_in_one_list_by_pages(self):
        with assert_expected_query_count(self, 'list'), strict_templates() as missing:
            page = self.client.get(self.page)
        self.assertEqual(missing, [])
        self.assertContains(page, 'has 300; the first 30 are listed', count=2)
        files = reverse('plugins:netbox_hedgehog:hedgehogfabric_files', args=[self.other.pk])
        self.assertContains(page, f'{files}?path=raw%2F%3Cb%3EBeta.yaml')
        self.assertNotContains(page, '<b>Beta')
        self.assertContains(page, 'Two names, one content')
        self.assertContains(self.client.get(self.page, {'page': 2}), 'Showing 51-60 of 60')

    def test_it_can_be_filtered(self):
        for query, there, absent in (
            ({'q': 'alph'}, 'Alpha.yaml', 'Beta'),
            ({'nearness': 'letter_case'}, 'Beta', 'Alpha.yaml'),
            ({'fabric_id': self.other.pk}, 'Beta', 'Alpha.yaml'),
        ):
            with self.subTest(query):
                page = self.client.get(self.page, query)
                self.assertContains(page, there)
                self.assertNotContains(page, absent)
        self.assertContains(self.client.get(self.page, {'q': 'zz'}), 'Nothing that is alike')

    def test_who_may(self):
        self.user.object_permissions.all().delete()
        self.assertHttpStatus(self.client.get(self.page), 403)
        allow(self.user, YAMLDuplicateGroup, 'view')
        self.assertNotContains(self.client.get(self.page), 'Alpha')
        allow(self.user, HedgehogFabric, 'view', name='Other')
        page = self.client.get(self.page)
        self.assertContains(page, 'Beta')
        self.assertNotContains(page, 'Alpha')
