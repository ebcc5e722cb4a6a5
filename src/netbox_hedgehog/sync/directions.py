"""Which way an object goes: what of Git's changes reaches its row.

Used by `apply.py`; `publishing.py` asks the other question, what of a row's edits reaches Git. What
our own commits did is always taken over: it was asked for here.
"""

from dataclasses import dataclass

from hedgehog_gitops.findings import Finding, Severity
from hedgehog_gitops.identity import RepoPath, ResourceKey

from ..choices import SyncDirectionChoices as Direction
from ..models import HedgehogFabric, HedgehogResource

__all__ = ['Taking', 'not_taken']


@dataclass(frozen=True, slots=True)
class Taking:
    """What decides whether a change of Git is taken over, beside the direction itself.

    `own` are objects that commits of this run are about; `first` is the first look at the fabric.
    """

    own: frozenset[ResourceKey] = frozenset()
    by_person: bool = True
    first: bool = False

    def leaves(
        self, fabric: HedgehogFabric, row: HedgehogResource | None, key: ResourceKey
    ) -> bool:
        """Says whether the row stays as it is although Git says something else."""
        if key in self.own:
            return False
        direction = (row.sync_direction if row is not None else '') or fabric.sync_direction
        if direction == Direction.MANUAL_ONLY:
            return not self.by_person
        if direction not in (Direction.GUI_TO_GIT, Direction.DISABLED):
            return False
        # A new fabric takes in what is there; afterwards objects come from NetBox.
        return row is not None or not self.first


def not_taken(key: ResourceKey, path: RepoPath | None) -> Finding:
    """Says that Git and NetBox differ by intent."""
    return Finding(
        Severity.WARNING,
        'ChangeNotTaken',
        f'{key} was changed in Git and stays here as it is: its direction is not from Git. An edit '
        'here is merged with what Git says; another direction takes it over.',
        file=path,
        resource=key,
    )
