"""Files that are handed over: where they go, what is refused, and ingestion on top of the drop."""

import pytest

from hedgehog_gitops.documents import Limits
from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.plans import Write
from hedgehog_gitops.workflows import DroppedFile, commit_plan, plan_drop, plan_ingest

from ..workshop import AUTHORSHIP, BASE, LAB, OPERATION, Workshop, vpc

RAW = f'{BASE}/raw'


def dropped(workshop: Workshop, *files: DroppedFile, **more: Limits) -> dict[str, bytes]:
    """What a drop writes on the clone's head, by its path below raw/."""
    plan = plan_drop(workshop.store, workshop.head(), LAB, files, OPERATION, **more)
    written = {}
    for change in plan.changes:
        assert isinstance(change, Write) and change.replaces is None
        written[change.path.removeprefix(f'{RAW}/')] = change.content
    return written


@pytest.fixture
def shop(workshop: Workshop) -> Workshop:
    workshop.commit(
        {
            f'{RAW}/a.yaml': 'one',
            f'{RAW}/sub/b.yaml': 'two',
            f'{RAW}/folder.yaml/c.yaml': 'three',
            f'{RAW}/Läb.yaml': 'four',
        }
    )
    (workshop.clone / RAW / 'link.yaml').symlink_to('a.yaml')
    (workshop.clone / RAW / 'away').symlink_to('/tmp')
    workshop.commit({}, 'links')
    return workshop


@pytest.mark.parametrize(
    ('name', 'path'),
    [
        ('new.yaml', 'new.yaml'),
        ('deep/er/new.YML', 'deep/er/new.YML'),
        ('./sub//new.json', 'sub/new.json'),
        (' spaced name.yaml ', 'spaced name.yaml'),
        ('u\u0308.yaml', 'ü.yaml'),
        ('a.yaml', 'a-2.yaml'),
        ('A.yaml', 'A-2.yaml'),
        ('la\u0308b.yaml', 'läb-2.yaml'),
        ('sub/b.yaml', 'sub/b-2.yaml'),
        ('folder.yaml', 'folder-2.yaml'),
        ('link.yaml', 'link-2.yaml'),
        ('x' * 250 + '.yaml', 'x' * 250 + '.yaml'),
    ],
)
def test_where_a_file_goes(shop: Workshop, name: str, path: str) -> None:
    assert dropped(shop, DroppedFile(name, b'\xff\x00 as it is')) == {path: b'\xff\x00 as it is'}


@pytest.mark.parametrize(
    ('name', 'reason'),
    [
        ('../x.yaml', 'PathRefused'),
        ('sub/../x.yaml', 'PathRefused'),
        ('/etc/x.yaml', 'PathRefused'),
        ('C:\\temp\\x.yaml', 'PathRefused'),
        ('.git/x.yaml', 'PathRefused'),
        ('g\u200cit~1/.g\u200cit/x.yaml', 'PathRefused'),
        ('git~1/x.yaml', 'PathRefused'),
        ('.x.yaml', 'PathRefused'),
        ('.hidden/x.yaml', 'PathRefused'),
        ('.yaml', 'PathRefused'),
        ('a\nb.yaml', 'PathRefused'),
        ('a\udcff.yaml', 'PathRefused'),
        ('x' * 251 + '.yaml', 'PathRefused'),
        ('deep/' * 900 + 'x.yaml', 'PathRefused'),
        ('x.txt', 'FileTypeRefused'),
        ('x.yaml.archived', 'FileTypeRefused'),
        ('sub/', 'FileTypeRefused'),
        ('', 'FileTypeRefused'),
        ('a.yaml/x.yaml', 'PathTaken'),
        ('away/x.yaml', 'PathTaken'),
    ],
)
def test_what_is_refused_says_what_to_do(shop: Workshop, name: str, reason: str) -> None:
    with pytest.raises(NeedsPerson) as refused:
        dropped(shop, DroppedFile('good.yaml', b'a: 1'), DroppedFile(name, b'b: 1'))
    assert refused.value.reason == reason
    assert refused.value.hint and refused.value.message.isprintable()


def test_too_large_a_file_is_refused(shop: Workshop) -> None:
    limits = Limits(file_bytes=10)
    assert dropped(shop, DroppedFile('x.yaml', b'x' * 9), limits=limits)
    with pytest.raises(NeedsPerson) as refused:
        dropped(shop, DroppedFile('x.yaml', b'x' * 10), limits=limits)
    assert refused.value.reason == 'FileTooLarge'


def test_the_same_bytes_are_there_already(shop: Workshop) -> None:
    plan = plan_drop(shop.store, shop.head(), LAB, [DroppedFile('a.yaml', b'one')], OPERATION)
    assert plan.is_empty and plan.counts == {'dropped': 0, 'already there': 1}
    shop.commit({f'{RAW}/a-2.yaml': 'other'})
    assert dropped(shop, DroppedFile('a.yaml', b'other')) == {}


def test_files_of_one_request_do_not_meet(workshop: Workshop) -> None:
    names = ['a.yaml', 'A.yaml', 'a.yaml', 'a.yaml']
    files = [
        DroppedFile(name, data) for name, data in zip(names, (b'1', b'2', b'3', b'1'), strict=True)
    ]
    plan = plan_drop(workshop.store, None, LAB, files, OPERATION)
    assert [change.path.removeprefix(f'{RAW}/') for change in plan.changes] == [
        'a.yaml',
        'A-2.yaml',
        'a-3.yaml',
    ]


def test_ingestion_is_planned_on_the_commit_of_the_drop(shop: Workshop) -> None:
    file = DroppedFile('site/vpcs.yaml', f'{vpc("vpc-1")}---\nkind: [bad\n'.encode())
    bad = DroppedFile('bad.yaml', b'a: [')
    head = shop.head()
    first = plan_drop(shop.store, head, LAB, [file, bad], OPERATION)
    commit = commit_plan(shop.store, first, head, AUTHORSHIP)
    assert commit is not None and commit != head
    assert shop.show(f'{RAW}/site/vpcs.yaml', commit) == file.data
    second = plan_ingest(shop.store, commit, LAB, OPERATION)
    assert second.base == commit
    assert {finding.file for finding in second.findings} >= {f'{RAW}/bad.yaml'}
