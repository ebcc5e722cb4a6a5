"""The archive log: what is appended is read back, and what stood there never changes."""

import json
from dataclasses import replace

import yaml
from hypothesis import given
from hypothesis import strategies as st

from hedgehog_gitops.identity import BlobId, RepoPath
from hedgehog_gitops.layout import (
    ArchiveEntry,
    HeldDocument,
    append_entries,
    empty_log,
    log_paths,
    origins_by_path,
    read_log,
    rotate,
)

from ..ingest.trees import FABRIC, NOW

ENTRY = ArchiveEntry(
    operation='ingestion',
    operation_id='9f0c2a4e-0000-4000-8000-000000000001',
    timestamp='2026-11-20T12:03:11+00:00',
    original_file='raw/site-a.yaml',
    original_blob=BlobId('12345678901234567890123456789012345678e9'),
    original_sha256='0' * 64,
    read_commit='1' * 40,
    document_count=46,
    documents_created=('managed/switches/leaf-01.yaml', 'managed/vpcs/a: b#c.yaml'),
    documents_unmanaged=('unmanaged/[x].yaml',),
    documents_held=(
        HeldDocument(4, 61, 3, 'NameMissing'),
        HeldDocument(5, None, None, 'NotAMapping', item=2),
    ),
    archived_to='raw/site-a.yaml.archived',
    user='alice',
)
SECOND = replace(ENTRY, original_file='raw/b.yaml', documents_created=(), archived_to='')


def test_entries_are_read_back() -> None:
    log = append_entries(None, [ENTRY, SECOND], NOW)
    assert read_log(log) == [ENTRY, SECOND]
    plain = yaml.safe_load(log)
    assert plain['version'] == '1.0'
    assert plain['operations'][0]['original_blob'] == ENTRY.original_blob
    assert plain['operations'][0]['documents_held'][0]['reason'] == 'NameMissing'
    assert plain['operations'][1]['archived_to'] is None


def test_appending_changes_nothing_above() -> None:
    first = append_entries(empty_log(NOW), [ENTRY], NOW)
    both = append_entries(first, [SECOND], NOW)
    assert both.startswith(first)
    assert both == append_entries(empty_log(NOW), [ENTRY, SECOND], NOW)
    assert append_entries(both, [], NOW) == both


def test_a_missing_last_line_break_is_put_in() -> None:
    first = append_entries(None, [ENTRY], NOW)
    assert read_log(append_entries(first.rstrip(b'\n'), [SECOND], NOW)) == [ENTRY, SECOND]


def test_the_earlier_plugins_log_is_brought_into_form() -> None:
    old = b'# HNP Archive Log\n\n{"version": "1.0", "operations": [], "description": "Log"}'
    log = append_entries(old, [ENTRY], NOW)
    assert read_log(log) == [ENTRY]
    assert yaml.safe_load(log)['description'] == 'Log'
    again = append_entries(log, [SECOND], NOW)
    assert again.startswith(log)


def test_entries_of_a_log_in_another_form_stay() -> None:
    plain = yaml.safe_load(append_entries(None, [ENTRY, SECOND], NOW))
    other = json.dumps({**plain, 'zz_after': 'operations'}).encode()
    log = append_entries(other, [SECOND], NOW)
    assert read_log(log) == [ENTRY, SECOND, SECOND]
    assert yaml.safe_load(log)['zz_after'] == 'operations'


def test_a_log_that_cannot_be_read_is_begun_anew() -> None:
    assert read_log(append_entries(b'operations: [\n', [ENTRY], NOW)) == [ENTRY]
    assert read_log(b'\xff') == []
    assert read_log(b'operations: [1, {}, {original_file: 5}]') != []


@given(st.text(st.characters(exclude_categories=['Cs']), min_size=1), st.text(max_size=9))
def test_any_file_name_and_user_survive(name: str, user: str) -> None:
    user = user.encode('utf-8', 'ignore').decode()
    entry = replace(ENTRY, original_file=name, archived_to=name, user=user)
    log = append_entries(append_entries(None, [entry], NOW), [entry], NOW)
    assert read_log(log) == [entry, entry]


def test_old_entries_move_to_a_part_of_their_own() -> None:
    entries = [replace(ENTRY, original_file=f'raw/{number}.yaml') for number in range(7)]
    log = append_entries(None, entries, NOW)
    assert rotate(log, 7) == (log, None)
    kept, older = rotate(log, 3)
    assert older is not None
    assert read_log(older) + read_log(kept) == entries
    assert read_log(append_entries(kept, [SECOND], NOW)) == [*entries[4:], SECOND]


def test_parts_are_read_in_their_order() -> None:
    names = ['archive-log-10.yaml', 'archive-log.yaml', 'archive-log-2.yaml', 'archive-logs.yaml']
    paths = [FABRIC.path(f'.hnp/{name}') for name in names]
    assert log_paths(FABRIC, [*paths, RepoPath('archive-log-1.yaml')]) == [
        FABRIC.path('.hnp/archive-log-2.yaml'),
        FABRIC.path('.hnp/archive-log-10.yaml'),
        FABRIC.archive_log,
    ]


def test_which_entries_a_managed_file_came_from() -> None:
    update = replace(SECOND, documents_updated=('managed/switches/leaf-01.yaml',))
    numbers = origins_by_path([ENTRY, update])
    assert numbers['managed/switches/leaf-01.yaml'] == [0, 1]
    assert numbers['managed/vpcs/a: b#c.yaml'] == [0]
