"""`render` and `template` as a person runs them, and as a person is attacked through them."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hedgehog_gitops.templates import READY

from ..workshop import BASE, Workshop, vpc
from .conftest import Ran

NAMESPACES = """\
apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata: {name: default}
spec: {subnets: [10.0.0.0/16]}
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: VLANNamespace
metadata: {name: default}
spec: {ranges: [{from: 1000, to: 2999}]}
"""


def put(lab: Workshop, **files: str) -> None:
    """Adds templates by their names."""
    lab.commit({f'{BASE}/templates/{name}.yaml.j2': text for name, text in files.items()})


def test_validate_says_what_check_says(lab: Workshop, command: Callable[..., Ran]) -> None:
    put(lab, a=vpc('a').replace('  name: a\n', '  name: a\n'))
    lab.commit({f'{BASE}/managed/vpcs/bad.yaml': vpc('bad').replace('vlan: 1001', 'vlan: x')})
    checked = command('check')
    told = command('render', '--validate', '--json')
    assert told.status == checked.status == 1
    assert 'bad.yaml' in json.dumps(told.json['findings'])
    assert 'this stands in Git already' in json.dumps(told.json['findings'])


def test_what_cannot_be_read_is_shown_as_it_was_rendered(
    lab: Workshop, command: Callable[..., Ran]
) -> None:
    put(lab, a=f'{{% if 1 %}}\n\n{{% endif %}}\n{vpc("a")}   bad: : x\n')
    shown = command('render', '--show', '--json').json
    text = shown['rendered']['a.yaml.j2'].split('\n')
    (finding,) = shown['findings']
    line = next(number for number, each in enumerate(text, start=1) if 'bad' in each)
    assert finding['message'].endswith(f'(line {line} of what is rendered: bad: : x)')


def test_preview_validate_write_and_nothing_more(
    lab: Workshop, command: Callable[..., Ran]
) -> None:
    put(lab, a=vpc('a').replace('1001', '{{ vlan }}'))
    context = lab.folder / 'context.yaml'
    context.write_text('vlan: 1002\n')
    options = ('--context', str(context))
    shown = command('render', *options, '--show')
    assert 'vlan: 1002  # first of the range' in shown.out
    dry = command('render', *options, '--dry-run')
    assert '+      vlan: 1002' in dry.out
    checked = command('render', *options, '--validate', '--json').json
    assert checked['commit'] is None
    done = command('render', *options, '--allow-errors', '--json')
    answer = done.json
    assert answer['counts']['made'] == 1
    (report,) = answer['templates']
    assert report['template'] == f'{BASE}/templates/a.yaml.j2'
    assert report['made'] == ['vpc.githedgehog.com/VPC/default/a']
    assert len(report['version']) == 40
    count = lab.count()
    assert command('render', *options, '--allow-errors').status == 0
    assert lab.count() == count


def test_a_name_without_a_value_says_where(lab: Workshop, command: Callable[..., Ran]) -> None:
    put(lab, a=vpc('a').replace('1001', '{{ vlan }}'))
    ran = command('render', '--json')
    assert ran.status == 1
    (finding,) = ran.json['findings']
    assert finding['code'] == 'TemplateUndefined'
    assert (finding['file'], finding['line']) == (f'{BASE}/templates/a.yaml.j2', 12)
    assert finding['column'] == 16
    assert finding['field'] == 'vlan'


def test_a_conflict_is_a_person_s(lab: Workshop, command: Callable[..., Ran]) -> None:
    put(lab, a=vpc('a'))
    assert command('render', '--allow-errors').status == 0
    managed = f'{BASE}/managed/vpcs/a.yaml'
    lab.commit({managed: lab.show(managed).replace(b'1001', b'1777')})
    put(lab, a=vpc('a', 1555))
    assert command('render', '--allow-errors', '--json').status == 3
    assert b'1777' in lab.show(managed)


@pytest.mark.parametrize('name', READY)
def test_what_ships_passes_check(lab: Workshop, command: Callable[..., Ran], name: str) -> None:
    lab.commit({f'{BASE}/raw/namespaces.yaml': NAMESPACES})
    assert command('ingest').status == 0
    if name == 'external-peering':
        for other in ('leaf-spine', 'vpc'):
            command('template', '--name', f'{other}.yaml.j2', '--ready', other)
        lab.commit({f'{BASE}/templates/vars.yaml': 'vpcs: {vpc-1: [default]}\n'})
    assert command('template', '--name', 'x/mine.yaml.j2', '--ready', name).status == 0
    rendered = command('render', '--json').json
    assert (rendered['findings'], rendered['conflicts']) == ([], [])
    assert rendered['counts']['made'] > 0
    checked = command('check', '--json').json
    assert [f for f in checked['findings'] if f['severity'] == 'error'] == []
    assert command('render', '--json').json['changes'] == []


def test_a_template_of_what_is_there(lab: Workshop, command: Callable[..., Ran]) -> None:
    lab.commit({f'{BASE}/raw/a.yaml': NAMESPACES + '---\n' + vpc('a') + '---\n' + vpc('b', 1444)})
    assert command('ingest').status == 0
    kept = '    # {{ not a variable }}\n'
    managed = f'{BASE}/managed/vpcs/a.yaml'
    text = lab.show(managed).decode().replace('spec:\n', f'spec:\n{kept}')
    lab.commit({managed: text})
    field = 'vlan=spec.subnets.default.vlan'
    chosen = ('--resource', 'VPC/a', '--variable', field)
    assert command('template', '--name', 'a.yaml.j2', *chosen).status == 0
    made = lab.show(f'{BASE}/templates/a.yaml.j2').decode()
    assert 'vlan: {{ vlan | to_yaml }}  # first of the range' in made
    assert 'hnp.githedgehog.com' not in made
    rendered = command('render', '--json').json
    assert rendered['conflicts'] == []
    now = lab.show(managed).decode()
    assert kept in now
    assert 'template: templates/a.yaml.j2' in now
    two = ('--resource', 'VPC/a', '--resource', 'VPC/b', '--variable', field)
    refused = command('template', '--name', 'b.yaml.j2', *two, '--json')
    assert refused.json['error']['reason'] == 'FieldRefused'


@pytest.mark.slow
@pytest.mark.slow
@pytest.mark.parametrize(
    'bomb',
    [
        '{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}',
        "{% for i in range(99999) %}{{ 'a' * 10000 }}{% endfor %}",
        "{{ 'a' * 1073741824 }}",
        "{% set n = namespace(x='a') %}{% for i in range(9) %}{% set n.x = n.x * 99 %}{% endfor %}",
    ],
)
def test_bombs_through_the_real_command(lab: Workshop, bomb: str) -> None:
    lab.commit({f'{BASE}/templates/bomb.yaml.j2': bomb})

    def bounded() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (600 * 2**20, 600 * 2**20))

    options = ('--fabric-dir', BASE, '--json')
    began = time.monotonic()
    done = subprocess.run(
        [Path(sys.executable).with_name('hedgehog-gitops'), 'render', lab.clone, *options],
        env=os.environ | lab.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        preexec_fn=bounded,
    )
    assert done.returncode == 1, done.stderr
    (finding,) = json.loads(done.stdout)['findings']
    assert (finding['code'], finding['line']) == ('TemplateBound', 1)
    assert 'the bound `' in finding['message']
    assert time.monotonic() - began < 110


def test_answers_of_netbox_from_a_file_are_kept_and_stand(
    lab: Workshop, command: Callable[..., Ran]
) -> None:
    query = '{# hedgehog-template\nnetbox:\n  hosts: {objects: devices, fields: [name]}\n#}\n'
    server = 'apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata: {name: %s}\n'
    loop = '{% for host in netbox.hosts %}\n---\n' + server % '{{ host.name }}' + '{% endfor %}\n'
    put(lab, servers=query + loop)
    unanswered = command('render', '--json')
    assert unanswered.status == 1
    assert [f['code'] for f in unanswered.json['findings']] == ['TemplateQueryUnanswered']
    data = lab.folder / 'answers.json'
    data.write_text(json.dumps({'servers.yaml.j2': {'hosts': [{'id': 7, 'name': 'srv-a'}]}}))
    done = command('render', '--netbox-data', str(data), '--allow-errors', '--json')
    assert done.json['counts']['made'] == 1, done.json
    assert '"name": "srv-a"' in lab.show(f'{BASE}/.hnp/netbox/servers.yaml.json').decode()
    again = command('render', '--allow-errors', '--json')
    assert (again.status, again.json['changes']) == (0, [])
    data.write_text('[]')
    assert command('render', '--netbox-data', str(data)).status == 2
