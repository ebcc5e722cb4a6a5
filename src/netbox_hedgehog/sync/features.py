"""What an operator has switched off, asked by whoever is about to do it.

A feature is a setting of the plugin. Pages and REST say that it is off before anything is queued;
the runner asks once more, because a job may be older than the setting.
"""

from enum import StrEnum

from netbox.plugins import get_plugin_config

from hedgehog_gitops.errors import NeedsPerson

from ..choices import SyncOperationTypeChoices as Type
from ..constants import APP_LABEL

__all__ = ['Feature', 'is_on', 'needed_by', 'require', 'switched_off', 'why_off']


class Feature(StrEnum):
    """What can be switched off; the value is the name of the setting."""

    BIDIRECTIONAL_SYNC = 'bidirectional_sync_enabled'
    DIRECTORY_MANAGEMENT = 'directory_management_enabled'
    CONFLICT_RESOLUTION = 'conflict_resolution_enabled'
    NOTIFICATIONS = 'notifications_enabled'


_MEANING = {
    Feature.BIDIRECTIONAL_SYNC: 'Publishing of edits from NetBox to Git',
    Feature.DIRECTORY_MANAGEMENT: 'Initialising directories and taking in raw files',
    Feature.CONFLICT_RESOLUTION: 'Deciding conflicts in NetBox',
    Feature.NOTIFICATIONS: 'Sending of notifications',
}

_NEEDED = {
    Type.DIRECTORY_INIT: Feature.DIRECTORY_MANAGEMENT,
    Type.FILE_INGESTION: Feature.DIRECTORY_MANAGEMENT,
    Type.CONFLICT_RESOLUTION: Feature.CONFLICT_RESOLUTION,
}


def is_on(feature: Feature) -> bool:
    """Says whether the feature may be used, as the settings stand now."""
    return bool(get_plugin_config(APP_LABEL, feature.value))


def why_off(feature: Feature) -> str:
    """Returns what to tell whoever asks for a feature that is off; empty when it is on."""
    if is_on(feature):
        return ''
    return f'{_MEANING[feature]} is switched off by the setting {feature.value!r}.'


def require(feature: Feature) -> None:
    """Refuses what needs a feature that is off."""
    if off := why_off(feature):
        raise NeedsPerson('FeatureDisabled', off, hint='An administrator of NetBox can change it.')


def needed_by(operation_type: str) -> Feature | None:
    """Returns the feature without which an operation of this type does nothing."""
    return _NEEDED.get(operation_type)


def switched_off() -> dict[str, str]:
    """Returns the settings that are off, each with what it means."""
    return {feature.value: why_off(feature) for feature in Feature if not is_on(feature)}
