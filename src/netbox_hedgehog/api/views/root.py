"""The list of endpoints at the plugin's REST root."""

from rest_framework.routers import APIRootView

__all__ = ['HedgehogRootView']


class HedgehogRootView(APIRootView):
    """Root of the Hedgehog REST API."""

    def get_view_name(self) -> str:
        return 'Hedgehog'
