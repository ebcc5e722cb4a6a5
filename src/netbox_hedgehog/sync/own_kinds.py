"""The kinds a fabric knows: the engine's own and those its `crds/` brings along.

Drafts are read by them before anything reaches Git; the runner takes them from the fetched commit.
"""

from hedgehog_gitops.errors import EngineError
from hedgehog_gitops.identity import CommitId
from hedgehog_gitops.kinds import Catalogue
from hedgehog_gitops.workflows import with_own_kinds
from hedgehog_gitops.workflows.validators import built_in_kinds

from ..models import FabricSyncState, HedgehogFabric
from .load import engine_fabric
from .stores import existing_store

__all__ = ['known_kinds']


def known_kinds(fabric: HedgehogFabric | None) -> Catalogue:
    """Returns the kinds at the last synchronised commit; the built-in ones where there is none."""
    if fabric is None or fabric.git_repository is None:
        return built_in_kinds()
    state = FabricSyncState.objects.filter(fabric=fabric).values_list('last_synced_commit')
    commit = next((commit for (commit,) in state), '')
    try:
        store = existing_store(fabric.git_repository) if commit else None
        if store is None or store.resolve(commit) is None:
            return built_in_kinds()
        return with_own_kinds(store, CommitId(commit), engine_fabric(fabric)).catalogue
    except EngineError:
        # The clone is a cache, and a draft must not fail with it: the built-in kinds remain.
        return built_in_kinds()
