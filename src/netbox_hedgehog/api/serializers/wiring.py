"""What generation from NetBox's devices, and import into them, take and answer."""

from rest_framework import serializers

from .actions import StrictSerializer

__all__ = [
    'DeviceImportPreviewSerializer',
    'GenerateWiringSerializer',
    'GenerationPreviewSerializer',
    'ImportDevicesSerializer',
]

_SLUG = '^[-a-zA-Z0-9_]+$'


def _slugs(help_text: str) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.RegexField(_SLUG, max_length=100),
        required=False,
        max_length=100,
        help_text=help_text,
    )


class SelectionSerializer(StrictSerializer):
    """Which devices are the fabric's, by slugs; each part that is given narrows."""

    sites = _slugs('Devices of any of these sites')
    locations = _slugs('Devices in any of these locations, or inside of them')
    tags = _slugs('Devices that carry all of these tags')
    vpc_tag = serializers.RegexField(
        _SLUG,
        max_length=100,
        required=False,
        allow_blank=True,
        help_text='VRFs, VLAN groups and containers with this tag become VPCs and namespaces',
    )


class GenerateWiringSerializer(StrictSerializer):
    """Request of `generate`."""

    select = SelectionSerializer(
        required=False, help_text='Without it what `.hnp/wiring.yaml` says; else kept there'
    )
    removed = serializers.ChoiceField(
        choices=('follow', 'hold'),
        default='follow',
        help_text='Objects whose device or cable has gone: remove or hold them',
    )
    clash = serializers.ChoiceField(
        choices=('merge', 'ours', 'theirs'),
        default='merge',
        help_text='Where a hand changed the same: a person decides, NetBox wins, the hand wins',
    )
    allow_errors = serializers.BooleanField(
        default=False, help_text='Also objects a cluster would refuse'
    )
    expected_commit = serializers.RegexField(
        '^[0-9a-f]{40,64}$', required=False, help_text='Refuse when the branch has moved from here'
    )
    commit = serializers.BooleanField(default=True, help_text='false: a preview')


class GenerationPreviewSerializer(serializers.Serializer):
    """Answer of `generate` with `commit: false`: the plan, its difference, and the counts."""

    preview = serializers.DictField()


class ImportDevicesSerializer(StrictSerializer):
    """Request of `import-devices`."""

    site = serializers.RegexField(_SLUG, max_length=100, help_text='Where the devices stand')
    location = serializers.RegexField(_SLUG, max_length=100, required=False, allow_blank=True)
    tags = _slugs('Every device that is made gets these tags')
    manufacturer = serializers.CharField(
        max_length=100,
        required=False,
        allow_blank=True,
        help_text='Of device types that are not there yet; without one it is called Hedgehog',
    )
    expected_commit = serializers.RegexField(
        '^[0-9a-f]{40,64}$', required=False, help_text='Refuse when the branch has moved from here'
    )
    commit = serializers.BooleanField(default=True, help_text='false: a preview')


class DeviceImportPreviewSerializer(serializers.Serializer):
    """Answer of `import-devices` with `commit: false`: what would be made, and what differs."""

    preview = serializers.DictField()
