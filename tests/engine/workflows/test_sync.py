"""Git -> database: what changed between two commits, judged on the whole managed folder."""

import os

import pytest

from hedgehog_gitops.git import GitStore
from hedgehog_gitops.identity import ResourceKey
from hedgehog_gitops.workflows import incoming

from ..workshop import BASE, LAB, Workshop, switch, vpc

VPCS = f'{BASE}/managed/vpcs'


def key(name: str) -> ResourceKey:
    return ResourceKey('vpc.githedgehog.com', 'VPC', 'default', name)


@pytest.fixture
def changed(workshop: Workshop):
    """Commits files and says what `incoming` makes of it."""

    def made(files, base=None):
        old = base if base is not None else workshop.head()
        new = workshop.commit(files)
        return incoming(workshop.store, old, new, LAB)

    return made


@pytest.fixture
def first(workshop: Workshop):
    files = {f'{VPCS}/a.yaml': vpc('a'), f'{VPCS}/b.yaml': vpc('b'), 'else/c.yaml': vpc('c')}
    return workshop.commit(files)


def test_without_a_base_everything_is_new(workshop, first):
    found = incoming(workshop.store, None, first, LAB)
    assert [o.key for o in found.objects] == [key('a'), key('b')]
    one = found.objects[0]
    assert one.text == vpc('a').encode() and one.path == f'{VPCS}/a.yaml' and one.document == 0
    assert one.spec['subnets']['default']['vlan'] == 1001
    assert one.api_version == 'vpc.githedgehog.com/v1beta1'
    assert found.removed == () and found.findings == ()


def test_only_the_changed_object_comes(first, changed):
    found = changed({f'{VPCS}/a.yaml': vpc('a', 7), f'{BASE}/raw/x.yaml': vpc('x')})
    assert [o.key for o in found.objects] == [key('a')] and found.removed == ()


def test_nothing_below_managed_is_nothing(workshop, first, changed):
    assert changed({f'{BASE}/raw/x.yaml': vpc('x'), 'README': 'x'}).objects == ()
    head = workshop.head()
    assert incoming(workshop.store, head, head, LAB).objects == ()


def test_removed_object_is_removed(first, changed):
    found = changed({f'{VPCS}/a.yaml': None})
    assert found.objects == () and found.removed == (key('a'),)


def test_moved_object_is_an_update(first, changed):
    found = changed({f'{VPCS}/a.yaml': None, f'{VPCS}/moved/z.yaml': vpc('a')})
    assert [(o.key, o.path) for o in found.objects] == [(key('a'), f'{VPCS}/moved/z.yaml')]
    assert found.removed == ()
    assert [f.code for f in found.findings] == ['MisplacedObject']


def test_renamed_object_is_another_one(first, changed):
    found = changed({f'{VPCS}/a.yaml': vpc('renamed')})
    assert [o.key for o in found.objects] == [key('renamed')] and found.removed == (key('a'),)


def test_of_two_descriptions_the_one_in_its_own_file_counts(workshop, first, changed):
    found = changed({f'{VPCS}/copy.yaml': vpc('a', 9)})
    assert [(o.key, o.path) for o in found.objects] == [(key('a'), f'{VPCS}/a.yaml')]
    assert 'DuplicateIdentity' in {f.code for f in found.findings}
    found = changed({f'{VPCS}/a.yaml': None})
    assert [(o.key, o.path) for o in found.objects] == [(key('a'), f'{VPCS}/copy.yaml')]
    assert found.removed == ()


def test_object_in_a_file_that_broke_is_held_not_removed(first, changed):
    found = changed({f'{VPCS}/a.yaml': 'kind: VPC\n\tbroken\n'})
    assert found.removed == () and found.objects == ()
    codes = {f.code: f for f in found.findings}
    assert codes['ResourceHeld'].resource == key('a')
    assert any(f.line == 2 and f.file == f'{VPCS}/a.yaml' for f in found.findings)
    # Once it is repaired, it comes like any other change.
    found = changed({f'{VPCS}/a.yaml': vpc('a', 5)})
    assert [o.key for o in found.objects] == [key('a')]


@pytest.mark.parametrize(
    'what', ['an expression alone', 'a name to fill in', 'no name', 'an unknown kind']
)
def test_object_whose_text_is_no_object_any_more_is_held(first, changed, what):
    text = {
        'an expression alone': vpc('a').replace('vlan: 1001', 'vlan: "{{ .Values.vlan }}"'),
        'a name to fill in': vpc('a').replace('name: a', 'name: "<name>"'),
        'no name': vpc('a').replace('name: a', 'labels: {}'),
        'an unknown kind': vpc('a').replace('kind: VPC', 'kind: VCP'),
    }[what]
    assert text != vpc('a')
    found = changed({f'{VPCS}/a.yaml': text})
    assert found.removed == () and found.objects == ()
    assert 'ResourceHeld' in [f.code for f in found.findings]


@pytest.mark.parametrize(
    ('name', 'code'), [(os.fsdecode(b'x\xff.yaml'), 'PathNotUtf8'), ('a\nb.yaml', 'PathRefused')]
)
def test_a_path_nobody_could_keep_is_told_and_not_read(first, changed, name, code):
    found = changed({f'{VPCS}/{name}': vpc('odd')})
    assert found.objects == () and found.removed == ()
    assert [finding.code for finding in found.findings] == [code]
    found = changed({f'{VPCS}/a.yaml': vpc('a', 9), f'{VPCS}/1{name}': vpc('odd2')})
    assert [o.key for o in found.objects] == [key('a')]
    assert [finding.code for finding in found.findings] == [code]


def test_object_taken_out_of_a_file_with_a_bad_document_is_held(first, changed):
    changed({f'{VPCS}/many.yaml': f'{vpc("m1")}---\n{vpc("m2")}'})
    found = changed({f'{VPCS}/many.yaml': f'{vpc("m1")}---\nkind: VPC\nkind: VPC\n'})
    assert found.removed == () and 'ResourceHeld' in {f.code for f in found.findings}


def test_documents_of_one_file_are_told_apart(first, changed):
    found = changed({f'{VPCS}/many.yaml': f'# one\n{vpc("m1")}---\n{switch("s1")}'})
    assert [(o.key.name, o.document) for o in found.objects] == [('m1', 0), ('s1', 1)]
    assert found.objects[1].text.startswith(b'---\n')


def test_cache_changes_nothing_but_the_time(workshop, first):
    store = workshop.store
    one = incoming(store, None, first, LAB)
    head = workshop.commit({f'{VPCS}/a.yaml': vpc('a', 3)})
    warm = incoming(store, first, head, LAB)
    for file in (workshop.clone / '.git' / 'hedgehog-cache').iterdir():
        file.write_bytes(b'{"version": 1, "blobs": {"x": 5}')
    assert incoming(store, first, head, LAB) == warm
    assert incoming(store, None, first, LAB) == one


class Counting(GitStore):
    """A store that says which blobs were read."""

    def read_blobs(self, blobs):
        answer = super().read_blobs(blobs)
        self.read = [*getattr(self, 'read', []), *answer]
        return answer


def test_only_the_changed_file_is_read(workshop, first):
    incoming(workshop.store, None, first, LAB)
    names = {f'{VPCS}/v{number}.yaml': vpc(f'v{number}') for number in range(50)}
    many = workshop.commit(names)
    incoming(workshop.store, first, many, LAB)
    one = workshop.commit({f'{VPCS}/v7.yaml': vpc('v7', 2)})
    counting = Counting(workshop.store.git_dir)
    found = incoming(counting, many, one, LAB)
    assert [o.key for o in found.objects] == [key('v7')]
    assert counting.read == [found.objects[0].blob]
