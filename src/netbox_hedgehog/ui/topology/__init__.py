"""The picture of a fabric: `placing.py` says where everything lies, `drawing.py` writes the SVG."""

from .drawing import Words, draw
from .placing import Picture, place

__all__ = ['Picture', 'Words', 'draw', 'place']
