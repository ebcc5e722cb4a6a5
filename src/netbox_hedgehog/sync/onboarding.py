"""What a person sees of a repository before a fabric is made in it: branches, folders, the plan.

Called by the pages of the wizard, inside the request, so the time limit is short. Nothing is
written but the local copy's objects; `steps.py` asks here what was chosen.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from hedgehog_gitops.errors import EngineError, NeedsPerson
from hedgehog_gitops.git import GitStore
from hedgehog_gitops.identity import CommitId, RepoPath
from hedgehog_gitops.layout import is_hidden, is_utf8, is_yaml_name
from hedgehog_gitops.plans import Operation, as_diff, as_json
from hedgehog_gitops.workflows import (
    ExistingFiles,
    entries_below,
    plan_onboarding,
    snapshot_for_diff,
    with_own_kinds,
)

from ..choices import OperationStatusChoices, SyncOperationTypeChoices
from ..models import GitRepository, HedgehogFabric, SyncOperation
from .connection import refuse_disabled
from .load import engine_fabric, open_remote
from .locks import repository_held
from .settings import reading_limits
from .stores import open_hurried

__all__ = [
    'Branch',
    'EngineError',
    'Folder',
    'existing_files',
    'folders_of',
    'onboarding_options',
    'preview_onboarding',
    'read_branch',
]

# Options of an operation that lays a fabric out: what becomes of files, and in which directory.
EXISTING = 'existing_files'
DIRECTORY = 'directory'

# A person waits: for the server, and for whoever works on the same repository just now.
LIMIT = 60.0
PATIENCE = 10.0

# What a page shows of the tree, and of what would be written.
MAX_FOLDERS = 400
MAX_DIFF = 60_000

_MANIFEST = '.hnp/manifest.yaml'


@dataclass(frozen=True, slots=True)
class Branch:
    """One branch as the server has it now, and the names of all; no `head`: an empty repository."""

    store: GitStore
    name: str
    head: CommitId | None
    names: tuple[str, ...]


@dataclass(slots=True)
class Folder:
    """One folder of the tree. `files` counts the YAML files in it and below it.

    `is_fabric`: it has a fabric's manifest. `refused` says why no fabric can be made of it.
    """

    path: str
    files: int = 0
    is_fabric: bool = False
    refused: str = ''
    children: list['Folder'] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.path.rpartition('/')[2] or '/'


def read_branch(repository: GitRepository, name: str = '') -> Branch:
    """Asks the server for its branches, and brings one of them in; raises EngineError."""
    refuse_disabled(repository)
    with repository_held(repository.pk, PATIENCE):
        store, remote = open_hurried(repository, LIMIT), open_remote(repository)
        names = tuple(sorted(store.remote_heads(remote)))
        wanted = name or repository.default_branch
        if names and wanted not in names:
            raise NeedsPerson(
                'BranchMissing',
                f'The repository has no branch {wanted}; it has {", ".join(names[:5])}.',
                hint='Choose another one, or create it.',
            )
        head = store.fetch(remote, wanted) if names else None
        return Branch(store, wanted, head, names or (wanted,))


def folders_of(branch: Branch, repository: GitRepository) -> tuple[Folder, int]:
    """Returns the root of the branch's tree of folders, and how many of them were left out.

    Hidden folders, and what lies within a fabric, are nobody's place for another one.
    """
    entries = entries_below(branch.store, branch.head, RepoPath(''))
    bases = {
        path.removesuffix(_MANIFEST).rstrip('/')
        for path in entries
        if path == _MANIFEST or path.endswith(f'/{_MANIFEST}')
    }
    counts: dict[str, int] = {'': 0}
    for path in entries:
        parts = path.split('/')[:-1]
        if is_hidden('/'.join(parts)) or not is_utf8(path):
            continue
        for depth in range(len(parts) + 1):
            above = '/'.join(parts[:depth])
            counts[above] = counts.get(above, 0) + is_yaml_name(path)
            if above in bases:
                break
    known = sorted(counts, key=lambda path: (path.count('/') + bool(path), path))
    shown = {path: Folder(path, counts[path]) for path in known[:MAX_FOLDERS]}
    for path, folder in shown.items():
        if path:
            shown[path.rpartition('/')[0]].children.append(folder)
    _judge(shown.values(), bases, repository)
    return shown[''], len(known) - len(shown)


def preview_onboarding(
    branch: Branch, fabric: HedgehogFabric, existing: str, user: Any
) -> dict[str, Any]:
    """The plan that would lay the fabric out, made now and not carried out; raises EngineError."""
    place = with_own_kinds(branch.store, branch.head, engine_fabric(fabric))
    about = Operation('', datetime.now(UTC), user.username)
    choice = ExistingFiles(existing)
    plan = plan_onboarding(
        branch.store, branch.head, place, about, reading_limits(), existing=choice
    )
    told = as_json(plan, None)
    diff = as_diff(plan, snapshot_for_diff(branch.store, plan))
    files = [each for each in told['findings'] if each['code'] == 'ExistingFile']
    return {
        'head': branch.head or '',
        'subject': plan.subject,
        'is_fabric': place.manifest in entries_below(branch.store, branch.head, place.hnp),
        'files': files,
        'findings': [each for each in told['findings'] if each['code'] != 'ExistingFile'],
        # What holds folders open interests nobody, and comes last.
        'changes': sorted(told['changes'], key=lambda each: each['path'].endswith('/.gitkeep')),
        'counts': told.get('counts', {}),
        'conflicts': told['conflicts'],
        'diff': diff[:MAX_DIFF],
        'diff_cut': len(diff) > MAX_DIFF,
    }


def onboarding_options(fabric: HedgehogFabric, existing: str) -> dict[str, str]:
    """What an operation that lays the fabric out is told of the choice."""
    return {EXISTING: existing, DIRECTORY: fabric.gitops_directory}


def existing_files(operation: SyncOperation) -> ExistingFiles:
    """What an operation that lays a fabric out does with files that are there already.

    One that chooses nothing goes on with what was chosen for the same directory and has failed:
    trying once more must not do something else.
    """
    options = operation.operation_config
    if EXISTING in options:
        return ExistingFiles(options[EXISTING])
    before = SyncOperation.objects.filter(
        fabric=operation.fabric_id,
        operation_type=SyncOperationTypeChoices.DIRECTORY_INIT,
        pk__lt=operation.pk,
    ).order_by('-pk')
    for status, chosen in before.values_list('status', 'operation_config'):
        if status not in (OperationStatusChoices.FAILED, OperationStatusChoices.CANCELLED):
            break
        if EXISTING in chosen and not chosen.get('dry_run'):
            here = operation.fabric.gitops_directory
            return ExistingFiles(chosen[EXISTING] if chosen.get(DIRECTORY) == here else 'organise')
    return ExistingFiles.ORGANISE


def _judge(folders: Iterable[Folder], bases: set[str], repository: GitRepository) -> None:
    taken = dict(
        HedgehogFabric.objects.filter(git_repository=repository).values_list(
            'gitops_directory', 'name'
        )
    )
    for folder in folders:
        folder.is_fabric = folder.path in bases
        below = f'{folder.path}/' if folder.path else ''
        others = [base for base in {*bases, *taken} if base != folder.path]
        if folder.path in taken:
            folder.refused = _('belongs to the fabric {name}').format(name=taken[folder.path])
        elif any(base.startswith(below) for base in others):
            folder.refused = _('has another fabric in it')
        elif any(folder.path.startswith(f'{base}/' if base else '') for base in others):
            folder.refused = _('lies in another fabric')
