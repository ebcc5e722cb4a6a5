"""An example for the body of each action, for the OpenAPI schema; a test holds them to be valid.

Imported by `urls.py`, once, before anybody asks for the schema.
"""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework.serializers import Serializer

from . import serializers as s

__all__ = ['EXAMPLES', 'show_examples']

_COMMIT = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'
_VPC = 'vpc.githedgehog.com/VPC/default/vpc-7'
_YAML = 'apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: vpc-7\nspec: {}\n'

EXAMPLES: dict[type[Serializer], dict[str, Any]] = {
    s.BulkResolveSerializer: {
        'conflict_ids': ['17', '9f0c2a4e-6b8d-4357-9f0c-2a4e6b8d1357'],
        'resolution_strategy': 'gui_wins',
        'options': {'skip_manual_conflicts': True},
    },
    s.CancelSerializer: {'reason': 'The maintenance window is over.'},
    s.CheckFilesSerializer: {'texts': {'managed/vpcs/vpc-7.yaml': _YAML}, 'structure': ['raw/']},
    s.CommitResourceSerializer: {'message': 'As ordered in CHG-1042', 'create_pr': True},
    s.CompareBranchSerializer: {'branch': 'feature/site-b'},
    s.CreateBranchSerializer: {'name': 'feature/site-b', 'start': 'main'},
    s.FileOperationsSerializer: {
        'operations': [
            {'action': 'create', 'path': 'raw/site-b.yaml', 'content': _YAML},
            {
                'action': 'move',
                'path': 'unmanaged/a.yaml',
                'to': 'unmanaged/old/a.yaml',
                'expected_blob': _COMMIT,
            },
        ],
        'message': 'Site B',
    },
    s.GenerateWiringSerializer: {'select': {'sites': ['lab']}, 'commit': False},
    s.ImportDevicesSerializer: {'site': 'lab', 'commit': False},
    s.IgnoreGroupSerializer: {'notes': 'The copy in examples/ is meant.'},
    s.IngestRawSerializer: {'file_patterns': ['site-b/*'], 'commit_message': 'Ingest site B'},
    s.InitGitOpsSerializer: {'existing_files': 'archive', 'commit': False},
    s.MakeTemplateSerializer: {'name': 'site.yaml.j2', 'ready': 'vpc', 'commit': False},
    s.MergeBranchSerializer: {'branch': 'feature/site-b', 'decisions': {_VPC: 'branch'}},
    s.MergePullRequestSerializer: {'prefer': 'branch'},
    s.NewCheckpointSerializer: {'name': 'Friday', 'note': 'Before the week-end'},
    s.OutgoingWebhookSerializer: {
        'webhook_url': 'https://hooks.example.com/hedgehog',
        'events': ['sync_failed', 'conflict_detected'],
        'filters': {'operation_types': ['sync']},
    },
    s.PreviewSerializer: {'draft_text': _YAML},
    s.ProcessDuplicatesSerializer: {'commit': False, 'option_set': 'issue16'},
    s.RenderTemplatesSerializer: {'templates': ['vpc.yaml.j2'], 'variables': {'site': 'b'}},
    s.ResolveConflictsSerializer: {
        'conflict_ids': ['17'],
        'resolution_strategy': 'git_wins',
        'groups': [{'group': '4', 'winner': 'production/site.yaml'}],
    },
    s.ResolveSerializer: {
        'resolution_strategy': 'user_decision',
        'user_decisions': {
            'spec.subnets.default.vlan': 'gui_value',
            'spec.mode': {'value': 'l3vni'},
        },
        'resolution_notes': 'As ordered in CHG-1042',
        'expected_commit': _COMMIT,
    },
    s.RestoreFabricSerializer: {'to_commit': _COMMIT, 'commit': False},
    s.RestoreFilesSerializer: {'to_commit': _COMMIT, 'path': 'managed/vpcs/vpc-7.yaml'},
    s.RestorePolicySerializer: {'version': 3},
    s.RestoreResourceSerializer: {'to_commit': _COMMIT},
    s.RollbackSerializer: {'commit': False},
    s.SettleGroupSerializer: {
        'winner': 'production/site.yaml#0',
        'actions': {'raw/site.yaml': 'comment'},
        'state_token': '9f0c2a4e6b8d1357',
    },
    s.SyncConfigSerializer: {
        'sync_priority': 10,
        'conflict_resolution_preference': 'gui_wins',
        'notification_settings': {'email_recipients': ['noc@example.com']},
    },
    s.SyncFabricSerializer: {
        'direction': 'gui_to_git',
        'resource_filters': {'kinds': ['VPC'], 'names': ['vpc-*']},
        'options': {'create_pr': True, 'pr_title': 'CHG-1042: VLANs of the lab'},
        'expected_commit': _COMMIT,
    },
    s.SyncFabricsSerializer: {'fabrics': ['lab', '7']},
    s.SyncResourceSerializer: {'direction': 'git_to_gui', 'force_overwrite': True},
    s.TryPolicySerializer: {'fabric': 'lab', 'option_set': 'issue16'},
    s.TryTemplatesSerializer: {'templates': ['vpc.yaml.j2'], 'environment': 'production'},
    s.UploadSerializer: {'name': 'lab/site-a.yaml', 'content': _YAML, 'message': 'From the lab'},
    s.WebhookSecretSerializer: {'secret': 'a-long-word-that-nobody-guesses'},
}
_QUEUED = {
    'job': {
        'id': 871,
        'url': 'https://netbox.example.com/api/core/jobs/871/',
        'status': 'pending',
    },
    'operation': {
        'id': 55,
        'operation_id': '9f0c2a4e-6b8d-4357-9f0c-2a4e6b8d1357',
        'url': 'https://netbox.example.com/api/plugins/hedgehog/sync-operations/55/',
        'status': 'pending',
    },
}
_REFUSED = {
    'success': False,
    'error': 'The fabric directory is not initialised.',
    'error_code': 'DIRECTORY_NOT_INITIALIZED',
    'reason': 'DirectoryNotInitialized',
    'details': {
        'field_errors': {},
        'validation_errors': [],
        'suggestions': ['POST .../fabrics/7/init-gitops/'],
    },
    'request_id': '4e6b8d13-579f-4c2a-8e6b-8d13579f0c2a',
    'timestamp': '2026-01-31T08:00:00Z',
    'documentation_url': 'https://docs.example.com/netbox-hedgehog/reference/reasons/',
}


def show_examples() -> None:
    """Has the schema show an example beside each body."""
    for serializer, body in EXAMPLES.items():
        _show(serializer, OpenApiExample('Request', body, request_only=True))
    _show(s.AcceptedSerializer, OpenApiExample('Queued', _QUEUED, response_only=True))
    _show(s.ErrorSerializer, OpenApiExample('Refused', _REFUSED, response_only=True))


def _show(serializer: type[Serializer], example: OpenApiExample) -> None:
    extend_schema_serializer(examples=[example])(serializer)
