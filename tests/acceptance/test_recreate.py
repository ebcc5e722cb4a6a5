"""Git is the truth: a fabric deleted and made again shows every object again (R017, F09)."""

from pathlib import Path

from .samples import vpcs
from .stack import Stack


def test_a_recreated_fabric_has_every_object_again(stack: Stack, tmp_path: Path) -> None:
    repository = stack.new_repository()
    fabric = stack.ready_fabric(repository)
    person = repository.clone(tmp_path / 'clone')
    raw = person.path / 'fabrics' / fabric['slug'] / 'gitops/raw/three.yaml'
    raw.write_text(vpcs('one', 'two', 'three'))
    person.push('Drop three VPCs')
    assert stack.act(fabric)['status'] == 'completed'
    head, before = repository.head(), specs(stack, fabric)
    assert len(before) == 3

    assert stack.api('DELETE', f'fabrics/{fabric["id"]}/').status == 204
    assert repository.head() == head, 'deleting a fabric must not touch its repository'
    again = stack.new_fabric(
        fabric['git_repository']['id'], name=fabric['name'], slug=fabric['slug']
    )
    stack.until(
        lambda: stack.get(f'fabrics/{again["id"]}/gitops-status/')['initialized'],
        'the fabric to be initialised again',
    )
    stack.quiet(again)
    assert specs(stack, again) == before
    assert repository.head() == head, 'nothing was missing, so nothing is written'


def specs(stack: Stack, fabric: dict) -> dict[str, dict]:
    return {row['name']: row['desired_spec'] for row in stack.resources(fabric)}
