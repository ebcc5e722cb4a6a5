"""The pages on which conflicts are decided: what they show, refuse and carry out."""

from django.urls import reverse
from utilities.testing import TestCase

from netbox_hedgehog.models import ConflictResolution, OutboxEntry, SyncOperation

from .builders import a_conflict, a_fabric, a_repository, a_resource, an_entry
from .git_case import vpc
from .pages import a_waiting_worker, allow, strict_templates

VLAN = 'spec.subnets.default.vlan'


def state(vlan: int) -> dict:
    spec = {'ipv4Namespace': 'default', 'subnets': {'default': {'vlan': vlan}}}
    return {'text': vpc('one', vlan).decode(), 'spec': spec}


class ResolvePageTest(TestCase):
    user_permissions = ('netbox_hedgehog.view_conflictresolution',)

    def setUp(self):
        super().setUp()
        self.fabric = a_fabric(git_repository=a_repository(), gitops_initialized=True)
        self.conflict = self.a_clash('one')

    def a_clash(self, name, fabric=None):
        row = a_resource(fabric or self.fabric, name=name)
        sides = {'base_state': state(1001), 'git_state': state(3001), 'gui_state': state(2001)}
        for side in sides.values():
            side['text'] = side['text'].replace('name: one', f'name: {name}')
        an_entry(row, state='conflict', new_state={'value': {}})
        return a_conflict(
            row,
            **sides,
            conflicting_fields=[VLAN],
            provenance={
                'git': {'author': 'Pat', 'when': '2026-11-20T12:00:00+00:00', 'commit': 'ab' * 20},
                'gui': {'author': 'alice', 'when': '2026-11-20T13:00:00+00:00', 'commit': None},
            },
        )

    @property
    def address(self):
        return reverse(
            'plugins:netbox_hedgehog:conflictresolution_resolve', args=[self.conflict.pk]
        )

    def may_decide(self):
        allow(self.user, ConflictResolution, 'view', 'resolve')

    def seen(self):
        page = self.client.get(self.address)
        return page.context['seen']

    def post(self, query='', **data):
        data = {'seen': data.pop('seen', None) or self.seen(), **data}
        with a_waiting_worker(), self.captureOnCommitCallbacks(execute=False):
            return self.client.post(self.address + query, data)

    def test_only_who_may_decide_sees_the_page_and_the_button(self):
        self.assertHttpStatus(self.client.get(self.address), 403)
        self.assertNotContains(self.client.get(self.conflict.get_absolute_url()), self.address)
        self.may_decide()
        self.assertContains(self.client.get(self.conflict.get_absolute_url()), self.address)

    def test_shows_every_side_of_every_field_and_who_made_it(self):
        self.may_decide()
        with strict_templates() as missing:
            page = self.client.get(self.address)
        for words in (VLAN, '1001', '2001', '3001', 'Pat', 'alice', 'abababababab', 'NetBox wins'):
            self.assertContains(page, words)
        self.assertEqual(missing, [])

    def test_previews_without_deciding(self):
        self.may_decide()
        page = self.post('?preview', strategy='user_decision', **{'side-0': 'own', 'value-0': '7'})
        self.assertContains(page, '+      vlan: 7')
        self.assertContains(page, 'value="7"')
        self.assertContains(page, f'<form action="{self.address}" method="post"')
        self.conflict.refresh_from_db()
        self.assertEqual(self.conflict.resolution_status, 'pending')

    def test_decides_by_one_button(self):
        self.may_decide()
        response = self.post(strategy='gui_wins', notes='As ordered')
        self.assertRedirects(response, self.conflict.get_absolute_url())
        self.conflict.refresh_from_db()
        self.assertEqual(self.conflict.resolution_status, 'in_progress')
        self.assertEqual(self.conflict.resolution_notes, 'As ordered')
        operation = SyncOperation.objects.get(operation_type='conflict_resolution')
        entry = OutboxEntry.objects.get()
        self.assertEqual((entry.state, entry.user), ('pending', self.user))
        self.assertEqual(entry.request_id, operation.request_id)
        self.assertContains(self.client.get(self.conflict.get_absolute_url()), 'being published')

    def test_decides_by_field(self):
        self.may_decide()
        self.post(strategy='user_decision', **{'side-0': 'base_value'})
        self.conflict.refresh_from_db()
        self.assertEqual(self.conflict.user_decisions, {VLAN: 'base_value'})

    def test_what_is_wrong_is_said_on_the_page(self):
        self.may_decide()
        for data, words in (
            ({'strategy': 'user_decision'}, 'Nothing is said about'),
            ({'strategy': 'user_decision', 'side-0': 'own', 'value-0': '[1'}, 'not one YAML value'),
            ({'strategy': 'gui_wins', 'seen': 'older'}, 'changed after this conflict was shown'),
        ):
            with self.subTest(words):
                self.assertContains(self.post(**data), words)
        self.conflict.refresh_from_db()
        self.assertEqual(self.conflict.resolution_status, 'pending')

    def test_without_a_worker_nothing_is_decided(self):
        self.may_decide()
        data = {'seen': self.seen(), 'strategy': 'gui_wins'}
        self.assertContains(self.client.post(self.address, data), 'worker')
        self.conflict.refresh_from_db()
        self.assertEqual(self.conflict.resolution_status, 'pending')

    def test_tells_what_was_decided_before(self):
        self.may_decide()
        other = self.a_clash('other')
        ConflictResolution.objects.filter(pk=other.pk).update(
            resolution_status='resolved', resolution_strategy='git_wins'
        )
        self.assertContains(self.client.get(self.address), 'Git wins (1)')

    def test_a_conflict_of_files_leads_back_with_the_reason(self):
        self.may_decide()
        ConflictResolution.objects.update(conflict_type='duplicate_identity')
        page = self.client.get(self.address, follow=True)
        self.assertContains(page, 'Remove all but one of the files')

    def test_many_at_once(self):
        self.may_decide()
        far = a_fabric(git_repository=a_repository(), gitops_initialized=True)
        rows = [self.conflict, self.a_clash('two'), self.a_clash('far', far)]
        address = reverse('plugins:netbox_hedgehog:conflictresolution_bulk_resolve')
        listed = self.client.get(reverse('plugins:netbox_hedgehog:conflictresolution_list'))
        self.assertContains(listed, address)
        data = {'pk': [row.pk for row in rows]}
        with strict_templates() as missing:
            page = self.client.post(address, data)
        self.assertContains(page, VLAN, 3)
        self.assertEqual(missing, [])
        with a_waiting_worker(), self.captureOnCommitCallbacks(execute=False):
            page = self.client.post(
                address, {**data, 'strategy': 'gui_wins', '_apply': ''}, follow=True
            )
        self.assertContains(page, '3 conflicts were decided.')
        self.assertEqual(SyncOperation.objects.count(), 2)
        sets = OutboxEntry.objects.values_list('fabric', 'change_set_id').order_by().distinct()
        self.assertEqual(len(sets), 2)

    def test_one_whose_sides_moved_after_the_page_was_opened_stays_open(self):
        self.may_decide()
        moved = self.a_clash('two')
        address = reverse('plugins:netbox_hedgehog:conflictresolution_bulk_resolve')
        data = {'pk': [self.conflict.pk, moved.pk], 'strategy': 'gui_wins', '_apply': ''}
        page = self.client.post(address, {'pk': data['pk']})
        data |= {f'seen-{row["pk"]}': row['seen'] for row in page.context['rows']}
        for pk in data['pk']:
            self.assertContains(page, f'name="seen-{pk}"')
        ConflictResolution.objects.filter(pk=moved.pk).update(git_state=state(3002))
        with a_waiting_worker(), self.captureOnCommitCallbacks(execute=False):
            page = self.client.post(address, data, follow=True)
        self.assertContains(page, 'One conflict was decided.')
        self.assertContains(page, 'Git or NetBox changed after this conflict was shown.')
        moved.refresh_from_db()
        self.assertEqual(moved.resolution_status, 'pending')

    def test_one_that_needs_more_stays_open_and_is_named(self):
        self.may_decide()
        address = reverse('plugins:netbox_hedgehog:conflictresolution_bulk_resolve')
        data = {'pk': [self.conflict.pk], 'strategy': 'merge_automatic', '_apply': ''}
        with a_waiting_worker(), self.captureOnCommitCallbacks(execute=False):
            page = self.client.post(address, data, follow=True)
        self.assertContains(page, 'Both sides changed')
        self.conflict.refresh_from_db()
        self.assertEqual(self.conflict.resolution_status, 'pending')
