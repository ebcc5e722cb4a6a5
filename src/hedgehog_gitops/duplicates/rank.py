"""Which description of an object wins, by a policy's rules in their order, and why.

Pure: the ages of files, where a rule asks for them, come in as a value. A tie stays one.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ..identity import RepoPath
from .groups import Area, Comparison, Copy, Ranked
from .policy import Action, Policy, Rule, RuleKind, When

__all__ = ['Ranking', 'rank']

_NO_AGES: Mapping[RepoPath, float] = {}


@dataclass(frozen=True, slots=True)
class Ranking:
    """The copies, best first. Without a `winner` nobody could tell the best apart."""

    copies: tuple[Ranked, ...]
    winner: Copy | None
    rule: str
    why: str


def rank(
    copies: Collection[Copy],
    comparison: Comparison,
    policy: Policy,
    ages: Mapping[RepoPath, float] = _NO_AGES,
) -> Ranking:
    """Asks the rules one after the other until one copy is left.

    `ages` has the moment each path came into Git, in any unit that sorts; what it lacks, no rule
    can tell apart by age.
    """
    rules = tuple(
        rule if _applies(rule.when, copies, comparison) else None for rule in policy.rules
    )
    contest = _Contest(policy, rules, ages, list(copies))
    contest.decide()
    return contest.ranking(copies)


@dataclass(slots=True)
class _Contest:
    """The copies still in it, and by which rule the others lost. `rules` has None for those that
    are not asked in this group."""

    policy: Policy
    rules: tuple[Rule | None, ...]
    ages: Mapping[RepoPath, float]
    left: list[Copy]
    lost: dict[Copy, Rule] = field(default_factory=dict)
    rule: Rule | None = None
    why: str = ''

    def decide(self) -> None:
        for rule in self.rules:
            if len(self.left) == 1:
                return
            if rule is None or not self._is_answered(rule):
                continue
            ranks = {copy: _rank(rule, copy, self.ages) for copy in self.left}
            best = max(ranks.values())
            beaten = [copy for copy, rank in ranks.items() if rank < best]
            self.lost |= dict.fromkeys(beaten, rule)
            self.left = [copy for copy, rank in ranks.items() if rank == best]
            if beaten:
                self.rule, self.why = rule, _because(rule, self.left[0], beaten)
            if rule.single and len(self.left) > 1:
                return

    def _is_answered(self, rule: Rule) -> bool:
        if rule.kind is RuleKind.AGE:
            return all(copy.spot.path in self.ages for copy in self.left)
        return any(_rank_number(rule, copy) for copy in self.left)

    def ranking(self, copies: Collection[Copy]) -> Ranking:
        winner = self.left[0] if len(self.left) == 1 else None
        scores = {copy: self._score(copy) for copy in copies}
        order = sorted(copies, key=lambda copy: (copy in self.lost, -scores[copy], copy.spot.order))
        ranked = tuple(self._ranked(copy, scores[copy], winner) for copy in order)
        if winner is None:
            named = ' and '.join(str(copy.spot) for copy in self.left[:3])
            more = f' and {len(self.left) - 3} more' if len(self.left) > 3 else ''
            return Ranking(ranked, None, '', f'no rule tells {named}{more} apart')
        rule = self.rule.name if self.rule else ''
        return Ranking(ranked, winner, rule, f'wins because {self.why}')

    def _score(self, copy: Copy) -> int:
        pairs = zip(self.rules, self.policy.weights, strict=True)
        return sum(_rank_number(rule, copy) * weight for rule, weight in pairs if rule)

    def _ranked(self, copy: Copy, score: int, winner: Copy | None) -> Ranked:
        rule = self.lost.get(copy)
        if copy is winner:
            return Ranked(copy, score, '', f'wins because {self.why}', Action.KEEP)
        if rule is None:
            return Ranked(copy, score, '', 'no rule tells it from another one', Action.KEEP)
        action = (rule.action or self.policy.loser_action) if winner is not None else Action.KEEP
        return Ranked(copy, score, rule.name, f'loses because {_lacking(rule, copy)}', action)


def _applies(when: When, copies: Collection[Copy], comparison: Comparison) -> bool:
    managed = sum(copy.area is Area.MANAGED for copy in copies)
    match when:
        case When.ALWAYS:
            return True
        case When.SAME:
            return comparison.is_same
        case When.DIFFERENT:
            return not comparison.is_same
        case When.SOME_MANAGED:
            return not comparison.is_same and 0 < managed < len(copies)
        case When.NONE_MANAGED:
            return not comparison.is_same and managed == 0
        case When.ALL_MANAGED:
            return not comparison.is_same and managed == len(copies)


def _rank(rule: Rule, copy: Copy, ages: Mapping[RepoPath, float]) -> float:
    """How well a copy answers a rule; more is better."""
    return -ages[copy.spot.path] if rule.kind is RuleKind.AGE else _rank_number(rule, copy)


def _rank_number(rule: Rule, copy: Copy) -> int:
    match rule.kind:
        case RuleKind.METADATA:
            marks = [mark in copy.marks for mark in rule.order]
            return sum(has << place for place, has in enumerate(reversed(marks)))
        case RuleKind.ANNOTATED:
            return int(copy.annotated)
        case RuleKind.OWN_FILE:
            return int(copy.own)
        case RuleKind.AGE:
            return 0
        case _:
            seen = _seen(rule, copy)
            return len(rule.order) - rule.order.index(seen) if seen in rule.order else 0


def _seen(rule: Rule, copy: Copy) -> str:
    """The word of the rule's order that stands for a copy; empty where none does."""
    *folders, name = copy.spot.path.split('/')[copy.depth :]
    match rule.kind:
        case RuleKind.DIRECTORY:
            return next((word for word in rule.order if word in folders), '')
        case RuleKind.AREA:
            return str(copy.area) if str(copy.area) in rule.order else ''
        case RuleKind.FILE_NAME:
            stem = name.rpartition('.')[0]
            return stem if stem in rule.order else ''
        case RuleKind.METADATA:
            return next((mark for mark in rule.order if mark in copy.marks), '')
        case RuleKind.ANNOTATED | RuleKind.OWN_FILE | RuleKind.AGE:
            return ''


def _because(rule: Rule, winner: Copy, beaten: Collection[Copy]) -> str:
    match rule.kind:
        case RuleKind.DIRECTORY | RuleKind.AREA:
            return f'it lies in {_seen(rule, winner)}/'
        case RuleKind.FILE_NAME:
            return f'it is called {winner.spot.path.rpartition("/")[2]}'
        case RuleKind.METADATA:
            best = max(beaten, key=lambda copy: _rank_number(rule, copy))
            own = (mark for mark in rule.order if mark in winner.marks and mark not in best.marks)
            return f'it carries {next(own)}'
        case RuleKind.ANNOTATED:
            return 'it carries an annotation of this product'
        case RuleKind.OWN_FILE:
            return "it is the object's own file"
        case RuleKind.AGE:
            return 'its file came into Git first'


def _lacking(rule: Rule, copy: Copy) -> str:
    seen = _seen(rule, copy)
    named = ', '.join(f'{word}/' for word in rule.order)
    match rule.kind:
        case RuleKind.DIRECTORY | RuleKind.AREA:
            return f'it lies in {seen}/ only' if seen else f'it lies in none of {named}'
        case RuleKind.FILE_NAME:
            return f'it is called {copy.spot.path.rpartition("/")[2]}'
        case RuleKind.METADATA:
            return (
                f'it carries {seen} only' if seen else f'it carries none of {", ".join(rule.order)}'
            )
        case RuleKind.ANNOTATED:
            return 'it carries no annotation of this product'
        case RuleKind.OWN_FILE:
            return "it is not the object's own file"
        case RuleKind.AGE:
            return 'its file came into Git later'
