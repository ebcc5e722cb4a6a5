"""Which address below `/api/plugins/hedgehog/` answers what."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.urls import URLPattern, path, re_path
from netbox.api.routers import NetBoxRouter

from . import views
from .examples import show_examples

__all__ = ['urlpatterns']

app_name = 'netbox_hedgehog-api'

show_examples()

router = NetBoxRouter()
router.APIRootView = views.HedgehogRootView
router.register('checkpoints', views.CheckpointViewSet)
router.register('conflicts', views.ConflictResolutionViewSet)
router.register('duplicate-files', views.YAMLDuplicateFileViewSet)
router.register('duplicate-groups', views.YAMLDuplicateGroupViewSet)
router.register('errors', views.ErrorRecordViewSet)
router.register('fabrics', views.HedgehogFabricViewSet)
router.register('git-repositories', views.GitRepositoryViewSet)
router.register('outbox', views.OutboxEntryViewSet)
router.register('pull-requests', views.PullRequestViewSet)
router.register('resolution-policies', views.ResolutionPolicyViewSet)
router.register('resources', views.HedgehogResourceViewSet)
router.register('sync-operations', views.SyncOperationViewSet)
router.register('uploads', views.RawUploadViewSet)
for shown, view_set in views.KIND_VIEW_SETS:
    router.register(shown.path, view_set, basename=shown.base_name)


def _underscored(prefix: str, view_set: Any) -> Iterator[URLPattern]:
    """Each action of one object under the spelling with underscores; the schema names it once."""
    value = getattr(view_set, 'lookup_value_regex', '[^/.]+')
    for each in view_set.get_extra_actions():
        if not each.detail or '-' not in each.url_path:
            continue
        spelling = each.url_path.replace('-', '_')
        # What the router tells the action of itself is told here as well.
        told = {**each.kwargs, 'detail': True, 'schema': None}
        yield re_path(
            rf'^{prefix}/(?P<pk>{value})/{spelling}/$',
            view_set.as_view(dict(each.mapping), **told),
            name=f'{view_set.queryset.model._meta.model_name}-{spelling.replace("/", "-")}',
        )


urlpatterns = [
    path('status/', views.StatusView.as_view(), name='status'),
    path('webhooks/<int:pk>/test/', views.OutgoingWebhookTestView.as_view(), name='webhook-test'),
    path('webhooks/<uuid:repository>/', views.WebhookView.as_view(), name='webhook'),
    # Another name of the same.
    path('repositories/<uuid:repository>/hook/', views.WebhookView.as_view(schema=None)),
    *router.urls,
    *chain.from_iterable(_underscored(prefix, view_set) for prefix, view_set, _ in router.registry),
]
