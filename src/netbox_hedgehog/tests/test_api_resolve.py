"""Conflicts decided over REST: who may, what is answered, and what is refused how."""

from users.models import ObjectPermission

from netbox_hedgehog.models import ConflictResolution, OutboxEntry, SyncOperation

from .builders import a_conflict, a_fabric, a_repository, a_resource, an_entry, an_operation
from .git_case import vpc
from .test_api_actions import ActionTestCase

VLAN = 'spec.subnets.default.vlan'


def a_clash(fabric, name):
    row = a_resource(fabric, name=name)
    an_entry(row, state='conflict', new_state={'value': {}})
    sides = {
        side: {'text': vpc(name, vlan).decode(), 'spec': {}}
        for side, vlan in (('base_state', 1001), ('git_state', 3001), ('gui_state', 2001))
    }
    return a_conflict(row, **sides, conflicting_fields=[VLAN], git_commit='ab' * 20)


class ResolveApiTest(ActionTestCase):
    def setUp(self):
        super().setUp()
        self.fabric = a_fabric(git_repository=a_repository(), gitops_initialized=True)
        self.conflict = a_clash(self.fabric, 'one')
        self.path = f'conflicts/{self.conflict.pk}/resolve'
        self.add_permissions('netbox_hedgehog.view_conflictresolution')

    def permit(self):
        self.add_permissions(
            'netbox_hedgehog.resolve_conflictresolution', 'netbox_hedgehog.view_hedgehogfabric'
        )
        self.register_worker()

    def test_needs_its_own_permission(self):
        self.register_worker()
        response = self.post(self.path, {'resolution_strategy': 'gui_wins'})
        self.assertRefused(response, 403, 'PERMISSION_DENIED', 'PermissionDenied')

    def test_a_constrained_permission_holds(self):
        self.permit()
        ObjectPermission.objects.filter(actions__contains=['resolve']).update(
            constraints={'severity': 'low'}
        )
        response = self.post(self.path, {'resolution_strategy': 'gui_wins'})
        self.assertHttpStatus(response, 403)

    def test_decided_as_a_whole_is_published_by_an_operation(self):
        self.permit()
        data = {'resolution_strategy': 'gui_wins', 'resolution_notes': 'As ordered'}
        response = self.post(self.path, data)
        self.assertHttpStatus(response, 202)
        operation = SyncOperation.objects.get()
        self.assertEqual(response.data['operation']['id'], operation.pk)
        self.assertEqual(
            (operation.operation_type, operation.trigger_type), ('conflict_resolution', 'api')
        )
        self.conflict.refresh_from_db()
        self.assertEqual(self.conflict.resolution_status, 'in_progress')
        self.assertEqual(self.conflict.resolved_by, self.user)
        self.assertEqual(OutboxEntry.objects.get().state, 'pending')

    def test_what_it_would_come_to_is_told_and_nothing_decided(self):
        self.permit()
        response = self.post(self.path, {'resolution_strategy': 'gui_wins', 'commit': False})
        self.assertHttpStatus(response, 200)
        self.assertIn('-      vlan: 3001', response.data['diff'])
        self.assertIn('+      vlan: 2001', response.data['diff'])
        self.assertFalse(response.data['takes_git'])
        response = self.post(self.path, {'resolution_strategy': 'git_wins', 'commit': False})
        self.assertTrue(response.data['takes_git'])
        data = {'resolution_strategy': 'user_decision', 'user_decisions': {}, 'commit': False}
        self.assertHttpStatus(self.post(self.path, data), 422)
        self.conflict.refresh_from_db()
        self.assertEqual(self.conflict.resolution_status, 'pending')
        self.assertFalse(SyncOperation.objects.exists())

    def test_by_uuid_field_and_older_words(self):
        self.permit()
        path = f'conflicts/{self.conflict.conflict_id}/resolve'
        data = {
            'resolution_strategy': 'user_decision',
            'user_decisions': {VLAN: {'value': 7}},
            'expected_commit': 'ab' * 20,
        }
        self.assertHttpStatus(self.post(path, data), 202)
        self.assertIn(7, OutboxEntry.objects.get().new_state['spec']['subnets']['default'].values())

    def test_git_wins_needs_no_operation(self):
        self.permit()
        response = self.post(self.path, {'resolution_strategy': 'github_wins'})
        self.assertHttpStatus(response, 200)
        self.assertIsNone(response.data['operation'])
        self.conflict.refresh_from_db()
        self.assertEqual(self.conflict.resolution_status, 'resolved')
        self.assertFalse(SyncOperation.objects.exists())

    def test_refusals(self):
        self.permit()
        decide = {'resolution_strategy': 'user_decision'}
        for data, status, reason in (
            (
                {'resolution_strategy': 'gui_wins', 'expected_commit': 'cd' * 20},
                409,
                'ConflictMoved',
            ),
            ({**decide, 'user_decisions': {'spec.x': 'gui_value'}}, 422, 'FieldUnknown'),
            (decide, 422, 'FieldUndecided'),
            ({'resolution_strategy': 'merge_automatic'}, 422, 'FieldsClash'),
            ({'resolution_strategy': 'best'}, 400, 'ValidationFailed'),
            ({'resolution_strategy': 'gui_wins', 'more': 1}, 400, 'ValidationFailed'),
        ):
            with self.subTest(reason):
                code = 'STALE_PLAN' if reason == 'ConflictMoved' else 'VALIDATION_FAILED'
                self.assertRefused(self.post(self.path, data), status, code, reason)
        self.post(self.path, {'resolution_strategy': 'gui_wins'})
        response = self.post(self.path, {'resolution_strategy': 'gui_wins'})
        self.assertRefused(response, 409, 'VALIDATION_FAILED', 'ConflictDecided')

    def test_nothing_is_decided_without_a_worker(self):
        self.add_permissions('netbox_hedgehog.resolve_conflictresolution')
        response = self.post(self.path, {'resolution_strategy': 'gui_wins'})
        self.assertRefused(response, 503, 'NO_WORKER', 'NoWorker')
        self.conflict.refresh_from_db()
        self.assertEqual(self.conflict.resolution_status, 'pending')

    def test_many(self):
        self.permit()
        second = a_clash(self.fabric, 'two')
        for name in ('conflicts/resolve-bulk', 'resolve-conflicts'):
            with self.subTest(name):
                ids = [str(self.conflict.pk), str(second.conflict_id)]
                data = {'conflict_ids': ids, 'resolution_strategy': 'gui_wins'}
                response = self.post(f'fabrics/{self.fabric.pk}/{name}', data)
                self.assertIn(response.status_code, (200, 202), response.data)
                self.assertEqual(response.data['conflicts_targeted'], 2)
        self.assertEqual(response.data['conflicts_decided'], 0, 'the second time nothing is left')
        reasons = {row['reason'] for row in response.data['conflicts_left']}
        self.assertEqual(reasons, {'ConflictDecided'})
        self.assertEqual(SyncOperation.objects.count(), 1)
        sets = OutboxEntry.objects.order_by().values('change_set_id').distinct()
        self.assertEqual(sets.count(), 1)

    def test_a_decision_about_other_sides_is_refused(self):
        self.permit()
        second = a_clash(self.fabric, 'two')
        addresses = {
            str(row.pk): f'/api/plugins/hedgehog/conflicts/{row.pk}/'
            for row in (self.conflict, second)
        }
        tokens = {
            pk: self.client.get(address, **self.header).data['state_token']
            for pk, address in addresses.items()
        }
        ConflictResolution.objects.filter(pk=self.conflict.pk).update(
            gui_state={'text': vpc('one', 2002).decode(), 'spec': {}}
        )
        data = {'resolution_strategy': 'git_wins'}
        one = self.post(self.path, {**data, 'state_token': tokens[str(self.conflict.pk)]})
        self.assertEqual((one.status_code, one.data['reason']), (409, 'ConflictMoved'))
        many = self.post(
            f'fabrics/{self.fabric.pk}/conflicts/resolve-bulk',
            {**data, 'conflict_ids': list(tokens), 'state_tokens': tokens},
        )
        self.assertEqual(many.data['conflicts_decided'], 1)
        self.assertEqual(
            [(row['conflict'], row['reason']) for row in many.data['conflicts_left']],
            [(self.conflict.pk, 'ConflictMoved')],
        )
        second.refresh_from_db()
        self.assertEqual(second.resolution_status, 'resolved')

    def test_a_conflict_of_another_fabric_is_unknown(self):
        self.permit()
        other = a_clash(a_fabric(), 'far')
        data = {'conflict_ids': [str(other.pk)], 'resolution_strategy': 'gui_wins'}
        response = self.post(f'fabrics/{self.fabric.pk}/conflicts/resolve-bulk', data)
        self.assertRefused(response, 422, 'VALIDATION_FAILED', 'ConflictUnknown')
        self.assertEqual(ConflictResolution.objects.filter(resolution_status='pending').count(), 2)


class UndoApiTest(ActionTestCase):
    def setUp(self):
        super().setUp()
        fabric = a_fabric(git_repository=a_repository(), gitops_initialized=True)
        self.operation = an_operation(fabric, status='completed', commit_sha='ab' * 20)
        self.path = f'sync-operations/{self.operation.operation_id}/undo'
        self.add_permissions('netbox_hedgehog.view_syncoperation')

    def test_needs_its_own_permission(self):
        self.register_worker()
        self.assertHttpStatus(self.post(self.path), 403)
        self.assertEqual(SyncOperation.objects.count(), 1)

    def test_is_queued_once(self):
        self.add_permissions('netbox_hedgehog.undo_syncoperation')
        self.assertRefused(self.post(self.path), 503, 'NO_WORKER', 'NoWorker')
        self.register_worker()
        response = self.post(self.path)
        self.assertHttpStatus(response, 202)
        undo = SyncOperation.objects.get(operation_type='undo')
        self.assertEqual(response.data['operation']['id'], undo.pk)
        self.assertEqual((undo.undoes, undo.initiated_by), (self.operation, self.user))
        again = self.post(f'sync-operations/{self.operation.pk}/undo')
        self.assertRefused(again, 409, 'VALIDATION_FAILED', 'NothingToUndo')

    def test_what_made_no_commit_cannot_be_undone(self):
        self.add_permissions('netbox_hedgehog.undo_syncoperation')
        SyncOperation.objects.update(commit_sha='')
        self.register_worker()
        self.assertRefused(self.post(self.path), 409, 'VALIDATION_FAILED', 'NothingToUndo')


class CancelApiTest(ActionTestCase):
    def setUp(self):
        super().setUp()
        self.operation = an_operation(a_fabric())
        self.path = f'sync-operations/{self.operation.pk}/cancel'
        self.add_permissions('netbox_hedgehog.view_syncoperation')

    def test_needs_its_own_permission(self):
        self.assertHttpStatus(self.post(self.path), 403)

    def test_one_that_waits_ends_at_once_and_one_that_runs_is_asked(self):
        self.add_permissions('netbox_hedgehog.cancel_syncoperation')
        response = self.post(self.path)
        self.assertHttpStatus(response, 200)
        self.operation.refresh_from_db()
        self.assertEqual(self.operation.status, 'cancelled')
        self.assertIsNotNone(self.operation.completed_at)
        self.assertRefused(self.post(self.path), 409, 'VALIDATION_FAILED', 'OperationOver')
        SyncOperation.objects.update(status='in_progress', cancel_requested=False)
        self.assertHttpStatus(self.post(self.path), 202)
        self.operation.refresh_from_db()
        self.assertEqual(self.operation.status, 'in_progress')
        self.assertTrue(self.operation.cancel_requested)
