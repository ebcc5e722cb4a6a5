"""Which templates are known to make something else by now, and which errors stand anyhow."""

import pytest

from hedgehog_gitops.workflows import Render, changed_templates, standing_errors

from ..workshop import BASE, LAB, Workshop, vpc
from .render_lab import VPCS, RenderLab, path

OTHER = f'{BASE}/templates/other.yaml.j2'
PART = f'{BASE}/templates/_part.j2'


@pytest.fixture
def lab(workshop: Workshop) -> RenderLab:
    lab = RenderLab(workshop)
    lab.render()
    return lab


def changed(lab: RenderLab, **asked: object) -> set[str]:
    shop = lab.workshop
    return set(changed_templates(shop.store, shop.head(), LAB, Render(**asked)))


class TestChanged:
    def test_variables_of_the_folder_and_of_the_caller(self, lab: RenderLab) -> None:
        assert changed(lab) == set()
        assert changed(lab, context={'first_vlan': 1100}) == {'vpcs.yaml.j2'}
        lab.write(VPCS, 'names: [a, b]\nfirst_vlan: 1500\n')
        assert changed(lab) == {'vpcs.yaml.j2'}
        lab.render()
        assert changed(lab) == set()

    def test_parts_and_resources(self, lab: RenderLab) -> None:
        text = vpc('z', 1700).replace('10.0.1.', '10.0.99.')
        count = '{# #}' + '# {{ resources.Server | length }}\n'
        lab.workshop.commit({OTHER: "{% include '_part.j2' %}\n" + count, PART: text})
        lab.render()
        assert changed(lab) == set()
        lab.workshop.commit({PART: text.replace('1700', '1701')})
        assert changed(lab) == {'other.yaml.j2'}
        lab.render()
        server = 'apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata: {name: s}\n'
        lab.workshop.commit({f'{BASE}/managed/servers/s.yaml': server})
        assert changed(lab) == {'other.yaml.j2'}

    def test_what_was_rendered_but_not_taken_over(self, lab: RenderLab) -> None:
        lab.write(VPCS, 'names: [a, b]\nfirst_vlan: 1500\n')
        lab.plan()
        assert changed(lab) == {'vpcs.yaml.j2'}

    def test_nothing_is_said_of_another_version(self, lab: RenderLab) -> None:
        lab.write(VPCS.replace('pool', 'lake'))
        assert changed(lab) == set()


def test_errors_that_stand_are_told(lab: RenderLab) -> None:
    shop = lab.workshop
    plan = lab.plan().plan
    assert standing_errors(shop.store, shop.head(), LAB, plan) == ()
    shop.commit({path('bad'): vpc('bad', 3999).replace('10.0.1.', '10.0.88.')})
    (found,) = standing_errors(shop.store, shop.head(), LAB, lab.plan().plan)
    assert found.code == 'VlanOutsideNamespace'
    assert found.message.endswith('(this stands in Git already)')
