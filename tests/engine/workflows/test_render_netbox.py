"""Templates that ask NetBox: who answers, what is kept of it, and what no answer takes away."""

import json

import pytest

from hedgehog_gitops.plans import Plan
from hedgehog_gitops.templates import NETBOX_FIELDS, QueryRefused, rows_from_file

from ..workshop import BASE, Workshop
from .render_lab import RECORD, TEMPLATE, RenderLab

# Many commits, on real repositories.
pytestmark = pytest.mark.slow

NAME = 'servers.yaml.j2'
AT = f'{BASE}/templates/{NAME}'
KEPT = f'{BASE}/.hnp/netbox/servers.yaml.json'
SERVERS = """\
{# hedgehog-template
variables:
  role: {type: string, default: server}
netbox:
  hosts:
    objects: devices
    where: {role: {variable: role}, site: [lab, dc-1]}
    fields: [name, serial]
    limit: 2
#}
{% for host in netbox.hosts %}
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: {{ host.name }}
spec:
  description: serial {{ host.serial }}
{% endfor %}
"""
A, B = ({'id': n, 'name': name, 'serial': f'S{n}'} for n, name in ((1, 'srv-a'), (2, 'srv-b')))


class Asked:
    """Answers with these rows, and remembers what it was asked."""

    def __init__(self, *rows: dict[str, object]) -> None:
        self.rows, self.queries, self.before = rows, [], []

    def __call__(self, template, query, before):
        self.queries.append((template, query))
        self.before.append(list(before))
        return self.rows


@pytest.fixture
def lab(workshop: Workshop) -> RenderLab:
    lab = RenderLab(workshop)
    workshop.commit({AT: SERVERS, TEMPLATE: None})
    return lab


def servers(lab: RenderLab) -> list[str]:
    names = lab.workshop.git('ls-tree', '-r', '--name-only', 'HEAD').splitlines()
    return sorted(
        name.rpartition('/')[2]
        for name in names
        if '/managed/servers/' in name and name.endswith('.yaml')
    )


def codes(plan: Plan) -> list[str]:
    return [finding.code for finding in plan.findings if finding.severity != 'info']


def test_rows_become_objects_and_are_kept_one_a_line(lab: RenderLab) -> None:
    ask = Asked(A, {**B, 'status': 'not asked for'})
    lab.render(ask=ask)
    assert servers(lab) == ['srv-a.yaml', 'srv-b.yaml']
    ((template, query),) = ask.queries
    assert (template, query.objects, query.fields) == (NAME, 'devices', ('id', 'name', 'serial'))
    assert query.where == {'role': 'server', 'site': ['lab', 'dc-1']}
    kept = lab.workshop.show(KEPT).decode()
    assert '  {"id": 1, "name": "srv-a", "serial": "S1"},\n' in kept
    assert json.loads(kept)['hosts']['rows'] == [A, B]


def test_the_same_answer_again_makes_no_commit_and_is_not_rendered_again(lab: RenderLab) -> None:
    lab.render(ask=Asked(A, B))
    again = lab.plan(ask=Asked(A, B)).plan
    assert (again.is_empty, again.counts['rendered']) == (True, 0)


def test_another_answer_is_followed(lab: RenderLab) -> None:
    lab.render(ask=Asked(A, B))
    ask = Asked(A)
    plan = lab.render(ask=ask)
    assert (plan.counts['removed'], servers(lab)) == (1, ['srv-a.yaml'])
    assert ask.before == [[A, B]]


def test_where_nobody_asks_the_last_answer_stands(lab: RenderLab) -> None:
    lab.render(ask=Asked(A, B))
    assert lab.plan().plan.is_empty
    lab.workshop.commit({AT: SERVERS.replace('serial {{', 'no. {{')})
    plan = lab.render()
    assert (codes(plan), plan.counts['changed']) == ([], 2)


@pytest.mark.parametrize('change', [('limit: 2', 'limit: 3'), ('role: {v', 'tenant: {v')])
def test_a_question_nobody_asked_holds_its_objects(lab: RenderLab, change) -> None:
    lab.render(ask=Asked(A, B))
    lab.workshop.commit({AT: SERVERS.replace(*change)})
    plan = lab.plan().plan
    expected = [] if 'limit' in change[0] else ['TemplateQueryUnanswered']
    assert codes(plan) == expected
    assert plan.counts['removed'] == 0
    for finding in plan.findings:
        assert (finding.file, finding.line, finding.field) == (AT, 5, 'netbox.hosts')


def test_never_answered_makes_nothing(lab: RenderLab) -> None:
    plan = lab.plan().plan
    assert (codes(plan), plan.changes) == (['TemplateQueryUnanswered'], ())


def test_too_many_rows_and_refusals_take_nothing_away(lab: RenderLab) -> None:
    lab.render(ask=Asked(A, B))
    many = lab.plan(ask=Asked(A, B, {**B, 'id': 3})).plan
    assert (codes(many), many.changes) == (['TemplateQueryTooMany'], ())

    def refuse(*_):
        raise QueryRefused('TemplateQueryRefused', 'not for you', 'ask somebody else')

    refused = lab.plan(ask=refuse).plan
    assert (codes(refused), refused.changes) == (['TemplateQueryRefused'], ())
    assert refused.findings[0].suggestion == 'ask somebody else'


@pytest.mark.parametrize('value', ["''", '[]', "[lab, '']", '{a: b}', 'null'])
def test_a_condition_that_says_nothing_does_not_bring_everything(
    lab: RenderLab, value: str
) -> None:
    lab.render(ask=Asked(A, B))
    lab.workshop.commit({f'{BASE}/templates/vars.yaml': f'role: {value}\n'})
    lab.workshop.commit({AT: SERVERS.replace('{type: string, default: server}', 'any')})
    ask = Asked(A)
    plan = lab.plan(ask=ask).plan
    assert (codes(plan), ask.queries) == (['TemplateQueryRefused'], [])
    assert plan.counts['removed'] == 0


def test_a_template_that_asks_no_more_loses_its_record(lab: RenderLab) -> None:
    lab.render(ask=Asked(A, B))
    lab.workshop.commit({AT: None})
    plan = lab.render()
    assert {change.path for change in plan.changes} >= {KEPT}
    assert servers(lab) == []


def test_only_those_asked_for_are_asked(lab: RenderLab) -> None:
    lab.render(ask=Asked(A, B))
    ask = Asked()
    lab.workshop.commit({TEMPLATE: '{# nothing #}\n'})
    plan = lab.plan(ask=ask, only=frozenset({'vpcs.yaml.j2'})).plan
    assert (ask.queries, plan.counts['removed']) == ([], 0)
    assert RECORD not in {change.path for change in plan.changes}


def test_rows_from_a_file_name_template_and_query(lab: RenderLab) -> None:
    plan = lab.plan(ask=rows_from_file({NAME: {'hosts': [A]}})).plan
    assert (codes(plan), plan.counts['made']) == ([], 1)
    for data in ({}, {NAME: []}, {NAME: {'others': []}}):
        assert codes(lab.plan(ask=rows_from_file(data)).plan) == ['TemplateQueryUnanswered']
    short = lab.plan(ask=rows_from_file({NAME: {'hosts': [{'name': 'x'}]}})).plan
    assert codes(short) == ['TemplateQueryRefused']
    assert 'row 1 of hosts has no field serial' in short.findings[0].message


@pytest.mark.parametrize(
    ('said', 'why'),
    [
        ('objects: racks', "asks for 'racks'"),
        ('objects: devices, fields: [password]', "no field 'password'"),
        ('objects: devices, limit: 100000', '`limit` is a number from 1 to 5,000'),
        ('objects: devices, where: {role: {a: b}}', '`where` gives'),
        ('objects: devices, sort: name', 'has no sort'),
    ],
)
def test_a_question_that_cannot_be_asked_has_its_line(lab: RenderLab, said: str, why: str) -> None:
    header = f'{{# hedgehog-template\nnetbox:\n  hosts: {{{said}}}\n#}}\n'
    lab.workshop.commit({AT: header})
    (finding,) = lab.plan(ask=Asked()).plan.findings
    assert (finding.code, finding.line) == ('TemplateHeader', 3)
    assert why in finding.message


def test_every_kind_has_an_id_and_custom_fields() -> None:
    for kind, fields in NETBOX_FIELDS.items():
        assert fields[0] == 'id', kind
        assert {'description', 'tags'} <= set(fields), kind
        assert ('custom_fields' in fields) == (kind != 'config-contexts'), kind


CONTEXTS = """\
{# hedgehog-template
variables:
  site: {type: string, default: dc1}
  hosts: {type: list, from: settings}
  words: {type: mapping, from: settings, default: {a: nobody}}
netbox:
  settings: {objects: config-contexts, where: {site: {variable: site}}}
#}
{% for host in hosts %}
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: {{ host }}
spec:
  description: {{ words.a }} and {{ words.b | default('no b') }}
{% endfor %}
"""


def context(number: int, data: dict[str, object]) -> dict[str, object]:
    fields = dict.fromkeys(NETBOX_FIELDS['config-contexts'])
    return {**fields, 'id': number, 'weight': 1000 * number, 'data': data}


class TestConfigContexts:
    @pytest.fixture
    def lab(self, lab: RenderLab) -> RenderLab:
        lab.workshop.commit({AT: CONTEXTS})
        return lab

    def text(self, lab: RenderLab, name: str) -> str:
        return lab.workshop.show(f'{BASE}/managed/servers/{name}.yaml').decode()

    def test_the_heavier_one_is_right_and_mappings_are_joined(self, lab: RenderLab) -> None:
        low = context(1, {'hosts': ['old'], 'words': {'a': 'x', 'b': 'y'}, 'ntp': ['10.0.0.1']})
        high = context(2, {'hosts': ['srv-a'], 'words': {'a': 'z'}})
        assert codes(lab.render(ask=Asked(low, high))) == []
        assert servers(lab) == ['srv-a.yaml']
        assert 'description: z and y\n' in self.text(lab, 'srv-a')
        # Nobody asks: what was told last stands, and nothing is to be done.
        assert lab.plan().plan.is_empty

    def test_files_and_callers_come_before_and_defaults_behind(self, lab: RenderLab) -> None:
        told = context(1, {'hosts': ['of-netbox'], 'words': 'of no type'})
        lab.workshop.commit({f'{BASE}/templates/vars.yaml': 'words: {a: of the folder}\n'})
        assert codes(lab.render(ask=Asked(told))) == []
        assert 'description: of the folder and no b\n' in self.text(lab, 'of-netbox')
        lab.render(ask=Asked(told), context={'hosts': ['of-the-caller']})
        assert servers(lab) == ['of-the-caller.yaml']
        lab.workshop.commit({f'{BASE}/templates/vars.yaml': 'hosts: [of-folder]\n'})
        lab.render(ask=Asked())
        assert 'description: nobody and no b\n' in self.text(lab, 'of-folder')

    def test_one_of_another_type_or_without_a_value_makes_nothing(self, lab: RenderLab) -> None:
        assert codes(lab.render(ask=Asked())) == ['TemplateVariableMissing']
        wrong = context(1, {'hosts': 'no list'})
        assert codes(lab.render(ask=Asked(wrong))) == ['TemplateVariableInvalid']
        assert servers(lab) == []

    @pytest.mark.parametrize(
        'query',
        [
            'other: {objects: config-contexts}',
            'settings: {objects: devices}',
            'settings: {objects: config-contexts, fields: [name]}',
        ],
    )
    def test_a_variable_comes_from_the_data_of_contexts_alone(
        self, lab: RenderLab, query: str
    ) -> None:
        header = f'variables:\n  ntp: {{from: settings}}\nnetbox:\n  {query}\n'
        lab.workshop.commit({AT: f'{{# hedgehog-template\n{header}#}}\n'})
        found = lab.plan(ask=Asked()).plan.findings
        assert ('TemplateHeader', 3) in [(each.code, each.line) for each in found]
