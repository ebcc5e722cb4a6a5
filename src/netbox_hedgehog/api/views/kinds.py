"""The resources of one kind under an address of its own, such as `vpcs/`: read and written alike.

Group, version and kind need not be written there. History, blame, differences and the way back
of an object are found below `resources/`.
"""

from typing import Any, ClassVar

from django.db.models import QuerySet

from ...sync.own_kinds import current_identity
from ...ui.kinds import KINDS, ShownKind
from .resources import ResourceViewSet

__all__ = ['KIND_VIEW_SETS', 'KindViewSet']


class KindViewSet(ResourceViewSet):
    """The resources of one kind."""

    kind: ClassVar[str] = ''

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().filter(kind=self.kind)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), 'identity': current_identity(self.kind)}


# Each is a class that can be imported by its name: a job in the background finds it by that.


class SwitchViewSet(KindViewSet):
    """Switches of the fabrics."""

    kind = 'Switch'


class ServerViewSet(KindViewSet):
    """Servers of the fabrics."""

    kind = 'Server'


class ConnectionViewSet(KindViewSet):
    """Connections of the fabrics."""

    kind = 'Connection'


class SwitchGroupViewSet(KindViewSet):
    """Switch groups of the fabrics."""

    kind = 'SwitchGroup'


class VLANNamespaceViewSet(KindViewSet):
    """VLAN namespaces of the fabrics."""

    kind = 'VLANNamespace'


class VPCViewSet(KindViewSet):
    """VPCs of the fabrics."""

    kind = 'VPC'


class VPCAttachmentViewSet(KindViewSet):
    """VPC attachments of the fabrics."""

    kind = 'VPCAttachment'


class VPCPeeringViewSet(KindViewSet):
    """VPC peerings of the fabrics."""

    kind = 'VPCPeering'


class ExternalViewSet(KindViewSet):
    """Externals of the fabrics."""

    kind = 'External'


class ExternalAttachmentViewSet(KindViewSet):
    """External attachments of the fabrics."""

    kind = 'ExternalAttachment'


class ExternalPeeringViewSet(KindViewSet):
    """External peerings of the fabrics."""

    kind = 'ExternalPeering'


class IPv4NamespaceViewSet(KindViewSet):
    """IPv4 namespaces of the fabrics."""

    kind = 'IPv4Namespace'


class GatewayViewSet(KindViewSet):
    """Gateways of the fabrics."""

    kind = 'Gateway'


class GatewayGroupViewSet(KindViewSet):
    """Gateway groups of the fabrics."""

    kind = 'GatewayGroup'


class GatewayPeeringViewSet(KindViewSet):
    """Gateway peerings of the fabrics."""

    kind = 'GatewayPeering'


KIND_VIEW_SETS: tuple[tuple[ShownKind, type[KindViewSet]], ...] = tuple(
    (KINDS[view_set.kind], view_set) for view_set in KindViewSet.__subclasses__()
)
