"""Panels whose content a view makes; absent where it made none."""

from collections.abc import Mapping
from typing import Any

from netbox.ui import panels

__all__ = ['ViewContextPanel']


class ViewContextPanel(panels.Panel):
    """A panel whose content the view puts under `key` into its context; absent without it."""

    def __init__(self, key: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.key = key

    def get_context(self, context: Mapping[str, Any]) -> dict[str, Any]:
        return {**super().get_context(context), 'content': context.get(self.key)}

    def should_render(self, context: Mapping[str, Any]) -> bool:
        return bool(context['content'])
