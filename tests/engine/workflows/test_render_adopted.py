"""Objects that were there before a template made them: they stay, and stay visible."""

import pytest

from hedgehog_gitops.templates import Follow, RenderPolicy
from hedgehog_gitops.workflows.reading import entries_below
from hedgehog_gitops.workflows.render_context import kept_records

from ..workshop import BASE, LAB, Workshop, vpc
from .render_lab import RECORD, TEMPLATE, VPCS, RenderLab, key, path

MIRROR = '{% for one in resources.VPC %}\n---\n{{ one | to_yaml }}\n{% endfor %}\n'
TWINS = f"""\
{{% for one in resources.VPC %}}
---
{vpc('twin-of-X', 1700).replace('X', '{{ one.metadata.name }}').replace('10.0.1.', '10.0.77.')}
{{% endfor %}}
"""
OTHER = f'{BASE}/templates/other.yaml.j2'


@pytest.fixture
def lab(workshop: Workshop) -> RenderLab:
    lab = RenderLab(workshop)
    lab.workshop.commit({path('a'): vpc('a', 1001)})
    return lab


class TestAdopted:
    def test_a_template_of_what_is_there_takes_nothing_away(self, lab: RenderLab) -> None:
        lab.write(MIRROR)
        assert lab.render().counts['changed'] == 1
        assert 'hnp.githedgehog.com/template' in lab.text('a')
        again = lab.plan().plan
        assert (again.is_empty, again.findings) == (True, ())

    def test_what_another_template_adopts_is_mirrored_still(self, lab: RenderLab) -> None:
        lab.write(TWINS)
        assert lab.render().counts['made'] == 1
        lab.workshop.commit({OTHER: vpc('a', 1001)})
        lab.render()
        assert 'templates/other.yaml.j2' in lab.text('a')
        assert lab.plan().plan.is_empty
        assert path('twin-of-a') in lab.workshop.files()

    @pytest.mark.parametrize('text', ['', 'annotations: {}', 'annotations: {x: y}'])
    def test_it_is_let_go_when_nothing_makes_it(self, lab: RenderLab, text: str) -> None:
        before = vpc('a', 1001).replace(
            '  name: a\n', f'  name: a\n  {text}\n' if text else '  name: a\n'
        )
        lab.workshop.commit({path('a'): before})
        lab.write(MIRROR)
        lab.render()
        assert lab.plan().plan.is_empty
        lab.write(None)
        plan = lab.render()
        assert [finding.code for finding in plan.findings] == ['RenderedLetGo']
        assert (plan.counts['let_go'], plan.counts['removed']) == (1, 0)
        assert plan.subject == 'Render templates: 1 let go'
        assert RECORD not in lab.workshop.files()
        assert 'hnp.githedgehog.com' not in lab.text('a')
        assert '# which pools this takes from' in lab.text('a')
        assert lab.plan().plan.is_empty

    def test_one_of_several_is_let_go_and_the_rest_removed(self, lab: RenderLab) -> None:
        lab.render()
        lab.write(VPCS, 'names: []\nfirst_vlan: 1001\n')
        plan = lab.render()
        assert (plan.counts['let_go'], plan.counts['removed']) == (1, 1)
        assert path('a') in lab.workshop.files()
        assert path('b') not in lab.workshop.files()

    def test_it_is_known_after_changes_and_a_move(self, lab: RenderLab) -> None:
        lab.render()
        lab.write(VPCS, 'names: [a, b]\nfirst_vlan: 1500\n')
        lab.render()
        assert 'vlan: 1500' in lab.text('a')
        lab.workshop.commit({TEMPLATE: None, OTHER: VPCS})
        lab.render()
        lab.workshop.commit({OTHER: None})
        assert lab.plan(policy=RenderPolicy(removed=Follow.HOLD)).plan.is_empty
        assert lab.render().counts['let_go'] == 1
        assert 'vlan: 1500' in lab.text('a')

    def test_what_a_hand_removed_is_gone(self, lab: RenderLab) -> None:
        lab.render()
        lab.workshop.commit({path('a'): None})
        lab.write(None)
        plan = lab.render()
        assert (plan.findings, 'let_go' in plan.counts) == ((), False)


class TestRenamed:
    def test_rendered_alone_it_takes_its_objects_along(self, lab: RenderLab) -> None:
        lab.render()
        lab.by_hand('b', 'vlan: 1002', 'vlan: 1999')
        lab.workshop.commit({TEMPLATE: None, OTHER: VPCS})
        plan = lab.render(only=frozenset({'other.yaml.j2'}))
        assert (plan.conflicts, plan.findings) == ((), ())
        assert 'template: templates/other.yaml.j2' in lab.text('a')
        assert 'vlan: 1999' in lab.text('b')
        assert RECORD not in lab.workshop.files()
        assert lab.plan().plan.is_empty

    def test_what_it_does_not_make_stays_with_the_old_one(self, lab: RenderLab) -> None:
        lab.render()
        then = lab.workshop.show(RECORD)
        lab.workshop.commit(
            {
                TEMPLATE: VPCS.replace('names %', "['b'] %").replace('loop.index0', '1'),
                OTHER: VPCS.replace('names %', "['a'] %"),
            }
        )
        plan = lab.render(only=frozenset({'other.yaml.j2'}))
        assert plan.conflicts == ()
        record = lab.workshop.show(RECORD)
        assert b'name: a\n' not in record
        assert b'name: b\n' in record
        version = b', version %s.' % then.split(b', version ')[1].split(b'.')[0]
        assert version in record


class TestVersions:
    def test_what_is_held_is_of_its_old_version(self, lab: RenderLab) -> None:
        lab.render()
        old = blob(lab)
        lab.by_hand('a', 'vlan: 1001', 'vlan: 1999')
        lab.write(VPCS.replace('loop.index0', 'loop.index0 + 500'))
        assert len(lab.render().conflicts) == 1
        record = record_of(lab)
        assert {one.key: one.version for one in record.objects} == {key('a'): old, key('b'): ''}
        assert (record.version, record.holds_back) == (blob(lab), True)
        lab.by_hand('a', 'vlan: 1999', 'vlan: 1501')
        lab.render()
        assert not record_of(lab).holds_back
        assert [one.key for one in record_of(lab).objects if one.adopted] == [key('a')]
        assert lab.plan().plan.is_empty

    def test_by_policy_too_and_through_several(self, lab: RenderLab) -> None:
        lab.render()
        old = blob(lab)
        for more in (500, 600):
            lab.write(VPCS.replace('loop.index0', f'loop.index0 + {more}'))
            lab.render(policy=RenderPolicy(changed=Follow.HOLD))
            assert {one.version for one in record_of(lab).objects} == {old}

    def test_a_comment_at_the_top_is_no_mark(self, lab: RenderLab) -> None:
        lab.write(VPCS.replace('---\n', f'---\n# adopted: {key("b")}\n'))
        lab.render()
        assert [one.key for one in record_of(lab).objects if one.adopted] == [key('a')]
        lab.write(None)
        lab.render()
        assert path('b') not in lab.workshop.files()


def blob(lab: RenderLab) -> str:
    return lab.workshop.git('rev-parse', f'HEAD:{TEMPLATE}').strip()


def record_of(lab: RenderLab):
    shop = lab.workshop
    entries = entries_below(shop.store, shop.head(), LAB.base)
    return kept_records(shop.store, LAB, entries)['vpcs.yaml.j2']
