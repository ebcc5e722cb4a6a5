"""By which policy duplicates are decided, and what is settled by itself, on a real Git server."""

from netbox_hedgehog.models import ResolutionPolicy
from netbox_hedgehog.sync.duplicate_decisions import as_the_policy_says, by_hand
from netbox_hedgehog.sync.duplicate_preview import preview_settlement, try_policy
from netbox_hedgehog.sync.duplicate_status import duplicate_status

from .git_case import BASE, vpc
from .test_sync_duplicates import EXAMPLE, ONE, SITE, DuplicateCase


class PolicyTest(DuplicateCase):
    def setUp(self) -> None:
        super().setUp()
        self.person.push({SITE: vpc('one', 7)})

    def test_another_policy_may_choose_another_winner(self) -> None:
        self.scan()
        self.assertEqual(self.group().winner.file_path, SITE)
        policy = ResolutionPolicy.objects.create(
            name='Managed first',
            option_set='custom',
            rules=[{'rule': 'area', 'order': ['managed', 'raw']}],
        )
        told = try_policy(self.fabric, policy, policy.content)
        self.assertEqual((told['groups_total'], told['groups_changed']), (1, 1))
        self.assertEqual(self.group().winner.file_path, SITE)
        self.fabric.resolution_policy = policy
        self.fabric.save()
        self.scan()
        group = self.group()
        self.assertEqual(group.winner.file_path, ONE)
        self.assertEqual((group.policy, group.policy_version), (policy, 1))
        self.assertEqual(group.resolution_strategy, 'keep_managed')

    def test_a_policy_is_tried_below_the_own_rules_of_the_fabric(self) -> None:
        self.fabric.resolution_hierarchy_config = {
            'rules': [{'rule': 'area', 'order': ['managed', 'raw']}]
        }
        self.fabric.save()
        self.scan()
        policy = ResolutionPolicy.objects.create(name='Another', option_set='default')
        told = try_policy(self.fabric, policy, policy.content)
        self.assertEqual(told['groups_changed'], 0)
        self.assertTrue(told['groups'][0]['winner'].startswith(ONE))

    def test_of_two_in_managed_the_own_file_wins(self) -> None:
        own, copy = (f'{BASE}/managed/vpcs/two{end}.yaml' for end in ('', '-old'))
        self.person.push({own: vpc('two', 1), copy: vpc('two', 2)})
        self.scan()
        group = self.group('two')
        self.assertEqual((group.resolution_status, group.wait), ('detected', ''))
        self.assertEqual((group.rule, group.resolution_strategy), ('own_file', 'keep_managed'))
        self.assertEqual(group.why, "wins because it is the object's own file")
        self.settle(as_the_policy_says(group))
        files = self.person.files()
        self.assertIn(b'vlan: 1', files[own])
        self.assertNotIn(copy, files)

    def test_what_only_another_policy_decides_is_settled_by_it(self) -> None:
        self.person.push(
            {f'{BASE}/site/{name}.yaml': vpc('two', vlan) for name, vlan in (('a', 1), ('b', 2))}
        )
        self.scan()
        group = self.group('two')
        self.assertEqual(group.wait, 'tie')
        decision, options = as_the_policy_says(group), {'option_set': 'issue16'}
        told = preview_settlement(self.fabric, [decision], self.alice, options)
        # Both came by one commit, so their age does not tell them apart either.
        self.assertEqual([each['reason'] for each in told['left']], ['DuplicateTied'])
        policy = ResolutionPolicy.objects.create(
            name='By name', option_set='custom', rules=[{'rule': 'file_name', 'order': ['b', 'a']}]
        )
        options = {'policy': policy.pk}
        told = preview_settlement(self.fabric, [decision], self.alice, options)
        self.assertEqual(told['left'], [])
        self.settle(decision, policy=options)
        self.assertEqual(self.group('two').resolution_status, 'resolved')
        self.assertIn(b'vlan: 2', self.person.files()[f'{BASE}/managed/vpcs/two.yaml'])

    def test_what_that_policy_leaves_is_told(self) -> None:
        self.person.push(
            {f'{BASE}/site/{name}.yaml': vpc('two', len(name)) for name in ('a', 'bb')}
        )
        self.scan()
        decision = as_the_policy_says(self.group('two'))
        self.settle(decision, policy={'option_set': 'default'})
        group = self.group('two')
        self.assertEqual(group.resolution_status, 'manual_required')
        self.assertIn('DuplicateTied', group.notes)

    def test_the_file_in_git_counts_where_the_fabric_names_no_policy(self) -> None:
        text = b'name: ours\nrules:\n  - rule: area\n    order: [managed, raw]\n'
        self.person.push({f'{BASE}/.hnp/policy.yaml': text})
        self.scan()
        self.assertEqual(self.group().winner.file_path, ONE)
        self.assertIn('.hnp/policy.yaml', duplicate_status(self.fabric)['policy'])

    def test_own_rules_of_the_fabric_are_laid_over_it(self) -> None:
        self.fabric.resolution_hierarchy_config = {
            'rules': [{'rule': 'area', 'order': ['managed', 'raw']}],
            'loser_action': 'comment',
        }
        self.fabric.save()
        self.scan()
        loser = self.group().files.get(is_winner=False)
        self.assertEqual((loser.file_path, loser.resolution_action), (SITE, 'comment'))


class AutomaticTest(DuplicateCase):
    def setUp(self) -> None:
        super().setUp()
        self.fabric.duplicate_resolution_mode = 'automatic'
        self.fabric.save()
        self.person.push(
            {
                EXAMPLE: vpc('one', 7),
                f'{BASE}/site/a.yaml': vpc('two', 1),
                f'{BASE}/site/b.yaml': vpc('two', 2),
                f'{BASE}/production/three.yaml': vpc('three'),
                f'{BASE}/examples/three.yaml': vpc('three'),
            }
        )

    def test_every_group_the_rules_decide_is_settled_by_one_commit(self) -> None:
        commits = len(self.person.log())
        self.scan()
        settlement = self.fabric.sync_operations.get(operation_type='duplicate_resolution')
        self.assertEqual(settlement.trigger_type, 'automatic')
        self.assertTrue(settlement.commit_sha, settlement.last_error_message)
        self.assertEqual(len(self.person.log()), commits + 1)
        statuses = {name: self.group(name).resolution_status for name in ('one', 'two', 'three')}
        self.assertEqual(
            statuses, {'one': 'resolved', 'two': 'manual_required', 'three': 'resolved'}
        )

    def test_it_does_not_settle_again_what_a_person_took_back(self) -> None:
        before = self.tree()
        self.scan()
        settlement = self.fabric.sync_operations.get(operation_type='duplicate_resolution')
        self.assertEqual(self.undo(settlement).status, 'completed')
        self.scan()
        self.assertEqual(self.tree(), before)
        settlements = self.fabric.sync_operations.filter(operation_type='duplicate_resolution')
        self.assertEqual(settlements.count(), 1)

    def test_nor_what_was_brought_back_in_git(self) -> None:
        before = self.tree()
        self.scan()
        after = self.tree()
        back = {**dict.fromkeys(after), **before}
        self.person.push({path: data for path, data in back.items() if data != after.get(path)})
        for _ in range(2):
            self.scan()
            group = self.group()
            self.assertEqual(group.resolution_status, 'manual_required')
            self.assertIn('settled and is there again', group.notes)
        self.assertEqual(self.tree(), before)

    def test_nor_after_its_files_were_changed_since(self) -> None:
        self.scan()
        settlement = self.fabric.sync_operations.get(operation_type='duplicate_resolution')
        self.undo(settlement)
        for vlan in (8, 9):
            self.person.push({EXAMPLE: vpc('one', vlan)})
            self.scan()
            self.assertEqual(self.group().resolution_status, 'manual_required')
            self.assertIn(f'vlan: {vlan}'.encode(), self.person.files()[EXAMPLE])

    def test_nor_where_the_cluster_would_refuse_the_winner_alone(self) -> None:
        wrong = vpc('one').replace(b'vlan: 1001', b'vlan: "x"')
        self.person.push({SITE: wrong, EXAMPLE: None})
        before = self.person.files()[ONE]
        self.scan()
        group = self.group()
        self.assertEqual((group.resolution_status, group.wait), ('manual_required', 'invalid'))
        self.assertIn('a cluster would refuse it', group.why)
        self.assertEqual(self.person.files()[ONE], before)
        winner = group.files.get(file_path=SITE)
        told = preview_settlement(
            self.fabric, [by_hand(group, group.state_token, winner, {})], self.alice
        )
        self.assertEqual({each['file'] for each in told['findings']}, {SITE})

    def test_with_approval_nothing_happens_by_itself(self) -> None:
        self.fabric.duplicate_resolution_mode = 'approve'
        self.fabric.save()
        commits = len(self.person.log())
        self.scan()
        self.assertEqual(len(self.person.log()), commits)
        self.assertEqual(self.group().resolution_status, 'detected')
