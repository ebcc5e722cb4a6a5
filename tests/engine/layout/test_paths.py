"""Paths: one normal form, one place for each object, and no way out of the folder."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.identity import RepoPath, ResourceKey
from hedgehog_gitops.kinds import CATALOGUE
from hedgehog_gitops.layout import (
    ArchiveStrategy,
    Fabric,
    archived_path,
    fit_name,
    is_utf8,
    is_yaml_name,
    managed_path,
    missing_parts,
    normalise_directory,
    path_collisions,
    skeleton,
    unused_path,
)

from ..ingest.trees import FABRIC, NOW


@pytest.mark.parametrize(
    ('text', 'path'),
    [
        ('', ''),
        ('/', ''),
        ('.', ''),
        ('a/b', 'a/b'),
        ('/a/b/', 'a/b'),
        ('a//b', 'a/b'),
        (' ./a/./b/ ', 'a/b'),
        ('fabrics/läb/gitops', 'fabrics/läb/gitops'),
    ],
)
def test_directories_have_one_form(text: str, path: str) -> None:
    assert normalise_directory(text) == path
    assert normalise_directory(path) == path


@pytest.mark.parametrize(
    'text',
    [
        '..',
        'a/../b',
        'a\\b',
        'a\x00b',
        'a\nb',
        '.git',
        'a/.GIT/b',
        'a/.git. /b',
        'a/git~1',
        '.g\u200cit',
        'a\udcffb',
        'a' * 256,
        '/'.join(['a' * 200] * 21),
    ],
)
def test_directories_that_lead_elsewhere_are_refused(text: str) -> None:
    with pytest.raises(NeedsPerson) as refused:
        normalise_directory(text)
    assert refused.value.reason == 'PathRefused'


@pytest.mark.parametrize('base', ['', 'fabrics/lab/gitops'])
def test_every_folder_is_below_the_base(base: str) -> None:
    fabric = Fabric('Lab', 'lab', RepoPath(base))
    start = f'{base}/' if base else ''
    assert fabric.raw == f'{start}raw'
    assert fabric.manifest == f'{start}.hnp/manifest.yaml'
    assert fabric.below(fabric.archive_log) == '.hnp/archive-log.yaml'
    assert all(path.startswith(start) for path in skeleton(fabric, NOW))


def test_where_objects_live() -> None:
    def place(kind: str, namespace: str = 'default', name: str = 'a.b') -> str:
        found = CATALOGUE.by_kind(kind)
        assert found is not None
        key = ResourceKey(found.group, found.kind, namespace, name)
        return FABRIC.below(managed_path(FABRIC, key))

    assert place('Switch') == 'managed/switches/a.b.yaml'
    assert place('SwitchGroup') == 'managed/switchgroups/a.b.yaml'
    assert place('GatewayPeering') == 'managed/gatewaypeerings/a.b.yaml'
    assert place('VPC', 'lab') == 'managed/vpcs/lab/a.b.yaml'
    with pytest.raises(KeyError):
        place('Agent')


def test_names_no_file_system_could_hold() -> None:
    assert fit_name('a' * 250, '.yaml') == 'a' * 250 + '.yaml'
    long = fit_name('a' * 251, '.yaml')
    assert long == fit_name('a' * 251, '.yaml') != fit_name('a' * 252, '.yaml')
    assert long.startswith('a' * 200 + '-')
    assert len(long) == 200 + 1 + 16 + 5
    assert len(fit_name('a' * 250, '.yaml.archived.2').encode()) <= 255


@given(st.text(st.characters(exclude_categories=['Cs']), min_size=1, max_size=300))
def test_a_fitted_name_always_fits(name: str) -> None:
    fitted = fit_name(name, '.yaml')
    assert len(fitted.encode()) <= 255
    assert fitted.endswith('.yaml')


def test_archived_originals_are_numbered() -> None:
    raw = FABRIC.path('raw/a.yaml')
    taken = set()
    for expected in ('raw/a.yaml.archived', 'raw/a.yaml.archived.2', 'raw/a.yaml.archived.3'):
        place = archived_path(FABRIC, raw, taken)
        assert place == FABRIC.path(expected)
        taken.add(place)


@pytest.mark.parametrize(
    ('strategy', 'place'),
    [
        (ArchiveStrategy.MOVE_TO_ARCHIVE, '.hnp/archive/raw/a.yaml'),
        (ArchiveStrategy.GIT_HISTORY_ONLY, None),
        (ArchiveStrategy.KEEP_IN_PLACE, None),
    ],
)
def test_other_strategies(strategy: ArchiveStrategy, place: str | None) -> None:
    fabric = Fabric('Lab', 'lab', RepoPath(''), strategy)
    assert archived_path(fabric, RepoPath('raw/a.yaml'), ()) == place


def test_unused_paths() -> None:
    taken = {RepoPath('u/a.yaml'), RepoPath('u/a-2.yaml'), RepoPath('u/plain')}
    assert unused_path(RepoPath('u/b.yaml'), taken) == 'u/b.yaml'
    assert unused_path(RepoPath('u/a.yaml'), taken) == 'u/a-3.yaml'
    assert unused_path(RepoPath('u/plain'), taken) == 'u/plain-2'


@pytest.mark.parametrize(
    ('path', 'answer'),
    [
        ('raw/a.yaml', True),
        ('raw/a.yml', True),
        ('raw/a.json', True),
        ('raw/A.YAML', True),
        ('raw/a.yaml.archived', False),
        ('raw/.a.yaml', False),
        ('raw/a.txt', False),
        ('raw/yaml', False),
    ],
)
def test_what_is_read(path: str, answer: bool) -> None:
    assert is_yaml_name(path) is answer


def test_paths_which_cannot_lie_beside_each_other() -> None:
    paths = ['raw/A.yaml', 'raw/a.yaml', 'raw/\u00e4', 'raw/a\u0308', 'raw/b.yaml']
    findings = path_collisions([RepoPath(path) for path in paths])
    assert [finding.file for finding in findings] == paths[:4]
    assert {finding.code for finding in findings} == {'PathCollision'}


def test_bytes_that_are_no_utf8() -> None:
    assert is_utf8('raw/ä.yaml')
    assert not is_utf8(b'raw/\xff.yaml'.decode('utf-8', 'surrogateescape'))


def test_only_what_is_missing_is_made() -> None:
    whole = skeleton(FABRIC, NOW)
    assert missing_parts(FABRIC, (), NOW) == whole
    assert not missing_parts(FABRIC, whole, NOW)
    without = [path for path in whole if path != FABRIC.readme]
    assert list(missing_parts(FABRIC, without, NOW)) == [FABRIC.readme]
    filled = {path for path in whole if path != FABRIC.path('managed/vpcs/.gitkeep')}
    assert list(missing_parts(FABRIC, filled, NOW)) == [FABRIC.path('managed/vpcs/.gitkeep')]
    assert not missing_parts(FABRIC, filled | {FABRIC.path('managed/vpcs/a.yaml')}, NOW)
    assert not missing_parts(FABRIC, filled | {FABRIC.path('managed/vpcs')}, NOW)
