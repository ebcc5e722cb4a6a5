"""What is asked for about duplicate groups: which, who wins, what becomes of each file.

Pages and REST make these values, an operation carries them in its options, `duplicate_steps.py`
follows them. A decision is about the files as somebody saw them: `seen` is the group's
`state_token` of then, and another state refuses it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hedgehog_gitops.duplicates import Action, Area, Choice, Spot
from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.identity import ResourceKey

from ..choices import DuplicateStatusChoices, DuplicateWaitChoices
from ..models import YAMLDuplicateFile, YAMLDuplicateGroup

__all__ = [
    'GroupDecision',
    'NeedsPerson',
    'as_the_policy_says',
    'by_hand',
    'decisions_of',
    'not_settleable',
    'not_there',
    'refuse_stale',
]


@dataclass(frozen=True, slots=True)
class GroupDecision:
    """What becomes of one group; what is left open follows the policy.

    `winner` and the keys of `actions` are spots (`path#document`); `action` is for all others.
    """

    identity: str
    seen: str
    winner: str = ''
    actions: Mapping[str, str] = field(default_factory=dict)
    action: str = ''

    def as_json(self) -> dict[str, Any]:
        return {
            'identity': self.identity,
            'seen': self.seen,
            'winner': self.winner,
            'actions': dict(self.actions),
            'action': self.action,
        }

    def as_choice(self) -> Choice:
        """The same for the engine."""
        return Choice(
            ResourceKey.parse(self.identity),
            Spot.parse(self.winner) if self.winner else None,
            Action(self.action) if self.action else None,
            {Spot.parse(spot): Action(action) for spot, action in self.actions.items()},
        )


def by_hand(
    group: YAMLDuplicateGroup,
    seen: str,
    winner: YAMLDuplicateFile | None,
    actions: Mapping[YAMLDuplicateFile, str],
) -> GroupDecision:
    """What a person chose, file by file."""
    chosen = {each.spot: action for each, action in actions.items()}
    return GroupDecision(group.identity, seen, winner.spot if winner else '', chosen)


def as_the_policy_says(
    group: YAMLDuplicateGroup, action: str = '', seen: str | None = None
) -> GroupDecision:
    """The winner of the rules; what becomes of the others may be said otherwise.

    Without `seen` it is about the files as the group has them now.
    """
    return GroupDecision(group.identity, group.state_token if seen is None else seen, action=action)


def decisions_of(options: Mapping[str, Any]) -> dict[str, GroupDecision]:
    """Reads the decisions an operation carries, by the identity of their group."""
    found = [GroupDecision(**row) for row in options.get('decisions') or ()]
    return {decision.identity: decision for decision in found}


def not_there(group: YAMLDuplicateGroup) -> str:
    """Why nothing can be asked for about a group, by whatever rules; empty when it can."""
    if group.resolution_status == DuplicateStatusChoices.RESOLVING:
        return 'This group is being settled.'
    if not group.present:
        return 'Git has no such group any more.'
    return ''


def not_settleable(group: YAMLDuplicateGroup, decision: GroupDecision | None = None) -> str:
    """Why a group cannot be settled so by the rules it was searched by; empty when it can."""
    if (why := not_there(group)) or not group.wait:
        return why
    if decision is not None and (decision.winner or _names_unmanaged(group, decision)):
        return ''
    return f'{group.get_wait_display()}: a person has to choose.'


def _names_unmanaged(group: YAMLDuplicateGroup, decision: GroupDecision) -> bool:
    """Whether only files in unmanaged/ keep the rules from it, and each of them is named."""
    if group.wait != DuplicateWaitChoices.UNMANAGED or not decision.actions:
        return False
    named = {Spot.parse(spot).path for spot in decision.actions}
    paths = group.files.filter(area=Area.UNMANAGED).values_list('file_path', flat=True)
    return named.issuperset(paths)


def refuse_stale(group: YAMLDuplicateGroup, seen: str) -> None:
    """Refuses a decision about files that are not those of the group any more."""
    if seen != group.state_token:
        raise NeedsPerson(
            'DuplicatesMoved',
            f'The files of {group} have changed since they were shown.',
            hint='Look at them as they are now, and decide again.',
        )
