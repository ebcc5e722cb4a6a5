"""NetBox's configuration for development and tests; never for production.

NETBOX_CONFIGURATION names this module and HEDGEHOG_HOME the home whose state it reads: ports and
database from `state.json`, secrets from `secrets.json`. HEDGEHOG_DATABASE, when set, is another
database on the same server, as the tests need it.
"""

import base64
import os
from pathlib import Path
from typing import Any

from dev.home import DEV, Home, demo_home, test_home

__all__ = [
    'ALLOWED_HOSTS',
    'API_TOKEN_PEPPERS',
    'CENSUS_REPORTING_ENABLED',
    'CORS_ORIGIN_ALLOW_ALL',
    'DATABASES',
    'DEVELOPER',
    'ISOLATED_DEPLOYMENT',
    'LOGGING',
    'PLUGINS',
    'PLUGINS_CONFIG',
    'REDIS',
    'RELEASE_CHECK_URL',
    'SECRET_KEY',
]


def _home() -> Home:
    named = Path(os.environ.get('HEDGEHOG_HOME', DEV)).resolve()
    return next(home for home in (demo_home(), test_home()) if home.path == named)


_HOME = _home()
_STATE = _HOME.state()
_DATABASE = _STATE['database']
_REDIS = {
    'HOST': _STATE['redis']['host'],
    'PORT': _STATE['redis']['port'],
    'PASSWORD': _HOME.secret('redis_password'),
    'SSL': False,
}

ALLOWED_HOSTS = ['*']
SECRET_KEY = _HOME.secret('secret_key', 60)
API_TOKEN_PEPPERS = {1: _HOME.secret('token_pepper', 60)}

DATABASES = {
    'default': {
        'ENGINE': 'django.db.backends.postgresql',
        'HOST': _DATABASE['host'],
        'PORT': str(_DATABASE['port']),
        'NAME': os.environ.get('HEDGEHOG_DATABASE') or _DATABASE['name'],
        'USER': _DATABASE['user'],
        'PASSWORD': _HOME.secret('database_password'),
        'CONN_MAX_AGE': 0,
        # The test database is a copy of the restored baseline: a second instead of five minutes.
        'TEST': {'TEMPLATE': _STATE.get('template')},
    }
}
REDIS = {
    'tasks': {**_REDIS, 'DATABASE': _HOME.redis_databases[0]},
    'caching': {**_REDIS, 'DATABASE': _HOME.redis_databases[1]},
}

# `makemigrations` works only with this.
DEVELOPER = True

# Nothing here calls out.
ISOLATED_DEPLOYMENT = True
CENSUS_REPORTING_ENABLED = False
RELEASE_CHECK_URL = None
CORS_ORIGIN_ALLOW_ALL = False

LOGGING = {
    'version': 1,
    'disable_existing_loggers': False,
    'formatters': {'plain': {'format': '%(asctime)s %(levelname)s %(name)s: %(message)s'}},
    'handlers': {'stream': {'class': 'logging.StreamHandler', 'formatter': 'plain'}},
    'loggers': {'netbox_hedgehog': {'handlers': ['stream'], 'level': 'INFO'}},
}

# The baseline is dumped from a NetBox without the plugin.
PLUGINS = [] if os.environ.get('HEDGEHOG_WITHOUT_PLUGIN') else ['netbox_hedgehog']
PLUGINS_CONFIG: dict[str, dict[str, Any]] = {
    'netbox_hedgehog': {
        'encryption_keys': {
            1: base64.urlsafe_b64encode(_HOME.secret('encryption_key', 32).encode()).decode()
        },
        'store_root': str(_HOME.store_root),
        'service_user': 'admin',
    }
}
if not os.environ.get('HEDGEHOG_DEFAULT_SCHEMES'):
    # The demo's and the acceptance tests' Git servers speak HTTP on the loopback address. The
    # plugin's own tests want what an operator gets, and say themselves where they need more.
    PLUGINS_CONFIG['netbox_hedgehog']['allowed_schemes'] = ['https', 'ssh', 'http', 'file']
    # NetBox queues a job for each object made over its API; operations do not wait for these.
    PLUGINS_CONFIG['netbox_hedgehog']['queue'] = 'high'
