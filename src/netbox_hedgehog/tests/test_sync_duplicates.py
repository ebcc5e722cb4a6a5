"""Duplicates searched, settled and taken back on a real Git server."""

from datetime import timedelta

from django.utils import timezone

from netbox_hedgehog.jobs import enqueue_settlement
from netbox_hedgehog.models import (
    BlobMeaning,
    Checkpoint,
    ResolutionPolicy,
    SyncOperation,
    YAMLDuplicateGroup,
)
from netbox_hedgehog.sync.duplicate_decisions import NeedsPerson, as_the_policy_says, by_hand
from netbox_hedgehog.sync.duplicate_ignore import ignore_group
from netbox_hedgehog.sync.duplicate_preview import preview_settlement
from netbox_hedgehog.sync.duplicate_status import duplicate_status
from netbox_hedgehog.sync.outbox import Editor
from netbox_hedgehog.sync.recover import due_scans
from netbox_hedgehog.sync.runner import work_off

from .git_case import BASE, GitCase, logger, vpc
from .test_notify import listening

ONE = f'{BASE}/managed/vpcs/one.yaml'
SITE = f'{BASE}/production/site.yaml'
EXAMPLE = f'{BASE}/examples/one.yaml'


def _managed(name: str) -> dict[str, bytes]:
    return {f'{BASE}/managed/vpcs/{name}.yaml': vpc(name)}


class DuplicateCase(GitCase):
    """A fabric with the object `one`, and what people put beside its file."""

    def setUp(self) -> None:
        super().setUp()
        self.fabric = self.ready_fabric()
        self.person.push({f'{BASE}/raw/one.yaml': vpc('one')})
        self.run_operation(self.fabric)
        self.assertIn(ONE, self.person.files())

    def scan(self) -> SyncOperation:
        operation = self.run_operation(self.fabric, 'duplicate_scan')
        self.fabric.refresh_from_db()
        return operation

    def group(self, name: str = 'one') -> YAMLDuplicateGroup:
        return self.fabric.duplicate_groups.get(identity__endswith=f'/{name}')

    def settle(self, *decisions, **options) -> SyncOperation:
        decisions = decisions or (as_the_policy_says(self.group()),)
        _job, operation = enqueue_settlement(
            self.fabric, decisions, Editor(self.alice, None), 'cli', **options
        )
        work_off(self.fabric.pk, logger)
        operation.refresh_from_db()
        return operation

    def undo(self, undone: SyncOperation) -> SyncOperation:
        operation = SyncOperation.objects.create(
            fabric=self.fabric,
            git_repository=self.fabric.git_repository,
            operation_type='undo',
            trigger_type='cli',
            initiated_by=self.alice,
            user_name='alice',
            undoes=undone,
        )
        work_off(self.fabric.pk, logger)
        operation.refresh_from_db()
        return operation

    def tree(self) -> dict[str, bytes]:
        """Every file but the archive log, which is only ever appended to."""
        files = self.person.files()
        return {path: data for path, data in files.items() if not path.endswith('archive-log.yaml')}

    def rows(self) -> list[str]:
        return sorted(self.fabric.resources.values_list('name', flat=True))


class ScanTest(DuplicateCase):
    def test_finds_a_group_and_says_who_wins_and_why(self) -> None:
        self.person.push({EXAMPLE: vpc('one', 7)})
        operation = self.scan()
        self.assertEqual(operation.commit_sha, '')
        group = self.group()
        self.assertEqual(
            (group.comparison, group.resolution_status, group.files_total),
            ('conflicting', 'detected', 2),
        )
        self.assertEqual(group.differing_fields, ['spec.subnets.default.vlan'])
        self.assertEqual(group.detected_in, operation)
        self.assertTrue(group.why)
        self.assertEqual({each.file_path for each in group.files.all()}, {ONE, EXAMPLE})
        loser = group.files.get(is_winner=False)
        self.assertNotIn(loser.resolution_action, ('keep', 'none'))
        self.assertEqual(loser.original_text.encode(), self.person.files()[loser.file_path])
        self.assertEqual(self.rows(), ['one'])

    def test_a_second_search_makes_no_second_group_and_reads_nothing_again(self) -> None:
        self.person.push({EXAMPLE: vpc('one', 7)})
        self.scan()
        before = self.group()
        files = set(before.files.values_list('pk', flat=True))
        self.assertTrue(BlobMeaning.objects.filter(fabric=self.fabric).exists())
        again = self.scan()
        group = self.group()
        self.assertEqual(group.pk, before.pk)
        self.assertEqual(set(group.files.values_list('pk', flat=True)), files)
        self.assertEqual(group.detected_in, before.detected_in)
        self.assertEqual(again.detected_duplicates.count(), 0)
        self.assertEqual(duplicate_status(self.fabric)['files_parsed'], 0)

    def test_a_search_after_one_changed_file_costs_that_file(self) -> None:
        self.person.push({EXAMPLE: vpc('one', 7)})
        self.scan()
        self.person.push({EXAMPLE: vpc('one', 8)})
        self.scan()
        self.assertEqual(duplicate_status(self.fabric)['files_parsed'], 1)

    def test_a_group_that_is_gone_is_closed(self) -> None:
        self.person.push({EXAMPLE: vpc('one', 7)})
        self.scan()
        self.person.push({EXAMPLE: None})
        self.scan()
        group = self.group()
        self.assertEqual((group.resolution_status, group.present), ('gone', False))

    def test_an_ignored_group_stays_so_until_its_files_change(self) -> None:
        self.person.push({EXAMPLE: vpc('one', 7)})
        self.scan()
        ignore_group(self.group(), Editor(self.alice, None), 'As it should be')
        self.scan()
        self.assertEqual(self.group().resolution_status, 'ignored')
        self.person.push({EXAMPLE: vpc('one', 8)})
        operation = self.scan()
        self.assertEqual(self.group().resolution_status, 'manual_required')
        self.assertIn('have changed', self.group().notes)
        self.assertEqual(operation.detected_duplicates.count(), 1)

    def test_an_ignored_group_stays_so_whatever_else_happens_to_its_file(self) -> None:
        self.person.push({EXAMPLE: vpc('one', 7)})
        self.scan()
        ignore_group(self.group(), Editor(self.alice, None))
        before = self.group().state_token
        self.person.push({EXAMPLE: b'# a remark\n' + vpc('other') + b'---\n' + vpc('one', 7)})
        operation = self.scan()
        group = self.group()
        self.assertEqual(group.resolution_status, 'ignored')
        self.assertEqual(operation.detected_duplicates.count(), 0)
        # What is decided about it names its place, and that is another one now.
        self.assertNotEqual(group.state_token, before)
        self.assertEqual({each.document_index for each in group.files.all()}, {0, 1})

    def test_an_ignored_group_that_was_away_waits_for_a_person(self) -> None:
        self.person.push({EXAMPLE: vpc('one', 7)})
        self.scan()
        ignore_group(self.group(), Editor(self.alice, None))
        self.person.push({EXAMPLE: None})
        self.scan()
        self.assertEqual(self.group().resolution_status, 'gone')
        self.person.push({EXAMPLE: vpc('one', 7)})
        self.scan()
        self.assertEqual(self.group().resolution_status, 'manual_required')

    def test_a_tie_waits_for_a_person(self) -> None:
        self.person.push(
            {f'{BASE}/site/{name}.yaml': vpc('two', vlan) for name, vlan in (('a', 1), ('b', 2))}
        )
        self.scan()
        group = self.group('two')
        self.assertEqual((group.resolution_status, group.wait), ('manual_required', 'tie'))
        with self.assertRaises(NeedsPerson):
            self.settle(as_the_policy_says(group))

    def test_what_was_searched_is_told(self) -> None:
        self.person.push({EXAMPLE: vpc('one', 7)})
        self.scan()
        told = duplicate_status(self.fabric)
        self.assertEqual(told['groups_by_kind']['conflicting'], 1)
        self.assertEqual((told['groups_open'], told['groups_total']), (1, 1))
        self.assertEqual(told['scanned_commit'], self.person.log()[0].id)
        self.assertIsNotNone(told['last_duplicate_scan'])
        self.assertGreaterEqual(told['files_scanned'], 2)


class DueTest(DuplicateCase):
    def due(self, **later) -> bool:
        return self.fabric in list(due_scans(timezone.now() + timedelta(**later)))

    def test_due_when_git_has_another_commit_and_when_the_interval_has_passed(self) -> None:
        self.assertTrue(self.due())
        self.scan()
        self.assertFalse(self.due())
        self.assertTrue(self.due(seconds=3601))
        self.person.push({EXAMPLE: vpc('one', 7)})
        self.assertFalse(self.due())
        self.run_operation(self.fabric)
        self.assertTrue(self.due())

    def test_never_where_it_is_switched_off(self) -> None:
        self.fabric.duplicate_detection_enabled = False
        self.fabric.save()
        self.assertFalse(self.due(days=9))

    def test_without_an_interval_only_a_commit_brings_one(self) -> None:
        self.fabric.duplicate_scan_interval = 0
        self.fabric.save()
        self.scan()
        self.assertFalse(self.due(days=9))


class SettleTest(DuplicateCase):
    def setUp(self) -> None:
        super().setUp()
        self.person.push({EXAMPLE: vpc('one', 7), SITE: vpc('one', 9)})
        self.scan()

    def test_settles_by_the_rules_as_one_commit_and_undo_restores_the_tree(self) -> None:
        before, commits = self.tree(), len(self.person.log())
        group = self.group()
        self.assertEqual(group.winner.file_path, SITE)
        operation = self.settle(notes='As ordered')
        self.assertIn(operation.status, ('completed', 'partially_completed'))
        self.assertEqual(len(self.person.log()), commits + 1)
        head = self.person.log()[0]
        self.assertEqual((operation.commit_sha, head.author.name), (head.id, 'Alice Ng'))
        group = self.group()
        self.assertEqual(
            (group.resolution_status, group.resolved_in, group.resolved_by, group.notes),
            ('resolved', operation, self.alice, 'As ordered'),
        )
        # The winner lay outside managed/: NetBox's row goes on, and says what the winner says.
        self.assertEqual(self.rows(), ['one'])
        row = self.fabric.resources.get()
        self.assertEqual(row.desired_spec['subnets']['default']['vlan'], 9)
        self.assertIn(b'vlan: 9', self.person.files()[ONE])
        self.assertEqual(Checkpoint.objects.filter(sync_operation=operation).count(), 1)
        undo = self.undo(operation)
        self.assertEqual(undo.status, 'completed', undo.last_error_message)
        self.assertEqual(self.tree(), before)

    def test_finding_and_settling_are_told(self) -> None:
        self.person.push({EXAMPLE: vpc('one', 8)})
        with listening('duplicate_detected', 'resolution_complete') as heard:
            scan = self.scan()
            settlement = self.settle()
        said = [(name, arguments['operation']) for name, arguments in heard]
        self.assertEqual(said, [('duplicate_detected', scan), ('resolution_complete', settlement)])
        self.assertEqual(heard[0][1]['group'], self.group())

    def test_a_settled_group_does_not_come_back(self) -> None:
        operation = self.settle()
        again = self.scan()
        self.assertEqual(again.detected_duplicates.count(), 0)
        group = self.group()
        self.assertEqual((group.resolution_status, group.resolved_in), ('resolved', operation))

    def test_what_was_taken_back_waits_for_a_person(self) -> None:
        operation = self.settle()
        self.undo(operation)
        group = self.group()
        self.assertEqual((group.resolution_status, group.wait), ('manual_required', ''))
        self.assertIn('taken back', group.notes)
        self.scan()
        self.assertEqual(self.group().resolution_status, 'manual_required')

    def test_a_person_chooses_winner_and_action_by_file(self) -> None:
        group = self.group()
        files = {each.file_path: each for each in group.files.all()}
        actions = {files[SITE]: 'comment', files[EXAMPLE]: 'delete'}
        decision = by_hand(group, group.state_token, files[ONE], actions)
        operation = self.settle(decision)
        self.assertEqual(self.group().resolution_status, 'resolved', operation.last_error_message)
        tree = self.person.files()
        self.assertNotIn(EXAMPLE, tree)
        self.assertIn(b'vlan: 1001', tree[ONE])
        self.assertNotIn(b'\nkind: VPC', tree[SITE])
        self.assertIn(b'kind: VPC', tree[SITE])

    def test_what_a_person_keeps_is_settled_too(self) -> None:
        group = self.group()
        files = {each.file_path: each for each in group.files.all()}
        actions = {files[EXAMPLE]: 'mark', files[SITE]: 'mark'}
        self.settle(by_hand(group, group.state_token, files[ONE], actions))
        self.assertEqual(self.group().resolution_status, 'resolved', self.group().notes)
        self.assertIn(b'\nkind: VPC', self.person.files()[SITE])
        again = self.scan()
        self.assertEqual(self.group().resolution_status, 'resolved')
        self.assertEqual(again.detected_duplicates.count(), 0)

    def test_a_stale_decision_is_refused_at_once(self) -> None:
        group = self.group()
        with self.assertRaises(NeedsPerson) as caught:
            self.settle(by_hand(group, 'older', group.winner, {}))
        self.assertEqual(caught.exception.reason, 'DuplicatesMoved')
        self.assertEqual(self.group().resolution_status, 'detected')

    def test_a_decision_that_git_overtakes_does_nothing_and_shows_what_is_now(self) -> None:
        commit = self.person.push({EXAMPLE: vpc('one', 8)})
        operation = self.settle()
        self.assertEqual((operation.status, operation.last_reason), ('failed', 'DuplicatesMoved'))
        self.assertEqual(self.person.log()[0].id, commit)
        group = self.group()
        self.assertEqual((group.resolution_status, group.scanned_commit), ('detected', commit))
        texts = [each.original_text for each in group.files.all()]
        self.assertTrue(any('vlan: 8' in text for text in texts))

    def test_the_preview_is_what_is_done(self) -> None:
        decision = as_the_policy_says(self.group())
        told = preview_settlement(self.fabric, [decision], self.alice)
        self.assertEqual(self.group().resolution_status, 'detected')
        operation = self.settle(decision)
        changed = {(each['action'], each['path']) for each in told['changes']}
        done = {(each['action'], each['path']) for each in operation.plan['changes']}
        self.assertEqual(changed, done)

    def test_the_limits_of_the_policy_hold(self) -> None:
        policy = ResolutionPolicy.objects.create(
            name='Careful', loser_action='delete', max_deletions=0
        )
        self.fabric.resolution_policy = policy
        self.fabric.save()
        before = self.person.files()
        self.settle()
        group = self.group()
        # It alone is beyond them, so no later run would settle it.
        self.assertEqual(group.resolution_status, 'manual_required')
        self.assertIn('SettlementTooLarge', group.notes)
        self.assertEqual(self.person.files(), before)

    def test_what_the_limits_cut_off_waits_for_the_next_run(self) -> None:
        self.person.push({f'{BASE}/old/b.yaml': vpc('b'), f'{BASE}/raw/b.yaml': vpc('b')})
        self.run_operation(self.fabric)
        self.scan()
        policy = ResolutionPolicy.objects.create(
            name='Careful', loser_action='delete', max_deletions=2
        )
        self.fabric.resolution_policy = policy
        self.fabric.save()
        self.scan()
        groups = self.fabric.duplicate_groups.order_by('-identity')
        with listening('resolution_complete') as heard:
            operation = self.settle(*(as_the_policy_says(group) for group in groups))
        self.assertEqual(self.group('one').resolution_status, 'resolved')
        self.assertEqual(self.group('b').resolution_status, 'detected')
        self.assertIn('SettlementLimit', self.group('b').notes)
        # A settlement is told although a group is left, and how many are.
        ((_name, arguments),) = heard
        self.assertEqual((arguments['operation'], arguments['left']), (operation, 1))

    def test_a_file_of_unmanaged_is_settled_when_it_is_named(self) -> None:
        self.person.push({f'{BASE}/unmanaged/two.yaml': vpc('two'), **_managed('two')})
        self.scan()
        group = self.group('two')
        self.assertEqual((group.resolution_status, group.wait), ('manual_required', 'unmanaged'))
        with self.assertRaises(NeedsPerson):
            self.settle(as_the_policy_says(group))
        (loser,) = (each for each in group.files.all() if each.area == 'unmanaged')
        self.settle(by_hand(group, group.state_token, None, {loser: 'archive'}))
        self.assertEqual(self.group('two').resolution_status, 'resolved')
        self.assertNotIn(f'{BASE}/unmanaged/two.yaml', self.person.files())
