"""What holds for every drop: all is counted, nothing is lost, a second run has nothing to do."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hedgehog_gitops.documents import OWN_ANNOTATIONS, digest, read
from hedgehog_gitops.ingest import plan_ingestion
from hedgehog_gitops.kinds import Disposition, identify
from hedgehog_gitops.layout import ArchiveStrategy, BadDocumentPolicy, Fabric, skeleton
from hedgehog_gitops.merge import merge_values
from hedgehog_gitops.plans import Delete, Move, Plan, Write

from .trees import FABRIC, NOW, OPERATION, Files, carried_out, inventory_of, snapshot_of

pytestmark = pytest.mark.slow

NAMES = st.sampled_from(['a', 'b', 'c-1', 'Bad_Name', '"quoted"', '5', 'x' * 251, ''])
COMMENTS = st.sampled_from(['', '# note\n', '\n# note\n\n', '---\n', '# a\n# b\n---\n'])
ENDS = st.sampled_from(['', '\n', '\n\n', '\n# end\n', '\n...\n'])
FOREIGN = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: config\ndata: {a: "1"}'
BAD = st.sampled_from(['- 1', 'a: 1\na: 2', 'kind: Server', 'just text', 'a: !odd b', '{a: [1'])


@st.composite
def servers(draw: st.DrawFn) -> str:
    name = draw(NAMES)
    meta = draw(
        st.sampled_from(
            [
                'metadata:\n  name: {n}',
                'metadata:\n  name: {n}  # why\n  namespace: default',
                'metadata: {{name: {n}}}',
                'metadata:\n    namespace: lab\n    name: {n}\n    labels:\n      a: b',
                'metadata:\n  name: {n}\n  annotations: {{}}',
                'metadata:\n  annotations:\n    team: core\n  name: {n}',
                'metadata:\n  name: {n}\n  annotations:\n    team: core # why\n    b: "c d"',
                'metadata:\n  name: {n}\n  annotations:\n    team: core\n  labels: {{a: b}}',
                'metadata:\n  name: {n}\n  annotations:\n    team: core\n\n      and more',
                'metadata:\n  name: {n}\n  annotations:\n    team: core\n    # of it\n    b: c',
                'metadata:\n  name: {n}\n  annotations:\n    a: b\n    hnp.githedgehog.com/x: y',
                'metadata:\n name: {n}\n annotations:\n  a: b\n  c:\n   d',
                'metadata: # odd\n  name:\n    {n}',
            ]
        )
    ).format(n=name)
    text = draw(st.sampled_from(['S-01', '"S-01"', 'other', '|\n    x\n    # y\n  ']))
    parts = [
        'apiVersion: wiring.githedgehog.com/v1beta1',
        'kind: Server',
        meta,
        f'spec:\n  description: {text}',
    ]
    if draw(st.booleans()):
        parts.reverse()
    return '\n'.join(parts)


@st.composite
def lists(draw: st.DrawFn) -> str:
    items = draw(st.lists(st.one_of(servers(), st.just(FOREIGN)), max_size=3))
    texts = []
    for item in items:
        first, *rest = item.split('\n')
        texts.append('\n'.join([f'- {first}', *(f'  {line}' for line in rest)]))
    return 'apiVersion: v1\nkind: List\nitems:' + (''.join(f'\n{t}' for t in texts) or ' []')


DOCUMENTS = st.one_of(servers(), servers(), lists(), st.just(FOREIGN), BAD, st.just(''))


@st.composite
def drops(draw: st.DrawFn) -> bytes:
    texts = draw(st.lists(st.tuples(COMMENTS, DOCUMENTS, ENDS), max_size=5))
    whole = '---\n'.join(f'{before}{text}{end or chr(10)}' for before, text, end in texts)
    if draw(st.booleans()):
        whole = whole.rstrip('\n')
    if draw(st.booleans()):
        whole = whole.replace('\n', '\r\n')
    return whole.encode()


@st.composite
def fabrics(draw: st.DrawFn) -> Fabric:
    return Fabric(
        FABRIC.name,
        FABRIC.slug,
        FABRIC.base,
        draw(st.sampled_from(ArchiveStrategy)),
        draw(st.sampled_from(BadDocumentPolicy)),
        draw(st.booleans()),
    )


def planned(files: Files, fabric: Fabric) -> Plan:
    snapshot = snapshot_of(files)
    return plan_ingestion(
        snapshot, fabric, OPERATION, inventory_of(fabric, snapshot).by_key, join=merge_values
    )


def check_laws(before: Files, fabric: Fabric) -> Files:
    plan = planned(before, fabric)
    assert plan == planned(before, fabric)
    counts = dict(plan.counts)
    assert counts.pop('seen') == sum(counts.values())
    after = carried_out(before, plan)
    check_bytes(before, after, plan, fabric)
    check_objects(before, after, fabric)
    check_annotations(before, after, plan, fabric)
    assert planned(after, fabric).is_empty
    return after


def check_bytes(before: Files, after: Files, plan: Plan, fabric: Fabric) -> None:
    """A raw file's bytes are in the tree still; where history alone keeps them, it is named."""
    for path, data in before.items():
        if path.startswith(f'{fabric.raw}/') and data not in after.values():
            assert fabric.archive_strategy is ArchiveStrategy.GIT_HISTORY_ONLY
            assert any(
                change.path == path for change in plan.changes if isinstance(change, Delete | Write)
            )
        if not path.startswith((f'{fabric.raw}/', f'{fabric.managed}/', f'{fabric.hnp}/')):
            assert after[path] == data
    assert not any(path.endswith('.gitkeep') and path not in after for path in before)
    assert all(c.path not in before for c in plan.changes if isinstance(c, Move))


def check_objects(before: Files, after: Files, fabric: Fabric) -> None:
    """Each managed file holds one object, unchanged in meaning; no object got a second file."""
    meanings = {mark for data in before.values() for mark in marks(data)}
    found = inventory_of(fabric, snapshot_of(after))
    for key, places in found.by_key.items():
        assert len(places) == 1, key
        (document,) = (d for d in read(after[places[0].path]).documents if not d.empty)
        assert digest(document.value) in meanings


def check_annotations(before: Files, after: Files, plan: Plan, fabric: Fabric) -> None:
    """Every new file tells where it came from, unless it says that it cannot."""
    refused = {finding.resource for finding in plan.findings if finding.code == 'NotAnnotated'}
    for change in plan.changes:
        is_new = isinstance(change, Write) and change.path not in before
        if not is_new or change.resource is None or change.resource in refused:
            continue
        (document,) = (d for d in read(after[change.path]).documents if not d.empty)
        metadata: Any = document.value['metadata']  # type: ignore[index, call-overload]
        own = {k for k in metadata.get('annotations') or () if k.startswith(OWN_ANNOTATIONS)}
        assert len(own) >= 4 if fabric.annotate else not own - {f'{OWN_ANNOTATIONS}x'}


def marks(data: bytes) -> set[str]:
    found = set()
    for document in read(data).documents:
        if not document.good:
            continue
        what = identify(document.value)
        value = document.value
        is_list = what.disposition is Disposition.LIST and isinstance(value, dict)
        items = (value.get('items') if is_list and isinstance(value, dict) else None) or [value]
        assert isinstance(items, list)
        found |= {digest(item) for item in items}
    return found


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(drops(), min_size=1, max_size=3), fabrics())
def test_laws_hold_for_any_drop(data: list[bytes], fabric: Fabric) -> None:
    before = skeleton(fabric, NOW)
    for number, text in enumerate(data):
        before[fabric.path(f'raw/{number}.yaml')] = text
    check_laws(before, fabric)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drops(), drops(), fabrics())
def test_laws_hold_when_the_same_name_comes_again(
    first: bytes, second: bytes, fabric: Fabric
) -> None:
    path = fabric.path('raw/site.yaml')
    after = check_laws(skeleton(fabric, NOW) | {path: first}, fabric)
    check_laws(after | {path: second}, fabric)


@pytest.mark.parametrize('strategy', ArchiveStrategy)
def test_good_documents_always_leave(strategy: ArchiveStrategy) -> None:
    """The laws would hold for a plan that does nothing; this one must do something."""
    fabric = Fabric('Lab', 'lab', FABRIC.base, strategy)
    text = 'apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata: {name: a}\n'
    after = check_laws(skeleton(fabric, NOW) | {fabric.path('raw/a.yaml'): text.encode()}, fabric)
    assert fabric.path('managed/servers/a.yaml') in after
