"""The one spelling of a fabric's directory, and which directories stand in each other's way."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

__all__ = ['contains', 'join', 'normalise_directory']


def normalise_directory(text: str) -> str:
    """Returns the path without outer or double slashes; '' is the repository's root."""
    if any(ord(letter) < 32 or ord(letter) == 127 or letter == '\\' for letter in text):
        raise ValidationError(_('The directory may not hold control characters or \\.'))
    segments = [segment for segment in text.strip().split('/') if segment]
    for segment in segments:
        if segment in ('.', '..') or segment.lower() == '.git':
            raise ValidationError(
                _('The directory may not hold the segment "{segment}".').format(segment=segment)
            )
    return '/'.join(segments)


def contains(outer: str, inner: str) -> bool:
    """Says whether `inner` is `outer` or lies below it; case is ignored, as checkouts may."""
    outer, inner = outer.casefold(), inner.casefold()
    return not outer or inner == outer or inner.startswith(f'{outer}/')


def join(base: str, name: str) -> str:
    return f'{base}/{name}' if base else name
