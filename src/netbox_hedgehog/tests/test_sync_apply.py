"""Thousands of objects at once: rows, change log, search; and what cannot be stored at all."""

import uuid
from datetime import UTC, datetime

from core.models import ObjectChange
from django.contrib.auth import get_user_model
from django.test import TestCase
from extras.models import CachedValue
from netbox.search.backends import search_backend

from hedgehog_gitops.documents import digest
from hedgehog_gitops.identity import BlobId, CommitId, RepoPath, ResourceKey
from hedgehog_gitops.workflows.sync import DesiredObject, Incoming
from netbox_hedgehog.models import HedgehogResource, OutboxEntry, ResourceSyncState
from netbox_hedgehog.sync.apply import Desired, apply_desired
from netbox_hedgehog.sync.apply_write import ONE_BY_ONE
from netbox_hedgehog.sync.origin import Actor, from_git
from netbox_hedgehog.sync.storable import storable

from .builders import a_fabric, a_resource

MANY = ONE_BY_ONE + 20
COMMIT = CommitId('c' * 40)


def wanted(name: str, vlan: int = 1, **spec: object) -> DesiredObject:
    value = {
        'apiVersion': 'vpc.githedgehog.com/v1beta1',
        'kind': 'VPC',
        'metadata': {'name': name, 'labels': {'site': 'lab'}},
        'spec': {'vlan': vlan, **spec},
    }
    return DesiredObject(
        key=ResourceKey('vpc.githedgehog.com', 'VPC', 'default', name),
        api_version='vpc.githedgehog.com/v1beta1',
        path=RepoPath(f'managed/vpcs/{name}.yaml'),
        document=0,
        blob=BlobId('b' * 40),
        text=b'kind: VPC\n',
        file_sha256='a' * 64,
        value=value,
        spec=value['spec'],
        labels={'site': 'lab'},
        annotations={'hnp.githedgehog.com/fabric': 'lab', 'team': 'core'},
        digest=digest(value),
    )


class ApplyTest(TestCase):
    def setUp(self) -> None:
        self.fabric = a_fabric()
        self.alice = get_user_model().objects.create_user('alice')

    def apply(self, objects, removed=(), user='alice', **desired):
        actor = Actor(self.alice if user else None, uuid.uuid4(), 'Synchronised')
        news = Incoming(tuple(objects), tuple(removed))
        with actor.tracking(), from_git():
            applied = apply_desired(
                self.fabric, Desired(news, COMMIT, datetime.now(UTC), **desired), actor
            )
        return applied, actor.request_id

    def changes(self, request_id: uuid.UUID, action: str):
        rows = ObjectChange.objects.filter(request_id=request_id, action=action)
        return rows.filter(changed_object_type__model='hedgehogresource')

    def test_many_at_once_are_logged_and_found(self) -> None:
        applied, request_id = self.apply(wanted(f'vpc-{n}') for n in range(MANY))
        self.assertEqual(applied.created, MANY)
        self.assertEqual(self.fabric.resources.count(), MANY)
        self.assertEqual(ResourceSyncState.objects.count(), MANY)
        logged = self.changes(request_id, 'create')
        self.assertEqual(logged.count(), MANY)
        one = logged.get(object_repr='VPC/vpc-7')
        self.assertEqual((one.user, one.user_name), (self.alice, 'alice'))
        self.assertEqual(one.message, f'Synchronised at {COMMIT[:12]}')
        self.assertEqual(one.postchange_data['desired_spec'], {'vlan': 1})
        self.assertIsNone(one.prechange_data)
        found = [hit.object.name for hit in search_backend.search('vpc-119', user=None)]
        self.assertEqual(found, ['vpc-119'])

    def test_many_updates_and_removals_say_before_and_after(self) -> None:
        self.apply(wanted(f'vpc-{n}') for n in range(2 * MANY))
        gone = [wanted(f'vpc-{n}').key for n in range(MANY, 2 * MANY)]
        applied, request_id = self.apply((wanted(f'vpc-{n}', 2) for n in range(MANY)), gone)
        self.assertEqual((applied.updated, applied.deleted), (MANY, MANY))
        one = self.changes(request_id, 'update').get(object_repr='VPC/vpc-7')
        self.assertEqual(one.prechange_data['desired_spec'], {'vlan': 1})
        self.assertEqual(one.postchange_data['desired_spec'], {'vlan': 2})
        removed = self.changes(request_id, 'delete')
        self.assertEqual(removed.count(), MANY)
        self.assertEqual(removed.first().prechange_data['desired_spec'], {'vlan': 1})
        self.assertEqual(self.fabric.resources.count(), MANY)
        self.assertFalse(OutboxEntry.objects.exists())

    def test_the_same_again_changes_nothing(self) -> None:
        self.apply(wanted(f'vpc-{n}') for n in range(3))
        applied, request_id = self.apply(wanted(f'vpc-{n}') for n in range(3))
        self.assertEqual(applied.processed, 0)
        self.assertFalse(self.changes(request_id, 'update').exists())

    def test_a_run_without_a_user_is_logged_under_the_services_name(self) -> None:
        _, request_id = self.apply([wanted('vpc-1')], user=None)
        change = self.changes(request_id, 'create').get()
        self.assertEqual((change.user, change.user_name), (None, 'netbox-hedgehog'))

    def test_a_few_are_saved_one_by_one_with_the_same_result(self) -> None:
        _, request_id = self.apply([wanted('vpc-1')])
        change = self.changes(request_id, 'create').get()
        self.assertEqual(change.user, self.alice)
        self.assertEqual(change.message, f'Synchronised at {COMMIT[:12]}')
        row = self.fabric.resources.get()
        self.assertEqual(row.annotations, {'team': 'core'})
        self.assertEqual(row.api_version, 'v1beta1')
        self.assertEqual(row.sync_state.managed_file_path, 'managed/vpcs/vpc-1.yaml')
        self.assertEqual(row.sync_state.desired_commit, COMMIT)

    def test_a_value_no_column_can_hold_holds_back_only_itself(self) -> None:
        applied, _ = self.apply([wanted('bad', text='a\x00b'), wanted('good')])
        self.assertEqual((applied.created, applied.skipped), (1, 1))
        (finding,) = applied.findings
        self.assertEqual((finding.code, finding.resource.name), ('ResourceNotStorable', 'bad'))

    def test_odd_labels_are_kept_as_git_has_them(self) -> None:
        odd = wanted('odd')
        odd.labels['number'] = 7
        applied, _ = self.apply([odd])
        self.assertEqual(applied.created, 1)
        self.assertEqual(self.fabric.resources.get().labels['number'], 7)

    def test_what_was_deleted_here_does_not_come_back(self) -> None:
        applied, _ = self.apply([wanted('one')], buried=frozenset([wanted('one').key]))
        self.assertEqual((applied.created, applied.skipped), (0, 1))

    def test_a_row_somebody_edits_is_not_deleted(self) -> None:
        row = a_resource(self.fabric, name='one', draft_spec={'vlan': 9})
        self.assertEqual(OutboxEntry.objects.get().state, 'pending')
        self.apply([], [wanted('one').key])
        row = HedgehogResource.objects.get(pk=row.pk)
        self.assertIsNone(row.desired_spec)
        self.assertEqual(row.draft_spec, {'vlan': 9})

    def test_no_search_entries_are_left_of_what_is_gone(self) -> None:
        self.apply(wanted(f'vpc-{n}') for n in range(MANY))
        self.assertTrue(CachedValue.objects.filter(value='vpc-7').exists())
        with self.captureOnCommitCallbacks(execute=True):
            self.apply([], [wanted(f'vpc-{n}').key for n in range(MANY)])
        self.assertFalse(CachedValue.objects.filter(value='vpc-7').exists())


class StorableTest(TestCase):
    def test_what_postgresql_cannot_hold(self) -> None:
        self.assertEqual(storable({'a': 'b'}, {}, {}, b'x'), '')
        self.assertEqual(storable({'a': '\\u0000 written out'}, {}, {}, b'x'), '')
        self.assertIn('NUL', storable({'a\x00': 1}, {}, {}, b'x'))
        self.assertIn('NUL', storable({}, {}, {}, b'\x00'))
        self.assertIn('half', storable({'a': ['\ud83d']}, {}, {}, b'x'))
        self.assertEqual(storable({'a': '\U0001f600'}, {}, {}, b'x'), '')
        self.assertIn('finite', storable({'a': float('nan')}, {}, {}, b'x'))
        self.assertIn('mapping', storable([1], {}, {}, b'x'))
