"""A fabric's page answers whether it is in sync, and if not what to do: numbers, links, buttons."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from utilities.testing import TestCase
from utilities.testing.query_counts import assert_expected_query_count

from netbox_hedgehog.choices import StandingChoices
from netbox_hedgehog.filtersets import HedgehogResourceFilterSet
from netbox_hedgehog.models import (
    ConflictResolution,
    ErrorRecord,
    HedgehogFabric,
    HedgehogResource,
    OutboxEntry,
    RawUpload,
    ResourceSyncState,
    SyncOperation,
    YAMLDuplicateGroup,
)
from netbox_hedgehog.sync.topology import fabric_topology

from .builders import (
    a_conflict,
    a_duplicate_group,
    a_fabric,
    a_repository,
    a_resource,
    an_entry,
    an_error,
    an_operation,
    an_upload,
)
from .pages import a_waiting_worker, allow, strict_templates

COMMIT = 'abcdef012345' + '0' * 28
WIRING = {'kind': 'Switch', 'api_group': 'wiring.githedgehog.com'}


class FabricPageCase(TestCase):
    def setUp(self):
        super().setUp()
        repository = a_repository(url='https://github.com/acme/net.git', provider='github')
        self.fabric = a_fabric(git_repository=repository, gitops_initialized=True)
        allow(self.user, HedgehogFabric, 'view')

    def address(self, name, **query):
        page = reverse(f'plugins:netbox_hedgehog:hedgehogfabric_{name}', args=[self.fabric.pk])
        return f'{page}?{"&amp;".join(f"{k}={v}" for k, v in query.items())}' if query else page

    def page(self):
        with strict_templates() as missing:
            response = self.client.get(self.fabric.get_absolute_url())
        self.assertEqual(missing, [])
        return response.content.decode()

    def synced(self, **state):
        """The fabric as a synchronisation leaves it that has just ended."""
        fields = {'last_synced_commit': COMMIT, 'last_sync': timezone.now(), **state}
        type(self.fabric.sync_state).objects.filter(fabric=self.fabric).update(**fields)


class FabricNumbersTest(FabricPageCase):
    def setUp(self):
        super().setUp()
        row = a_resource(self.fabric, draft_spec={'x': 1})
        OutboxEntry.objects.all().delete()
        a_conflict(row)
        an_entry(row)
        an_upload(self.fabric)
        a_duplicate_group(self.fabric)
        self.last = an_operation(
            self.fabric, status='completed', completed_at=timezone.now(), findings_total=7
        )
        self.synced(last_duplicate_scan=timezone.now(), raw_files=2)

    def test_each_number_leads_to_where_it_can_be_acted_on(self):
        for model in (
            HedgehogResource,
            ConflictResolution,
            OutboxEntry,
            RawUpload,
            YAMLDuplicateGroup,
            SyncOperation,
        ):
            allow(self.user, model, 'view')
        shown = self.page()
        for number, link in (
            (1, self.address('resources', has_draft='true')),
            (1, self.address('conflicts', open='true')),
            (1, self.address('outbox', open='true')),
            (1, self.address('uploads', open='true')),
            (1, self.address('duplicates', open='true')),
            (2, self.address('files', folder='raw')),
            (7, self.last.get_absolute_url()),
        ):
            with self.subTest(link):
                self.assertIn(f'<a href="{link}">{number}</a>', shown)
        # Without a copy of the files nobody has counted these.
        self.assertNotIn(self.address('files', folder='managed'), shown)

    def test_who_may_not_see_the_rows_gets_the_number_alone(self):
        shown = self.page()
        for tab in ('conflicts', 'outbox', 'uploads', 'duplicates'):
            self.assertNotIn(self.address(tab, open='true'), shown)
        self.assertIn('<th scope="row">Groups of duplicates</th><td>1</td>', shown)

    def test_what_nobody_has_searched_for_is_no_zero(self):
        self.synced(last_duplicate_scan=None)
        self.assertNotIn('<th scope="row">Groups of duplicates</th><td>0', self.page())

    def test_commits_lead_to_the_host_where_it_has_pages(self):
        link = f'href="https://github.com/acme/net/commit/{COMMIT}"'
        self.assertIn(link, self.page())
        type(self.fabric.git_repository).objects.update(provider='generic')
        shown = self.page()
        self.assertNotIn('/commit/', shown)
        self.assertIn(COMMIT[:12], shown)

    def test_the_page_asks_the_database_little(self):
        self.user.is_superuser = True
        self.user.save()
        self.page()
        self.query_count_model_label = 'hedgehogfabric'
        self.model = HedgehogFabric
        with assert_expected_query_count(self, 'page'):
            self.page()


class WhatToDoTest(FabricPageCase):
    def told(self):
        shown = self.page()
        return shown.split('id="hh-to-do">')[1].split('</ul>')[0] if 'hh-to-do' in shown else ''

    def test_in_sync(self):
        self.synced()
        self.assertIn('Nothing has to be done', self.told())

    def test_in_sync_tells_of_errors_and_duplicates_that_wait_all_the_same(self):
        self.synced()
        an_error(self.fabric)
        an_error(self.fabric, fingerprint='b', resolved_at=timezone.now())
        a_duplicate_group(self.fabric)
        told = self.told()
        self.assertNotIn('Nothing has to be done', told)
        self.assertIn('Git and NetBox say the same', told)
        self.assertIn('One error is open', told)
        self.assertNotIn('<a ', told)
        allow(self.user, ErrorRecord, 'view')
        allow(self.user, YAMLDuplicateGroup, 'view')
        told, errors = self.told(), reverse('plugins:netbox_hedgehog:errorrecord_list')
        for link, words in (
            (f'{errors}?fabric_id={self.fabric.pk}&amp;open=true', 'One error is open'),
            (self.address('duplicates', open='true'), 'One object is in several files'),
        ):
            self.assertIn(f'<a href="{link}">{words}', told)

    def test_not_configured_and_switched_off_lead_to_the_form(self):
        allow(self.user, HedgehogFabric, 'change')
        for fields, words in (
            ({'sync_enabled': False}, 'Switch its synchronisation on'),
            ({'git_repository': None}, 'Choose a Git repository'),
        ):
            HedgehogFabric.objects.filter(pk=self.fabric.pk).update(**fields)
            self.assertIn(f'<a href="{self.address("edit")}">{words}', self.told())

    def test_never_synced(self):
        self.assertIn('Press Sync', self.told())
        HedgehogFabric.objects.update(gitops_initialized=False)
        self.assertIn('Press Initialise', self.told())

    def test_conflicts_lead_to_the_open_ones(self):
        self.synced()
        allow(self.user, ConflictResolution, 'view')
        a_conflict(a_resource(self.fabric))
        link = self.address('conflicts', open='true')
        self.assertIn(f'<a href="{link}">Decide the open conflict.', self.told())

    def test_out_of_sync_says_everything_that_sets_them_apart(self):
        self.synced(last_sync=timezone.now() - timedelta(days=3))
        allow(self.user, OutboxEntry, 'view')
        an_entry(a_resource(self.fabric))
        an_upload(self.fabric)
        told = self.told()
        for words in (
            f'<a href="{self.address("outbox", open="true")}">One edit is not in Git yet.',
            'One uploaded file is not in Git yet',
            'Nobody has looked into Git',
        ):
            self.assertIn(words, told)
        self.assertNotIn('Publish them', told)
        HedgehogFabric.objects.update(publish_mode='manual')
        self.assertIn('Publish them', self.told())


class StandingTest(FabricPageCase):
    """One word for how an object stands: for the counts, the lists and the picture."""

    def setUp(self):
        super().setUp()
        allow(self.user, HedgehogResource, 'view')
        made = {
            'in_step': a_resource(self.fabric, name='good', **WIRING),
            'draft': a_resource(self.fabric, name='new', desired_spec=None, **WIRING),
            'problem': a_resource(self.fabric, name='bad', **WIRING),
            'conflict': a_resource(self.fabric, name='torn', draft_spec={'x': 1}, **WIRING),
        }
        drafted = {'draft_labels': {'a': 'b'}, 'draft_updated': timezone.now()}
        a_resource(self.fabric, name='edited', **drafted, **WIRING)
        ResourceSyncState.objects.filter(resource=made['problem']).update(
            findings=[{'severity': 'error'}]
        )
        a_conflict(made['conflict'])

    def test_the_filter_and_the_picture_say_the_same(self):
        everything = HedgehogResource.objects.all()
        found = {
            row.name: value
            for value in StandingChoices.values()
            for row in HedgehogResourceFilterSet({'standing': [value]}, everything).qs
        }
        wanted = {
            'good': 'in_step',
            'new': 'draft',
            'edited': 'draft',
            'bad': 'problem',
            'torn': 'conflict',
        }
        self.assertEqual(found, wanted)
        picture = fabric_topology(everything)
        drawn = {each.name: each.state.name.lower() for each in picture.devices.values()}
        self.assertEqual(drawn, wanted)

    def test_contents_count_kinds_by_how_they_stand_and_lead_there(self):
        shown = self.page()
        for value, count in (('in_step', 1), ('draft', 2), ('problem', 1), ('conflict', 1)):
            link = f'/plugins/hedgehog/switches/?fabric_id={self.fabric.pk}&amp;standing={value}'
            with self.subTest(value):
                self.assertRegex(shown, rf'href="{link.replace("?", "[?]")}"[^>]*>{count}</a>')
        listed = self.client.get(
            f'/plugins/hedgehog/switches/?fabric_id={self.fabric.pk}&standing=draft'
        )
        self.assertContains(listed, '>edited<')
        self.assertNotContains(listed, '>good<')


class FabricPageButtonsTest(FabricPageCase):
    def waiting_edit(self):
        entry = an_entry(a_resource(self.fabric))
        HedgehogFabric.objects.filter(pk=self.fabric.pk).update(publish_mode='manual')
        return entry

    def test_initialising_is_offered_where_it_helps_only(self):
        allow(self.user, HedgehogFabric, 'init')
        button = f'action="{self.address("init_gitops")}"'
        self.assertNotIn(button, self.page())
        for kind, reason in (
            ('sync', 'DirectoryNotInitialized'),
            ('sync', 'HistoryRewritten'),
            ('directory_init', 'CredentialsRefused'),
        ):
            SyncOperation.objects.all().delete()
            an_operation(self.fabric, operation_type=kind, status='failed', last_reason=reason)
            with self.subTest(reason):
                self.assertIn(button, self.page())
        an_operation(self.fabric, status='completed', completed_at=timezone.now())
        SyncOperation.objects.filter(status='failed').delete()
        self.assertNotIn(button, self.page())

    def test_checking_needs_nothing_but_to_see_the_fabric(self):
        shown = self.page()
        self.assertIn(f'hx-get="{self.address("check_files")}" hx-target="#hh-check"', shown)
        self.assertIn('id="hh-check"', shown)

    def test_without_a_copy_of_the_files_the_check_says_so(self):
        with strict_templates() as missing:
            asked = self.client.get(self.address('check_files'), headers={'HX-Request': 'true'})
        self.assertEqual(missing, [])
        self.assertContains(asked, 'no copy of the files')
        self.assertNotContains(asked, '<html')

    def test_searching_for_duplicates_stays_on_the_page(self):
        button = f'action="{self.address("scan_duplicates")}"'
        self.assertNotIn(button, self.page())
        allow(self.user, HedgehogFabric, 'settle')
        self.assertIn(button, self.page())
        with a_waiting_worker():
            done = self.client.post(self.address('scan_duplicates'))
        self.assertRedirects(done, self.fabric.get_absolute_url())
        self.assertEqual(SyncOperation.objects.get().operation_type, 'duplicate_scan')

    def test_publishing_by_hand_is_a_button_while_something_waits(self):
        allow(self.user, HedgehogFabric, 'sync', 'push')
        button = f'action="{self.address("publish")}"'
        entry = self.waiting_edit()
        self.assertIn(button, self.page())
        HedgehogFabric.objects.update(publish_mode='direct')
        self.assertNotIn(button, self.page())
        HedgehogFabric.objects.update(publish_mode='manual')
        OutboxEntry.objects.filter(pk=entry.pk).update(state='done')
        self.assertNotIn(button, self.page())

    def test_publishing_is_a_synchronisation_that_takes_the_edits_along(self):
        self.waiting_edit()
        allow(self.user, HedgehogFabric, 'sync')
        self.assertNotIn(self.address('publish'), self.page())
        with a_waiting_worker():
            self.assertHttpStatus(self.client.post(self.address('publish')), 403)
            allow(self.user, HedgehogFabric, 'push')
            done = self.client.post(self.address('publish'))
        self.assertRedirects(done, self.fabric.get_absolute_url())
        operation = SyncOperation.objects.get()
        self.assertEqual(operation.operation_type, 'sync')
        self.assertTrue(operation.operation_config['publish'])
