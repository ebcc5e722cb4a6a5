"""The pictures of every page, as `dev/gallery.toml` names them, and the page of the docs with them.

`tests/house/test_pictures.py` holds that no page of the plugin is forgotten, and that the page of
the docs is what the table says.
"""

import tomllib
from dataclasses import dataclass

from .home import ROOT

__all__ = ['GUIDE', 'Picture', 'gallery', 'gallery_page', 'without', 'without_endings']

GUIDE = ROOT / 'docs' / 'guide' / 'pages.md'
_TABLE = ROOT / 'dev' / 'gallery.toml'
_NO_PICTURE = ('without', 'without_endings')
_OPENING = """\
# Every page in pictures

The pictures are of the demo that `./run` starts, taken by
`.dev/venv/bin/python -m dev.screenshots`. They have the colours that this page has: the switch at
the top changes both.
"""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: its file, the names in the router of the pages it shows, and its sentence."""

    name: str
    pages: tuple[str, ...]
    sentence: str


def gallery() -> dict[str, list[Picture]]:
    """Every picture, by the title of its group."""
    return {
        title: [
            Picture(name, tuple(pages.split()), sentence)
            for name, (pages, sentence) in rows.items()
        ]
        for title, rows in _table().items()
        if title not in _NO_PICTURE
    }


def without() -> set[str]:
    """The pages that have no picture, for a reason."""
    return {page for pages in _table()['without'].values() for page in pages}


def without_endings() -> set[str]:
    """How the names of pages end that NetBox makes for every model."""
    return {page for pages in _table()['without_endings'].values() for page in pages}


def gallery_page() -> str:
    """Returns the page of the docs."""
    parts = [_OPENING]
    for title, pictures in gallery().items():
        parts.append(f'## {title}\n')
        parts += map(_with_sentence, pictures)
    return '\n'.join(parts)


def _with_sentence(picture: Picture) -> str:
    shown = '\n'.join(
        f'![{picture.sentence}](../images/{picture.name}{dark}.png#only-{colours})'
        for dark, colours in (('', 'light'), ('-dark', 'dark'))
    )
    return f'{picture.sentence}\n\n{shown}\n'


def _table() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(_TABLE.read_text())
