"""The kinds a fabric knows: the engine's own and those its `crds/` brings along.

Drafts are read by them before anything reaches Git; the runner takes them from the fetched commit.
"""

from hedgehog_gitops.errors import EngineError
from hedgehog_gitops.kinds import Catalogue
from hedgehog_gitops.workflows import with_own_kinds
from hedgehog_gitops.workflows.validators import built_in_kinds

from ..models import HedgehogFabric
from .load import engine_fabric
from .stores import synced_copy

__all__ = ['current_identity', 'known_kinds']


def known_kinds(fabric: HedgehogFabric | None) -> Catalogue:
    """Returns the kinds at the last synchronised commit; the built-in ones where there is none."""
    try:
        copy = synced_copy(fabric) if fabric is not None else None
        if copy is None:
            return built_in_kinds()
        return with_own_kinds(*copy, engine_fabric(fabric)).catalogue
    except EngineError:
        # The clone is a cache, and a draft must not fail with it: the built-in kinds remain.
        return built_in_kinds()


def current_identity(kind: str) -> dict[str, str]:
    """Returns API group, version and kind as Hedgehog has them today; empty for no kind of its."""
    known = built_in_kinds().by_kind(kind)
    if known is None:
        return {}
    return {'api_group': known.group, 'api_version': known.version, 'kind': known.kind}
