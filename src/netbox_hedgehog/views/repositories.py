"""Pages of Git repositories."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from extras.ui.panels import CustomFieldsPanel, TagsPanel
from netbox.object_actions import CloneObject, DeleteObject, EditObject
from netbox.ui import layout
from netbox.ui.panels import CommentsPanel, ObjectsTablePanel
from netbox.views import generic
from netbox.views.generic.base import BaseObjectView
from utilities.query import count_related
from utilities.views import GetReturnURLMixin, register_model_view

from .. import filtersets, forms, tables
from ..models import GitRepository, HedgehogFabric
from ..object_actions import SetWebhookSecret, TestRepository
from ..sync.connection import test_connection
from ..ui import panels
from .refreshing import RefreshingList
from .webhooks import webhook_url

__all__ = [
    'GitRepositoryBulkDeleteView',
    'GitRepositoryBulkEditView',
    'GitRepositoryBulkImportView',
    'GitRepositoryBulkRenameView',
    'GitRepositoryDeleteView',
    'GitRepositoryEditView',
    'GitRepositoryListView',
    'GitRepositoryTestView',
    'GitRepositoryView',
]

WITH_COUNTS = GitRepository.objects.annotate(
    fabric_count=count_related(HedgehogFabric, 'git_repository')
)


@register_model_view(GitRepository, 'list', path='', detail=False)
class GitRepositoryListView(RefreshingList, generic.ObjectListView):
    queryset = WITH_COUNTS
    filterset = filtersets.GitRepositoryFilterSet
    filterset_form = forms.GitRepositoryFilterForm
    table = tables.GitRepositoryTable


@register_model_view(GitRepository)
class GitRepositoryView(generic.ObjectView):
    queryset = GitRepository.objects.select_related('state')
    actions = (TestRepository, SetWebhookSecret, CloneObject, EditObject, DeleteObject)
    layout = layout.SimpleLayout(
        left_panels=[panels.RepositoryPanel(), TagsPanel(), CommentsPanel()],
        right_panels=[
            panels.RepositoryConnectionPanel(),
            panels.RepositoryWebhookPanel('webhook'),
            CustomFieldsPanel(),
        ],
        bottom_panels=[
            ObjectsTablePanel(
                model='netbox_hedgehog.HedgehogFabric',
                filters={'git_repository_id': lambda context: context['object'].pk},
                exclude_columns=['git_repository'],
            )
        ],
    )

    def get_extra_context(self, request: HttpRequest, instance: GitRepository) -> dict[str, Any]:
        state = getattr(instance, 'state', None)
        return {
            'webhook': {
                'url': webhook_url(request, instance),
                'has_secret': instance.has_webhook_secret,
                'delivered': getattr(state, 'webhook_delivered', None),
                'outcome': getattr(state, 'webhook_outcome', ''),
                'refused': getattr(state, 'webhook_refused', None),
            }
        }


@register_model_view(GitRepository, 'test')
class GitRepositoryTestView(GetReturnURLMixin, BaseObjectView):
    """Contacts the server and says what it answered: the real head, or why there is none."""

    queryset = GitRepository.objects.select_related('state')

    def get_required_permission(self) -> str:
        return 'netbox_hedgehog.test_gitrepository'

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return redirect(get_object_or_404(self.queryset, pk=pk).get_absolute_url())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        repository = get_object_or_404(self.queryset, pk=pk)
        if not repository.enabled:
            messages.error(request, _('This repository is disabled and is not contacted.'))
        else:
            _tell(request, repository, test_connection(repository))
        return redirect(self.get_return_url(request, repository))


def _tell(request: HttpRequest, repository: GitRepository, answer: dict[str, Any]) -> None:
    if not answer['ok']:
        parts = (answer['reason'], answer['message'], answer['hint'])
        messages.error(request, ' — '.join(str(part) for part in parts if part))
        return
    said = _('{repository} answers: {branch} is at {commit}.').format(
        repository=repository,
        branch=repository.default_branch,
        commit=(answer['head_commit'] or '')[:12] or _('no commit yet'),
    )
    if answer.get('can_write') is False:
        messages.warning(request, said + ' ' + _('The credential may read only.'))
    elif answer['message'] and answer['head_commit']:
        messages.warning(request, f'{said} {answer["message"]}')
    else:
        messages.success(request, said)


@register_model_view(GitRepository, 'add', detail=False)
@register_model_view(GitRepository, 'edit')
class GitRepositoryEditView(generic.ObjectEditView):
    queryset = GitRepository.objects.all()
    form = forms.GitRepositoryForm
    template_name = 'netbox_hedgehog/gitrepository_edit.html'


@register_model_view(GitRepository, 'delete')
class GitRepositoryDeleteView(generic.ObjectDeleteView):
    queryset = GitRepository.objects.all()


@register_model_view(GitRepository, 'bulk_import', path='import', detail=False)
class GitRepositoryBulkImportView(generic.BulkImportView):
    queryset = GitRepository.objects.all()
    model_form = forms.GitRepositoryImportForm


@register_model_view(GitRepository, 'bulk_edit', path='edit', detail=False)
class GitRepositoryBulkEditView(generic.BulkEditView):
    queryset = WITH_COUNTS
    filterset = filtersets.GitRepositoryFilterSet
    table = tables.GitRepositoryTable
    form = forms.GitRepositoryBulkEditForm


@register_model_view(GitRepository, 'bulk_rename', path='rename', detail=False)
class GitRepositoryBulkRenameView(generic.BulkRenameView):
    queryset = GitRepository.objects.all()
    filterset = filtersets.GitRepositoryFilterSet


@register_model_view(GitRepository, 'bulk_delete', path='delete', detail=False)
class GitRepositoryBulkDeleteView(generic.BulkDeleteView):
    queryset = WITH_COUNTS
    filterset = filtersets.GitRepositoryFilterSet
    table = tables.GitRepositoryTable
