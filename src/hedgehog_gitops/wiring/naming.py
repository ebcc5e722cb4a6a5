"""What names are called by convention: objects, and the Connections between them.

Both directions ask here, so that what one makes the other recognises.
"""

import re
from collections.abc import Sequence

from ..kinds import is_name

__all__ = ['CATEGORIES', 'connection_name', 'object_name']

CATEGORIES = ('fabric', 'mesh', 'gateway', 'vpcLoopback', 'mclagDomain')
"""The types of Connection that hold every cable between the same two devices."""

_WORDS = {'vpcLoopback': 'vpc-loopback', 'mclagDomain': 'mclag-domain', 'staticExternal': 'static'}
_between = re.compile(r'[\s_]+')


def object_name(text: str) -> str:
    """The name an object gets from a device's; '' when none can be made of it."""
    name = _between.sub('-', text.strip().lower())
    return name if is_name(name) else ''


def connection_name(kind: str, near: Sequence[str], far: Sequence[str], port: str = '') -> str:
    """The conventional name: `near` the server or the spine, `far` the switches, each once.

    `port` tells apart what would have one name otherwise.
    """
    word = _WORDS.get(kind, kind)
    rest = [port.lower().replace('/', '-')] if port else []
    return '--'.join((*dict.fromkeys(near), word, *dict.fromkeys(far), *rest))
