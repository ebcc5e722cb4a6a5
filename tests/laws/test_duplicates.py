"""Laws of settling duplicates, on random folders.

What is settled is there exactly once, nothing else comes or goes, a second run has nothing to do,
and undo restores the tree exactly.
"""

import json
from collections import Counter
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hedgehog_gitops.documents import Limits, list_items, read
from hedgehog_gitops.duplicates import (
    DEFAULT_POLICY,
    ISSUE16_POLICY,
    Action,
    Area,
    Choice,
    OptionSet,
    Spot,
    is_scanned,
    meaning_of,
    policy_as_value,
    policy_as_yaml,
    policy_from_value,
    read_policy,
)
from hedgehog_gitops.kinds import identify
from hedgehog_gitops.layout import ArchiveStrategy
from hedgehog_gitops.workflows import incoming, plan_ingest, plan_settlement
from hedgehog_gitops.workflows.structure import is_laid_out

from ..engine.duplicates.folders import Folder, text
from ..engine.workshop import OPERATION

NAMES = ('a', 'b', 'c')
FOLDERS = (
    'managed/vpcs',
    'managed',
    'raw',
    'raw/deep',
    'unmanaged',
    'production',
    'environments/production',
    'examples',
    'templates',
    'old',
    'Old',
)
FILES = ('main', 'Main', 'default', 'x', 'a', 'b')
STAYING = (Action.MARK, Action.KEEP)


def block(name: str, vlan: int) -> str:
    return text(name, vlan)


def flow(name: str, vlan: int) -> str:
    value = read(text(name, vlan).encode()).documents[0].value
    return json.dumps(value) + '\n'


def commented(name: str, vlan: int) -> str:
    return f'# a remark\n{text(name, vlan)}# the end\n'


def listed(name: str, vlan: int) -> str:
    items = ''.join(
        '- ' + text(each, vlan).replace('\n', '\n  ').rstrip(' ') for each in (name, 'c')
    )
    return f'apiVersion: v1\nkind: List\nitems:\n{items}'


def anchored(name: str, vlan: int) -> str:
    items = (
        f'- apiVersion: vpc.githedgehog.com/v1beta1\n  kind: VPC\n  metadata: {{name: {name}}}\n'
        f'  spec: &shared\n    subnets: {{default: {{vlan: {vlan}}}}}\n'
        '- apiVersion: vpc.githedgehog.com/v1beta1\n  kind: VPC\n  metadata: {name: b}\n'
        '  spec: *shared\n'
    )
    return f'apiVersion: v1\nkind: List\nitems:\n{items}'


def broken(name: str, vlan: int) -> str:
    return f'kind: VPC\nkind: VPC\nmetadata: {{name: {name}}}\n'


DOCUMENTS = st.builds(
    lambda how, name, vlan: how(name, vlan),
    st.sampled_from([block, block, block, flow, commented, listed, anchored, broken]),
    st.sampled_from(NAMES),
    st.integers(1, 2),
)


@st.composite
def contents(draw: st.DrawFn) -> bytes:
    """One to three documents, joined in the ways people join them."""
    documents = draw(st.lists(DOCUMENTS, min_size=1, max_size=3))
    opening = draw(st.sampled_from(['', '---\n', '# top\n---\n']))
    between = draw(st.sampled_from(['---\n', '--- # next\n', '...\n---\n', '\n---\n\n']))
    joined = opening + between.join(documents)
    if draw(st.booleans()):
        joined = joined.rstrip('\n')
    data = joined.encode()
    if draw(st.integers(0, 3)) == 0:
        data = data.replace(b'\n', b'\r\n')
    return b'\xef\xbb\xbf' + data if draw(st.integers(0, 5)) == 0 else data


PATHS = st.builds(
    lambda folder, name, end: f'{folder}/{name}{end}',
    st.sampled_from(FOLDERS),
    st.sampled_from(FILES),
    st.sampled_from(['.yaml', '.yaml', '.yml', '.json']),
)
TREES = st.dictionaries(PATHS, contents(), min_size=2, max_size=8)
ACTIONS = st.sampled_from([None, *Action])
POLICIES = st.sampled_from([DEFAULT_POLICY, ISSUE16_POLICY])
STRATEGIES = st.sampled_from(list(ArchiveStrategy))


def objects(files: dict[str, bytes]) -> Counter[str]:
    """How often each object is described, read without the code under test."""
    found: Counter[str] = Counter()
    for path, data in files.items():
        if path.startswith('.hnp/') or not path.endswith(('.yaml', '.yml', '.json')):
            continue
        for document in read(data).documents:
            value = document.value if document.good else None
            items = value['items'] if isinstance(value, dict) and 'items' in value else [value]
            for item in items or []:
                key = identify(item).key
                if key is not None:
                    found[key.name] += 1
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tree=TREES, action=ACTIONS, policy=POLICIES, strategy=STRATEGIES)
def test_settling(tree, action, policy, strategy) -> None:
    folder = Folder(tree, archive_strategy=strategy)
    before, before_tree = folder.files(), folder.tree()
    settlement = folder.settle(policy=policy, action=action)
    after = folder.files()
    what_was_settled_is_there_once(folder, settlement, policy, strategy)
    assert objects(after).keys() == objects(before).keys()
    untouched_groups_are_as_they_were(settlement, before, after)
    if settlement.plan.is_empty:
        assert after == before
        return
    every_loser_is_where_it_was_said_to_be(settlement, before, after)
    nothing_is_left_to_do(folder, settlement, policy=policy, action=action)
    assert folder.tree() == before_tree


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tree=TREES, action=ACTIONS, policy=POLICIES, strategy=STRATEGIES, pick=st.integers(0, 3))
def test_the_winner_is_in_force(tree, action, policy, strategy, pick) -> None:
    """It is what the fabric reads, at once and after the next ingestion, and no object goes."""
    folder = Folder(tree, archive_strategy=strategy)
    before = desired(folder)
    # Whom the rules choose, or a person.
    groups = folder.scan(policy).groups if pick else ()
    by_hand = [Choice(each.key, each.spots[pick % len(each.spots)]) for each in groups]
    settlement = folder.settle(*by_hand, policy=policy, action=action)
    after = desired(folder)
    assert before.keys() <= after.keys()
    won = dict(winners(settlement))
    if not is_laid_out(folder.fabric, folder.files()):
        return
    assert {key: after[key] for key in won} == won
    drops = {key for path, key in described(folder) if path.startswith('raw/')}
    plan = plan_ingest(folder.store, folder.head, folder.fabric, OPERATION)
    if not plan.is_empty:
        folder.commit(plan)
    later = desired(folder)
    # A drop that was no copy of the group is an update, and takes its place.
    told = {key for group in settlement.settled for key in raw_of(group)}
    assert {key: later[key] for key in won if key not in drops or key in told} == {
        key: spec for key, spec in won.items() if key not in drops or key in told
    }


def winners(settlement):
    """What each object is to say now; updates that wait for ingestion say nothing yet."""
    for group in settlement.settled:
        winner = group.order.winner
        if not winner.waits:
            yield winner.key, winner.meaning


def raw_of(group):
    """The object of a group of which all that lies in raw/ competed."""
    if any(each.copy.area is Area.RAW for each in group.order.group.copies):
        yield group.order.group.key


def desired(folder):
    """What the fabric reads: the meaning of every object."""
    found = incoming(folder.store, None, folder.head, folder.fabric)
    kind = folder.fabric.catalogue.find
    return {
        each.key: meaning_of(each.value, kind(each.key.group, each.key.kind)).whole
        for each in found.objects
    }


def described(folder):
    """Every object with the path of a file that describes it."""
    for path, data in folder.files().items():
        for document in read(data).documents if is_scanned(folder.fabric, path) else ():
            value = document.value if document.good else None
            items = value['items'] if isinstance(value, dict) and 'items' in value else [value]
            for key in (identify(item).key for item in items or []):
                if key is not None:
                    yield path, key


def nothing_is_left_to_do(folder, settlement, **options) -> None:
    """A second run settles only what stayed live or came up by the first; then all is undone."""
    again = plan_settlement(folder.store, folder.head, folder.fabric, OPERATION, **options)
    live = {
        group.order.group.key
        for group in settlement.settled
        if any(each.action in STAYING for each in group.becomes[1:])
    }
    for group in again.settled:
        waits = all(each.copy.waits for each in group.order.group.copies)
        assert waits or group.order.group.key in live
    folder.undo()


def every_loser_is_where_it_was_said_to_be(settlement, before, after) -> None:
    """No byte of a description that lost is gone, unless it was to be deleted."""
    for settled in settlement.settled:
        for each in settled.becomes[1:]:
            old, new = before[each.spot.path], after.get(each.path, b'')
            if each.action in (Action.ARCHIVE, Action.MOVE):
                assert text_of(old, each.spot) in new or old == new, each
            elif each.action in (Action.COMMENT, Action.COMMENT_AND_MOVE):
                # An item that is also moved goes as a document of its own.
                lost = written(old, each.spot, whole=each.action is Action.COMMENT)
                assert lost <= uncommented(new, each.spot), each
            elif each.action in STAYING:
                lost = lines_of(text_of(old, Spot(each.spot.path, each.spot.document)), each.spot)
                assert lost <= lines_of(new, each.spot), each


def text_of(data: bytes, spot: Spot) -> bytes:
    """A description's own text; an item of a List as a document of its own."""
    (document,) = (each for each in read(data).documents if each.index == spot.document)
    if spot.item is None:
        return document.text
    return list_items(document, Limits())[spot.item].document.text


def written(data: bytes, spot: Spot, *, whole: bool) -> Counter[bytes]:
    """The lines of a description; with `whole` those of all the List it is an item of."""
    text = text_of(data, Spot(spot.path, spot.document) if whole else spot)
    return uncommented(text, spot) if spot.item is not None else lines_of(text, spot)


def lines_of(data: bytes, spot: Spot) -> Counter[bytes]:
    """The lines that say something, as they are; of an item, whatever they are indented by."""
    lines = (line.rstrip(b'\r\n') for line in data.replace(b'\xef\xbb\xbf', b'').split(b'\n'))
    bare = (line if spot.item is None else line.strip() for line in lines)
    return Counter(line for line in bare if line and not line.startswith((b'---', b'...')))


def uncommented(data: bytes, spot: Spot) -> Counter[bytes]:
    lines = data.removeprefix(b'\xef\xbb\xbf').split(b'\n')
    if spot.item is not None:
        lines = [line.strip() for line in lines]
    return lines_of(b'\n'.join(line.removeprefix(b'# ') for line in lines), spot)


def what_was_settled_is_there_once(folder, settlement, policy, strategy) -> None:
    groups = {group.key: group for group in folder.scan(policy).groups}
    for settled in settlement.settled:
        actions = [each.action for each in settled.becomes[1:]]
        left = groups.get(settled.order.group.key)
        if not any(action in STAYING for action in actions):
            assert left is None or all(each.copy.waits for each in left.copies), left


def untouched_groups_are_as_they_were(settlement, before, after) -> None:
    """A file that no settled group lies in keeps its bytes."""
    touched = {spot.path for group in settlement.settled for spot in group.order.group.spots}
    for path, data in before.items():
        if path not in touched:
            assert after[path] == data


@given(
    st.lists(st.sampled_from(list(DEFAULT_POLICY.rules + ISSUE16_POLICY.rules)), min_size=1),
    st.sampled_from(list(Action)),
    st.integers(0, 500),
)
def test_a_policy_reads_back(rules, action, most) -> None:
    policy = replace(
        DEFAULT_POLICY,
        name='mine',
        option_set=OptionSet.CUSTOM,
        rules=tuple(rules),
        loser_action=action,
        max_moves=most,
    )
    assert policy_from_value(policy_as_value(policy)) == (policy, ())
    assert read_policy(policy_as_yaml(policy)) == (policy, ())
