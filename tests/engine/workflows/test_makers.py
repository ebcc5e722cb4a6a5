"""Which version of which template made an object."""

import pytest

from hedgehog_gitops.identity import ResourceKey
from hedgehog_gitops.wiring import key_of
from hedgehog_gitops.workflows import Generate, MadeBy, made_by, plan_generate

from ..wiring.lab import small
from ..workshop import BASE, LAB, OPERATION, Workshop, vpc
from .render_lab import TEMPLATE, VPCS, RenderLab, key, path


@pytest.fixture
def lab(workshop: Workshop) -> RenderLab:
    return RenderLab(workshop)


def maker(lab: RenderLab, of: ResourceKey) -> MadeBy | None:
    return made_by(lab.workshop.store, lab.workshop.head(), LAB, of)


def version(lab: RenderLab) -> tuple[str, str]:
    """The blob of the template now, and the commit that made it so."""
    git = lab.workshop.git
    commit = git('log', '-1', '--format=%H', '--', TEMPLATE).strip()
    return git('rev-parse', f'HEAD:{TEMPLATE}').strip(), commit


class TestTemplates:
    def test_nobody_has_made_what_is_not_there(self, lab: RenderLab) -> None:
        assert maker(lab, key('a')) is None

    def test_the_version_and_its_commit(self, lab: RenderLab) -> None:
        lab.render()
        assert maker(lab, key('a')) == MadeBy('vpcs.yaml.j2', *version(lab))
        assert maker(lab, key('of-nobody')) is None

    def test_a_hand_edit_changes_no_maker(self, lab: RenderLab) -> None:
        lab.render()
        lab.by_hand('a', 'hnp.githedgehog.com/template:', 'example.com/x:')
        assert maker(lab, key('a')) == MadeBy('vpcs.yaml.j2', *version(lab))

    def test_a_template_that_changed_since(self, lab: RenderLab) -> None:
        lab.render()
        before = version(lab)
        lab.write(VPCS.replace('from the pool', 'of the lab'))
        assert maker(lab, key('a')) == MadeBy('vpcs.yaml.j2', *before, is_current=False)
        lab.render()
        assert maker(lab, key('a')) == MadeBy('vpcs.yaml.j2', *version(lab))

    def test_an_object_that_is_held_is_of_the_version_before(self, lab: RenderLab) -> None:
        lab.render()
        before = version(lab)
        lab.by_hand('a', 'vlan: 1001', 'vlan: 1700')
        lab.write(VPCS.replace('first_vlan +', '500 + first_vlan +'))
        plan = lab.render()
        assert len(plan.conflicts) == 1
        assert maker(lab, key('a')) == MadeBy('vpcs.yaml.j2', *before, is_current=False)
        assert maker(lab, key('b')) == MadeBy('vpcs.yaml.j2', *version(lab))

    def test_an_object_that_was_there_before(self, lab: RenderLab) -> None:
        lab.workshop.commit({path('a'): vpc('a', 1001)})
        lab.render()
        found = maker(lab, key('a'))
        assert found is not None
        assert found.adopted

    def test_a_template_that_is_gone(self, lab: RenderLab) -> None:
        lab.render()
        before = version(lab)
        lab.write(None)
        assert maker(lab, key('a')) == MadeBy('vpcs.yaml.j2', *before, is_current=False)


def test_generated_from_netbox(workshop: Workshop) -> None:
    lab = RenderLab(workshop)
    asked = Generate(lambda _chosen: small(), selection=None)
    workshop.commit({f'{BASE}/.hnp/wiring.yaml': 'select: {sites: [ams1]}\n'})
    plan = plan_generate(workshop.store, workshop.head(), LAB, asked, OPERATION).plan
    lab.put(plan)
    assert maker(lab, key_of('Switch', 'leaf-01')) == MadeBy()
    assert maker(lab, key_of('Switch', 'leaf-09')) is None
