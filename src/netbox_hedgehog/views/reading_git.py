"""What the pages about versions share: reading Git without failing, and whose a commit is."""

from collections.abc import Callable, Collection
from typing import Any

from ..models import HedgehogFabric, SyncOperation
from ..sync.versions import EngineError, FabricFiles, files_of

__all__ = ['Reader', 'operations_by_commit', 'reader']

# What Git has, or why it cannot be shown; one of the two is empty.
type Reader = Callable[[Callable[[FabricFiles], Any]], tuple[Any, str]]


def reader(fabric: HedgehogFabric) -> Reader:
    """Opens the fabric's files once; what it returns reads them as often as a page needs it."""
    try:
        found = files_of(fabric)
    except EngineError as error:
        problem = str(error)
        return lambda reads: (None, problem)

    def read(reads: Callable[[FabricFiles], Any]) -> tuple[Any, str]:
        try:
            return reads(found), ''
        except EngineError as error:
            return None, str(error)

    return read


def operations_by_commit(
    fabric: HedgehogFabric, commits: Collection[str], user: Any
) -> dict[str, SyncOperation]:
    """The operations that made these commits, as far as the person may see them."""
    made = SyncOperation.objects.restrict(user, 'view').filter(
        fabric=fabric, commit_sha__in=commits
    )
    return {each.commit_sha: each for each in made.defer('plan', 'findings', 'payload')}
