"""How the files of a group of duplicates compare, what became of it, and what may be done."""

from django.utils.translation import gettext_lazy as _
from utilities.choices import Choice, ChoiceSet

__all__ = [
    'DuplicateActionChoices',
    'DuplicateComparisonChoices',
    'DuplicateStatusChoices',
    'DuplicateStrategyChoices',
    'DuplicateWaitChoices',
    'LoserActionChoices',
    'PolicyOptionSetChoices',
]


class DuplicateComparisonChoices(ChoiceSet):
    IDENTICAL = 'identical'
    SAME_MEANING = 'same_meaning'
    SUBSET = 'subset'
    CONFLICTING = 'conflicting'

    CHOICES = [
        Choice(IDENTICAL, _('Same bytes'), color='green'),
        Choice(SAME_MEANING, _('Same meaning'), color='cyan'),
        Choice(SUBSET, _('One says part of the other'), color='yellow'),
        Choice(CONFLICTING, _('Contradicting'), color='red'),
    ]


class DuplicateStatusChoices(ChoiceSet):
    DETECTED = 'detected'
    PLANNED = 'planned'
    RESOLVING = 'resolving'
    RESOLVED = 'resolved'
    MANUAL_REQUIRED = 'manual_required'
    FAILED = 'failed'
    IGNORED = 'ignored'
    GONE = 'gone'

    CHOICES = [
        Choice(DETECTED, _('Detected'), color='orange'),
        Choice(PLANNED, _('Planned'), color='cyan'),
        Choice(RESOLVING, _('Being settled'), color='blue'),
        Choice(RESOLVED, _('Settled'), color='green'),
        Choice(MANUAL_REQUIRED, _('Needs a person'), color='red'),
        Choice(FAILED, _('Failed'), color='red'),
        Choice(IGNORED, _('Ignored'), color='gray'),
        Choice(GONE, _('Gone from Git'), color='gray'),
    ]


class DuplicateStrategyChoices(ChoiceSet):
    """By what the winner was found, or what became of the others."""

    KEEP_BY_PRIORITY = 'keep_by_priority'
    KEEP_MANAGED = 'keep_managed'
    KEEP_RAW = 'keep_raw'
    KEEP_ANNOTATED = 'keep_annotated'
    KEEP_OLDEST = 'keep_oldest'
    COMMENT_OUT = 'comment_out'
    MOVE_TO_ARCHIVE = 'move_to_archive'
    MOVE_TO_UNMANAGED = 'move_to_unmanaged'
    DELETE_DUPLICATE = 'delete_duplicate'
    MANUAL_REVIEW = 'manual_review'

    CHOICES = [
        Choice(KEEP_BY_PRIORITY, _('Keep by priority')),
        Choice(KEEP_MANAGED, _('Keep the managed file')),
        Choice(KEEP_RAW, _('Keep the raw file')),
        Choice(KEEP_ANNOTATED, _('Keep the annotated one')),
        Choice(KEEP_OLDEST, _('Keep the oldest')),
        Choice(COMMENT_OUT, _('Comment out')),
        Choice(MOVE_TO_ARCHIVE, _('Move to the archive')),
        Choice(MOVE_TO_UNMANAGED, _('Move to unmanaged/')),
        Choice(DELETE_DUPLICATE, _('Delete the duplicate')),
        Choice(MANUAL_REVIEW, _('Left to a person')),
    ]


class DuplicateActionChoices(ChoiceSet):
    """What becomes of one document of a group."""

    KEEP = 'keep'
    COMMENT = 'comment'
    MOVE = 'move'
    COMMENT_AND_MOVE = 'comment_and_move'
    ARCHIVE = 'archive'
    DELETE = 'delete'
    MARK = 'mark'
    NONE = 'none'

    CHOICES = [
        Choice(KEEP, _('Keep'), color='green'),
        Choice(COMMENT, _('Comment out'), color='yellow'),
        Choice(MOVE, _('Move to unmanaged/'), color='cyan'),
        Choice(COMMENT_AND_MOVE, _('Comment out and move to unmanaged/'), color='cyan'),
        Choice(ARCHIVE, _('Move to the archive'), color='cyan'),
        Choice(DELETE, _('Delete'), color='red'),
        Choice(MARK, _('Mark with a header'), color='blue'),
        Choice(NONE, _('Nothing'), color='gray'),
    ]


class LoserActionChoices(ChoiceSet):
    """What a policy does with the documents that lose."""

    COMMENT = 'comment'
    MOVE = 'move'
    COMMENT_AND_MOVE = 'comment_and_move'
    ARCHIVE = 'archive'
    DELETE = 'delete'
    MARK = 'mark'

    CHOICES = [
        Choice(COMMENT, _('Comment out')),
        Choice(MOVE, _('Move to unmanaged/')),
        Choice(COMMENT_AND_MOVE, _('Comment out and move to unmanaged/')),
        Choice(ARCHIVE, _('Move to the archive')),
        Choice(DELETE, _('Delete')),
        Choice(MARK, _('Mark with a header')),
    ]


class DuplicateWaitChoices(ChoiceSet):
    """Why a group is left to a person."""

    TIE = 'tie'
    UNMANAGED = 'unmanaged'
    FOREIGN = 'foreign'
    COMPOSED = 'composed'
    INVALID = 'invalid'

    CHOICES = [
        Choice(TIE, _('No rule tells the files apart'), color='orange'),
        Choice(UNMANAGED, _('A file in unmanaged/ would have to change'), color='orange'),
        Choice(FOREIGN, _('Its kind is not one the fabric keeps'), color='orange'),
        Choice(COMPOSED, _('A kustomization names one of the files'), color='orange'),
        Choice(INVALID, _('A cluster would refuse the winner, and not the others'), color='orange'),
    ]


class PolicyOptionSetChoices(ChoiceSet):
    DEFAULT = 'default'
    ISSUE16 = 'issue16'
    CUSTOM = 'custom'

    CHOICES = [
        Choice(DEFAULT, _('Default'), color='blue'),
        Choice(ISSUE16, _('Five steps'), color='purple'),
        Choice(CUSTOM, _('Own rules'), color='teal'),
    ]
