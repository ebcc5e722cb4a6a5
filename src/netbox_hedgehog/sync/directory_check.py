"""Whether a fabric's directory is as it should be, as this machine knows it without asking anybody.

For `gitops-directories/validate/`. What nobody has looked at is None, and counts neither way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hedgehog_gitops.errors import EngineError
from hedgehog_gitops.identity import RepoPath, TreeEntry
from hedgehog_gitops.layout import is_yaml_name, read_manifest
from hedgehog_gitops.workflows.reading import entries_below
from hedgehog_gitops.workflows.structure import missing_structure

from ..choices import ConnectionStatusChoices
from ..models import HedgehogFabric
from .versions import FabricFiles, files_of

__all__ = ['check_directory']

_FOLDERS = ('raw', 'unmanaged', 'managed')


@dataclass(frozen=True, slots=True)
class _Check:
    """`passed` is None where nobody knows; `advice` says what to do if it did not pass."""

    name: str
    passed: bool | None
    message: str
    advice: str = ''


def check_directory(fabric: HedgehogFabric) -> dict[str, Any]:
    """Returns every check, the folders with their counts, and the share of checks that passed."""
    files, why = _files(fabric)
    entries = (
        entries_below(files.store, files.commit, files.place.base) if files is not None else None
    )
    checks = [_repository(fabric), _connection(fabric), _initialised(fabric)]
    checks += _tree_checks(files, entries, why)
    known = [check.passed for check in checks if check.passed is not None]
    failed = [check for check in checks if check.passed is False]
    structure = next(check for check in checks if check.name == 'structure')
    return {
        'fabric_id': fabric.pk,
        'fabric_name': fabric.name,
        'initialized': fabric.gitops_initialized,
        'structure_valid': structure.passed,
        'gitops_directory': fabric.gitops_directory,
        'checked_commit': files.commit if files is not None else None,
        'directories': _directories(fabric, files, entries),
        'issues': [check.message for check in failed],
        'recommendations': [check.advice for check in failed if check.advice],
        'checks': [
            {'name': each.name, 'passed': each.passed, 'message': each.message} for each in checks
        ],
        'health_score': round(100 * sum(known) / len(known)) if known else None,
    }


def _files(fabric: HedgehogFabric) -> tuple[FabricFiles | None, str]:
    try:
        return files_of(fabric), ''
    except EngineError as error:
        return None, error.message


def _repository(fabric: HedgehogFabric) -> _Check:
    repository = fabric.git_repository
    if repository is None:
        return _Check('repository', False, 'There is no Git repository.', 'Choose one.')
    if not repository.enabled:
        return _Check('repository', False, 'The repository is disabled.', 'Enable it.')
    return _Check('repository', True, f'{repository}, branch {fabric.effective_branch}.')


def _connection(fabric: HedgehogFabric) -> _Check:
    state = getattr(fabric.git_repository, 'state', None)
    if state is None or state.connection_status == ConnectionStatusChoices.PENDING:
        return _Check('connection', None, 'Nobody has tested the connection yet.')
    if state.connection_status == ConnectionStatusChoices.CONNECTED:
        return _Check('connection', True, 'The server answered at the last contact.')
    said = state.validation_error or 'The server did not answer at the last contact.'
    return _Check('connection', False, said, 'Test the connection of the repository.')


def _initialised(fabric: HedgehogFabric) -> _Check:
    if fabric.gitops_initialized:
        return _Check('initialised', True, 'The directory was laid out, and seen on the server.')
    advice = f'POST .../fabrics/{fabric.pk}/gitops-directories/initialize/'
    return _Check('initialised', False, 'The directory is not initialised.', advice)


def _tree_checks(
    files: FabricFiles | None, entries: Mapping[RepoPath, TreeEntry] | None, why: str
) -> list[_Check]:
    if files is None or entries is None:
        return [_Check(name, None, why) for name in ('structure', 'manifest')]
    missing = missing_structure(files.place, entries)
    if missing:
        advice = 'Synchronise or initialise: both restore what is missing.'
        said = f'{len(missing)} parts are missing: {", ".join(missing[:5])}.'
        structure = _Check('structure', False, said, advice)
    else:
        structure = _Check('structure', True, 'Every folder and file of the layout is there.')
    return [structure, _manifest(files, entries)]


def _manifest(files: FabricFiles, entries: Mapping[RepoPath, TreeEntry]) -> _Check:
    path = files.place.manifest
    entry = entries.get(path)
    if entry is None or not entry.is_file:
        return _Check('manifest', False, f'{path} is missing.', 'Initialise the directory again.')
    manifest, findings = read_manifest(files.store.read_blobs([entry.blob])[entry.blob])
    if manifest is None:
        said = '; '.join(finding.message for finding in findings)
        return _Check('manifest', False, f'{path}: {said}', f'Correct {path}.')
    return _Check('manifest', True, 'The manifest can be read.')


def _directories(
    fabric: HedgehogFabric,
    files: FabricFiles | None,
    entries: Mapping[RepoPath, TreeEntry] | None,
) -> dict[str, Any]:
    state = getattr(fabric, 'sync_state', None)
    return {
        name: {**_folder(name, files, entries), 'last_sync': state.last_sync if state else None}
        for name in _FOLDERS
    }


def _folder(
    name: str, files: FabricFiles | None, entries: Mapping[RepoPath, TreeEntry] | None
) -> dict[str, Any]:
    if files is None or entries is None:
        return dict.fromkeys(('exists', 'is_directory', 'file_count', 'subdirectories'))
    folder = str(getattr(files.place, name))
    inside = [path.removeprefix(f'{folder}/') for path in entries if path.startswith(f'{folder}/')]
    counts: dict[str, int] = {}
    for path in inside:
        below, slash, _ = path.partition('/')
        if slash:
            counts[below] = counts.get(below, 0) + is_yaml_name(RepoPath(path))
    return {
        'exists': bool(inside) or RepoPath(folder) in entries,
        'is_directory': bool(inside),
        'file_count': sum(is_yaml_name(RepoPath(path)) for path in inside),
        'subdirectories': counts,
    }
