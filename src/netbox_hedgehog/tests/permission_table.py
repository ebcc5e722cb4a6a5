"""Who may do what: one line for each REST action and each page; for `test_permission_matrix.py`.

A new action or page has to be given a line here, else that test fails and names it. What NetBox
offers of itself (lists, details, `add/`, `edit/` ...) needs none: `STANDARD` and `PAGE_ENDINGS` say
what it takes.

A line says which permissions are needed, as `action model`, and how a permitted user is answered on
the objects of that test; no worker takes a job there, and no server is reached.
"""

from dataclasses import dataclass, field
from typing import Any

__all__ = ['ACTIONS', 'LEADS_ON', 'OPEN_TO_ALL', 'PAGES', 'PAGE_ENDINGS', 'STANDARD', 'Needs']


@dataclass(frozen=True, slots=True)
class Needs:
    """What it takes, and what the answer is to those who have it. `<A>` in a body is object A."""

    permissions: tuple[str, ...]
    answers: tuple[int, ...] = (200,)
    body: dict[str, Any] = field(default_factory=dict)
    query: str = ''


def _fabric(*actions: str, answers: tuple[int, ...] = (200,), **more: Any) -> Needs:
    return Needs(tuple(f'{each} hedgehogfabric' for each in actions), answers, **more)


def _resource(*actions: str, answers: tuple[int, ...] = (200,), **more: Any) -> Needs:
    return Needs(tuple(f'{each} hedgehogresource' for each in actions), answers, **more)


_QUEUED, _NO_COPY = (202,), (503,)
_COMMIT = {'to_commit': 'feed' * 10}
_FILES = {'operations': [{'action': 'create', 'path': 'raw/x.yaml', 'content': ''}]}

# What a request to an address of a model takes, by the viewset's method.
STANDARD = {
    'list': 'view',
    'retrieve': 'view',
    'create': 'add',
    'bulk_update': 'change',
    'bulk_partial_update': 'change',
    'update': 'change',
    'partial_update': 'change',
    'destroy': 'delete',
    'bulk_destroy': 'delete',
}

ACTIONS: dict[str, Needs] = {
    'POST checkpoints/<id>/rollback/': Needs(('view checkpoint', 'push hedgehogfabric'), _QUEUED),
    'POST conflicts/<id>/resolve/': Needs(
        ('resolve conflictresolution',), (409, 422), {'resolution_strategy': 'git_wins'}
    ),
    'POST duplicate-groups/<id>/ignore/': Needs(
        ('view yamlduplicategroup', 'settle hedgehogfabric')
    ),
    'POST duplicate-groups/<id>/preview/': Needs(
        ('view yamlduplicategroup', 'settle hedgehogfabric'), _NO_COPY
    ),
    'POST duplicate-groups/<id>/resolve/': Needs(
        ('view yamlduplicategroup', 'settle hedgehogfabric'), _QUEUED
    ),
    'POST duplicate-groups/<id>/undo/': Needs(
        ('view yamlduplicategroup', 'settle hedgehogfabric'), (409,)
    ),
    'GET errors/statistics/': Needs(('view errorrecord',)),
    'POST fabrics/sync/': _fabric('sync', answers=_QUEUED, body={'fabrics': ['<A>']}),
    'GET fabrics/<id>/backups/': _fabric('view'),
    'POST fabrics/<id>/validate/': _fabric('view', answers=_NO_COPY),
    'GET fabrics/<id>/checkpoints/': _fabric('view'),
    'POST fabrics/<id>/checkpoints/': _fabric('push', answers=(201, 409), body={'name': 'x'}),
    'POST fabrics/<id>/branches/compare/': _fabric(
        'sync', 'push', answers=_QUEUED, body={'branch': 'x'}
    ),
    'POST fabrics/<id>/branches/merge/': _fabric(
        'sync', 'push', answers=_QUEUED, body={'branch': 'x'}
    ),
    'GET fabrics/<id>/conflicts/': Needs(('view hedgehogfabric', 'view conflictresolution')),
    'GET fabrics/<id>/duplicate-status/': _fabric('view'),
    'GET fabrics/<id>/files/': _fabric('view', answers=_NO_COPY),
    'GET fabrics/<id>/files/content/': _fabric('view', answers=_NO_COPY, query='path=raw/x'),
    'GET fabrics/<id>/files/diff/': _fabric('view', answers=_NO_COPY),
    'GET fabrics/<id>/files/history/': _fabric('view', answers=_NO_COPY),
    'GET fabrics/<id>/files/metadata/': _fabric('view', answers=_NO_COPY, query='path=raw/x'),
    'GET fabrics/<id>/files/originals/': _fabric('view', answers=_NO_COPY),
    'GET fabrics/<id>/removed/': _fabric('view', answers=_NO_COPY),
    'POST fabrics/<id>/files/operations/': _fabric('push', answers=_QUEUED, body=_FILES),
    'POST fabrics/<id>/files/restore/': _fabric(
        'push', answers=_QUEUED, body={**_COMMIT, 'path': 'raw/x'}
    ),
    'POST fabrics/<id>/files/upload/': _fabric(
        'ingest', answers=_QUEUED, body={'name': 'x.yaml', 'content': 'a: b'}
    ),
    'POST fabrics/<id>/generate/': _fabric('push', answers=_QUEUED),
    'POST fabrics/<id>/import-devices/': _fabric('sync', answers=_QUEUED, body={'site': 'lab'}),
    'GET fabrics/<id>/gitops-directories/validate/': _fabric('view'),
    'POST fabrics/<id>/gitops-directories/ingest/': _fabric('ingest', answers=_QUEUED),
    'POST fabrics/<id>/gitops-directories/initialize/': _fabric('init', answers=_QUEUED),
    'GET fabrics/<id>/gitops-status/': _fabric('view'),
    'POST fabrics/<id>/ingest-raw/': _fabric('ingest', answers=_QUEUED),
    'POST fabrics/<id>/init-gitops/': _fabric('init', answers=_QUEUED),
    'POST fabrics/<id>/process-duplicates/': _fabric('settle', answers=(202, 409)),
    'POST fabrics/<id>/conflicts/resolve-bulk/': Needs(
        ('view hedgehogfabric', 'resolve conflictresolution'),
        (200,),
        {'conflict_ids': ['<A>'], 'resolution_strategy': 'git_wins'},
    ),
    'POST fabrics/<id>/resolve-conflicts/': Needs(
        ('view hedgehogfabric', 'resolve conflictresolution'),
        (200,),
        {'conflicts': ['<A>'], 'strategy': 'git_wins'},
    ),
    'POST fabrics/<id>/restore/': _fabric('push', answers=_QUEUED, body=_COMMIT),
    'POST fabrics/<id>/scan-duplicates/': _fabric('settle', answers=_QUEUED),
    'POST fabrics/<id>/sync/': _fabric('sync', answers=_QUEUED),
    'GET fabrics/<id>/sync-analytics/': _fabric('view'),
    'GET fabrics/<id>/sync-health/': _fabric('view'),
    'GET fabrics/<id>/sync-operations/': Needs(('view hedgehogfabric', 'view syncoperation')),
    'GET fabrics/<id>/templates/': _fabric('view', answers=_NO_COPY),
    'POST fabrics/<id>/templates/make/': _fabric(
        'push', answers=_NO_COPY, body={'name': 'x.yaml.j2', 'ready': 'vpc'}
    ),
    'POST fabrics/<id>/templates/preview/': _fabric('push', answers=_NO_COPY),
    'POST fabrics/<id>/templates/render/': _fabric('push', answers=_QUEUED),
    'POST fabrics/<id>/templates/validate/': _fabric('push', answers=_NO_COPY),
    'POST fabrics/<id>/webhooks/': Needs(
        ('change hedgehogfabric', 'add extras.webhook', 'add extras.eventrule'),
        (201,),
        {'webhook_url': 'https://hooks.example.com/x', 'events': ['sync_failed']},
    ),
    'GET git-repositories/<id>/branches/': Needs(('view gitrepository',), (502,)),
    'POST git-repositories/<id>/branches/': Needs(('sync gitrepository',), (502,), {'name': 'x'}),
    'POST git-repositories/<id>/fetch/': Needs(('sync gitrepository',), _QUEUED),
    'POST git-repositories/<id>/register-webhook/': Needs(('change gitrepository',), (409,)),
    'GET git-repositories/<id>/status/': Needs(('view gitrepository',)),
    'POST git-repositories/<id>/sync/': Needs(('sync gitrepository',), _QUEUED),
    'POST git-repositories/<id>/test-connection/': Needs(('test gitrepository',), (502,)),
    'POST git-repositories/<id>/webhook-secret/': Needs(('change gitrepository',), (200, 409)),
    'DELETE git-repositories/<id>/webhook-secret/': Needs(('change gitrepository',), (204,)),
    'POST outbox/<id>/discard/': Needs(('discard outboxentry',), _QUEUED),
    'POST outbox/<id>/retry/': Needs(('retry outboxentry',), _QUEUED),
    'POST pull-requests/<id>/close/': Needs(('close pullrequest',), _QUEUED),
    'POST pull-requests/<id>/merge/': Needs(('merge pullrequest',), _QUEUED),
    'GET resolution-policies/<id>/export/': Needs(('view resolutionpolicy',)),
    'POST resolution-policies/<id>/preview/': Needs(
        ('view resolutionpolicy',), (200, 503), {'fabric': '<A>'}
    ),
    'POST resolution-policies/<id>/restore/': Needs(
        ('restore resolutionpolicy',), (200, 404), {'version': 1}
    ),
    'GET resolution-policies/<id>/versions/': Needs(('view resolutionpolicy',)),
    'GET resources/<id>/blame/': _resource('view', answers=_NO_COPY),
    'POST resources/<id>/commit/': Needs(
        ('change hedgehogresource', 'push hedgehogfabric'), _QUEUED
    ),
    'GET resources/<id>/diff/': _resource('view', answers=_NO_COPY),
    'POST resources/<id>/discard/': _resource('change', answers=(204,)),
    'GET resources/<id>/file-mapping/': _resource('view'),
    'GET resources/<id>/history/': _resource('view', answers=_NO_COPY),
    'POST resources/<id>/preview/': _resource('change', body={'draft_spec': {}}),
    'POST resources/<id>/restore/': Needs(
        ('view hedgehogresource', 'push hedgehogfabric'), _QUEUED, _COMMIT
    ),
    'POST resources/<id>/sync/': _resource(
        'sync', answers=_QUEUED, body={'ignore_conflicts': True}
    ),
    'PATCH resources/<id>/sync-config/': _resource('change', body={'sync_priority': 7}),
    'GET resources/<id>/yaml/': _resource('view'),
    'GET status/': Needs(()),
    'POST sync-operations/<id>/cancel/': Needs(('cancel syncoperation',), (200,)),
    'POST sync-operations/<id>/undo/': Needs(('undo syncoperation',), (202, 409)),
    'POST webhooks/<id>/test/': Needs(('view extras.webhook', 'change hedgehogfabric'), (502,)),
    'POST webhooks/<uuid>/': Needs((), (404,)),
}

# How the name of a page ends -> what it takes for the model before it. The empty end is the page of
# one object.
PAGE_ENDINGS = {
    '': 'view',
    'list': 'view',
    'add': 'add',
    'edit': 'change',
    'delete': 'delete',
    'bulk_import': 'add',
    'bulk_edit': 'change',
    'bulk_rename': 'change',
    'bulk_delete': 'delete',
    'journal': 'view',
    'changelog': 'view',
    'jobs': 'view',
}

# Pages beyond these. The name is that in the router.
PAGES: dict[str, tuple[str, ...]] = {
    'checkpoint_rollback': ('push hedgehogfabric',),
    'conflictresolution_bulk_resolve': ('resolve conflictresolution',),
    'conflictresolution_resolve': ('resolve conflictresolution',),
    'errorrecord_statistics': ('view errorrecord',),
    'gitrepository_test': ('test gitrepository',),
    'gitrepository_webhook': ('change gitrepository',),
    'hedgehogfabric_bulk_ingest': ('ingest hedgehogfabric',),
    'hedgehogfabric_bulk_scan': ('settle hedgehogfabric',),
    'hedgehogfabric_bulk_sync': ('sync hedgehogfabric',),
    'hedgehogfabric_archive': ('view hedgehogfabric',),
    'hedgehogfabric_change_file': ('push hedgehogfabric',),
    'hedgehogfabric_check_files': ('view hedgehogfabric',),
    'hedgehogfabric_checkpoints': ('view hedgehogfabric', 'view checkpoint'),
    'hedgehogfabric_conflicts': ('view hedgehogfabric', 'view conflictresolution'),
    'hedgehogfabric_duplicates': ('view hedgehogfabric', 'view yamlduplicategroup'),
    'hedgehogfabric_events': ('view hedgehogfabric',),
    'hedgehogfabric_files': ('view hedgehogfabric',),
    'hedgehogfabric_generate': ('push hedgehogfabric',),
    'hedgehogfabric_import_devices': ('sync hedgehogfabric',),
    'hedgehogfabric_wiring': ('view hedgehogfabric',),
    'hedgehogfabric_github_sync': ('sync hedgehogfabric',),
    'hedgehogfabric_health': ('view hedgehogfabric',),
    'hedgehogfabric_history': ('view hedgehogfabric',),
    'hedgehogfabric_ingest_raw': ('ingest hedgehogfabric',),
    'hedgehogfabric_init_gitops': ('init hedgehogfabric',),
    'hedgehogfabric_make_checkpoint': ('push hedgehogfabric',),
    **dict.fromkeys(
        (
            'hedgehogfabric_onboard',
            'hedgehogfabric_onboard_connection',
            'hedgehogfabric_onboard_folder',
            'hedgehogfabric_onboard_preview',
        ),
        ('test gitrepository', 'add hedgehogfabric', 'init hedgehogfabric'),
    ),
    'hedgehogfabric_onboard_repository': ('add gitrepository',),
    'hedgehogfabric_operations': ('view hedgehogfabric', 'view syncoperation'),
    'hedgehogfabric_outbox': ('view hedgehogfabric', 'view outboxentry'),
    'hedgehogfabric_publish': ('sync hedgehogfabric', 'push hedgehogfabric'),
    'hedgehogfabric_removed': ('view hedgehogfabric',),
    'hedgehogfabric_render': ('push hedgehogfabric',),
    'hedgehogfabric_resources': ('view hedgehogfabric', 'view hedgehogresource'),
    'hedgehogfabric_restore': ('push hedgehogfabric',),
    'hedgehogfabric_scan_duplicates': ('settle hedgehogfabric',),
    'hedgehogfabric_status': ('view hedgehogfabric',),
    'hedgehogfabric_sync': ('sync hedgehogfabric',),
    'hedgehogfabric_sync_options': ('sync hedgehogfabric',),
    'hedgehogfabric_template_new': ('push hedgehogfabric',),
    'hedgehogfabric_template_preview': ('push hedgehogfabric',),
    'hedgehogfabric_templates': ('view hedgehogfabric',),
    'hedgehogfabric_topology': ('view hedgehogfabric',),
    'hedgehogfabric_upload': ('ingest hedgehogfabric',),
    'hedgehogfabric_uploads': ('view hedgehogfabric', 'view rawupload'),
    # What it is made for asks for `push`, when objects are selected.
    'hedgehogresource_bulk_template': ('view hedgehogresource',),
    'hedgehogresource_check': ('change hedgehogresource',),
    'hedgehogresource_check_new': ('add hedgehogresource',),
    'hedgehogresource_fields': ('change hedgehogresource',),
    'hedgehogresource_fields_new': ('add hedgehogresource',),
    'hedgehogresource_history': ('view hedgehogresource',),
    'hedgehogresource_restore': ('view hedgehogresource', 'push hedgehogfabric'),
    'near_duplicates': ('view yamlduplicategroup',),
    'outboxentry_discard': ('discard outboxentry',),
    'outboxentry_retry': ('retry outboxentry',),
    'pullrequest_close': ('close pullrequest',),
    # Trying a merge out changes nothing.
    'pullrequest_compare': ('view pullrequest',),
    'pullrequest_merge': ('merge pullrequest',),
    'resolutionpolicy_export': ('view resolutionpolicy',),
    'resolutionpolicy_restore': ('restore resolutionpolicy',),
    'resolutionpolicy_try_out': ('view resolutionpolicy',),
    'resolutionpolicy_versions': ('view resolutionpolicy',),
    'syncoperation_bulk_events': ('view syncoperation',),
    'syncoperation_bulk_progress': ('view syncoperation',),
    'syncoperation_cancel': ('cancel syncoperation',),
    'syncoperation_events': ('view syncoperation',),
    'syncoperation_running': ('view syncoperation',),
    'syncoperation_progress': ('view syncoperation',),
    'syncoperation_undo': ('undo syncoperation',),
    # Each group that is selected is asked about again; here none is.
    'yamlduplicategroup_bulk_settle': ('view yamlduplicategroup',),
    'yamlduplicategroup_ignore': ('view yamlduplicategroup', 'settle hedgehogfabric'),
    'yamlduplicategroup_reconsider': ('view yamlduplicategroup', 'settle hedgehogfabric'),
    'yamlduplicategroup_settle': ('view yamlduplicategroup', 'settle hedgehogfabric'),
    'yamlduplicategroup_undo': ('view yamlduplicategroup', 'settle hedgehogfabric'),
}

# Of these looking only leads on to the object; they ask for the permission when something is sent.
LEADS_ON = (
    'checkpoint_rollback',
    'hedgehogfabric_restore',
    'hedgehogresource_restore',
    'resolutionpolicy_restore',
    'yamlduplicategroup_ignore',
    'yamlduplicategroup_reconsider',
    'yamlduplicategroup_undo',
)

# Pages of nobody's objects: whoever is signed in sees them.
OPEN_TO_ALL = ('home', 'overview', 'help')
