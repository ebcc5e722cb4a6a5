"""What an operation was asked for beside its type, as its page tells it."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from ..choices import ConflictStrategyChoices, OperationDirectionChoices
from ..models import SyncOperation
from .cancellation import cancelled_because, cancelled_by
from .notices import MAIL_TO
from .review_steps import BRANCH_ASKED
from .terms import ASKED_STRATEGY

__all__ = ['asked_for']

type Asked = tuple[str, str]
"""What it is called, and what was said."""


def asked_for(operation: SyncOperation) -> list[Asked]:
    """Returns what the request said, in the order of the form; empty for a plain one."""
    options = operation.operation_config
    return [(name, said) for name, said in _told(operation, options) if said]


def _told(operation: SyncOperation, options: dict[str, Any]) -> Iterator[Asked]:
    filters = options.get('resource_filters') or {}
    if options.get('dry_run'):
        yield _('Dry run'), _('Nothing is done: what would be done is told.')
    yield _('Direction'), _named(OperationDirectionChoices, options.get('direction'))
    yield _('Kinds'), ', '.join(filters.get('kinds', ()))
    yield _('Names'), ', '.join(filters.get('names', ()))
    yield _('Namespaces'), ', '.join(filters.get('namespaces', ()))
    yield _('Conflicts'), _named(ConflictStrategyChoices, options.get(ASKED_STRATEGY))
    if options.get('create_pr'):
        yield _('Pull request'), options.get('pr_title') or _('Yes')
    yield _('Branch'), options.get(BRANCH_ASKED, '')
    if options.get('publish'):
        yield _('Publishes'), _("What waits for somebody's word, too.")
    yield _('Mail to'), ', '.join(options.get(MAIL_TO, ()))
    yield _('Cancelled by'), cancelled_by(operation)
    yield _('Because'), cancelled_because(operation)


def _named(choices: Any, value: str | None) -> str:
    return str(dict(choices()).get(value, value or ''))
