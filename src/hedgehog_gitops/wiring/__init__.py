"""Devices and cables as an inventory has them <-> the objects of a fabric.

Stands above `kinds`; called by `workflows/generate.py` and by the plugin's door. Pure: whoever
calls reads and writes the inventory.
"""

from .describe import DESCRIBED_KINDS, Described, describe_wiring
from .generate import Generated, generate_networks, generate_wiring
from .last_names import NOTHING_BEFORE, last_connections, ports_of, spec_in
from .mapping import DEFAULT_MAPPING, MEANINGS, WiringMapping
from .mapping_file import Selection, WiringFile, read_wiring_file, with_selection
from .model import Cable, Device, End, Interface, Pool, Subnet, VlanGroup, Vrf, Wiring
from .objects import MadeOf, key_of

__all__ = [
    'DEFAULT_MAPPING',
    'DESCRIBED_KINDS',
    'MEANINGS',
    'NOTHING_BEFORE',
    'Cable',
    'Described',
    'Device',
    'End',
    'Generated',
    'Interface',
    'MadeOf',
    'Pool',
    'Selection',
    'Subnet',
    'VlanGroup',
    'Vrf',
    'Wiring',
    'WiringFile',
    'WiringMapping',
    'describe_wiring',
    'generate_networks',
    'generate_wiring',
    'key_of',
    'last_connections',
    'ports_of',
    'read_wiring_file',
    'spec_in',
    'with_selection',
]
