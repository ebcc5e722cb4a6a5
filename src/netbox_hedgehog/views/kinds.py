"""Pages of one kind: the resource pages with real addresses, the kind's columns and its filters.

One class a page; `urls.py` makes the pages of every kind in `ui/kinds.py` from them.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from netbox.object_actions import BulkExport

from .. import forms, tables
from ..object_actions import (
    AddOfKind,
    BulkDeleteOfKind,
    BulkEditOfKind,
    BulkImportOfKind,
    ExportYaml,
    MakeTemplate,
)
from ..ui.kinds import ShownKind, kind_at
from .resources import (
    HedgehogResourceBulkDeleteView,
    HedgehogResourceBulkEditView,
    HedgehogResourceBulkImportView,
    HedgehogResourceEditView,
    HedgehogResourceListView,
)

__all__ = [
    'KIND_PAGES',
    'KindAddView',
    'KindBulkDeleteView',
    'KindBulkEditView',
    'KindBulkImportView',
    'KindListView',
]


class _OfKind:
    """Sees the objects of its kind alone.

    The address says which kind that is: work that goes on in the background has nothing else.
    """

    kind: ShownKind

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.kind = kind_at(request.path)
        self.queryset = self.queryset.filter(kind=self.kind.kind)

    def get_return_url(self, request: HttpRequest, obj: Any = None) -> str:
        if obj is not None and obj.pk:
            return super().get_return_url(request, obj)
        self.default_return_url = self.kind.page('list')
        return super().get_return_url(request, obj)


class KindListView(_OfKind, HedgehogResourceListView):
    """The kind's columns and filters, and buttons that reach nothing else."""

    actions = (
        AddOfKind,
        BulkImportOfKind,
        ExportYaml,
        BulkExport,
        MakeTemplate,
        BulkEditOfKind,
        BulkDeleteOfKind,
    )

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.table = tables.KIND_TABLES[self.kind.kind]
        self.filterset_form = forms.KIND_FILTER_FORMS.get(self.kind.kind, forms.KindFilterForm)

    def export_table(self, table: Any, columns: Any = None, **options: Any) -> HttpResponse:
        options['filename'] = f'netbox_{self.kind.path}.csv'
        return super().export_table(table, columns, **options)

    def get_extra_context(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().get_extra_context(request), 'kind_title': self.kind.label}


class KindAddView(_OfKind, HedgehogResourceEditView):
    """Starts from the kind's template."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        asked = request.GET.copy()
        asked.setdefault('kind', self.kind.kind)
        request.GET = asked


class KindBulkImportView(_OfKind, HedgehogResourceBulkImportView):
    """Takes documents of the kind."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.model_form = forms.import_form_of(self.kind.kind)


class KindBulkEditView(_OfKind, HedgehogResourceBulkEditView):
    """Edits objects of the kind; all that match are all of the kind."""


class KindBulkDeleteView(_OfKind, HedgehogResourceBulkDeleteView):
    """Deletes objects of the kind; all that match are all of the kind."""


KIND_PAGES = (
    ('', 'list', KindListView),
    ('add/', 'add', KindAddView),
    ('import/', 'bulk_import', KindBulkImportView),
    ('edit/', 'bulk_edit', KindBulkEditView),
    ('delete/', 'bulk_delete', KindBulkDeleteView),
)
