"""What `notification_settings` of a resource may say."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

__all__ = ['MAX_RECIPIENTS', 'check_notification_settings']

_SWITCHES = ('notify_on_conflict', 'notify_on_sync_error')
_RECIPIENTS = 'email_recipients'
MAX_RECIPIENTS = 50


def check_notification_settings(settings: dict[str, Any]) -> None:
    """Raises ValidationError for keys nobody reads and for what is no mail address."""
    wrong = []
    if unknown := settings.keys() - {*_SWITCHES, _RECIPIENTS}:
        wrong.append(_('Unknown: {names}.').format(names=', '.join(sorted(unknown))))
    for name in _SWITCHES:
        if not isinstance(settings.get(name, True), bool):
            wrong.append(_('{name} is true or false.').format(name=name))
    recipients = settings.get(_RECIPIENTS, [])
    if not isinstance(recipients, list) or len(recipients) > MAX_RECIPIENTS:
        wrong.append(
            _('{name} is a list of at most {count} addresses.').format(
                name=_RECIPIENTS, count=MAX_RECIPIENTS
            )
        )
        recipients = []
    for address in recipients:
        try:
            validate_email(address)
        except (ValidationError, TypeError, AttributeError):
            wrong.append(_('{address} is no mail address.').format(address=address))
    if wrong:
        raise ValidationError({'notification_settings': wrong})
