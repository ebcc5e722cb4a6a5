"""The same object in several places -> which one counts, why, and a plan that settles it.

Stands above `plans`; called by `workflows/duplicates.py` (finding) and `workflows/settle.py`.
"""

from .aside import SETTLEMENT, Aside, aside_by_log
from .choices import Choice
from .deciding import Left, Order, chosen_groups, decided, is_rehomed, within_limits
from .describe import (
    ROW_VERSION,
    Described,
    Row,
    described,
    findings_in,
    named_in,
    names_in,
    objects_in,
)
from .explain import (
    group_as_json,
    group_from_json,
    group_line,
    near_miss_as_json,
    near_miss_from_json,
    near_miss_line,
)
from .faults import findings_about, only_it_is_refused, value_at
from .find import Standing, area_of, compared, competing, find_copies, is_scanned, tally
from .groups import (
    Area,
    Comparison,
    Copy,
    DuplicateGroup,
    NearMiss,
    Nearness,
    Ranked,
    Wait,
)
from .meaning import meaning_of, plain
from .near import near_misses
from .planner import Becomes, SettledGroup, conflict_of, draft_of, plan_of, settled_as_json
from .policy import (
    DEFAULT_POLICY,
    ISSUE16_POLICY,
    OPTION_SETS,
    STAYING_LIVE,
    Action,
    OptionSet,
    Policy,
    Rule,
    RuleKind,
    When,
)
from .policy_file import (
    overridden,
    policy_as_json,
    policy_as_value,
    policy_as_yaml,
    policy_from_value,
    read_policy,
)
from .rank import Ranking, rank
from .spots import Spot

__all__ = [
    'DEFAULT_POLICY',
    'ISSUE16_POLICY',
    'OPTION_SETS',
    'ROW_VERSION',
    'SETTLEMENT',
    'STAYING_LIVE',
    'Action',
    'Area',
    'Aside',
    'Becomes',
    'Choice',
    'Comparison',
    'Copy',
    'Described',
    'DuplicateGroup',
    'Left',
    'NearMiss',
    'Nearness',
    'OptionSet',
    'Order',
    'Policy',
    'Ranked',
    'Ranking',
    'Row',
    'Rule',
    'RuleKind',
    'SettledGroup',
    'Spot',
    'Standing',
    'Wait',
    'When',
    'area_of',
    'aside_by_log',
    'chosen_groups',
    'compared',
    'competing',
    'conflict_of',
    'decided',
    'described',
    'draft_of',
    'find_copies',
    'findings_about',
    'findings_in',
    'group_as_json',
    'group_from_json',
    'group_line',
    'is_rehomed',
    'is_scanned',
    'meaning_of',
    'named_in',
    'names_in',
    'near_miss_as_json',
    'near_miss_from_json',
    'near_miss_line',
    'near_misses',
    'objects_in',
    'only_it_is_refused',
    'overridden',
    'plain',
    'plan_of',
    'policy_as_json',
    'policy_as_value',
    'policy_as_yaml',
    'policy_from_value',
    'rank',
    'read_policy',
    'settled_as_json',
    'tally',
    'value_at',
    'within_limits',
]
