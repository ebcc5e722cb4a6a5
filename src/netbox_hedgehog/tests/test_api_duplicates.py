"""Duplicates over REST: who may do what, what is refused, what is answered."""

from utilities.testing import APITestCase

from netbox_hedgehog.models import (
    DuplicateScan,
    HedgehogFabric,
    ResolutionPolicy,
    SyncOperation,
    YAMLDuplicateGroup,
)

from .builders import a_duplicate_group, a_fabric, a_policy, a_repository, an_operation
from .pages import a_waiting_worker, allow

BASE = '/api/plugins/hedgehog'


class DuplicateApiCase(APITestCase):
    def setUp(self):
        super().setUp()
        self.fabric = a_fabric(git_repository=a_repository(), gitops_initialized=True)
        self.group = a_duplicate_group(self.fabric, identity='g/VPC/default/one')

    def may_settle(self, **constraints):
        allow(self.user, YAMLDuplicateGroup, 'view')
        allow(self.user, HedgehogFabric, 'view', 'settle', **constraints)

    def post(self, path, body=None, code=202):
        with a_waiting_worker(), self.captureOnCommitCallbacks(execute=False):
            response = self.client.post(f'{BASE}{path}', body or {}, format='json', **self.header)
        self.assertHttpStatus(response, code)
        return response.data

    def status(self, group=None):
        return YAMLDuplicateGroup.objects.get(pk=(group or self.group).pk).resolution_status

    def decisions(self):
        operation = SyncOperation.objects.get(operation_type='duplicate_resolution')
        return operation.operation_config['decisions']


class GroupActionsTest(DuplicateApiCase):
    def at(self, name, group=None):
        return f'/duplicate-groups/{(group or self.group).pk}/{name}/'

    def test_seen_but_not_permitted_is_403_unseen_is_404(self):
        for name in ('resolve', 'preview', 'undo', 'ignore'):
            self.post(self.at(name), code=403)
        allow(self.user, YAMLDuplicateGroup, 'view')
        allow(self.user, HedgehogFabric, 'view', 'settle', name='another')
        for name in ('resolve', 'preview', 'undo', 'ignore'):
            self.assertEqual(self.post(self.at(name), code=403)['error_code'], 'PERMISSION_DENIED')
        self.assertEqual(self.status(), 'detected')

    def test_a_group_out_of_sight_is_not_there(self):
        allow(self.user, YAMLDuplicateGroup, 'view', identity='another')
        allow(self.user, HedgehogFabric, 'view', 'settle')
        self.post(self.at('resolve'), code=404)

    def test_settles_as_the_rules_say(self):
        self.may_settle()
        answer = self.post(self.at('resolve'), {'notes': 'As ordered'})
        self.assertEqual(answer['operation']['status'], 'pending')
        self.assertEqual(self.status(), 'resolving')
        (decision,) = self.decisions()
        self.assertEqual((decision['winner'], decision['seen']), ('', self.group.state_token))

    def test_settles_with_winner_and_actions_by_hand(self):
        self.may_settle()
        winner, loser = self.group.files.all()
        body = {'winner': loser.file_path, 'actions': {winner.spot: 'delete'}}
        self.post(self.at('resolve'), body)
        (decision,) = self.decisions()
        self.assertEqual(decision['winner'], loser.spot)
        self.assertEqual(decision['actions'], {winner.spot: 'delete'})

    def test_what_is_wrong_is_refused(self):
        self.may_settle()
        tied = a_duplicate_group(self.fabric, wait='tie')
        for group, body, code, reason in (
            (self.group, {'winner': 'nowhere.yaml'}, 422, 'CopyUnknown'),
            (self.group, {'actions': {'nowhere.yaml': 'delete'}}, 422, 'CopyUnknown'),
            (self.group, {'actions': {'x': 'burn'}}, 400, 'ValidationFailed'),
            (self.group, {'looser': 'x'}, 400, 'ValidationFailed'),
            (self.group, {'state_token': 'older'}, 409, 'DuplicatesMoved'),
            (tied, {}, 422, 'DuplicateUndecided'),
        ):
            with self.subTest(reason, **body):
                answer = self.post(self.at('resolve', group), body, code)
                self.assertEqual(answer['reason'], reason)
        self.assertEqual(self.status(), 'detected')

    def test_a_file_of_unmanaged_is_settled_when_it_is_named(self):
        self.may_settle()
        group = a_duplicate_group(self.fabric, wait='unmanaged')
        winner, loser = group.files.all()
        group.files.filter(pk=loser.pk).update(area='unmanaged')
        for actions in ({}, {winner.spot: 'archive'}):
            answer = self.post(self.at('resolve', group), {'actions': actions}, 422)
            self.assertEqual(answer['reason'], 'DuplicateUndecided')
        self.post(self.at('resolve', group), {'actions': {loser.spot: 'archive'}})
        (decision,) = self.decisions()
        self.assertEqual((decision['winner'], decision['actions']), ('', {loser.spot: 'archive'}))

    def test_ignore_and_undo(self):
        self.may_settle()
        told = self.post(self.at('ignore'), {'notes': 'Meant so'}, 200)
        self.assertEqual(told['resolution_status']['value'], 'ignored')
        self.post(self.at('ignore'), code=409)
        self.assertEqual(self.post(self.at('undo'), code=409)['reason'], 'NothingToUndo')
        done = an_operation(
            self.fabric, operation_type='duplicate_resolution', status='completed',
            commit_sha='feed' * 10,
        )  # fmt: skip
        YAMLDuplicateGroup.objects.update(resolved_in=done, resolution_status='resolved')
        self.post(self.at('undo'))
        self.assertEqual(SyncOperation.objects.get(operation_type='undo').undoes, done)

    def test_without_a_copy_of_the_files_there_is_no_preview(self):
        self.may_settle()
        self.assertEqual(self.post(self.at('preview'), code=503)['reason'], 'NotFetched')

    def test_without_a_worker_nothing_is_asked(self):
        self.may_settle()
        response = self.client.post(f'{BASE}{self.at("resolve")}', {}, format='json', **self.header)
        self.assertHttpStatus(response, 503)
        self.assertEqual(self.status(), 'detected')


class FabricActionsTest(DuplicateApiCase):
    def at(self, name):
        return f'/fabrics/{self.fabric.pk}/{name}/'

    def test_needs_settle_on_this_fabric(self):
        self.may_settle(name='another')
        for name in ('process-duplicates', 'process_duplicates', 'scan-duplicates'):
            self.post(self.at(name), code=404)
        allow(self.user, HedgehogFabric, 'view')
        for name in ('process-duplicates', 'process_duplicates', 'scan-duplicates'):
            self.post(self.at(name), code=403)

    def test_processes_every_open_group_the_rules_decide(self):
        self.may_settle()
        a_duplicate_group(self.fabric, wait='tie')
        a_duplicate_group(self.fabric, resolution_status='ignored')
        other = a_duplicate_group(self.fabric)
        self.post(self.at('process_duplicates'), {'action': 'comment'})
        named = {each['identity'] for each in self.decisions()}
        self.assertEqual(named, {self.group.identity, other.identity})

    def test_another_policy_is_asked_about_those_that_wait_by_the_fabrics_own(self):
        self.may_settle()
        tied = a_duplicate_group(self.fabric, wait='tie')
        a_duplicate_group(self.fabric, resolution_status='ignored')
        a_duplicate_group(self.fabric, state_token='')
        self.post(self.at('process_duplicates'), {'option_set': 'issue16', 'action': 'comment'})
        named = {each['identity'] for each in self.decisions()}
        self.assertEqual(named, {self.group.identity, tied.identity})
        operation = SyncOperation.objects.get(operation_type='duplicate_resolution')
        self.assertEqual(operation.operation_config['option_set'], 'issue16')

    def test_processes_the_groups_that_are_named(self):
        self.may_settle()
        a_duplicate_group(self.fabric)
        far = a_duplicate_group(a_fabric())
        answer = self.post(self.at('process-duplicates'), {'groups': [str(far.pk)]}, 422)
        self.assertEqual(answer['reason'], 'DuplicateUnknown')
        self.post(self.at('process-duplicates'), {'groups': [str(self.group.group_id)]})
        self.assertEqual([each['identity'] for each in self.decisions()], [self.group.identity])

    def test_a_policy_nobody_may_see_and_a_commit_that_moved_are_refused(self):
        self.may_settle()
        policy = a_policy()
        answer = self.post(self.at('process-duplicates'), {'policy': policy.pk}, 422)
        self.assertEqual(answer['reason'], 'PolicyMissing')
        answer = self.post(self.at('process-duplicates'), {'expected_commit': 'ab' * 20}, 409)
        self.assertEqual(answer['error_code'], 'STALE_PLAN')

    def test_searches_once_for_two_requests(self):
        self.may_settle()
        first, second = (self.post(self.at('scan-duplicates')) for _ in range(2))
        self.assertEqual(first['operation']['id'], second['operation']['id'])

    def test_status_by_both_spellings(self):
        self.may_settle()
        for name in ('duplicate-status', 'duplicate_status'):
            told = self.client.get(f'{BASE}{self.at(name)}', **self.header).data
            self.assertEqual((told['groups_open'], told['groups_by_kind']['identical']), (1, 1))
            self.assertIsNone(told['files_scanned'])
            self.assertIsNone(told['near_duplicates'])

    def test_near_duplicates_are_told_by_place(self):
        self.may_settle()
        places = [{'spot': f'raw/{name}.yaml', 'name': name} for name in ('one', 'One')]
        miss = {'nearness': 'letter_case', 'places': places}
        DuplicateScan.objects.create(fabric=self.fabric, near_misses=[miss], near_misses_total=1)
        told = self.client.get(f'{BASE}{self.at("duplicate-status")}', **self.header).data
        self.assertEqual(told['near_misses'], 1)
        self.assertEqual(told['near_duplicates'], [miss])

    def test_resolve_conflicts_settles_groups_by_hand(self):
        self.may_settle()
        self.add_permissions('netbox_hedgehog.resolve_conflictresolution')
        winner, _ = self.group.files.all()
        body = {'groups': [{'group': str(self.group.pk), 'winner': str(winner.pk)}]}
        answer = self.post(self.at('resolve-conflicts'), body)
        self.assertEqual((answer['groups_targeted'], answer['conflicts_targeted']), (1, 0))
        self.assertEqual(answer['settlement']['operation']['status'], 'pending')
        self.assertEqual(self.decisions()[0]['winner'], winner.spot)
        self.post(self.at('resolve-conflicts'), {}, 400)


class PolicyActionsTest(APITestCase):
    def setUp(self):
        super().setUp()
        self.policy = a_policy(max_moves=1)
        self.policy.max_moves = 2
        self.policy.save()
        self.url = f'{BASE}/resolution-policies/{self.policy.pk}'

    def test_versions_are_listed_and_restored(self):
        allow(self.user, ResolutionPolicy, 'view')
        rows = self.client.get(f'{self.url}/versions/', **self.header).data
        self.assertEqual([row['content']['max_moves'] for row in rows], [2, 1])
        body = {'version': 1}
        response = self.client.post(f'{self.url}/restore/', body, format='json', **self.header)
        self.assertHttpStatus(response, 403)
        allow(self.user, ResolutionPolicy, 'view', 'restore')
        response = self.client.post(f'{self.url}/restore/', body, format='json', **self.header)
        self.assertHttpStatus(response, 200)
        self.assertEqual((response.data['version'], response.data['max_moves']), (3, 1))
        body = {'version': 9}
        response = self.client.post(f'{self.url}/restore/', body, format='json', **self.header)
        self.assertHttpStatus(response, 422)

    def test_export_is_what_git_keeps(self):
        allow(self.user, ResolutionPolicy, 'view')
        told = self.client.get(f'{self.url}/export/', **self.header).data
        self.assertIn('max_moves: 2', told['text'])
        self.assertIn('production', told['text'])

    def test_a_fabric_out_of_sight_is_not_tried(self):
        allow(self.user, ResolutionPolicy, 'view')
        body = {'fabric': str(a_fabric().pk)}
        response = self.client.post(f'{self.url}/preview/', body, format='json', **self.header)
        self.assertHttpStatus(response, 404)
