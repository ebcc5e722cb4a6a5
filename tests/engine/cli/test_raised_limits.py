"""`--limit`: what is read because a limit was raised is then handled like anything else."""

import json

import pytest

from hedgehog_gitops.documents import DEEPEST

from ..workshop import BASE, vpc

# Whole commands, on real repositories.
pytestmark = pytest.mark.slow

VPC_1 = f'{BASE}/managed/vpcs/vpc-1.yaml'
RAISED = ('--limit', f'depth={DEEPEST}', '--json')
# What is around the value: the object, its metadata and annotations, a List and its items.
LEVELS = DEEPEST - 5


def deep_value() -> dict[str, object]:
    """A value with almost as many levels as may be allowed, behind two a person may edit."""
    inner: dict[str, object] = {'end': 1}
    for _ in range(LEVELS):
        inner = {'a': inner}
    return inner


def in_flow(text: str) -> str:
    return f'{text}note: {json.dumps(deep_value())}\n'


def in_block(text: str) -> str:
    lines = [f'{"  " * (level + 1)}a:\n' for level in range(LEVELS)]
    return f'{text}note:\n{"".join(lines)}{"  " * (LEVELS + 1)}end: 1\n'


def in_list(text: str) -> str:
    lines = in_flow(text).splitlines(keepends=True)
    return 'apiVersion: v1\nkind: List\nitems:\n- ' + '  '.join(lines)


def in_json(text: str) -> str:
    name = text.partition('name: ')[2].partition('\n')[0]
    item = {
        'apiVersion': 'vpc.githedgehog.com/v1beta1',
        'kind': 'VPC',
        'metadata': {'name': name},
        'spec': {'subnets': {'default': {'subnet': '10.0.1.0/24', 'vlan': 1001}}},
        'note': deep_value(),
    }
    return json.dumps({'apiVersion': 'v1', 'kind': 'List', 'items': [item]})


@pytest.mark.parametrize('written', [in_flow, in_block, in_list, in_json])
def test_a_deep_object_is_ingested_edited_and_met_again(lab, command, tmp_path, written):
    lab.commit({f'{BASE}/raw/a.yaml': written(vpc('vpc-1'))})
    assert command('ingest', '--json').json['findings'][0]['code'] == 'TooDeep'
    # The held file lies in raw/ as before; the limit alone is what changed.
    told = command('ingest', *RAISED).json
    assert told['ok'] and 'NotAnnotated' not in {f['code'] for f in told['findings']}
    assert b'hnp.githedgehog.com/managed-by' in lab.show(VPC_1)
    field = 'spec.subnets.default.vlan'
    edit = ('--resource', 'vpc.githedgehog.com/VPC/default/vpc-1', '--set', f'{field}=1002')
    assert command('edit', *edit, *RAISED).json['ok']
    assert b'1002' in lab.show(VPC_1) and b'1001' not in lab.show(VPC_1)
    again = tmp_path / 'again.yaml'
    again.write_text(written(vpc('vpc-1')))
    assert command('drop', str(again), *RAISED).json['ok']
    told = command('check', *RAISED).json['findings']
    assert {(f['file'], f['code']) for f in told} == {(VPC_1, 'UnknownField')}


def test_places_are_found_with_the_limits_of_the_first_look(lab, command):
    files = {f'{BASE}/raw/{vlan}.yaml': in_flow(vpc('vpc-1', vlan)) for vlan in (1001, 1002)}
    lab.commit(files)
    told = command('check', '--json').json['findings']
    assert [f['code'] for f in told] == ['TooDeep', 'TooDeep']
    told = command('check', *RAISED).json['findings']
    again = {f['file']: (f['line'], f['column']) for f in told if f['code'] == 'DuplicateIdentity'}
    assert again == dict.fromkeys(files, (4, 3))


def test_a_limit_nothing_here_could_keep_is_refused(lab, command):
    ran = command('check', '--limit', f'depth={DEEPEST + 1}', '--json')
    assert ran.status == 2 and str(DEEPEST) in ran.json['error']['message']


def test_definitions_that_were_too_much_are_read_once_the_limit_is_raised(lab, command):
    lab.commit({f'{BASE}/crds/widgets.yaml': in_flow(DEFINITION)})
    assert [f['code'] for f in command('check', '--json').json['findings']] == ['TooDeep']
    assert command('check', *RAISED).json['findings'] == []


DEFINITION = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: widgets.example.com
spec:
  group: example.com
  names: {plural: widgets, singular: widget, kind: Widget}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec: {type: object}
"""
