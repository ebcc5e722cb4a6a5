"""Which address below `/api/plugins/hedgehog/` answers what."""

from django.urls import path
from netbox.api.routers import NetBoxRouter

from . import views

__all__ = ['urlpatterns']

app_name = 'netbox_hedgehog-api'

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

# Older spellings of three actions; the schema names each action once.
SPELLINGS = {
    'process_duplicates': {'post': 'process_duplicates'},
    'duplicate_status': {'get': 'duplicate_status'},
    'resolve_conflicts': {'post': 'resolve_conflicts'},
}

urlpatterns = [
    path('webhooks/<int:pk>/test/', views.OutgoingWebhookTestView.as_view(), name='webhook-test'),
    *(
        path(
            f'fabrics/<int:pk>/{spelling}/',
            views.HedgehogFabricViewSet.as_view(methods, schema=None),
            name=f'hedgehogfabric-{spelling}',
        )
        for spelling, methods in SPELLINGS.items()
    ),
    path('webhooks/<uuid:repository>/', views.WebhookView.as_view(), name='webhook'),
    *router.urls,
]
