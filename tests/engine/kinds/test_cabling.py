"""What a Connection joins, whatever its type, and whatever stands in its fields."""

from typing import Any

import pytest

from hedgehog_gitops.kinds.cabling import cables_of, connection_type


def told(spec: Any) -> list[str]:
    return [' - '.join('/'.join(end) for end in cable.ends) for cable in cables_of(spec)]


def ports(**sides: str) -> dict[str, dict[str, str]]:
    return {side: {'port': port} for side, port in sides.items()}


@pytest.mark.parametrize(
    ('spec', 'expected'),
    [
        (
            {'unbundled': {'link': ports(server='s/e1', switch='l/E1/1/4')}},
            ['Server/s/e1 - Switch/l/E1/1/4'],
        ),
        (
            {'eslag': {'links': [ports(server='s/1', switch='a/1'), ports(server='s/2')]}},
            ['Server/s/1 - Switch/a/1', 'Server/s/2'],
        ),
        (
            {'fabric': {'links': [ports(spine='sp/1', leaf='l/9')]}},
            ['Switch/sp/1 - Switch/l/9'],
        ),
        (
            {'gateway': {'links': [ports(switch='l/1', gateway='g/enp2s1')]}},
            ['Switch/l/1 - Gateway/g/enp2s1'],
        ),
        ({'external': {'link': ports(switch='l/1')}}, ['Switch/l/1']),
        (
            {
                'mclagDomain': {
                    'peerLinks': [ports(switch1='a/1', switch2='b/1')],
                    'sessionLinks': [ports(switch1='a/2', switch2='b/2'), 'nonsense'],
                }
            },
            ['Switch/a/1 - Switch/b/1', 'Switch/a/2 - Switch/b/2'],
        ),
        # The cluster reads one type, and so do we.
        ({'external': {'link': ports(switch='x/1')}, 'mclag': {'links': []}}, []),
        ({'mclagDomain': {'peerLinks': 7}}, []),
        ({'bundled': {'links': ports(server='s/1')}}, []),
        ({'bundled': {'links': [ports(server='/1', switch='')]}}, []),
        ({'bundled': None}, []),
        ({}, []),
    ],
)
def test_cables(spec: Any, expected: list[str]) -> None:
    assert told(spec) == expected


def test_the_type_is_the_one_the_cluster_reads() -> None:
    assert connection_type({'fabric': {}, 'mclag': {}}) == 'mclag'
    assert connection_type({'nonsense': {}}) == ''
