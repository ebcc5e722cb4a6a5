"""A file too large ever to be in memory is told of; everything beside it goes on."""

from dataclasses import replace

import pytest

from hedgehog_gitops.documents import Limits
from hedgehog_gitops.git import GitSettings, GitStore
from hedgehog_gitops.workflows import check_fabric, incoming

from ..workshop import BASE, LAB, Workshop, vpc

LARGE = f'{BASE}/managed/vpcs/large.yaml'
LIMITS = Limits(file_bytes=2000)


@pytest.fixture
def store(workshop: Workshop) -> GitStore:
    """Refuses, as git's own settings say, to hold the large file in memory."""
    workshop.commit({
        f'{BASE}/managed/vpcs/a.yaml': vpc('a'),
        LARGE: vpc('large') + '# more\n' * 400,
        f'{BASE}/crds/large.yaml': '# nothing\n' * 300,
    })  # fmt: skip
    return GitStore(workshop.store.git_dir, replace(GitSettings(), blob_bytes=2000))


@pytest.mark.parametrize('workers', [1, 2])
def test_check_tells_of_it(store: GitStore, workshop: Workshop, workers: int) -> None:
    report = check_fabric(store, workshop.head(), LAB, limits=LIMITS, workers=workers)
    large = [finding.file for finding in report.findings if finding.code == 'FileTooLarge']
    assert sorted(large) == [f'{BASE}/crds/large.yaml', LARGE]


def test_what_is_new_beside_it_comes(store: GitStore, workshop: Workshop) -> None:
    found = incoming(store, None, workshop.head(), LAB, LIMITS)
    assert [wanted.key.name for wanted in found.objects] == ['a']
    assert [(f.code, f.file) for f in found.findings] == [('FileTooLarge', LARGE)]


def test_a_file_of_exactly_the_limit_is_too_large_everywhere() -> None:
    assert Limits(file_bytes=2000).admits(1999) and not Limits(file_bytes=2000).admits(2000)
