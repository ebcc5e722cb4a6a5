"""What a person chose for one group, over what the policy says."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..identity import RepoPath, ResourceKey
from .policy import Action
from .spots import Spot

__all__ = ['Choice']


@dataclass(frozen=True, slots=True)
class Choice:
    """The winner and the actions for one group; what is left open follows the policy.

    `action` is for every loser, `actions` for single ones. Documents in unmanaged/ change only when
    they are named in `actions` or as the winner.
    """

    key: ResourceKey
    winner: Spot | None = None
    action: Action | None = None
    actions: Mapping[Spot, Action] = field(default_factory=dict)

    def names(self, path: RepoPath) -> bool:
        """Whether the person picked this very file."""
        return any(spot.path == path for spot in (self.winner, *self.actions) if spot)
