"""templates/ -> managed/: one commit, no second one, and no hand edit is ever overwritten."""

import pytest

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.plans import ClashRule, ConflictKind, Plan
from hedgehog_gitops.templates import Follow, RenderPolicy
from hedgehog_gitops.workflows import object_at, plan_undo

from ..workshop import BASE, LAB, OPERATION, Workshop, vpc
from .render_lab import RECORD, TEMPLATE, VARS, VPCS, RenderLab, key, path


def codes(plan: Plan) -> list[str]:
    return [finding.code for finding in plan.findings]


@pytest.fixture
def lab(workshop: Workshop) -> RenderLab:
    return RenderLab(workshop)


class TestFirst:
    def test_one_commit_and_each_file_knows_its_template(self, lab: RenderLab) -> None:
        plan = lab.render()
        assert (plan.findings, plan.conflicts) == ((), ())
        assert plan.counts['made'] == 2
        text = lab.text('a')
        assert '    hnp.githedgehog.com/template: templates/vpcs.yaml.j2\n' in text
        assert 'vlan: 1001  # from the pool' in text
        blob = lab.workshop.git('rev-parse', f'HEAD:{TEMPLATE}').strip()
        record = lab.workshop.show(RECORD).decode()
        assert record.startswith(f'# Made by {TEMPLATE}, version {blob}.')

    def test_a_name_that_makes_a_file_nothing_is_told(self, lab: RenderLab) -> None:
        names = ('a.yaml', 'b.yml.J2', 'c/d.jinja2', 'vars.yml', 'vars/x/y.yaml')
        fine = ('_part.j2', 'e.j2', 'vars/lab.yaml', 'README.md', '.f.yaml')
        lab.workshop.commit({f'{BASE}/templates/{name}': 'a: 1\n' for name in (*names, *fine)})
        plan = lab.plan().plan
        told = [finding for finding in plan.findings if finding.code == 'TemplatePassedOver']
        assert [finding.file for finding in told] == [f'{BASE}/templates/{name}' for name in names]
        assert plan.counts['made'] == 2

    def test_again_is_nothing(self, lab: RenderLab) -> None:
        lab.render()
        again = lab.plan().plan
        assert again.is_empty
        assert (again.counts['rendered'], again.counts['unchanged']) == (0, 2)

    def test_untouched_objects_follow_comments_and_all(self, lab: RenderLab) -> None:
        lab.render()
        lab.write(VPCS.replace('from the pool', 'of the lab').replace('spec:', 'spec: # x'))
        plan = lab.render()
        assert plan.counts['changed'] == 2
        assert 'vlan: 1001  # of the lab' in lab.text('a')
        assert 'hnp.githedgehog.com/template' in lab.text('a')

    def test_a_new_name_is_one_file_and_the_record(self, lab: RenderLab) -> None:
        lab.render()
        lab.write(VPCS, 'names: [a, b, c]\nfirst_vlan: 1001\n')
        plan = lab.render()
        assert sorted(change.path for change in plan.changes) == [RECORD, path('c')]

    def test_a_version_that_makes_the_same_touches_the_record_alone(self, lab: RenderLab) -> None:
        lab.render()
        lab.write('{# words #}\n' + VPCS)
        assert [change.path for change in lab.render().changes] == [RECORD]
        assert lab.plan().plan.is_empty


class TestHandEdits:
    def test_another_field_stays(self, lab: RenderLab) -> None:
        lab.render()
        lab.by_hand('a', '10.0.1.0/24', '10.0.77.0/24')
        lab.write(VPCS, 'names: [a, b]\nfirst_vlan: 1500\n')
        plan = lab.render()
        assert plan.conflicts == ()
        assert 'subnet: 10.0.77.0/24' in lab.text('a')
        assert 'vlan: 1500' in lab.text('a')

    def test_it_stays_when_nothing_else_changes(self, lab: RenderLab) -> None:
        lab.render()
        lab.by_hand('a', 'vlan: 1001', 'vlan: 1999')
        assert lab.plan().plan.is_empty

    def test_the_same_field_is_a_conflict_until_it_is_settled(self, lab: RenderLab) -> None:
        lab.render()
        lab.by_hand('a', 'vlan: 1001', 'vlan: 1999')
        lab.write(VPCS, 'names: [a, b]\nfirst_vlan: 1500\n')
        plan = lab.render()
        (conflict,) = plan.conflicts
        assert conflict.kind is ConflictKind.CONCURRENT_MODIFICATION
        assert conflict.fields == ('spec.subnets.default.vlan',)
        assert 'changed by hand' in conflict.message
        assert 'vlan: 1999' in lab.text('a')
        assert 'vlan: 1501' in lab.text('b')
        again = lab.plan().plan
        assert (again.is_empty, len(again.conflicts)) == (True, 1)
        lab.by_hand('a', 'vlan: 1999', 'vlan: 1500')
        settled = lab.render()
        assert settled.conflicts == ()
        assert lab.plan().plan.is_empty

    @pytest.mark.parametrize(('rule', 'vlan'), [(ClashRule.OURS, 1500), (ClashRule.THEIRS, 1999)])
    def test_a_rule_settles_it(self, lab: RenderLab, rule: ClashRule, vlan: int) -> None:
        lab.render()
        lab.by_hand('a', 'vlan: 1001', 'vlan: 1999')
        lab.write(VPCS, 'names: [a, b]\nfirst_vlan: 1500\n')
        plan = lab.render(policy=RenderPolicy(clash=rule))
        assert [settlement.rule for settlement in plan.settled] == [rule]
        assert f'vlan: {vlan}' in lab.text('a')
        assert lab.plan().plan.is_empty

    def test_what_a_hand_removed_stays_away(self, lab: RenderLab) -> None:
        lab.render()
        lab.workshop.commit({path('a'): None})
        assert lab.plan().plan.is_empty
        lab.write(VPCS, 'names: [a, b]\nfirst_vlan: 1500\n')
        plan = lab.render()
        assert [conflict.kind for conflict in plan.conflicts] == [ConflictKind.MISSING_RESOURCE]
        assert path('a') not in lab.workshop.files()

    def test_what_stays_away_by_a_rule_is_not_told_as_made(self, lab: RenderLab) -> None:
        lab.render()
        lab.workshop.commit({path('a'): None})
        lab.write(VPCS, 'names: [a]\nfirst_vlan: 1500\n')
        plan = lab.render(policy=RenderPolicy(clash=ClashRule.THEIRS))
        assert (plan.counts['made'], plan.counts['removed']) == (0, 1)
        assert path('a') not in lab.workshop.files()

    def test_what_stays_by_a_rule_is_not_told_as_removed(self, lab: RenderLab) -> None:
        lab.render()
        lab.by_hand('a', 'vlan: 1001', 'vlan: 1999')
        lab.write(None)
        plan = lab.render(policy=RenderPolicy(clash=ClashRule.THEIRS))
        assert plan.counts['removed'] == 1
        assert path('a') in lab.workshop.files() and path('b') not in lab.workshop.files()

    def test_what_a_hand_wrote_before_is_not_taken_over(self, lab: RenderLab) -> None:
        lab.workshop.commit({path('a'): vpc('a', 1444)})
        plan = lab.render()
        assert [conflict.resource for conflict in plan.conflicts] == [key('a')]
        assert lab.text('a') == vpc('a', 1444)

    def test_what_means_the_same_is_adopted(self, lab: RenderLab) -> None:
        lab.workshop.commit({path('a'): vpc('a', 1001)})
        plan = lab.render()
        assert plan.conflicts == ()
        text = lab.text('a')
        assert 'hnp.githedgehog.com/template: templates/vpcs.yaml.j2' in text
        assert '# which pools this takes from' in text
        assert lab.plan().plan.is_empty


class TestRemoved:
    def test_objects_follow(self, lab: RenderLab) -> None:
        lab.render()
        lab.write(None)
        plan = lab.render()
        assert plan.counts['removed'] == 2
        assert not {path('a'), path('b'), RECORD} & set(lab.workshop.files())

    def test_or_are_held(self, lab: RenderLab) -> None:
        lab.render()
        lab.write(None)
        plan = lab.plan(policy=RenderPolicy(removed=Follow.HOLD)).plan
        assert (plan.is_empty, codes(plan)) == (True, ['RenderedHeld', 'RenderedHeld'])
        lab.render()
        assert path('a') not in lab.workshop.files()

    def test_changes_are_held_by_policy(self, lab: RenderLab) -> None:
        lab.render()
        lab.write(VPCS, 'names: [a, b, c]\nfirst_vlan: 1500\n')
        plan = lab.render(policy=RenderPolicy(changed=Follow.HOLD))
        assert codes(plan) == ['RenderedHeld', 'RenderedHeld']
        assert plan.counts['made'] == 1
        assert 'vlan: 1001' in lab.text('a')
        assert lab.render().counts['changed'] == 2

    def test_one_that_was_edited_is_a_conflict(self, lab: RenderLab) -> None:
        lab.render()
        lab.by_hand('a', 'vlan: 1001', 'vlan: 1999')
        lab.write(VPCS, 'names: []\nfirst_vlan: 1001\n')
        plan = lab.render()
        assert [conflict.resource for conflict in plan.conflicts] == [key('a')]
        assert 'vlan: 1999' in lab.text('a')
        assert path('b') not in lab.workshop.files()
        assert lab.plan().plan.is_empty

    def test_a_template_that_fails_takes_nothing_away(self, lab: RenderLab) -> None:
        lab.render()
        lab.write(VPCS.replace('first_vlan', 'frist_vlan'))
        plan = lab.plan().plan
        assert plan.is_empty
        (finding,) = plan.findings
        assert (finding.code, finding.file, finding.line) == ('TemplateUndefined', TEMPLATE, 13)
        assert 'frist_vlan' in finding.message
        assert plan.counts['held'] == 2

    def test_a_template_that_moved_takes_its_objects_along(self, lab: RenderLab) -> None:
        lab.render()
        moved = f'{BASE}/templates/other.yaml.j2'
        lab.workshop.commit({TEMPLATE: None, moved: VPCS})
        plan = lab.render()
        assert (plan.counts['made'], plan.counts['removed']) == (0, 0)
        assert 'template: templates/other.yaml.j2' in lab.text('a')
        assert RECORD not in lab.workshop.files()
        assert lab.plan().plan.is_empty


class TestJudged:
    def test_what_a_cluster_would_refuse_is_held(self, lab: RenderLab) -> None:
        lab.write(VPCS, 'names: [a, b]\nfirst_vlan: 2999\n')
        plan = lab.render()
        assert [finding.code for finding in plan.findings] == ['VlanOutsideNamespace']
        assert plan.findings[0].file == TEMPLATE
        assert path('a') in lab.workshop.files()
        assert path('b') not in lab.workshop.files()
        assert lab.plan().plan.is_empty

    def test_unless_it_is_wanted(self, lab: RenderLab) -> None:
        lab.write(VPCS, 'names: [a, b]\nfirst_vlan: 2999\n')
        assert lab.render(allow_errors=True).counts['made'] == 2

    def test_two_templates_of_one_object(self, lab: RenderLab) -> None:
        lab.render()
        lab.workshop.commit({f'{BASE}/templates/twice.yaml.j2': VPCS})
        plan = lab.render()
        assert codes(plan) == ['RenderedTwice', 'RenderedTwice']
        assert plan.is_empty

    def test_one_template_that_makes_an_object_twice(self, lab: RenderLab) -> None:
        lab.render()
        record = lab.workshop.show(RECORD)
        lab.write(VPCS, 'names: [a, b, b]\nfirst_vlan: 1001\n')
        plan = lab.render()
        (finding,) = plan.findings
        assert finding.message == 'VPC b is made twice by vpcs.yaml.j2 itself'
        assert lab.workshop.show(RECORD) == record

    def test_a_template_in_another_encoding_makes_nothing(self, lab: RenderLab) -> None:
        lab.render()
        text = VPCS.replace('pool', 'Vorrat für VLANs').encode('latin-1')
        lab.workshop.commit({f'{BASE}/templates/_part.j2': text})
        lab.write("{% include '_part.j2' %}\n")
        plan = lab.plan().plan
        (finding,) = plan.findings
        assert (finding.code, finding.line) == ('NotUtf8', 13)
        assert finding.file == f'{BASE}/templates/_part.j2'
        assert plan.counts['removed'] == 0

    def test_broken_variables_stop_everything(self, lab: RenderLab) -> None:
        lab.render()
        lab.write(VPCS, 'names: [a\n')
        plan = lab.plan().plan
        assert plan.is_empty
        assert plan.findings[0].file == VARS


class TestVersions:
    def test_an_old_version_comes_back_with_its_objects(self, lab: RenderLab) -> None:
        lab.render()
        then = lab.workshop.head()
        lab.write(VPCS.replace('first_vlan', '500 + first_vlan'))
        lab.render()
        assert 'vlan: 1501' in lab.text('a')
        lab.render(as_of=then)
        assert 'vlan: 1001' in lab.text('a')
        assert lab.workshop.show(TEMPLATE).decode() == VPCS
        assert lab.plan().plan.is_empty

    def test_undo_takes_a_rendering_back(self, lab: RenderLab) -> None:
        lab.render()
        workshop = lab.workshop
        lab.put(plan_undo(workshop.store, workshop.head(), workshop.head(), OPERATION))
        assert path('a') not in workshop.files()
        assert lab.render().counts['made'] == 2

    def test_only_one_template(self, lab: RenderLab) -> None:
        other = f'{BASE}/templates/more.yaml.j2'
        lab.workshop.commit({other: vpc('z', 1700).replace('10.0.1.', '10.0.99.')})
        plan = lab.render(only=frozenset({'more.yaml.j2'}))
        assert plan.counts['made'] == 1
        with pytest.raises(NeedsPerson, match=r'no template nonsense\.j2'):
            lab.plan(only=frozenset({'nonsense.j2'}))


class TestContext:
    def test_environment_over_fabric_and_caller_over_both(self, lab: RenderLab) -> None:
        production = f'{BASE}/templates/vars/production.yaml'
        lab.workshop.commit({production: 'first_vlan: 2000\nnames: [p]\n'})
        lab.render(environment='production', context={'names': ['q']})
        assert 'vlan: 2000' in lab.text('q')
        with pytest.raises(NeedsPerson) as refused:
            lab.plan(environment='staging')
        assert refused.value.reason == 'EnvironmentUnknown'

    def test_objects_of_people_but_none_of_templates(self, lab: RenderLab) -> None:
        lab.write(
            VPCS.replace('names %}', "['n-' ~ (resources.VPC | length)] %}"), 'first_vlan: 1001\n'
        )
        lab.render()
        assert object_at(lab.workshop.store, lab.workshop.head(), LAB, key('n-0'))
        assert lab.plan().plan.is_empty
        mine = vpc('mine', 1800).replace('10.0.1.', '10.0.90.')
        lab.workshop.commit({path('mine'): mine})
        plan = lab.render()
        assert (plan.counts['made'], plan.counts['removed']) == (1, 1)

    def test_only_what_looks_at_it_is_rendered_again(self, lab: RenderLab) -> None:
        other = f'{BASE}/templates/more.yaml.j2'
        text = vpc('z', 1700).replace('10.0.1.', '{{ net }}.')
        lab.write(VPCS, 'names: [a, b]\nfirst_vlan: 1001\nnet: 10.0.99\n')
        lab.workshop.commit({other: text})
        assert lab.render().counts['rendered'] == 2
        lab.write(VPCS, 'names: [a, b]\nfirst_vlan: 1001\nnet: 10.0.98\n')
        assert lab.render().counts['rendered'] == 1
