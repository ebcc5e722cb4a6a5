"""Names and limits that every room of the plugin may know; nothing here computes."""

__all__ = [
    'APP_LABEL',
    'CREDENTIAL_ENV_PREFIX',
    'DEFAULT_NAMESPACE',
    'DEFAULT_PRIORITY',
    'FIRST_MIGRATION',
    'MANAGED_FOLDER',
    'MAX_CONSECUTIVE_SYNC_ERRORS',
    'MIN_SYNC_INTERVAL',
    'ORIGIN_ANNOTATION_PREFIX',
    'RATE_LIMITS',
    'RAW_FOLDER',
    'SECRET_FIELDS',
    'UNMANAGED_FOLDER',
]

APP_LABEL = 'netbox_hedgehog'

# The earlier plugin of the same name has 0001_initial: the two are told apart by this name.
FIRST_MIGRATION = '0001_first_path'

RAW_FOLDER = 'raw'
MANAGED_FOLDER = 'managed'
UNMANAGED_FOLDER = 'unmanaged'

DEFAULT_NAMESPACE = 'default'
DEFAULT_PRIORITY = 100
ORIGIN_ANNOTATION_PREFIX = 'hnp.githedgehog.com/'

# An environment variable outside this prefix may never be sent to a Git server.
CREDENTIAL_ENV_PREFIX = 'NETBOX_HEDGEHOG_'

# Columns of GitRepository that leave the database through no door at all.
SECRET_FIELDS = ('encrypted_credentials', 'webhook_secret')

MIN_SYNC_INTERVAL = 60
MAX_CONSECUTIVE_SYNC_ERRORS = 5

# Requests one person may make in a minute, by class, where the setting says nothing else.
RATE_LIMITS = {
    'directory': 300,
    'sync': 300,
    'conflict': 600,
    'resource': 1200,
    'monitoring': 1800,
    'webhooks': 600,
}
