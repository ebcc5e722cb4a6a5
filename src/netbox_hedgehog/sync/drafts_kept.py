"""Drafts of objects that an operation is about to change in Git: they wait on, and are told of."""

from hedgehog_gitops.findings import Finding, Severity
from hedgehog_gitops.identity import ResourceKey
from hedgehog_gitops.plans import Plan

from .outbox import open_entries
from .run import Run

__all__ = ['drafts_kept']


def drafts_kept(run: Run, plan: Plan) -> list[Finding]:
    """Returns a finding for each edit that waits for an object of the plan."""
    keys = {str(change.resource): change.path for change in plan.changes if change.resource}
    return [
        Finding(
            Severity.INFO,
            'DraftKept',
            f'has an edit by {entry.user_name or "nobody known"} that waits; it stays, and is '
            'joined with what Git says then',
            file=keys[entry.identity],
            resource=ResourceKey.parse(entry.identity),
        )
        for entry in open_entries(run.fabric)
        if entry.identity in keys
    ]
