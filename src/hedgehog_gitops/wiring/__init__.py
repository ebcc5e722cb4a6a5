"""Devices and cables as an inventory has them <-> the objects of a fabric.

Stands above `kinds`; called by `workflows/generate.py` and by the plugin's door. Pure: whoever
calls reads and writes the inventory.
"""

from .compare import Aggregate, Comparison, Extra, compare_wiring
from .describe import DESCRIBED_KINDS, Described, describe_wiring
from .devices import is_read_tag
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
    'Aggregate',
    'Cable',
    'Comparison',
    'Described',
    'Device',
    'End',
    'Extra',
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
    'compare_wiring',
    'describe_wiring',
    'generate_networks',
    'generate_wiring',
    'is_read_tag',
    'key_of',
    'last_connections',
    'ports_of',
    'read_wiring_file',
    'spec_in',
    'with_selection',
]
