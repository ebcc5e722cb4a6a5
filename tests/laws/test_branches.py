"""Laws of merging branches: what becomes of an object does not depend on the files it lies in.

Each branch moves, changes or removes objects; the merge has to come out as the same three-way
merge of their meanings would, with every object in one file, or name the clash.
"""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hedgehog_gitops.documents import read
from hedgehog_gitops.identity import ResourceKey
from hedgehog_gitops.plans import Plan
from hedgehog_gitops.workflows import BranchMerge, commit_plan, plan_branch_merge

from ..engine.workshop import AUTHORSHIP, BASE, LAB, OPERATION, Workshop, vpc

NAMES = ('a', 'b')
FOLDER = f'{BASE}/managed/vpcs'


@dataclass(frozen=True)
class Lying:
    """An object: the file it lies in and what it says."""

    file: str
    vlan: int = 1001


type Side = dict[str, Lying]

PLACES = st.sampled_from(['x', 'y', 'both'])
APART = {'a': Lying('a'), 'b': Lying('b')}
JOINT = {'a': Lying('both'), 'b': Lying('both')}
START = st.sampled_from([APART, JOINT])
ACTS = st.lists(
    st.tuples(
        st.sampled_from(['move', 'move', 'change', 'remove']),
        st.sampled_from(NAMES),
        PLACES,
        st.integers(1, 3),
    ),
    max_size=3,
)


def done(side: Side, acts: list[tuple[str, str, str, int]]) -> Side:
    side = dict(side)
    for what, name, place, vlan in acts:
        if name not in side:
            continue
        if what == 'remove':
            del side[name]
        elif what == 'move':
            # 'x' of the one is not 'x' of the other; 'both' they share.
            file = place if place == 'both' else name + place
            side[name] = replace(side[name], file=file)
        else:
            side[name] = replace(side[name], vlan=vlan)
    return side


def files(side: Side) -> dict[str, str]:
    texts: dict[str, list[str]] = {}
    for name in NAMES:
        if name in side:
            texts.setdefault(side[name].file, []).append(vpc(name, side[name].vlan))
    return {f'{FOLDER}/{file}.yaml': '---\n'.join(each) for file, each in texts.items()}


def put(workshop: Workshop, before: Side, after: Side) -> None:
    gone = {path: None for path in files(before) if path not in files(after)}
    workshop.commit({**gone, **files(after)})


def vlans(workshop: Workshop, commit: str) -> dict[str, list[tuple[str, int]]]:
    """Of each object every file it lies in, and what it says there."""
    found: dict[str, list[tuple[str, int]]] = {}
    for path in workshop.files(commit):
        if path.startswith(FOLDER) and path.endswith('.yaml'):
            for document in read(workshop.show(path, commit)).documents:
                if document.value:
                    vlan = document.value['spec']['subnets']['default']['vlan']
                    file = path.removeprefix(f'{FOLDER}/').removesuffix('.yaml')
                    found.setdefault(document.value['metadata']['name'], []).append((file, vlan))
    return found


def outcome(base: Lying, ours: Lying | None, theirs: Lying | None) -> int | str | None:
    """What the object says after the merge; None where it is gone, 'clash' where nobody knows."""
    if ours is None or theirs is None:
        left = ours or theirs
        return None if left is None or left.vlan == base.vlan else 'clash'
    if ours.vlan in (base.vlan, theirs.vlan):
        return theirs.vlan
    return ours.vlan if theirs.vlan == base.vlan else 'clash'


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(start=START, mine=ACTS, theirs=ACTS)
@example(start=APART, mine=[('remove', 'a', 'x', 1)], theirs=[('move', 'a', 'x', 1)])
@example(start=JOINT, mine=[('move', 'a', 'x', 1)], theirs=[('remove', 'b', 'x', 1)])
@example(start=APART, mine=[('move', 'a', 'x', 1)], theirs=[('change', 'a', 'x', 2)])
def test_an_object_is_merged_wherever_it_lies(start: Side, mine: list, theirs: list) -> None:
    source, target = done(start, mine), done(start, theirs)
    with tempfile.TemporaryDirectory() as folder:
        workshop = Workshop.made(Path(folder))
        workshop.commit({**files(start), 'README': 'x', f'{FOLDER}/.gitkeep': ''})
        workshop.git('switch', '--quiet', '-c', 'feature')
        put(workshop, start, source)
        workshop.git('switch', '--quiet', 'main')
        put(workshop, start, target)
        ends = [workshop.git('rev-parse', name).strip() for name in ('feature', 'main')]
        wanted = BranchMerge(ends[0], ends[1], 'feature', 'main')  # type: ignore[arg-type]
        plan = plan_branch_merge(workshop.store, wanted, LAB, OPERATION)
        expected = {n: outcome(start[n], source.get(n), target.get(n)) for n in NAMES}
        clashes = {name for name, value in expected.items() if value == 'clash'}
        assert {conflict.resource.name for conflict in plan.conflicts} == clashes
        if clashes:
            assert plan.is_empty
            return
        commit = commit_plan(workshop.store, plan, plan.base, AUTHORSHIP)
        assert commit is not None
        found = vlans(workshop, commit)
        assert {n: [vlan for _, vlan in at] for n, at in found.items()} == {
            name: [vlan] for name, vlan in expected.items() if vlan is not None
        }
        for name, [(file, _)] in found.items():
            told = is_told(plan, name)
            moved = target[name].file != start[name].file
            wished = target[name].file if moved else source[name].file
            assert file == wished or (told and file == target[name].file)


def is_told(plan: Plan, name: str) -> bool:
    key = ResourceKey('vpc.githedgehog.com', 'VPC', 'default', name)
    return any(f.code == 'PlaceKept' and f.resource == key for f in plan.findings)
