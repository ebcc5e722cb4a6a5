"""Which role means what, which model is which SwitchProfile, how ports are called: all of it data.

The defaults stand here; a fabric lays its own over them in `.hnp/wiring.yaml`, read by
`mapping_file.py`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = [
    'DEFAULT_MAPPING',
    'EXTERNAL',
    'GATEWAY',
    'MEANINGS',
    'SERVER',
    'SWITCH_ROLES',
    'WiringMapping',
]

SWITCH_ROLES = ('spine', 'server-leaf', 'border-leaf', 'mixed-leaf', 'virtual-edge')
SERVER = 'server'
GATEWAY = 'gateway'
EXTERNAL = 'external'
"""A device beyond the fabric: a cable to it makes a Connection of type external."""

MEANINGS = (*SWITCH_ROLES, SERVER, GATEWAY, EXTERNAL)

_ROLES = {meaning: meaning for meaning in MEANINGS} | {'leaf': 'server-leaf'}
_MODELS = {'hedgehog-switch': '', 'hedgehog-server': '', 'hedgehog-gateway': ''}
_PREFIXES = ('E', 'Eth', 'Ethernet', 'Port')

_numbers = re.compile(r'\d{1,4}/\d{1,4}(?:/\d{1,4})?').fullmatch
_management = re.compile(r'(?:M|mgmt|management|ma)[-_ ]?\d{1,3}', re.IGNORECASE).fullmatch
_port = re.compile(r'(?:E\d{1,4}/\d{1,4}(?:/\d{1,4})?|M\d{1,3})').fullmatch


@dataclass(frozen=True, slots=True)
class WiringMapping:
    """The mapping of one fabric.

    `roles` says by the slug of a device role what such a device is, `profiles` by the slug of a
    device type which SwitchProfile it is ('' for none); a type that is not named is its own
    profile. `port_prefixes` may stand before the numbers of a switch's port.
    """

    roles: Mapping[str, str] = field(default_factory=lambda: dict(_ROLES))
    profiles: Mapping[str, str] = field(default_factory=lambda: dict(_MODELS))
    port_prefixes: tuple[str, ...] = _PREFIXES

    def meaning(self, role: str) -> str:
        """What a device of this role is; '' when the role means nothing here."""
        return self.roles.get(role, '')

    def role_of(self, meaning: str) -> str:
        """The slug of a role that means this: the one of the same name if it does."""
        if self.roles.get(meaning) == meaning:
            return meaning
        return next((role for role, means in self.roles.items() if means == meaning), meaning)

    def profile(self, model: str) -> str:
        return self.profiles.get(model, model)

    def model_of(self, profile: str, fallback: str) -> str:
        """The slug of a device type that has this profile; '' when none can have it."""
        if not profile:
            return fallback
        if self.profile(profile) == profile:
            return profile
        return next((model for model, means in self.profiles.items() if means == profile), '')

    def switch_port(self, name: str, label: str = '') -> str:
        """A switch's port in Hedgehog's words, `E1/1` or `E1/1/1` or `M1`; '' when unknown.

        What is printed on the port counts before its name.
        """
        if _port(label):
            return label
        for prefix in sorted(self.port_prefixes, key=len, reverse=True):
            rest = name[len(prefix) :].lstrip(' -_')
            if name[: len(prefix)].lower() == prefix.lower() and _numbers(rest):
                return f'E{rest}'
        if _numbers(name):
            return f'E{name}'
        if _management(name):
            number = int(re.sub(r'\D', '', name))
            # Linux counts from nought, the front plate from one.
            return f'M{number + 1}' if name.lower().startswith('mgmt') else f'M{number}'
        return ''


DEFAULT_MAPPING = WiringMapping()
