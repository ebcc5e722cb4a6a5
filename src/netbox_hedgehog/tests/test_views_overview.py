"""The overview: what there is, how each fabric stands, and what waits for a person."""

from django.urls import reverse
from django.utils import timezone
from utilities.testing import TestCase

from netbox_hedgehog.models import (
    ConflictResolution,
    ErrorRecord,
    GitRepository,
    HedgehogFabric,
    OutboxEntry,
    SyncOperation,
)

from .builders import (
    a_conflict,
    a_duplicate_group,
    a_fabric,
    a_resource,
    an_entry,
    an_error,
    an_operation,
)
from .pages import allow


class OverviewTest(TestCase):
    """Counts by query, only of what the user may see."""

    def setUp(self):
        super().setUp()
        self.fabric, self.hidden = a_fabric(name='Shown'), a_fabric(name='Hidden')
        for fabric in (self.fabric, self.hidden):
            resource = a_resource(fabric)
            a_conflict(resource)
            an_entry(resource)
            an_operation(fabric, status='failed', last_reason=f'Reason{fabric.name}')
            a_duplicate_group(fabric)
            an_error(fabric)
            an_error(fabric, resolved_at=timezone.now())
        self.address = reverse('plugins:netbox_hedgehog:overview')

    def _counts(self):
        page = self.client.get(self.address).content.decode()
        return [int(part.split('<')[0]) for part in page.split('hh-count">')[1:]]

    def test_nothing_without_permission(self):
        self.assertEqual(self._counts(), [])
        self.assertContains(self.client.get(self.address), 'nothing here that you may view')

    def test_everything_for_a_superuser(self):
        self.user.is_superuser = True
        self.user.save()
        self.assertEqual(self._counts(), [2, 2, 0, 2, 2, 2, 2, 2])

    def test_permitted_rows_only(self):
        allow(self.user, type(self.fabric), 'view', pk=self.fabric.pk)
        for model in (SyncOperation, ConflictResolution, OutboxEntry, ErrorRecord):
            allow(self.user, model, 'view', fabric=self.fabric.pk)
        self.assertEqual(self._counts(), [1, 1, 1, 1, 1])
        page = self.client.get(self.address)
        self.assertContains(page, 'ReasonShown')
        self.assertNotContains(page, 'Hidden')

    def test_the_first_fabric_is_added_by_the_wizard(self):
        wizard = reverse('plugins:netbox_hedgehog:hedgehogfabric_onboard')
        allow(self.user, HedgehogFabric, 'view')
        HedgehogFabric.objects.all().delete()
        self.assertNotContains(self.client.get(self.address), wizard)
        allow(self.user, HedgehogFabric, 'add', 'init')
        allow(self.user, GitRepository, 'test')
        self.assertContains(self.client.get(self.address), f'<a href="{wizard}">')

    def test_the_tiles_lead_to_as_many_rows_as_they_count(self):
        self.user.is_superuser = True
        self.user.save()
        page = self.client.get(self.address)
        self.assertEqual(len(page.context['tiles']), 8)
        for tile in page.context['tiles']:
            with self.subTest(tile['label']):
                listed = self.client.get(tile['url'])
                self.assertEqual(listed.context['table'].paginator.count, tile['count'])

    def test_the_tiles_lead_to_what_they_count(self):
        self.user.is_superuser = True
        self.user.save()
        an_operation(self.fabric, status='completed', user_name='somebody-else')
        page = self.client.get(self.address).content.decode()
        link = [part for part in page.split('href="') if part.startswith('/plugins/hedgehog/oper')]
        self.assertNotContains(
            self.client.get(link[-1].split('"')[0].replace('&amp;', '&')), 'somebody-else'
        )

    def test_needs_a_login(self):
        self.client.logout()
        self.assertHttpStatus(self.client.get(self.address), 302)
