"""Subnets named from outside of their VPC: by attachments and peerings."""

from ...documents import FieldPath, Value
from ..problem import Problem
from .fabric import FabricObject
from .reading import mapping
from .saying import error

__all__ = ['known_subnets', 'missing_subnet']


def known_subnets(vpc: FabricObject) -> dict[str, Value] | None:
    """The subnets of a VPC by name; None where they are no mapping, as in old versions."""
    subnets = vpc.spec.get('subnets')
    return mapping(subnets) if subnets is None or isinstance(subnets, dict) else None


def missing_subnet(vpc: FabricObject, name: str, path: FieldPath) -> Problem | None:
    """The problem of naming a subnet the VPC does not have."""
    subnets = known_subnets(vpc)
    if subnets is None or name in subnets:
        return None
    message = f'{vpc} has no subnet {name!r}'
    suggestion = f'it has {", ".join(list(subnets)[:5])}' if subnets else ''
    return error('SubnetMissing', message, path, suggestion)
