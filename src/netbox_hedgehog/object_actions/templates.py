"""What a person can do with a fabric's templates."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from netbox.object_actions import ObjectAction

from .fabrics import SyncFabric
from .post import PostAction

__all__ = ['MakeTemplate', 'RenderTemplates']


class RenderTemplates(PostAction):
    """Shows what the templates would change, and renders them by one commit."""

    name = 'render'
    label = _('Render all')
    permissions_required = {'push'}
    template_name = 'netbox_hedgehog/buttons/link.html'
    icon = 'file-cog-outline'
    button_class = 'primary'
    help_text = _('Shows first what rendering would make, change and remove')

    @classmethod
    def blocked_because(cls, obj: Any) -> str:
        return SyncFabric.blocked_because(obj)


class MakeTemplate(ObjectAction):
    """A template of the objects selected in the table; whether they may be is asked there."""

    name = 'bulk_template'
    label = _('Make a Template')
    multi = True
    permissions_required = {'view'}
    template_name = 'netbox_hedgehog/buttons/bulk_template.html'

    @classmethod
    def render(cls, context: Any, obj: Any, **kwargs: Any) -> str:
        if not context['request'].user.has_perm('netbox_hedgehog.push_hedgehogfabric'):
            return ''
        # The lists of single kinds have no such page of their own.
        url = reverse('plugins:netbox_hedgehog:hedgehogresource_bulk_template')
        return super().render(context, obj, url=url, **kwargs)
