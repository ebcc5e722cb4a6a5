"""Lists of Git repositories and how the last contact with each went."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from netbox.tables import PrimaryModelTable, columns

from ..models import GitRepository
from .columns import CommitColumn, WhenColumn, side_choice

__all__ = ['GitRepositoryTable']


class GitRepositoryTable(PrimaryModelTable):
    """No column holds or shows a credential, only whether there is one."""

    name = tables.Column(verbose_name=_('Name'), linkify=True)
    url = tables.Column(verbose_name=_('URL'))
    provider = columns.ChoiceFieldColumn(verbose_name=_('Provider'))
    authentication_type = columns.ChoiceFieldColumn(verbose_name=_('Authentication'))
    has_credential = columns.BooleanColumn(verbose_name=_('Credential'), orderable=False)
    enabled = columns.BooleanColumn(verbose_name=_('Enabled'))
    connection_status = side_choice('state', 'connection_status', _('Connection'))
    head_commit = CommitColumn(accessor='state__head_commit', verbose_name=_('Head commit'))
    last_validated = WhenColumn(accessor='state__last_validated', verbose_name=_('Last tested'))
    fabric_count = columns.LinkedCountColumn(
        viewname='plugins:netbox_hedgehog:hedgehogfabric_list',
        url_params={'git_repository_id': 'pk'},
        verbose_name=_('Fabrics'),
    )
    tags = columns.TagColumn(url_name='plugins:netbox_hedgehog:gitrepository_list')

    class Meta(PrimaryModelTable.Meta):
        model = GitRepository
        fields = (
            'pk', 'id', 'name', 'url', 'provider', 'authentication_type', 'has_credential',
            'credential_source', 'default_branch', 'enabled', 'connection_status', 'head_commit',
            'last_validated', 'fabric_count', 'description', 'owner_group', 'owner', 'comments',
            'tags', 'created', 'last_updated',
        )  # fmt: skip
        default_columns = (
            'pk', 'name', 'url', 'connection_status', 'head_commit',
            'has_credential', 'enabled', 'fabric_count',
        )  # fmt: skip
