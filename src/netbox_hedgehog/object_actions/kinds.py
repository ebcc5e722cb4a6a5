"""Buttons on the list of one kind lead to that kind's own pages, so nothing else is touched."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from netbox.object_actions import AddObject, BulkDelete, BulkEdit, BulkImport, ObjectAction

__all__ = [
    'AddOfKind',
    'BulkDeleteOfKind',
    'BulkEditOfKind',
    'BulkImportOfKind',
    'ExportYaml',
]


class _OfKind:
    """Leads to the page beside the list that is shown."""

    name: str

    @classmethod
    def render(cls, context: Any, obj: Any, **kwargs: Any) -> str:
        place = context['request'].resolver_match
        kind = place.url_name.rpartition('_')[0]
        url = reverse(f'{place.namespace}:{kind}_{cls.name}')
        return super().render(context, obj, url=url, **kwargs)


class AddOfKind(_OfKind, AddObject):
    """Starts a new document of the kind."""


class BulkImportOfKind(_OfKind, BulkImport):
    """Imports documents of the kind."""


class BulkEditOfKind(_OfKind, BulkEdit):
    """Edits objects of the kind; all that match are all of the kind."""


class BulkDeleteOfKind(_OfKind, BulkDelete):
    """Deletes objects of the kind; all that match are all of the kind."""


class ExportYaml(ObjectAction):
    """The listed objects as one YAML stream, as their files have them."""

    name = 'export_yaml'
    label = _('YAML')
    permissions_required = {'view'}
    template_name = 'netbox_hedgehog/buttons/link.html'

    @classmethod
    def render(cls, context: Any, obj: Any, **kwargs: Any) -> str:
        asked = context['request'].GET.copy()
        asked['export'] = 'yaml'
        options = {
            'url': f'?{asked.urlencode()}',
            'icon': 'download',
            'button_class': 'purple',
            'help_text': _('All objects of this list as YAML, drafts included'),
            'blocked': '',
        }
        return super().render(context, obj, **options, **kwargs)
