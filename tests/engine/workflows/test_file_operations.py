"""Files changed by name: all or nothing, inside the folder, and never over what nobody saw."""

import hashlib

import pytest

from hedgehog_gitops.documents import Limits
from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.plans import Delete, Move, Write
from hedgehog_gitops.workflows import (
    CopyFile,
    CreateFile,
    DeleteFile,
    MoveFile,
    NeedsDecision,
    UpdateFile,
    file_bytes,
    file_facts,
    list_files,
    plan_file_operations,
)

from ..workshop import BASE, LAB, Workshop, vpc
from .versions_lab import KEY, MANAGED, RAW, Lab

NOTE = f'{BASE}/unmanaged/note.txt'


@pytest.fixture
def lab(workshop: Workshop) -> Lab:
    lab = Lab(workshop).started()
    lab.by_hand({NOTE: 'one\n'}, 'A note')
    return lab


def planned(lab: Lab, *operations, **options):
    return plan_file_operations(lab.store, lab.head, LAB, operations, **options)


def blob(lab: Lab, path: str) -> str:
    return file_bytes(lab.store, lab.head, path)[0]


def test_many_at_once_become_one_commit(lab: Lab) -> None:
    before = lab.workshop.count()
    raw, template = f'{BASE}/raw/new.yaml', f'{BASE}/templates/t.j2'
    plan = planned(
        lab,
        CreateFile(raw, b'a: 1\n'),
        UpdateFile(MANAGED, vpc('a', 7).encode(), blob(lab, MANAGED)),
        MoveFile(NOTE, template, blob(lab, NOTE)),
        CopyFile(template, f'{BASE}/templates/t2.j2'),
        DeleteFile(f'{RAW}.archived', blob(lab, f'{RAW}.archived')),
        subject='Tidy up',
    )
    lab.put(plan)
    assert lab.workshop.count() == before + 1
    assert lab.text(raw) == b'a: 1\n'
    assert b'vlan: 7' in lab.text()
    assert lab.text(template) == lab.text(f'{BASE}/templates/t2.j2') == b'one\n'
    assert NOTE not in lab.workshop.files()
    assert f'{RAW}.archived' not in lab.workshop.files()
    assert lab.workshop.git('log', '-1', '--format=%s').strip() == 'Tidy up'


def test_each_sees_what_the_ones_before_it_did(lab: Lab) -> None:
    there, further = f'{BASE}/unmanaged/b.txt', f'{BASE}/unmanaged/c.txt'
    plan = planned(lab, MoveFile(NOTE, there), MoveFile(there, further), CreateFile(NOTE, b'two\n'))
    assert {type(change) for change in plan.changes} == {Write}
    lab.put(plan)
    assert (lab.text(further), lab.text(NOTE)) == (b'one\n', b'two\n')
    assert planned(lab, DeleteFile(NOTE), CreateFile(NOTE, b'two\n')).is_empty


def test_a_move_is_a_move(lab: Lab) -> None:
    (change,) = planned(lab, MoveFile(NOTE, f'{BASE}/unmanaged/b.txt')).changes
    assert isinstance(change, Move)
    (change,) = planned(lab, DeleteFile(NOTE)).changes
    assert isinstance(change, Delete)


def test_the_executable_bit_stays(lab: Lab) -> None:
    lab.workshop.git('update-index', '--chmod=+x', NOTE)
    lab.workshop.git('commit', '--quiet', '-m', 'Executable')
    (change,) = planned(lab, UpdateFile(NOTE, b'two\n')).changes
    assert isinstance(change, Write)
    assert change.mode == '100755'


@pytest.mark.parametrize('kind', [UpdateFile, DeleteFile, MoveFile, CopyFile])
def test_a_stale_one_is_refused_and_the_new_state_told(lab: Lab, kind) -> None:
    seen = blob(lab, NOTE)
    changed = lab.by_hand({NOTE: 'theirs\n'}, 'Theirs')
    operation = {
        UpdateFile: lambda: UpdateFile(NOTE, b'mine\n', seen),
        DeleteFile: lambda: DeleteFile(NOTE, seen),
        MoveFile: lambda: MoveFile(NOTE, f'{NOTE}.old', seen),
        CopyFile: lambda: CopyFile(NOTE, f'{NOTE}.old', seen),
    }[kind]()
    with pytest.raises(NeedsDecision) as refused:
        planned(lab, CreateFile(f'{BASE}/raw/x.yaml', b'a: 1\n'), operation)
    assert refused.value.reason == 'FileChanged'
    for told in (blob(lab, NOTE), changed[:12], 'Ada Example', 'Theirs'):
        assert told in str(refused.value)
    assert [(f.code, f.file) for f in refused.value.findings] == [('FileChanged', NOTE)]


@pytest.mark.parametrize(
    ('operation', 'reason'),
    [
        (CreateFile(NOTE, b''), 'PathTaken'),
        (MoveFile(NOTE, MANAGED), 'PathTaken'),
        (UpdateFile(f'{BASE}/raw/none', b''), 'FileMissing'),
        (DeleteFile(f'{BASE}/raw/none'), 'FileMissing'),
        (CreateFile('README.md', b''), 'PathRefused'),
        (CreateFile(f'{BASE}/../x', b''), 'PathRefused'),
        (CreateFile(f'{BASE}/raw/.GIT/config', b''), 'PathRefused'),
        (CreateFile(f'{BASE}/raw/a\\b', b''), 'PathRefused'),
        (UpdateFile(f'{BASE}/.hnp/manifest.yaml', b''), 'PathRefused'),
        (DeleteFile(f'{BASE}/.hnp/archive-log.yaml'), 'PathRefused'),
        (MoveFile(NOTE, f'{BASE}/.hnp/x'), 'PathRefused'),
    ],
    ids=repr,
)
def test_refused(lab: Lab, operation, reason: str) -> None:
    with pytest.raises(NeedsPerson) as refused:
        planned(lab, operation)
    assert refused.value.reason == reason


def test_too_large(lab: Lab) -> None:
    with pytest.raises(NeedsPerson) as refused:
        planned(lab, CreateFile(f'{BASE}/raw/x', b'x' * 100), limits=Limits(file_bytes=100))
    assert refused.value.reason == 'FileTooLarge'


def test_links_are_left_alone(lab: Lab) -> None:
    link = lab.workshop.clone / BASE / 'unmanaged' / 'link'
    link.symlink_to('note.txt')
    lab.by_hand({})
    with pytest.raises(NeedsPerson) as refused:
        planned(lab, DeleteFile(f'{BASE}/unmanaged/link'))
    assert refused.value.reason == 'PathRefused'


@pytest.mark.parametrize(
    'content',
    [
        b'spec: [\n',
        b'\xff\xfe\x00',
        vpc('a').replace('spec:', 'spec: {}\nspec:').encode(),
    ],
    ids=['no-yaml', 'no-text', 'key-twice'],
)
def test_broken_yaml_gets_into_managed_only_by_force(lab: Lab, content: bytes) -> None:
    operation = UpdateFile(MANAGED, content)
    with pytest.raises(NeedsDecision) as refused:
        planned(lab, operation)
    assert refused.value.reason == 'NotFitForManaged'
    assert refused.value.findings[0].file == MANAGED
    forced = planned(lab, operation, force=True)
    assert {f.code for f in forced.findings} >= {refused.value.findings[0].code}
    assert not planned(lab, CreateFile(f'{BASE}/raw/broken.yaml', content)).is_empty


def test_an_object_twice_gets_into_managed_only_by_force(lab: Lab) -> None:
    twice = CopyFile(MANAGED, f'{BASE}/managed/vpcs/again.yaml')
    with pytest.raises(NeedsDecision) as refused:
        planned(lab, twice)
    (finding,) = refused.value.findings
    assert (finding.code, finding.resource) == ('DuplicateIdentity', KEY)
    assert planned(lab, twice, force=True).changes
    moved = MoveFile(MANAGED, f'{BASE}/managed/vpcs/again.yaml')
    assert not planned(lab, moved).findings


def test_what_the_schema_says_is_told_and_stops_nobody(lab: Lab) -> None:
    plan = planned(lab, UpdateFile(MANAGED, vpc('a').replace('1001', '99999').encode()))
    assert any(f.file == MANAGED and f.field for f in plan.findings)


def test_names_that_meet_on_other_systems_are_told(lab: Lab) -> None:
    plan = planned(lab, CreateFile(f'{BASE}/unmanaged/NOTE.txt', b''))
    assert [f.code for f in plan.findings] == ['PathCollision']


def test_facts_of_a_file(lab: Lab) -> None:
    lab.set(2001)
    facts = file_facts(lab.store, lab.head, LAB, MANAGED).as_json()
    data = lab.text()
    assert facts['sha256'] == hashlib.sha256(data).hexdigest()
    assert (facts['size'], facts['versions'], facts['objects']) == (len(data), 2, [str(KEY)])
    assert facts['authors'] == ['alice <alice@example.test>', 'Ingestor <ingestor@example.test>']
    assert facts['last']['user'] == 'alice'
    with pytest.raises(NeedsPerson) as refused:
        file_facts(lab.store, lab.head, LAB, f'{BASE}/none')
    assert refused.value.reason == 'FileMissing'


def test_the_list_has_every_file_and_its_size(lab: Lab) -> None:
    rows = {row.path: row for row in list_files(lab.store, lab.head, LAB.base)}
    assert set(rows) == {path for path in lab.workshop.files() if path.startswith(BASE)}
    assert rows[NOTE].size == 4
