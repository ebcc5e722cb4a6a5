"""What must fit for an ExternalAttachment: its connection, its External, the VLANs of the port."""

from collections.abc import Iterator

from .fabric import Fabric, FabricObject, Place
from .reading import number, text, within
from .saying import error

__all__ = ['external_attachments_across']

_CONNECTION = ('spec', 'connection')


def external_attachments_across(fabric: Fabric) -> Iterator[Place]:
    """Problems of ExternalAttachments with what they join, and with one another."""
    taken: dict[tuple[str, int], FabricObject] = {}
    for thing in fabric.each('ExternalAttachment'):
        name = text(thing.spec.get('connection'))
        wired = fabric.connections.get(name)
        if wired and wired.type not in ('', 'external'):
            message = f'{wired.thing} is of type {wired.type}; externals attach to type external'
            yield thing, error('ConnectionTypeWrong', message, _CONNECTION)
        yield from _static(thing, fabric)
        if name:
            yield from _vlan(thing, name, taken)


def _static(thing: FabricObject, fabric: Fabric) -> Iterator[Place]:
    external = fabric.find('External', text(thing.spec.get('external')))
    if external and thing.spec.get('static') is not None and external.spec.get('static') is None:
        message = f'the attachment is static, but {external} has no static prefixes'
        yield thing, error('ExternalNotStatic', message, ('spec', 'static'))


def _vlan(
    thing: FabricObject, connection: str, taken: dict[tuple[str, int], FabricObject]
) -> Iterator[Place]:
    side = 'switch' if thing.spec.get('static') is None else 'static'
    vlan = number(within(thing.spec, side, 'vlan') or 0)
    if vlan is None:
        return
    first = taken.setdefault((connection, vlan), thing)
    if first is not thing:
        which = f'VLAN {vlan}' if vlan else 'no VLAN'
        message = f'{first} is already on {connection} with {which}'
        yield thing, error('ExternalVlanTaken', message, ('spec', side, 'vlan'))
