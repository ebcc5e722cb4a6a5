"""NetBox's WSGI application with its static files, served from where they are installed.

Nothing is collected: a changed style sheet of the plugin shows after a restart of the web process.
"""

import gc

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from netbox.wsgi import application as netbox
from whitenoise import WhiteNoise

__all__ = ['application']


def _with_static_files() -> WhiteNoise:
    served = WhiteNoise(netbox)
    prefix = settings.STATIC_URL.lstrip('/')
    for finder in get_finders():
        for storage in getattr(finder, 'storages', {}).values():
            served.add_files(storage.location, prefix + (getattr(storage, 'prefix', '') or ''))
    return served


application = _with_static_files()

# What is loaded by now stays for ever. Frozen, its pages stay shared by the forked processes, and
# nobody walks through all of it once more at the end.
gc.freeze()
