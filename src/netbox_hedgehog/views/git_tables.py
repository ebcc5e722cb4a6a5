"""Tabs of a fabric with a table of what Git tells: searched, in pages, with a way back."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from netbox.views import generic
from netbox.views.generic.mixins import TableMixin
from utilities.htmx import htmx_partial

from ..models import HedgehogFabric
from ..object_actions import RestoreFabric
from .reading_git import reader

__all__ = ['GitTableView']


class GitTableView(ABC, TableMixin, generic.ObjectView):
    """`searched` are the names of a row's texts that the search looks at."""

    queryset = HedgehogFabric.objects.select_related('git_repository', 'sync_state')
    template_name = 'netbox_hedgehog/fabric_git_table.html'
    actions = ()
    searched: Sequence[str] = ()

    @abstractmethod
    def read(self, files: Any) -> list[dict[str, Any]]:
        """What is in the table, as `FabricFiles` tells it."""

    @abstractmethod
    def rows(
        self, request: HttpRequest, fabric: HedgehogFabric, found: list[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        """The same with what the table shows beside it."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if htmx_partial(request):
            fabric = self.get_object(**kwargs)
            table = self.get_extra_context(request, fabric)['table']
            return render(request, 'htmx/table.html', {'table': table})
        return super().get(request, **kwargs)

    def get_extra_context(self, request: HttpRequest, instance: HedgehogFabric) -> dict[str, Any]:
        found, problem = reader(instance)(self.read)
        words = request.GET.get('q', '').strip()
        rows = self.rows(request, instance, found or [])
        wanted = [row for row in rows if self._is_wanted(row, words.lower())]
        table = self.get_table(wanted, request, bulk_actions=False)
        may_restore = RestoreFabric.is_permitted(request.user, instance)
        if not may_restore:
            table.columns.hide('restore')
        return {'table': table, 'problem': problem, 'q': words, 'may_restore': may_restore}

    def _is_wanted(self, row: dict[str, Any], words: str) -> bool:
        told = (row[name] for name in self.searched)
        return not words or any(words in (text or '').lower() for text in told)
