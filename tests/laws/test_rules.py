"""No value makes a rule raise, however far from the schema, and no fabric slows the rules down."""

import json
import sys
from collections.abc import Iterator
from itertools import count
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hedgehog_gitops.documents import FieldPath, format_field_path, set_field
from hedgehog_gitops.kinds import CATALOGUE
from hedgehog_gitops.kinds.references import references_of
from hedgehog_gitops.kinds.rules import FabricObject, fabric_problems, object_problems

from ..engine.kinds.rules.healthy import found, healthy, thing

HEALTHY = healthy()


def paths(value: Any, path: FieldPath = ()) -> Iterator[FieldPath]:
    yield path
    inner: Any = ()
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
    for step, below in inner:
        yield from paths(below, (*path, step))


PLACES = [(ident, path) for ident, value in HEALTHY.items() for path in paths(value['spec'])]
WORDS = sorted(
    {str(step) for _, path in PLACES for step in path}
    | {
        '',
        '/',
        'a/',
        '/b',
        'ext.',
        'rp.x',
        '::/0',
        '10.0.0.0/8',
        '9' * 5000,
        '10.0.0.0/' + '1' * 99,
    }
)
scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS) | st.text()
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(WORDS) | st.text(), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(st.lists(st.tuples(st.sampled_from(PLACES), values), min_size=1, max_size=4))
def test_no_value_at_any_place_makes_a_rule_raise(changes: list[Any]) -> None:
    objects = dict(HEALTHY)
    for (ident, path), new in changes:
        try:
            objects[ident] = set_field(objects[ident], ('spec', *path), new)
        except ValueError:  # an earlier change took the field away
            continue
    said(objects)


@given(st.sampled_from([kind.kind for kind in CATALOGUE.kinds]), values, values)
def test_no_spec_makes_a_rule_raise(kind: str, spec: Any, metadata: Any) -> None:
    value = thing(f'{kind}/a', spec)
    one = found(value)
    odd = FabricObject(one.key, {**value, 'metadata': metadata}, one.kind)
    assert isinstance(object_problems(odd.key, odd.value, odd.kind), tuple)
    fabric_problems([odd, one], CATALOGUE)


def said(objects: dict[str, Any]) -> None:
    """Everything said is well formed: a path that can be written, a message, one line."""
    things = [found(value) for value in objects.values()]
    problems = [problem for _, problem in fabric_problems(things, CATALOGUE)]
    for one in things:
        problems.extend(object_problems(one.key, one.value, one.kind))
        list(references_of(one.value, one.kind))
    for problem in problems:
        assert format_field_path(problem.path)
        assert problem.code
        assert json.dumps(problem.message)


def test_the_work_grows_with_the_fabric_and_no_faster() -> None:
    small, large = steps(crowded(100)), steps(crowded(400))
    assert 100 * 10 < small < large < 4 * 1.2 * small


def crowded(size: int) -> list[FabricObject]:
    """Everything collides: one subnet, one VLAN, one port, and names which are nearly right."""
    net = {'subnet': '10.0.0.0/24', 'vlan': 1001}
    link = {'server': {'port': 'server-1/p1'}, 'switch': {'port': 'leaf-1/E1/1'}}
    values = []
    for n in range(size):
        values += [
            thing(f'VPC/vpc-{n}', {'subnets': {'default': net, f's{n}': net}}),
            thing(f'Connection/c{n}', {'unbundled': {'link': link}}),
            thing(f'VPCAttachment/a{n}', {'subnet': f'vpcs-{n}/default', 'connection': 'c0'}),
            thing(f'VPCAttachment/b{n}', {'subnet': 'vpc-1/default', 'connection': 'c1'}),
            thing(f'VPCPeering/p{n}', {'permit': [{'vpc-1': {}, 'vpc-2': {'subnets': ['x']}}]}),
            thing(f'Switch/leaf{n}', {'role': 'server-leaf', 'asn': 65101, 'ip': '10.0.0.1/8'}),
        ]
    return [found(value) for value in values]


def steps(objects: list[FabricObject]) -> int:
    """How many calls the rules make, which is the same on every machine."""
    calls = count()
    sys.setprofile(lambda frame, event, argument: next(calls) if 'call' in event else None)
    try:
        fabric_problems(objects, CATALOGUE)
    finally:
        sys.setprofile(None)
    return next(calls)
