"""Panels of duplicate groups and of the policies that settle them."""

from django.utils.translation import gettext_lazy as _
from netbox.ui import attrs, panels

from .attributes import CommitAttr, MonospaceAttr
from .view_panels import ViewContextPanel

__all__ = [
    'DuplicateFieldsPanel',
    'DuplicateFilesPanel',
    'DuplicateGroupPanel',
    'DuplicateOutcomePanel',
    'PolicyLimitsPanel',
    'PolicyPanel',
    'PolicyRulesPanel',
]


class DuplicateGroupPanel(panels.ObjectAttributesPanel):
    title = _('Duplicates')
    fabric = attrs.RelatedObjectAttr('fabric', linkify=True)
    identity = MonospaceAttr('identity', label=_('Object'))
    comparison = attrs.ChoiceAttr('comparison')
    files_total = attrs.TextAttr('files_total', label=_('Files'))
    detection_timestamp = attrs.DateTimeAttr('detection_timestamp', label=_('Detected'))
    detected_in = attrs.RelatedObjectAttr('detected_in', linkify=True, label=_('Detected in'))
    last_seen = attrs.DateTimeAttr('last_seen', label=_('Last seen'))
    scanned_commit = CommitAttr('scanned_commit', label=_('At commit'))


class DuplicateOutcomePanel(panels.ObjectAttributesPanel):
    title = _('What counts, and why')
    resolution_status = attrs.ChoiceAttr('resolution_status', label=_('Status'))
    winner = attrs.TextAttr('winner.spot', label=_('Winner'), style='font-monospace hh-path')
    why = attrs.TextAttr('why', label=_('Why'))
    rule = attrs.TextAttr('rule', label=_('Rule'), style='font-monospace')
    wait = attrs.ChoiceAttr('wait', label=_('Waits because'))
    policy = attrs.RelatedObjectAttr('policy', linkify=True)
    policy_version = attrs.TextAttr('policy_version', label=_('Policy version'))
    resolved_in = attrs.RelatedObjectAttr('resolved_in', linkify=True, label=_('Settled in'))
    resolved_by = attrs.TextAttr('resolved_by', label=_('By'))
    resolved_at = attrs.DateTimeAttr('resolved_at', label=_('When'))
    notes = attrs.TextAttr('notes', label=_('Notes'))


class DuplicateFilesPanel(ViewContextPanel):
    """Every file of the group, its place in the ranking, and what it would become."""

    template_name = 'netbox_hedgehog/panels/duplicate_files.html'
    title = _('Files')


class DuplicateFieldsPanel(ViewContextPanel):
    """Every field that differs, with its value in each file."""

    template_name = 'netbox_hedgehog/panels/duplicate_fields.html'


class PolicyPanel(panels.ObjectAttributesPanel):
    title = _('Policy')
    name = attrs.TextAttr('name')
    option_set = attrs.ChoiceAttr('option_set', label=_('Rules of'))
    description = attrs.TextAttr('description')
    version = attrs.TextAttr('version')
    is_default = attrs.BooleanAttr('is_default', label=_('Default'))


class PolicyLimitsPanel(panels.ObjectAttributesPanel):
    title = _('The others')
    loser_action = attrs.ChoiceAttr('loser_action', label=_('What becomes of them'))
    max_deletions = attrs.TextAttr('max_deletions', label=_('Most deletions in one commit'))
    max_moves = attrs.TextAttr('max_moves', label=_('Most moves in one commit'))


class PolicyRulesPanel(ViewContextPanel):
    """The rules with their weights."""

    template_name = 'netbox_hedgehog/panels/policy_rules.html'
