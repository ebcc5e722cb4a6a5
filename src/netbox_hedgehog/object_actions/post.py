"""A button that asks the server to do something to one object."""

from typing import Any

from django.middleware.csrf import get_token
from netbox.object_actions import ObjectAction
from utilities.permissions import get_permission_for_model

__all__ = [
    'PostAction',
]


class PostAction(ObjectAction):
    """A button that asks the server to do something to one object: one small form that posts."""

    template_name = 'netbox_hedgehog/buttons/post.html'
    url_kwargs = ['pk']
    icon = 'play'
    button_class = 'primary'
    help_text = ''

    @classmethod
    def is_permitted(cls, user: Any, obj: Any) -> bool:
        """Says whether the user may do it to this very object, not only to some object."""
        return all(
            user.has_perm(get_permission_for_model(obj, action), obj)
            for action in cls.permissions_required
        )

    @classmethod
    def is_shown(cls, obj: Any) -> bool:
        """Says whether there is such a button at all; a dead one tells why it is dead."""
        return True

    @classmethod
    def blocked_because(cls, obj: Any) -> str:
        """The reason why it cannot be done now, shown on the dead button; empty when it can."""
        return ''

    @classmethod
    def get_context(cls, context: Any, obj: Any) -> dict[str, Any]:
        return {
            'icon': cls.icon,
            'button_class': cls.button_class,
            'help_text': cls.help_text,
            'action_name': cls.name,
            'blocked': cls.blocked_because(obj),
            'csrf_token': get_token(context['request']),
        }

    @classmethod
    def render(cls, context: Any, obj: Any, **kwargs: Any) -> str:
        if not cls.is_shown(obj) or not cls.is_permitted(context['request'].user, obj):
            return ''
        return super().render(context, obj, **kwargs)
