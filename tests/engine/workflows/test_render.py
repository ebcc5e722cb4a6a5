"""templates/ -> managed/: one commit, no second one, and no hand edit is ever overwritten."""

import pytest

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.plans import ClashRule, ConflictKind, Plan
from hedgehog_gitops.templates import Follow, RenderPolicy
from hedgehog_gitops.workflows import object_at, plan_undo

from ..workshop import BASE, LAB, OPERATION, Workshop, vpc
from .render_lab import RECORD, TEMPLATE, VARS, VPCS, Kitchen, key, path


def codes(plan: Plan) -> list[str]:
    return [finding.code for finding in plan.findings]


@pytest.fixture
def kitchen(workshop: Workshop) -> Kitchen:
    return Kitchen(workshop)


class TestFirst:
    def test_one_commit_and_each_file_knows_its_template(self, kitchen: Kitchen) -> None:
        plan = kitchen.render()
        assert (plan.findings, plan.conflicts) == ((), ())
        assert plan.counts['made'] == 2
        text = kitchen.text('a')
        assert '    hnp.githedgehog.com/template: templates/vpcs.yaml.j2\n' in text
        assert 'vlan: 1001  # from the pool' in text
        blob = kitchen.workshop.git('rev-parse', f'HEAD:{TEMPLATE}').strip()
        record = kitchen.workshop.show(RECORD).decode()
        assert record.startswith(f'# Made by {TEMPLATE}, version {blob}.')

    def test_again_is_nothing(self, kitchen: Kitchen) -> None:
        kitchen.render()
        again = kitchen.plan().plan
        assert again.is_empty
        assert (again.counts['rendered'], again.counts['unchanged']) == (0, 2)

    def test_untouched_objects_follow_comments_and_all(self, kitchen: Kitchen) -> None:
        kitchen.render()
        kitchen.write(VPCS.replace('from the pool', 'of the lab').replace('spec:', 'spec: # x'))
        plan = kitchen.render()
        assert plan.counts['changed'] == 2
        assert 'vlan: 1001  # of the lab' in kitchen.text('a')
        assert 'hnp.githedgehog.com/template' in kitchen.text('a')

    def test_a_new_name_is_one_file_and_the_record(self, kitchen: Kitchen) -> None:
        kitchen.render()
        kitchen.write(VPCS, 'names: [a, b, c]\nfirst_vlan: 1001\n')
        plan = kitchen.render()
        assert sorted(change.path for change in plan.changes) == [RECORD, path('c')]

    def test_a_version_that_makes_the_same_touches_the_record_alone(self, kitchen: Kitchen) -> None:
        kitchen.render()
        kitchen.write('{# words #}\n' + VPCS)
        assert [change.path for change in kitchen.render().changes] == [RECORD]
        assert kitchen.plan().plan.is_empty


class TestHandEdits:
    def test_another_field_stays(self, kitchen: Kitchen) -> None:
        kitchen.render()
        kitchen.by_hand('a', '10.0.1.0/24', '10.0.77.0/24')
        kitchen.write(VPCS, 'names: [a, b]\nfirst_vlan: 1500\n')
        plan = kitchen.render()
        assert plan.conflicts == ()
        assert 'subnet: 10.0.77.0/24' in kitchen.text('a')
        assert 'vlan: 1500' in kitchen.text('a')

    def test_it_stays_when_nothing_else_changes(self, kitchen: Kitchen) -> None:
        kitchen.render()
        kitchen.by_hand('a', 'vlan: 1001', 'vlan: 1999')
        assert kitchen.plan().plan.is_empty

    def test_the_same_field_is_a_conflict_until_it_is_settled(self, kitchen: Kitchen) -> None:
        kitchen.render()
        kitchen.by_hand('a', 'vlan: 1001', 'vlan: 1999')
        kitchen.write(VPCS, 'names: [a, b]\nfirst_vlan: 1500\n')
        plan = kitchen.render()
        (conflict,) = plan.conflicts
        assert conflict.kind is ConflictKind.CONCURRENT_MODIFICATION
        assert conflict.fields == ('spec.subnets.default.vlan',)
        assert 'changed by hand' in conflict.message
        assert 'vlan: 1999' in kitchen.text('a')
        assert 'vlan: 1501' in kitchen.text('b')
        again = kitchen.plan().plan
        assert (again.is_empty, len(again.conflicts)) == (True, 1)
        kitchen.by_hand('a', 'vlan: 1999', 'vlan: 1500')
        settled = kitchen.render()
        assert settled.conflicts == ()
        assert kitchen.plan().plan.is_empty

    @pytest.mark.parametrize(('rule', 'vlan'), [(ClashRule.OURS, 1500), (ClashRule.THEIRS, 1999)])
    def test_a_rule_settles_it(self, kitchen: Kitchen, rule: ClashRule, vlan: int) -> None:
        kitchen.render()
        kitchen.by_hand('a', 'vlan: 1001', 'vlan: 1999')
        kitchen.write(VPCS, 'names: [a, b]\nfirst_vlan: 1500\n')
        plan = kitchen.render(policy=RenderPolicy(clash=rule))
        assert [settlement.rule for settlement in plan.settled] == [rule]
        assert f'vlan: {vlan}' in kitchen.text('a')
        assert kitchen.plan().plan.is_empty

    def test_what_a_hand_removed_stays_away(self, kitchen: Kitchen) -> None:
        kitchen.render()
        kitchen.workshop.commit({path('a'): None})
        assert kitchen.plan().plan.is_empty
        kitchen.write(VPCS, 'names: [a, b]\nfirst_vlan: 1500\n')
        plan = kitchen.render()
        assert [conflict.kind for conflict in plan.conflicts] == [ConflictKind.MISSING_RESOURCE]
        assert path('a') not in kitchen.workshop.files()

    def test_what_a_hand_wrote_before_is_not_taken_over(self, kitchen: Kitchen) -> None:
        kitchen.workshop.commit({path('a'): vpc('a', 1444)})
        plan = kitchen.render()
        assert [conflict.resource for conflict in plan.conflicts] == [key('a')]
        assert kitchen.text('a') == vpc('a', 1444)

    def test_what_means_the_same_is_adopted(self, kitchen: Kitchen) -> None:
        kitchen.workshop.commit({path('a'): vpc('a', 1001)})
        plan = kitchen.render()
        assert plan.conflicts == ()
        text = kitchen.text('a')
        assert 'hnp.githedgehog.com/template: templates/vpcs.yaml.j2' in text
        assert '# which pools this takes from' in text
        assert kitchen.plan().plan.is_empty


class TestRemoved:
    def test_objects_follow(self, kitchen: Kitchen) -> None:
        kitchen.render()
        kitchen.write(None)
        plan = kitchen.render()
        assert plan.counts['removed'] == 2
        assert not {path('a'), path('b'), RECORD} & set(kitchen.workshop.files())

    def test_or_are_held(self, kitchen: Kitchen) -> None:
        kitchen.render()
        kitchen.write(None)
        plan = kitchen.plan(policy=RenderPolicy(removed=Follow.HOLD)).plan
        assert (plan.is_empty, codes(plan)) == (True, ['RenderedHeld', 'RenderedHeld'])
        kitchen.render()
        assert path('a') not in kitchen.workshop.files()

    def test_changes_are_held_by_policy(self, kitchen: Kitchen) -> None:
        kitchen.render()
        kitchen.write(VPCS, 'names: [a, b, c]\nfirst_vlan: 1500\n')
        plan = kitchen.render(policy=RenderPolicy(changed=Follow.HOLD))
        assert codes(plan) == ['RenderedHeld', 'RenderedHeld']
        assert plan.counts['made'] == 1
        assert 'vlan: 1001' in kitchen.text('a')
        assert kitchen.render().counts['changed'] == 2

    def test_one_that_was_edited_is_a_conflict(self, kitchen: Kitchen) -> None:
        kitchen.render()
        kitchen.by_hand('a', 'vlan: 1001', 'vlan: 1999')
        kitchen.write(VPCS, 'names: []\nfirst_vlan: 1001\n')
        plan = kitchen.render()
        assert [conflict.resource for conflict in plan.conflicts] == [key('a')]
        assert 'vlan: 1999' in kitchen.text('a')
        assert path('b') not in kitchen.workshop.files()
        assert kitchen.plan().plan.is_empty

    def test_a_template_that_fails_takes_nothing_away(self, kitchen: Kitchen) -> None:
        kitchen.render()
        kitchen.write(VPCS.replace('first_vlan', 'frist_vlan'))
        plan = kitchen.plan().plan
        assert plan.is_empty
        (finding,) = plan.findings
        assert (finding.code, finding.file, finding.line) == ('TemplateUndefined', TEMPLATE, 13)
        assert 'frist_vlan' in finding.message
        assert plan.counts['held'] == 2

    def test_a_template_that_moved_takes_its_objects_along(self, kitchen: Kitchen) -> None:
        kitchen.render()
        moved = f'{BASE}/templates/other.yaml.j2'
        kitchen.workshop.commit({TEMPLATE: None, moved: VPCS})
        plan = kitchen.render()
        assert (plan.counts['made'], plan.counts['removed']) == (0, 0)
        assert 'template: templates/other.yaml.j2' in kitchen.text('a')
        assert RECORD not in kitchen.workshop.files()
        assert kitchen.plan().plan.is_empty


class TestJudged:
    def test_what_a_cluster_would_refuse_is_held(self, kitchen: Kitchen) -> None:
        kitchen.write(VPCS, 'names: [a, b]\nfirst_vlan: 2999\n')
        plan = kitchen.render()
        assert [finding.code for finding in plan.findings] == ['VlanOutsideNamespace']
        assert plan.findings[0].file == TEMPLATE
        assert path('a') in kitchen.workshop.files()
        assert path('b') not in kitchen.workshop.files()
        assert kitchen.plan().plan.is_empty

    def test_unless_it_is_wanted(self, kitchen: Kitchen) -> None:
        kitchen.write(VPCS, 'names: [a, b]\nfirst_vlan: 2999\n')
        assert kitchen.render(allow_errors=True).counts['made'] == 2

    def test_two_templates_of_one_object(self, kitchen: Kitchen) -> None:
        kitchen.render()
        kitchen.workshop.commit({f'{BASE}/templates/twice.yaml.j2': VPCS})
        plan = kitchen.render()
        assert codes(plan) == ['RenderedTwice', 'RenderedTwice']
        assert plan.is_empty

    def test_broken_variables_stop_everything(self, kitchen: Kitchen) -> None:
        kitchen.render()
        kitchen.write(VPCS, 'names: [a\n')
        plan = kitchen.plan().plan
        assert plan.is_empty
        assert plan.findings[0].file == VARS


class TestVersions:
    def test_an_old_version_comes_back_with_its_objects(self, kitchen: Kitchen) -> None:
        kitchen.render()
        then = kitchen.workshop.head()
        kitchen.write(VPCS.replace('first_vlan', '500 + first_vlan'))
        kitchen.render()
        assert 'vlan: 1501' in kitchen.text('a')
        kitchen.render(as_of=then)
        assert 'vlan: 1001' in kitchen.text('a')
        assert kitchen.workshop.show(TEMPLATE).decode() == VPCS
        assert kitchen.plan().plan.is_empty

    def test_undo_takes_a_rendering_back(self, kitchen: Kitchen) -> None:
        kitchen.render()
        workshop = kitchen.workshop
        kitchen.put(plan_undo(workshop.store, workshop.head(), workshop.head(), OPERATION))
        assert path('a') not in workshop.files()
        assert kitchen.render().counts['made'] == 2

    def test_only_one_template(self, kitchen: Kitchen) -> None:
        other = f'{BASE}/templates/more.yaml.j2'
        kitchen.workshop.commit({other: vpc('z', 1700).replace('10.0.1.', '10.0.99.')})
        plan = kitchen.render(only=frozenset({'more.yaml.j2'}))
        assert plan.counts['made'] == 1
        with pytest.raises(NeedsPerson, match=r'no template nonsense\.j2'):
            kitchen.plan(only=frozenset({'nonsense.j2'}))


class TestContext:
    def test_environment_over_fabric_and_caller_over_both(self, kitchen: Kitchen) -> None:
        production = f'{BASE}/templates/vars/production.yaml'
        kitchen.workshop.commit({production: 'first_vlan: 2000\nnames: [p]\n'})
        kitchen.render(environment='production', context={'names': ['q']})
        assert 'vlan: 2000' in kitchen.text('q')
        with pytest.raises(NeedsPerson) as refused:
            kitchen.plan(environment='staging')
        assert refused.value.reason == 'EnvironmentUnknown'

    def test_objects_of_people_but_none_of_templates(self, kitchen: Kitchen) -> None:
        kitchen.write(
            VPCS.replace('names %}', "['n-' ~ (resources.VPC | length)] %}"), 'first_vlan: 1001\n'
        )
        kitchen.render()
        assert object_at(kitchen.workshop.store, kitchen.workshop.head(), LAB, key('n-0'))
        assert kitchen.plan().plan.is_empty
        mine = vpc('mine', 1800).replace('10.0.1.', '10.0.90.')
        kitchen.workshop.commit({path('mine'): mine})
        plan = kitchen.render()
        assert (plan.counts['made'], plan.counts['removed']) == (1, 1)

    def test_only_what_looks_at_it_is_rendered_again(self, kitchen: Kitchen) -> None:
        other = f'{BASE}/templates/more.yaml.j2'
        text = vpc('z', 1700).replace('10.0.1.', '{{ net }}.')
        kitchen.write(VPCS, 'names: [a, b]\nfirst_vlan: 1001\nnet: 10.0.99\n')
        kitchen.workshop.commit({other: text})
        assert kitchen.render().counts['rendered'] == 2
        kitchen.write(VPCS, 'names: [a, b]\nfirst_vlan: 1001\nnet: 10.0.98\n')
        assert kitchen.render().counts['rendered'] == 1
