"""What a person can do with a fabric's templates."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from .fabrics import SyncFabric
from .post import PostAction

__all__ = ['RenderTemplates']


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
