"""The strategy of a fabric or an object -> the engine's rule for edits that meet a change in Git.

A strategy says what happens by itself. Where it leaves a clash open, a person decides, and what
that person decided is never overruled by it.
"""

from hedgehog_gitops.plans import ClashRule
from hedgehog_gitops.workflows.edits import Terms

from ..choices import ConflictStrategyChoices as Strategy
from ..models import HedgehogFabric, HedgehogResource, OutboxEntry, SyncOperation
from .features import Feature, is_on

__all__ = ['ASKED_STRATEGY', 'DECIDING', 'RESOLVES', 'RULES', 'strategy_for', 'terms_of']

# The mark of an entry that carries what a person decided about a conflict.
RESOLVES = 'resolves'
# The option of an operation that stands in for the fabric's strategy, this once.
ASKED_STRATEGY = 'conflict_strategy'
# Those by which one side wins without being asked.
DECIDING = (Strategy.GUI_WINS, Strategy.GIT_WINS, Strategy.TIMESTAMP_WINS)

RULES = {
    Strategy.MERGE_AUTOMATIC: ClashRule.MERGE,
    Strategy.GUI_WINS: ClashRule.OURS,
    Strategy.GIT_WINS: ClashRule.THEIRS,
    Strategy.TIMESTAMP_WINS: ClashRule.LATER,
    Strategy.MERGE_MANUAL: ClashRule.HOLD,
    Strategy.USER_DECISION: ClashRule.HOLD,
    Strategy.SKIPPED: ClashRule.HOLD,
    Strategy.ESCALATED: ClashRule.MERGE,
}


def strategy_for(
    fabric: HedgehogFabric, resource: HedgehogResource | None, operation: SyncOperation
) -> str:
    """Returns the strategy that counts: the object's own, else the operation's or the fabric's.

    Where deciding conflicts is switched off no side ever wins by itself; what does not clash is
    still merged.
    """
    if not is_on(Feature.CONFLICT_RESOLUTION):
        return Strategy.MERGE_AUTOMATIC
    own = resource.conflict_resolution_preference if resource is not None else ''
    return own or operation.operation_config.get(ASKED_STRATEGY) or fabric.conflict_strategy


def terms_of(entry: OutboxEntry, operation: SyncOperation) -> Terms:
    """Returns how an entry stands against what Git has changed since it was begun."""
    rule = RULES[strategy_for(entry.fabric, entry.resource, operation)]
    if (entry.new_state or {}).get(RESOLVES):
        rule = ClashRule.MERGE
    drafted = entry.resource.draft_updated if entry.resource is not None else None
    return Terms(rule, entry.user_name, max(filter(None, (entry.created, drafted))))
