"""Notifications in NetBox, and e-mail where NetBox has a mail server: one of each per operation.

Who subscribed to a fabric hears of changes others made in Git, of conflicts and of failures; who
subscribed to an object, or stands in its `notification_settings`, of what concerns that object.
Only who may see the object is told.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.mail import EmailMessage
from extras.models import Notification, Subscription

from ..events import type_of
from ..models import HedgehogFabric, HedgehogResource, SyncOperation
from .features import Feature, is_on
from .run_log import current_log

__all__ = ['MAIL_TO', 'Notice', 'mail_outcome', 'send_notices']

# The option of an operation that names addresses to be told how it ended.
MAIL_TO = 'mail_to'

# Lines of one kind in a mail; whoever wants more looks at the page.
MAX_LINES = 20


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell: the name of the event, a headline, and lines with details.

    With `resource` it is for those who follow that object as well.
    """

    event: str
    headline: str
    lines: tuple[str, ...] = ()
    resource: HedgehogResource | None = None


def send_notices(
    fabric: HedgehogFabric, notices: Iterable[Notice], also: Iterable[Any] = ()
) -> None:
    """Tells everybody concerned, and the users `also` names if they may see the fabric.

    The gravest thing comes first in `notices`.
    """
    told = list(notices)
    if not told or not is_on(Feature.NOTIFICATIONS):
        return
    mails: dict[str, list[Notice]] = defaultdict(list)
    for user in {*_subscribers(fabric), *(user for user in also if _may_see(user, fabric))}:
        _notify(user, fabric, told[0].event)
        _add(mails, user.email, told)
    for notice in told:
        if notice.resource is not None:
            _tell_followers(notice, mails)
    if settings.EMAIL.get('SERVER'):
        for address, parts in mails.items():
            _mail(address, fabric, parts)


def mail_outcome(operation: SyncOperation) -> None:
    """Tells the addresses that came with the request how it ended, also that nothing was done."""
    addresses = operation.operation_config.get(MAIL_TO) or ()
    fabric = operation.fabric
    if fabric is None or not is_on(Feature.NOTIFICATIONS) or not settings.EMAIL.get('SERVER'):
        return
    kind, status = operation.get_operation_type_display(), operation.get_status_display()
    counts = {
        'created': operation.resources_created,
        'updated': operation.resources_updated,
        'deleted': operation.resources_deleted,
        'conflicts': operation.conflicts_detected,
        'held back': operation.documents_held,
    }
    lines = (
        *([operation.last_error_message] if operation.last_error_message else ()),
        *([f'commit {operation.commit_sha}'] if operation.commit_sha else ()),
        *([f'pull request {operation.pull_request_url}'] if operation.pull_request_url else ()),
        *(f'{name}: {count}' for name, count in counts.items() if count),
        f'operation {operation.operation_id}',
    )
    for address in addresses:
        _mail(address, fabric, [Notice('', f'{kind}: {status}', lines)])


def _tell_followers(notice: Notice, mails: dict[str, list[Notice]]) -> None:
    resource = notice.resource
    wanted: Mapping[str, Any] = resource.notification_settings or {}
    switch = 'notify_on_conflict' if notice.event == 'conflict_detected' else 'notify_on_sync_error'
    if not wanted.get(switch, True):
        return
    for user in _subscribers(resource):
        _notify(user, resource, notice.event)
        _add(mails, user.email, [notice])
    for address in wanted.get('email_recipients') or ():
        _add(mails, address, [notice])


def _subscribers(about: HedgehogFabric | HedgehogResource) -> list[Any]:
    """The active users who follow an object and may see it."""
    subscribed = Subscription.objects.filter(
        object_type=ContentType.objects.get_for_model(about), object_id=about.pk
    )
    users = get_user_model().objects.filter(pk__in=subscribed.values('user'), is_active=True)
    return [user for user in users if _may_see(user, about)]


def _may_see(user: Any, about: HedgehogFabric | HedgehogResource) -> bool:
    permission = f'{about._meta.app_label}.view_{about._meta.model_name}'
    return user.is_active and user.has_perm(permission, about)


def _notify(user: Any, about: HedgehogFabric | HedgehogResource, event: str) -> None:
    """Puts the news in the place of older ones about the same object, unread."""
    object_type = ContentType.objects.get_for_model(about)
    Notification.objects.filter(object_type=object_type, object_id=about.pk, user=user).delete()
    Notification.objects.create(user=user, object=about, event_type=type_of(event))


def _add(mails: dict[str, list[Notice]], address: str, notices: Iterable[Notice]) -> None:
    """Nobody gets the same thing twice, whatever number of ways it reaches them."""
    if address:
        mails[address] += [each for each in notices if each not in mails[address]]


def _mail(address: str, fabric: HedgehogFabric, notices: list[Notice]) -> None:
    subject = f'{settings.EMAIL_SUBJECT_PREFIX}{fabric}: {notices[0].headline}'
    body = '\n\n'.join('\n'.join((each.headline, *_shown(each.lines))) for each in notices)
    message = EmailMessage(
        ' '.join(subject.split()), f'{body}\n', settings.SERVER_EMAIL or None, [address]
    )
    try:
        message.send()
    except Exception as error:
        # A mail server that is away does not undo what was synchronised.
        current_log(fabric.pk).warning(f'no mail was sent: {type(error).__name__}')


def _shown(lines: tuple[str, ...]) -> list[str]:
    shown = [f'- {line}' for line in lines[:MAX_LINES]]
    if len(lines) > MAX_LINES:
        shown.append(f'- and {len(lines) - MAX_LINES} more')
    return shown
