"""What a fabric says in Git and in NetBox, as plain values that can be written down and compared.

The command `hedgehog_clean_state` takes them before and after it makes a fabric anew.
"""

from collections.abc import Mapping
from typing import Any

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.workflows.reading import entries_below

from ..models import HedgehogFabric, HedgehogResource
from .load import engine_fabric, open_remote
from .locks import repository_held
from .outbox import open_entries
from .stores import open_store
from .uploads import open_uploads

__all__ = ['NeedsPerson', 'differences', 'refuse_unpublished', 'rows_of', 'tree_of']

_PATIENCE = 60.0


def tree_of(fabric: HedgehogFabric) -> dict[str, str]:
    """Returns every file of the fabric's directory as the server has it now: path -> mode, blob."""
    with repository_held(fabric.git_repository_id, _PATIENCE):
        store = open_store(fabric.git_repository)
        head = store.fetch(open_remote(fabric.git_repository), fabric.effective_branch)
        entries = entries_below(store, head, engine_fabric(fabric).base)
    return {path: f'{entry.mode} {entry.blob}' for path, entry in entries.items()}


def rows_of(fabric: HedgehogFabric) -> dict[str, dict[str, Any]]:
    """Returns what each object of the fabric says in NetBox, by identity; no ids, no times."""
    rows = HedgehogResource.objects.filter(fabric=fabric).order_by('pk')
    return {
        row.identity: {
            'api_version': row.api_version,
            'spec': row.desired_spec,
            'labels': row.labels,
            'annotations': row.annotations,
        }
        for row in rows.iterator(chunk_size=2000)
    }


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Returns what is missing, further and different, by name; each list is empty when all agree.

    Values are compared by meaning: the order of keys does not count.
    """
    both = before.keys() & after.keys()
    return {
        'missing': sorted(before.keys() - after.keys()),
        'further': sorted(after.keys() - before.keys()),
        'different': sorted(name for name in both if before[name] != after[name]),
    }


def refuse_unpublished(fabric: HedgehogFabric) -> None:
    """Raises NeedsPerson for a fabric whose deletion would lose what is not in Git yet."""
    if fabric.git_repository is None:
        raise NeedsPerson('RepositoryMissing', 'It has no repository to be made from.')
    waiting = open_entries(fabric).count() + open_uploads(fabric).count()
    drafts = sum(row.has_draft for row in HedgehogResource.objects.filter(fabric=fabric))
    if waiting or drafts:
        raise NeedsPerson(
            'EditsWait',
            f'{waiting} edits and files are not in Git yet, {drafts} objects have a draft.',
            hint='Publish or discard them first.',
        )
