"""Takes the pictures of README and docs from the running product: `./run`, then this module.

    .dev/venv/bin/python -m dev.screenshots          # all, and docs/guide/pages.md
    .dev/venv/bin/python -m dev.screenshots --page   # docs/guide/pages.md only

Every page that `dev/gallery.toml` names is taken light and dark into `.dev/pictures/` and made
small for `docs/images/`; nothing else lies there. What fails is named in the end and the earlier
picture stays, so that one changed page does not cost all others.

The demo lends itself to it: a checkpoint, edits, copies and uploads are made, devices are imported,
and the files of the repository are put back in the end. HEDGEHOG_CHROMIUM names another browser.
"""

import re
import signal
import sys
import traceback
from collections.abc import Callable

from . import demo_git
from .camera import Camera, camera
from .gallery import GUIDE, gallery, gallery_page
from .home import DEV, ROOT, demo_home
from .picture_flows import (
    conflicts,
    devices,
    duplicates,
    editing,
    going_back,
    looking,
    pull_requests,
    templates,
    uploads,
    wizard,
)
from .picture_rows import rows_for_pictures

__all__ = ['main']

PICTURES = DEV / 'pictures'
IMAGES = ROOT / 'docs' / 'images'
COLOURS, FREQUENT = 36, 12
FLOWS = (
    wizard,
    devices,
    uploads,
    templates,
    conflicts,
    duplicates,
    editing,
    going_back,
    looking,
    pull_requests,
)


def main() -> int:
    """Takes every picture; the exit status says whether all of them were taken."""
    GUIDE.write_text(gallery_page())
    if '--page' in sys.argv:
        return 0
    asked = [each for each in sys.argv[1:] if not each.startswith('-')]
    flows = [each for each in FLOWS if not asked or each.__name__ in asked]
    home = demo_home()
    port = home.state().get('ports', {}).get('web')
    if not port:
        sys.exit('Nothing is running: start it with ./run.')
    # Whoever ends it finds the demo as it was all the same.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit('Ended before all pictures were taken.'))
    PICTURES.mkdir(parents=True, exist_ok=True)
    taken: set[str] = set()
    begun_at, broken = demo_git.head(), False
    try:
        with (
            rows_for_pictures(home),
            camera(f'http://127.0.0.1:{port}', home.secret('admin_password', 20), PICTURES) as eye,
        ):
            taken = eye.taken
            broken = [each for each in flows if not _flow(each, eye)] != []
            for name, cut in eye.cut.items():
                print(f'Cut off on {name}: {"; ".join(cut)}')
    finally:
        demo_git.put_back(begun_at)
    _into_docs(taken)
    wanted = {each.name for pictures in gallery().values() for each in pictures}
    print(f'{len(taken)} of {len(wanted)} pictures taken, {_weight():.1f} MB in {IMAGES}')
    if not asked and (missing := wanted - taken):
        print(f'Not taken: {", ".join(sorted(missing))}')
        return 1
    return int(broken)


def _flow(flow: Callable[[Camera], None], eye: Camera) -> bool:
    """One flow; what goes wrong in it is told, and the next one begins all the same."""
    print(flow.__name__, flush=True)
    try:
        flow(eye)
    except Exception:
        traceback.print_exc()
        print(f'  at {eye.page.url}', flush=True)
        eye.page.screenshot(path=PICTURES / f'failed-{flow.__name__}.png')
        return False
    return True


def _into_docs(taken: set[str]) -> None:
    wanted = _wanted()
    for name in wanted:
        new = name.removesuffix('.png').removesuffix('-dark') in taken
        if (PICTURES / name).exists() and (new or not (IMAGES / name).exists()):
            _shrink(name)
    for stale in IMAGES.iterdir():
        if stale.name not in wanted:
            stale.unlink()


def _wanted() -> set[str]:
    """The files that the gallery, README and the other pages of the docs show."""
    pages = (ROOT / 'README.md', *(ROOT / 'docs').rglob('*.md'))
    return {
        name for page in pages for name in re.findall(r'images/([a-z-]+\.png)', page.read_text())
    }


def _shrink(name: str) -> None:
    """A page has few colours: with a palette it is a third as large and looks the same.

    The most frequent ones stay as they are; the others cover what is rare: a badge stays red.
    """
    from PIL import Image  # only this module needs it

    with Image.open(PICTURES / name) as picture:
        whole = picture.convert('RGB')
    frequent = sorted(whole.getcolors(whole.width * whole.height), reverse=True)[:FREQUENT]
    rare = whole.quantize(COLOURS - FREQUENT, method=Image.Quantize.MAXCOVERAGE).getpalette()
    palette = Image.new('P', (1, 1))
    palette.putpalette([part for _count, colour in frequent for part in colour] + rare)
    small = whole.quantize(palette=palette, dither=Image.Dither.NONE)
    small.save(IMAGES / name, optimize=True)


def _weight() -> float:
    return sum(each.stat().st_size for each in IMAGES.iterdir()) / 2**20


if __name__ == '__main__':
    sys.exit(main())
