"""What folders of YAML cannot show: odd paths, what must be loaded, and what a conflict keeps."""

from dataclasses import replace

import pytest

from hedgehog_gitops.documents import Limits, digest, read
from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.identity import CommitId, RepoPath, ResourceKey
from hedgehog_gitops.ingest import (
    documents_by_key,
    files_needed,
    plan_ingestion,
    raw_files,
    swept_raw,
)
from hedgehog_gitops.kinds import CATALOGUE
from hedgehog_gitops.layout import (
    ENTRIES_LIMIT,
    ArchiveStrategy,
    Fabric,
    Snapshot,
    append_entries,
    read_log,
    skeleton,
)
from hedgehog_gitops.merge import merge_values
from hedgehog_gitops.plans import ConflictKind, Move, Plan, Write, as_json

from .trees import FABRIC, NOW, OPERATION, Files, carried_out, inventory_of, snapshot_of

SERVER = b"""\
apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: %s
spec:
  description: %s
"""
KEY = ResourceKey('wiring.githedgehog.com', 'Server', 'default', 'a')


def tree(**raw: bytes) -> Files:
    return skeleton(FABRIC, NOW) | {
        FABRIC.path(f'raw/{name}.yaml'): data for name, data in raw.items()
    }


def planned(files: Files, fabric: Fabric = FABRIC, **more: object) -> Plan:
    snapshot = snapshot_of(files)
    known = inventory_of(fabric, snapshot).by_key
    return plan_ingestion(  # type: ignore[call-overload,no-any-return,unused-ignore]
        snapshot, fabric, OPERATION, known, join=merge_values, **more
    )


def test_the_plan_says_what_it_read_and_for_whom() -> None:
    files = tree(a=SERVER % (b'a', b'x'))
    plan = planned(files)
    assert plan.base == snapshot_of(files).commit
    assert plan.subject == 'Ingest 1 document from raw/a.yaml'
    (entry,) = read_log(carried_out(files, plan)[FABRIC.archive_log])
    assert (entry.read_commit, entry.user) == (plan.base, 'alice')
    assert entry.operation_id == OPERATION.id
    assert as_json(plan, CommitId('c'))['counts']['ingested'] == 1


def test_the_changes_of_a_plan_name_their_objects() -> None:
    (write, *_) = planned(tree(a=SERVER % (b'a', b'x'))).changes
    assert isinstance(write, Write)
    assert (write.resource, write.replaces, write.mode) == (KEY, None, '100644')


def test_names_that_differ_in_case_only_are_said_and_read() -> None:
    files = tree(a=SERVER % (b'a', b'x'), A=SERVER % (b'b', b'x'))
    plan = planned(files)
    assert [finding.code for finding in plan.findings] == ['PathCollision'] * 2
    assert plan.counts['ingested'] == 2


def test_unmanaged_paths_collide_too() -> None:
    files = tree() | {FABRIC.path(f'unmanaged/{name}.txt'): b'x' for name in ('a', 'A')}
    plan = planned(files)
    assert [finding.code for finding in plan.findings] == ['PathCollision'] * 2


def test_a_name_that_is_no_utf8_is_left_alone() -> None:
    path = RepoPath(FABRIC.raw + b'/\xff.yaml'.decode('utf-8', 'surrogateescape'))
    files = skeleton(FABRIC, NOW) | {path: SERVER % (b'a', b'x')}
    plan = planned(files)
    assert [finding.code for finding in plan.findings] == ['PathNotUtf8']
    assert plan.is_empty


@pytest.mark.parametrize('name', ['new\nline', 'back\\slash', 'git~1/x', 'x' * 251, 'tab\there'])
def test_a_path_that_cannot_be_written_again_is_left_alone_and_holds_nothing_up(name: str) -> None:
    path = RepoPath(f'{FABRIC.raw}/{name}.yaml')
    files = tree() | {
        path: SERVER % (b'odd', b'x'),
        FABRIC.path('raw/a.yaml'): SERVER % (b'a', b'x'),
    }
    plan = planned(files)
    assert [(finding.code, finding.file) for finding in plan.findings] == [('PathRefused', path)]
    after = carried_out(files, plan)
    assert FABRIC.path('managed/servers/a.yaml') in after
    assert after[path] == files[path]


def test_files_of_another_fabric_are_nobodys_business() -> None:
    other = replace(FABRIC, base=RepoPath('fabrics/lab2/gitops'))
    files = tree() | {other.path('raw/a.yaml'): SERVER % (b'a', b'x')}
    assert planned(files).is_empty
    assert raw_files(snapshot_of(files).entries, other) == [other.path('raw/a.yaml')]


def test_a_fabric_at_the_root_of_its_repository() -> None:
    fabric = replace(FABRIC, base=RepoPath(''))
    files = skeleton(fabric, NOW) | {RepoPath('raw/a.yaml'): SERVER % (b'a', b'x')}
    plan = plan_ingestion(snapshot_of(files), fabric, OPERATION, {}, join=merge_values)
    after = carried_out(files, plan)
    assert RepoPath('managed/servers/a.yaml') in after
    again = plan_ingestion(
        snapshot_of(after),
        fabric,
        OPERATION,
        inventory_of(fabric, snapshot_of(after)).by_key,
        join=merge_values,
    )
    assert again.is_empty


def test_a_name_longer_than_a_file_name_may_be() -> None:
    names = [b'a' * 250, b'a' * 251, b'a' * 253]
    files = tree(a=b'---\n'.join(SERVER % (name, b'x') for name in names))
    plan = planned(files)
    after = carried_out(files, plan)
    written = [path.rpartition('/')[2] for path in after if path.startswith(FABRIC.managed)]
    assert len({name for name in written if name.startswith('aaa')}) == 3
    assert max(len(name.encode()) for name in written) == 255
    assert planned(after).is_empty


@pytest.mark.parametrize('strategy', ArchiveStrategy)
def test_an_executable_drop_stays_one_wherever_it_goes(strategy: ArchiveStrategy) -> None:
    fabric = replace(FABRIC, archive_strategy=strategy)
    files = tree(a=SERVER % (b'a', b'x') + b'---\nkind: Odd\n')
    path = FABRIC.path('raw/a.yaml')
    plan = plan_ingestion(
        snapshot_of(files, {path: '100755'}), fabric, OPERATION, {}, join=merge_values
    )
    modes = {c.path: c.mode for c in plan.changes if isinstance(c, Write | Move)}
    assert modes.pop(FABRIC.path('managed/servers/a.yaml')) == '100644'
    dropped = {to: mode for to, mode in modes.items() if 'a.yaml' in to}
    assert set(dropped.values()) == ({'100755'} if dropped else set())
    assert bool(dropped) is (strategy is not ArchiveStrategy.KEEP_IN_PLACE)


def test_a_large_file_need_not_be_loaded() -> None:
    files = tree(a=SERVER % (b'a', b'x'), b=SERVER % (b'b', b'x'))
    path = FABRIC.path('raw/a.yaml')
    full = snapshot_of(files)
    left_out = full.entries[path].blob
    lean = Snapshot(
        full.commit, full.entries, {b: d for b, d in full.contents.items() if b != left_out}
    )
    swept = swept_raw(lean, FABRIC, oversized={path: 60 * 2**20})
    plan = plan_ingestion(lean, FABRIC, OPERATION, {}, swept=swept, join=merge_values)
    assert [(f.code, f.file) for f in plan.findings] == [('FileTooLarge', path)]
    assert 'the limit `file_bytes` is 52,428,800' in plan.findings[0].message
    assert dict(plan.counts) == {'seen': 2, 'ingested': 1, 'unmanaged': 0, 'held': 1, 'empty': 0}


def test_what_has_to_be_loaded_is_enough() -> None:
    config = b'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n'
    files = tree(a=SERVER % (b'a', b'x'), c=config) | {
        FABRIC.path('managed/servers/a.yaml'): SERVER % (b'a', b'x'),
        FABRIC.path('managed/servers/other.yaml'): SERVER % (b'other', b'x'),
        FABRIC.path('unmanaged/c.yaml'): config + b'# other\n',
        FABRIC.path('unmanaged/c-2.yaml'): config,
        FABRIC.path('unmanaged/unrelated.yaml'): b'x',
    }
    full = snapshot_of(files)
    needed = files_needed(full.entries, FABRIC)
    assert FABRIC.path('unmanaged/unrelated.yaml') not in needed
    lean = loaded(full, needed)
    swept = swept_raw(lean, FABRIC)
    assert swept.keys == {KEY}
    known = inventory_of(FABRIC, full).by_key
    lean = loaded(full, [*needed, *(place.path for key in swept.keys for place in known[key])])
    lean_plan = plan_ingestion(lean, FABRIC, OPERATION, known, swept=swept, join=merge_values)
    assert lean_plan == planned(files)


def loaded(snapshot: Snapshot, paths: list[RepoPath]) -> Snapshot:
    wanted = {snapshot.entries[path].blob for path in paths}
    kept = {blob: data for blob, data in snapshot.contents.items() if blob in wanted}
    return replace(snapshot, contents=kept)


def test_a_conflict_keeps_all_three_texts() -> None:
    base, ours, theirs = (SERVER % (b'a', text) for text in (b'base', b'ours', b'theirs'))
    path = FABRIC.path('managed/servers/a.yaml')
    plan = planned(tree(a=theirs) | {path: ours}, bases=documents_by_key(base))
    (conflict,) = plan.conflicts
    assert conflict.kind is ConflictKind.CONCURRENT_MODIFICATION
    assert conflict.base is not None
    assert [conflict.base.text, conflict.ours.text, conflict.theirs.text] == [base, ours, theirs]
    assert (conflict.ours.path, conflict.theirs.path) == (path, FABRIC.path('raw/a.yaml'))
    assert conflict.fields == ('spec.description',)
    assert conflict.git_commit == plan.base
    assert plan.is_empty


def test_an_object_described_twice_in_managed_is_not_guessed_at() -> None:
    files = tree(a=SERVER % (b'a', b'new')) | {
        FABRIC.path('managed/servers/a.yaml'): SERVER % (b'a', b'x'),
        FABRIC.path('managed/servers/copy.yaml'): SERVER % (b'a', b'x'),
    }
    plan = planned(files, bases=documents_by_key(SERVER % (b'a', b'x')))
    assert plan.counts['held'] == 1
    assert plan.is_empty


def test_the_texts_of_a_raw_file_by_identity() -> None:
    items = b'apiVersion: v1\nkind: List\nitems:\n- ' + (SERVER % (b'b', b'x')).replace(
        b'\n', b'\n  '
    )
    texts = documents_by_key(SERVER % (b'a', b'x') + b'---\n' + items.rstrip() + b'\n')
    assert [key.name for key in texts] == ['a', 'b']
    assert texts[KEY] == SERVER % (b'a', b'x')


@pytest.mark.parametrize('path', ['.hnp/manifest.yaml', '.hnp/archive-log.yaml', 'raw/.gitkeep'])
def test_links_in_our_own_places_are_never_written(path: str) -> None:
    fabric = replace(FABRIC, archive_strategy=ArchiveStrategy.GIT_HISTORY_ONLY)
    files = tree(a=SERVER % (b'a', b'x')) | {FABRIC.path(path): b'/etc/passwd'}
    snapshot = snapshot_of(files, {FABRIC.path(path): '120000'})
    if path == 'raw/.gitkeep':
        plan = plan_ingestion(snapshot, fabric, OPERATION, {}, join=merge_values)
        assert FABRIC.path(path) not in {change.path for change in plan.changes}
        return
    with pytest.raises(NeedsPerson) as refused:
        plan_ingestion(snapshot, fabric, OPERATION, {}, join=merge_values)
    assert refused.value.reason == 'PathTaken'


def test_a_file_where_a_folder_of_ours_belongs() -> None:
    config = b'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n'
    files = tree(c=config) | {FABRIC.unmanaged: b'a file'}
    del files[FABRIC.path('unmanaged/.gitkeep')]
    with pytest.raises(NeedsPerson) as refused:
        planned(files)
    assert FABRIC.unmanaged in refused.value.message


def test_an_enabled_kind_gets_a_folder() -> None:
    agent = b'apiVersion: agent.githedgehog.com/v1beta1\nkind: Agent\nmetadata: {name: a}\n'
    agents = CATALOGUE.enabling([('agent.githedgehog.com', 'Agent')])
    plan = planned(tree(a=agent), replace(FABRIC, catalogue=agents))
    assert FABRIC.path('managed/agents/a.yaml') in {change.path for change in plan.changes}


def test_a_full_log_is_divided_in_the_same_commit() -> None:
    files = tree(a=SERVER % (b'a', b'x'))
    files = carried_out(files, planned(files))
    (entry,) = read_log(files[FABRIC.archive_log])
    files[FABRIC.archive_log] = append_entries(None, [entry] * ENTRIES_LIMIT, NOW)
    files[FABRIC.path('raw/b.yaml')] = SERVER % (b'b', b'x')
    after = carried_out(files, planned(files))
    older = after[FABRIC.path('.hnp/archive-log-1.yaml')]
    newer = read_log(after[FABRIC.archive_log])
    assert older.count(b'- operation: ') + len(newer) == ENTRIES_LIMIT + 1
    assert newer[-1].original_file == 'raw/b.yaml'
    assert files[FABRIC.archive_log].startswith(older)
    assert planned(after).is_empty


@pytest.mark.slow
def test_ten_thousand_documents_in_one_file_are_one_plan() -> None:
    data = b'---\n'.join(SERVER % (b's-%d' % number, b'x') for number in range(10_000))
    plan = planned(tree(a=data), limits=Limits())
    assert plan.counts['ingested'] == 10_000
    assert len(plan.changes) == 10_002


@pytest.mark.parametrize(
    ('metadata', 'after'),
    [
        ('  name: a\n  annotations:\n    team: core\n', '    team: core\n{own}'),
        (
            '  name: a\n  annotations:\n    t: "a b" # why\n  labels: {}\n',
            '    t: "a b" # why\n{own}',
        ),
        ('  name: a\n  annotations:\n    t: core\n\n      and more\n', None),
        ('  name: a\n  annotations:\n    t: core\n      and more\n', None),
        ('  name: a\n  annotations:\n    t: core\n    # of u\n    u: b\n', None),
        ('  name: a\n  annotations: {t: core}\n', None),
        ('  name: a\n  annotations:\n    t: "core\n      more"\n', None),
    ],
)
def test_annotations_join_those_that_are_there(metadata: str, after: str | None) -> None:
    text = f'apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n{metadata}'
    files = tree(a=f'{text}spec: {{}}\n'.encode())
    made = carried_out(files, planned(files))[FABRIC.path('managed/servers/a.yaml')].decode()
    own = ''.join(
        f'    hnp.githedgehog.com/{key}: {value}\n'
        for key, value in (
            ('managed-by', 'netbox-hedgehog'),
            ('fabric', 'lab'),
            ('original-file', 'raw/a.yaml'),
            ('original-document-index', '"0"'),
        )
    )
    (before,), (written,) = (
        read(data).documents for data in (files[FABRIC.path('raw/a.yaml')], made.encode())
    )
    assert digest(before.value) == digest(written.value)
    assert made.count('hnp.githedgehog.com/') == 4
    if after is not None:
        assert after.format(own=own) in made
