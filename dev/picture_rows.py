"""Rows that pictures need and the demo has not: a site, and the widget on the dashboard."""

from collections.abc import Iterator
from contextlib import contextmanager

from .home import Home
from .netbox_process import set_up
from .prepare import ADMINISTRATOR

__all__ = ['SITE', 'rows_for_pictures']

SITE = 'Laboratory'
_WIDGETS = [
    {'widget': 'netbox_hedgehog.HedgehogWidget', 'width': 4, 'height': 4, 'title': 'Hedgehog'},
    {
        'widget': 'extras.ObjectListWidget',
        'width': 12,
        'height': 5,
        'title': 'Operations',
        'config': {'model': 'netbox_hedgehog.syncoperation', 'page_size': 5},
    },
]


@contextmanager
def rows_for_pictures(home: Home) -> Iterator[None]:
    """Meanwhile the demo's database has them; what was imported into the site goes with it."""
    set_up(home)
    from dcim.models import Cable, Device, DeviceRole, DeviceType, Manufacturer, Site
    from django.contrib.auth import get_user_model
    from extras.dashboard.utils import get_default_dashboard
    from extras.models import Dashboard

    known = {model: set(model.objects.values_list('pk', flat=True)) for model in (
        Cable, DeviceRole, DeviceType, Manufacturer,
    )}  # fmt: skip
    user = get_user_model().objects.get(username=ADMINISTRATOR)
    before = Dashboard.objects.filter(user=user).values('layout', 'config').first()
    Dashboard.objects.filter(user=user).delete()
    dashboard = get_default_dashboard(config=_WIDGETS)
    dashboard.user = user
    dashboard.save()
    site, _made = Site.objects.get_or_create(name=SITE, slug='laboratory')
    try:
        yield
    finally:
        Cable.objects.exclude(pk__in=known[Cable]).delete()
        Device.objects.filter(site=site).delete()
        site.delete()
        for model in (DeviceType, DeviceRole, Manufacturer):
            model.objects.exclude(pk__in=known[model]).delete()
        Dashboard.objects.filter(user=user).delete()
        if before:
            Dashboard.objects.create(user=user, **before)
