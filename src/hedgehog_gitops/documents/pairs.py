"""The parser's events of a text that may write one character as JSON does, as a surrogate pair.

JSON has no other way to write a character beyond the first 65,536 as an escape, and libyaml refuses
it. Used by `loading.py` and `nodes.py`; what the parser reads instead is as long as the text, so
that every position holds. A lone half stays refused.
"""

import re
from collections.abc import Callable
from typing import Any

import yaml

try:
    from yaml._yaml import CParser
except ImportError as error:  # pragma: no cover - depends on how PyYAML was built
    raise ImportError(
        'PyYAML was built without libyaml; install a PyYAML wheel, or libyaml and its headers'
    ) from error

__all__ = ['events_of']

# Behind an even number of backslashes; with an odd one it is a backslash and a word.
_PAIR = re.compile(
    r'(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})'
)
_HALF = re.compile(rb'\\u[dD][89abAB]')
# For private use: some of them is in no text.
_FILLERS = [chr(code) for code in range(0xE000, 0xF900)]


def events_of(data: bytes) -> Callable[[], Any]:
    """Returns what gives the next event of a text in UTF-8 each time it is called."""
    if _HALF.search(data) is None:
        get_event: Callable[[], Any] = CParser(data).get_event
        return get_event
    return _Paired(data.decode('utf-8')).next


class _Paired:
    """Gives the parser one long escape for each pair, filled up to the same length."""

    def __init__(self, text: str) -> None:
        # Positions of the parser do not count a byte order mark.
        self.text = text.removeprefix('\ufeff')
        used = set(self.text)
        self.filler = next((each for each in _FILLERS if each not in used), '')
        given = _PAIR.sub(self._long, text) if self.filler else text
        self.get_event: Callable[[], Any] = CParser(given.encode('utf-8')).get_event

    def next(self) -> Any:
        event = self.get_event()
        if isinstance(event, yaml.ScalarEvent) and self.filler and self.filler in event.value:
            event.value = self._meant(event)
        return event

    def _long(self, pair: re.Match[str]) -> str:
        high, low = int(pair[2], 16), int(pair[3], 16)
        code = 0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF)
        return f'{pair[1]}\\U{code:08x}{self.filler * 2}'

    def _meant(self, event: Any) -> str:
        value: str = event.value
        if event.style == '"':
            return value.replace(self.filler, '')
        # Nowhere else is a backslash more than itself: it reads as it was written.
        written = _PAIR.finditer(self.text, event.start_mark.index, event.end_mark.index)
        pairs = (found.group()[len(found[1]) :] for found in written)
        long = re.compile(rf'\\U[0-9a-f]{{8}}{self.filler}{{2}}')
        return long.sub(lambda _: next(pairs), value)
