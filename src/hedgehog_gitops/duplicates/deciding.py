"""What is to become of every description of a group: policy and person together.

Called by `planner.py`'s caller before any text is touched. A person's choice stands over the
policy; what neither decides is left, and why is said.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..errors import NeedsPerson
from ..kinds import Disposition
from .choices import Choice
from .groups import Area, Copy, DuplicateGroup, Wait
from .policy import STAYING_LIVE, Action, Policy
from .spots import Spot

__all__ = [
    'Left',
    'Order',
    'chosen_groups',
    'decided',
    'is_rehomed',
    'waiting_for',
    'within_limits',
]


@dataclass(frozen=True, slots=True)
class Order:
    """One group to settle: who wins and why, and what every other description becomes."""

    group: DuplicateGroup
    winner: Copy
    rule: str
    why: str
    actions: Mapping[Spot, Action]

    @property
    def losers(self) -> tuple[Copy, ...]:
        return tuple(each.copy for each in self.group.copies if each.copy is not self.winner)


@dataclass(frozen=True, slots=True)
class Left:
    """A group that was to be settled and is not. `reason` is a word of docs/reference/reasons.md;
    `person` tells whether somebody has to decide."""

    group: DuplicateGroup
    reason: str
    message: str
    person: bool = False


_WAITS = {
    Wait.TIE: ('DuplicateTied', 'choose the winner'),
    Wait.INVALID: (
        'DuplicateInvalid',
        'another one has no error; correct the winner, or pick one',
    ),
    Wait.UNMANAGED: (
        'DuplicateUnmanaged',
        'a file in unmanaged/ changes only when it is picked by name',
    ),
    Wait.FOREIGN: (
        'DuplicateForeign',
        'this is not an object of the fabric and other tools may want them all; pick the winner',
    ),
    Wait.COMPOSED: (
        'DuplicateComposed',
        'a kustomization names one of these files; pick the winner if they are no layers',
    ),
}

# Naming what loses is not enough here.
_CHOSEN_ONLY = (Wait.COMPOSED, Wait.FOREIGN, Wait.INVALID)


def chosen_groups(
    groups: Sequence[DuplicateGroup],
    choices: Sequence[Choice] | None,
    action: Action | None = None,
) -> list[tuple[DuplicateGroup, Choice]]:
    """The groups that are asked for with what was chosen; all that are open where nothing is.

    `action` is what losers become where no choice says another.
    """
    if choices is None:
        return [(group, Choice(group.key, action=action)) for group in groups if not group.settled]
    by_key = {group.key: group for group in groups}
    for choice in choices:
        if choice.key not in by_key:
            raise NeedsPerson(
                'DuplicateUnknown',
                f'{choice.key} is not described several times.',
                hint='`hedgehog-gitops duplicates` lists the objects that are.',
            )
    asked = [(by_key[choice.key], _located(by_key[choice.key], choice)) for choice in choices]
    return [(group, replace(choice, action=choice.action or action)) for group, choice in asked]


def decided(
    asked: Iterable[tuple[DuplicateGroup, Choice]], policy: Policy, *, laid_out: bool
) -> tuple[list[Order], list[Left]]:
    """An order for every group that policy or person decides, and the groups that are left."""
    orders: list[Order] = []
    left: list[Left] = []
    for group, choice in asked:
        wait = _wait(group, choice, laid_out=laid_out)
        if wait is not None:
            message = waiting_for(replace(group, wait=wait))
            left.append(Left(group, _WAITS[wait][0], message, person=True))
            continue
        order = _order(group, choice, policy)
        if why := _overruled(order, laid_out=laid_out):
            left.append(Left(group, 'CannotRewrite', why, person=True))
            continue
        orders.append(order)
    return orders, left


def waiting_for(group: DuplicateGroup) -> str:
    """What a person is asked about a group that waits."""
    if group.wait is None:
        return group.why
    _, what = _WAITS[group.wait]
    said = group.wait in (Wait.TIE, Wait.INVALID)
    about = group.why if said else ', '.join(map(str, group.spots[:4]))
    return f'{about}; {what}'


def within_limits(
    orders: Sequence[Order], policy: Policy, *, laid_out: bool
) -> tuple[list[Order], list[Left]]:
    """The orders one settlement may carry out, in their order; the next one takes the rest."""
    kept: list[Order] = []
    left: list[Left] = []
    deletions = moves = 0
    for order in orders:
        actions = list(order.actions.values())
        more_deletions = actions.count(Action.DELETE)
        more_moves = sum(
            actions.count(action)
            for action in (Action.MOVE, Action.ARCHIVE, Action.COMMENT_AND_MOVE)
        )
        more_moves += is_rehomed(order.winner, laid_out=laid_out)
        if alone := _over(policy, more_deletions, more_moves):
            what = f'this object alone needs {alone}; choose less for it, or raise the limit'
            left.append(Left(order.group, 'SettlementTooLarge', what, person=True))
            continue
        if over := _over(policy, deletions + more_deletions, moves + more_moves):
            left.append(Left(order.group, 'SettlementLimit', f'{over}; the next run goes on'))
            continue
        kept.append(order)
        deletions, moves = deletions + more_deletions, moves + more_moves
    return kept, left


def is_rehomed(winner: Copy, *, laid_out: bool) -> bool:
    """Whether a winner's content goes to a managed file of its own."""
    return (
        laid_out
        and not winner.waits
        and winner.disposition is Disposition.MANAGED
        and not winner.is_read
    )


def _overruled(order: Order, *, laid_out: bool) -> str:
    """Which loser that stays live would count more than the winner, and why; empty where none."""
    winner = order.winner
    if not laid_out or winner.disposition is not Disposition.MANAGED:
        return ''
    live = [
        copy
        for copy in order.losers
        if order.actions[copy.spot] in STAYING_LIVE and copy.meaning != winner.meaning
    ]
    for copy in live:
        if copy.area is Area.RAW:
            return (
                f'{copy.spot.path}: the next ingestion would take it up, and the winner be gone; '
                'archive, comment, move or delete it'
            )
        if winner.is_read and copy.is_read and copy.reading_order < winner.reading_order:
            return (
                f'{copy.spot.path}: the object is read from here, and not from the winner; '
                'archive, comment, move or delete it'
            )
    return ''


def _over(policy: Policy, deletions: int, moves: int) -> str:
    if deletions > policy.max_deletions:
        return f'more than {policy.max_deletions} deletions (max_deletions)'
    if moves > policy.max_moves:
        return f'more than {policy.max_moves} moves (max_moves)'
    return ''


def _located(group: DuplicateGroup, choice: Choice) -> Choice:
    """The choice with its spots as the group has them; refuses what is none of its copies."""
    winner = _spot_in(group, choice.winner) if choice.winner is not None else None
    actions = {_spot_in(group, spot): action for spot, action in choice.actions.items()}
    if winner is not None and actions.get(winner, Action.KEEP) is not Action.KEEP:
        raise NeedsPerson('CopyUnknown', f'{winner} cannot win and become something else at once.')
    return replace(choice, winner=winner, actions=actions)


def _spot_in(group: DuplicateGroup, spot: Spot) -> Spot:
    """The copy that is meant: a path alone is enough where it has one copy."""
    if spot in group.spots:
        return spot
    there = [each for each in group.spots if each.path == spot.path]
    if len(there) == 1 and spot == Spot(spot.path):
        return there[0]
    raise NeedsPerson(
        'CopyUnknown',
        f'{spot} does not describe {group.key}, or does not compete.',
        hint=f'There are {", ".join(map(str, group.spots))}.',
    )


def _wait(group: DuplicateGroup, choice: Choice, *, laid_out: bool) -> Wait | None:
    """Why the group cannot be settled as it was asked for."""
    winner = _winner(group, choice)
    if winner is None:
        return Wait.TIE
    if group.wait in _CHOSEN_ONLY and choice.winner is None:
        return group.wait
    for each in group.copies:
        copy = each.copy
        if copy.area is not Area.UNMANAGED or choice.names(copy.spot.path):
            continue
        if copy is not winner or is_rehomed(winner, laid_out=laid_out):
            return Wait.UNMANAGED
    return None


def _winner(group: DuplicateGroup, choice: Choice) -> Copy | None:
    spot = choice.winner or group.winner
    return next((each.copy for each in group.copies if each.spot == spot), None)


def _order(group: DuplicateGroup, choice: Choice, policy: Policy) -> Order:
    winner = _winner(group, choice)
    if winner is None:
        raise LookupError(f'{group.key} has no winner')
    against = choice.winner != group.winner or group.wait is Wait.INVALID
    by_hand = choice.winner is not None and against
    actions = {}
    for each in group.copies:
        if each.copy is winner:
            continue
        # What the policy says of a loser holds only while the policy's winner wins.
        usual = policy.loser_action if each.action is Action.KEEP or by_hand else each.action
        if each.copy.area is Area.UNMANAGED:
            # Naming a file is no word about every document in it.
            actions[each.spot] = choice.actions.get(each.spot, Action.KEEP)
            continue
        actions[each.spot] = choice.actions.get(each.spot, choice.action or usual)
    rule = 'choice' if by_hand else group.rule
    why = 'wins because a person chose it' if by_hand else group.why
    return Order(group, winner, rule, why, actions)
