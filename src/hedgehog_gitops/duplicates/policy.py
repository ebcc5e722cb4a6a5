"""A resolution policy: which description of an object wins, and what the others become.

A value given by the caller: `DEFAULT_POLICY`, `ISSUE16_POLICY`, one read by `policy_file.py` from
a fabric's `.hnp/policy.yaml` or from NetBox. `rank.py` applies it.
"""

from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from operator import mul

__all__ = [
    'DEFAULT_POLICY',
    'ISSUE16_POLICY',
    'OPTION_SETS',
    'STAYING_LIVE',
    'Action',
    'OptionSet',
    'Policy',
    'Rule',
    'RuleKind',
    'When',
]


class Action(StrEnum):
    """What becomes of a description that loses."""

    KEEP = 'keep'
    """It stays as it is."""
    MARK = 'mark'
    """A header says what it is; the document stays live."""
    COMMENT = 'comment'
    """The document is commented out where it stands."""
    MOVE = 'move'
    """It goes to unmanaged/."""
    COMMENT_AND_MOVE = 'comment_and_move'
    """It is commented out and goes to unmanaged/."""
    ARCHIVE = 'archive'
    """It goes to .hnp/archive/."""
    DELETE = 'delete'
    """It goes; history keeps it."""


STAYING_LIVE = (Action.KEEP, Action.MARK)
"""The actions after which a description is live as before."""


class RuleKind(StrEnum):
    """What a rule looks at."""

    DIRECTORY = 'directory'
    """Folders on the way to the file, as whole names; the first of the order is the strongest."""
    AREA = 'area'
    """`managed`, `raw` or `unmanaged`: the layout's folder the file lies in."""
    FILE_NAME = 'file_name'
    """The file's name without its extension."""
    METADATA = 'metadata'
    """`name=value` in labels or annotations."""
    ANNOTATED = 'annotated'
    """An annotation of this product, `hnp.githedgehog.com/...`."""
    OWN_FILE = 'own_file'
    """The object's own file: where its kind and name put it in managed/, and NetBox reads it."""
    AGE = 'age'
    """The file that came into Git first."""


class When(StrEnum):
    """For which groups a rule is asked."""

    ALWAYS = 'always'
    SAME = 'same'
    """All descriptions mean the same."""
    SOME_MANAGED = 'some_managed'
    """They differ, and some but not all lie in managed/."""
    NONE_MANAGED = 'none_managed'
    """They differ, and none lies in managed/."""
    ALL_MANAGED = 'all_managed'
    """They differ, and all lie in managed/."""
    DIFFERENT = 'different'
    """They differ."""


class OptionSet(StrEnum):
    """The ready policies, and the word for any other."""

    DEFAULT = 'default'
    ISSUE16 = 'issue16'
    CUSTOM = 'custom'


@dataclass(frozen=True, slots=True)
class Rule:
    """One question asked of every description that has not lost yet.

    `order` is best first. `action` is what becomes of those that lose by this rule (None: what
    the policy says). With `single` a person decides where several answer it best.
    """

    kind: RuleKind
    order: tuple[str, ...] = ()
    when: When = When.ALWAYS
    action: Action | None = None
    single: bool = False

    @property
    def name(self) -> str:
        """The rule's name in answers: its kind, and its condition where it has one."""
        return str(self.kind) if self.when is When.ALWAYS else f'{self.kind} ({self.when})'

    @property
    def steps(self) -> int:
        """How many ranks the rule tells apart, 0 (nothing matches) left out."""
        match self.kind:
            case RuleKind.METADATA:
                return int(2 ** len(self.order)) - 1
            case RuleKind.ANNOTATED | RuleKind.OWN_FILE:
                return 1
            case RuleKind.AGE:
                return 0
            case _:
                return len(self.order)


@dataclass(frozen=True, slots=True)
class Policy:
    """Rules in the order they are asked, and the limits of one settlement."""

    name: str
    option_set: OptionSet
    rules: tuple[Rule, ...]
    loser_action: Action = Action.ARCHIVE
    max_deletions: int = 100
    max_moves: int = 200
    version: int = 1

    @property
    def weights(self) -> tuple[int, ...]:
        """What one rank of each rule counts: more than all ranks of the rules behind it together.

        A description's score is the sum of its ranks times these; age has no ranks and counts 0.
        """
        sizes = [rule.steps + 1 for rule in self.rules]
        behind = list(accumulate(reversed(sizes[1:]), mul, initial=1))[::-1]
        return tuple(
            0 if rule.kind is RuleKind.AGE else weight
            for rule, weight in zip(self.rules, behind, strict=True)
        )

    @property
    def asks_age(self) -> bool:
        """Whether a rule needs to know when files came into Git."""
        return any(rule.kind is RuleKind.AGE for rule in self.rules)


# managed/ and raw/ stand above templates/ and examples/: what runs is not replaced by an example.
_DIRECTORIES = ('production', 'environments', 'managed', 'raw', 'templates', 'examples')
_AREAS = ('managed', 'raw', 'unmanaged')
_NAMES = ('main', 'default', 'template', 'example')
_METADATA = ('created_by=admin', 'environment=production', 'managed=true')

DEFAULT_POLICY = Policy(
    'default',
    OptionSet.DEFAULT,
    (
        Rule(RuleKind.DIRECTORY, _DIRECTORIES),
        Rule(RuleKind.AREA, _AREAS),
        Rule(RuleKind.FILE_NAME, _NAMES),
        Rule(RuleKind.METADATA, _METADATA),
        Rule(RuleKind.OWN_FILE),
    ),
)

ISSUE16_POLICY = Policy(
    'issue16',
    OptionSet.ISSUE16,
    (
        Rule(RuleKind.DIRECTORY, _DIRECTORIES, When.SAME, Action.DELETE),
        Rule(RuleKind.AREA, _AREAS, When.SAME, Action.DELETE),
        Rule(RuleKind.OWN_FILE, (), When.SAME, Action.DELETE),
        Rule(RuleKind.AREA, ('managed',), When.SOME_MANAGED, Action.COMMENT),
        Rule(RuleKind.AREA, ('raw',), When.NONE_MANAGED, Action.COMMENT),
        Rule(RuleKind.ANNOTATED, (), When.ALL_MANAGED, Action.MOVE, single=True),
        Rule(RuleKind.AGE, (), When.DIFFERENT, Action.COMMENT_AND_MOVE),
    ),
    loser_action=Action.COMMENT,
)

OPTION_SETS = {OptionSet.DEFAULT: DEFAULT_POLICY, OptionSet.ISSUE16: ISSUE16_POLICY}
