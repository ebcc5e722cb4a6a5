"""Why a checkpoint was made."""

from django.utils.translation import gettext_lazy as _
from utilities.choices import Choice, ChoiceSet

__all__ = ['CheckpointReasonChoices']


class CheckpointReasonChoices(ChoiceSet):
    MANUAL = 'manual'
    RESTORE = 'restore'
    ROLLBACK = 'rollback'
    UNDO = 'undo'
    FILE_OPERATIONS = 'file_operations'
    BULK_DELETION = 'bulk_deletion'
    CONFLICT_DECISION = 'conflict_decision'
    DUPLICATE_RESOLUTION = 'duplicate_resolution'
    BRANCH_MERGE = 'branch_merge'
    TEMPLATE_RENDER = 'template_render'
    WIRING_GENERATION = 'wiring_generation'
    DIRECTORY_INIT = 'directory_init'

    CHOICES = [
        Choice(MANUAL, _('By hand'), color='blue'),
        Choice(RESTORE, _('Before a restore'), color='gray'),
        Choice(ROLLBACK, _('Before a rollback'), color='gray'),
        Choice(UNDO, _('Before an undo'), color='gray'),
        Choice(FILE_OPERATIONS, _('Before file operations'), color='gray'),
        Choice(BULK_DELETION, _('Before a bulk deletion'), color='gray'),
        Choice(CONFLICT_DECISION, _('Before conflicts were decided'), color='gray'),
        Choice(DUPLICATE_RESOLUTION, _('Before duplicates were settled'), color='gray'),
        Choice(BRANCH_MERGE, _('Before a branch was merged'), color='gray'),
        Choice(TEMPLATE_RENDER, _('Before templates were rendered'), color='gray'),
        Choice(WIRING_GENERATION, _('Before a generation from NetBox'), color='gray'),
        Choice(DIRECTORY_INIT, _('Before the folder was laid out anew'), color='gray'),
    ]
