"""Texts that are not saved yet: tried without a trace, or saved with what they make."""

from ..workshop import Workshop
from .render_lab import RECORD, TEMPLATE, VPCS, RenderLab, path

NAME = 'vpcs.yaml.j2'


def test_a_text_is_written_with_what_it_makes(workshop: Workshop) -> None:
    lab = RenderLab(workshop)
    lab.render()
    text = VPCS.replace('from the pool', 'of the lab')
    lab.render(edited={NAME: text.encode()})
    assert workshop.show(TEMPLATE).decode() == text
    assert 'of the lab' in lab.text('a')
    blob = workshop.git('rev-parse', f'HEAD:{TEMPLATE}').strip()
    assert f'version {blob}.' in workshop.show(RECORD).decode()
    assert lab.plan().plan.is_empty


def test_the_same_text_changes_nothing(workshop: Workshop) -> None:
    lab = RenderLab(workshop)
    lab.render()
    assert lab.plan(edited={NAME: VPCS.encode()}).plan.is_empty


def test_a_new_template_may_be_given(workshop: Workshop) -> None:
    lab = RenderLab(workshop)
    lab.render()
    text = VPCS.replace('{{ name }}', 'x-{{ name }}').replace('loop.index', '40 + loop.index')
    plan = lab.plan(edited={'more.yaml.j2': text.encode()}).plan
    paths = {change.path for change in plan.changes}
    assert {path('x-a'), TEMPLATE.replace(NAME, 'more.yaml.j2')} <= paths
