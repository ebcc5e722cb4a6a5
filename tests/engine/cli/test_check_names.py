"""`check`: a name that is refused, and everything else about the object."""

from ..workshop import BASE, vpc

VPC_1 = f'{BASE}/managed/vpcs/vpc-1.yaml'


def test_a_name_that_is_refused_hides_nothing_else(lab, command):
    bad = vpc('vpc-1').replace('name: vpc-1', 'name: Vpc_1').replace('vlan: 1001', 'vlan: "1001"')
    lab.commit({VPC_1: bad})
    found = command('check', '--json').json['findings']
    assert [(f['code'], f['field']) for f in found if f['severity'] == 'error'] == [
        ('NameInvalid', 'metadata.name'),
        ('WrongType', 'spec.subnets.default.vlan'),
    ]
    assert found[0]['suggestion'] == 'write vpc-1'
    # Of a template nobody can say what it will be.
    lab.commit({VPC_1: bad.replace('"1001"', '"{{ .vlan }}"')})
    (finding,) = command('check', '--json').json['findings']
    assert finding['code'] == 'NameInvalid'
    # Several documents without a name are no duplicates of one another.
    nameless = vpc('vpc-1').replace('  name: vpc-1\n', '  labels: {a: b}\n')
    lab.commit({VPC_1: f'{nameless}---\n{nameless}'})
    told = [
        f['code'] for f in command('check', '--json').json['findings'] if f['severity'] == 'error'
    ]
    assert told == ['NameMissing', 'NameMissing']
