"""Which address shows which page; the pages register themselves with `register_model_view`."""

from itertools import chain

from django.urls import include, path
from django.views.generic import RedirectView
from utilities.urls import get_model_urls

from . import views
from .live import sse
from .ui.kinds import KINDS, ShownKind

__all__ = ['sse', 'urlpatterns']

APP = 'netbox_hedgehog'


def _model(prefix: str, model: str) -> list[object]:
    return [
        path(f'{prefix}/', include(get_model_urls(APP, model, detail=False))),
        path(f'{prefix}/<int:pk>/', include(get_model_urls(APP, model))),
    ]


def _kind(shown: ShownKind) -> list[object]:
    """The pages of one kind; a single object's own page is that of the resource."""
    return [
        path(f'{shown.path}/{place}', view.as_view(), name=f'{shown.base_name}_{action}')
        for place, action, view in views.KIND_PAGES
    ]


urlpatterns = [
    path('', RedirectView.as_view(pattern_name='plugins:netbox_hedgehog:overview'), name='home'),
    path('overview/', views.OverviewView.as_view(), name='overview'),
    path('help/<str:model>/', views.HelpView.as_view(), name='help'),
    *_model('repositories', 'gitrepository'),
    *_model('fabrics', 'hedgehogfabric'),
    *_model('resources', 'hedgehogresource'),
    *_model('operations', 'syncoperation'),
    *_model('conflicts', 'conflictresolution'),
    *_model('duplicates', 'yamlduplicategroup'),
    path('near-duplicates/', views.NearDuplicatesView.as_view(), name='near_duplicates'),
    *_model('policies', 'resolutionpolicy'),
    *_model('outbox', 'outboxentry'),
    *_model('pull-requests', 'pullrequest'),
    *_model('uploads', 'rawupload'),
    *_model('checkpoints', 'checkpoint'),
    *_model('errors', 'errorrecord'),
    *chain.from_iterable(map(_kind, KINDS.values())),
]
