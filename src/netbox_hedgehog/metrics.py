"""Gives the plugin's numbers to NetBox's `/metrics`, counted when somebody asks.

In one process the collector stands in Prometheus' own registry. Where NetBox runs in several
(`PROMETHEUS_MULTIPROC_DIR`), its page reads files of all of them and no collector; there
`MetricsMiddleware` adds what the rows say, which is the same in every process.
"""

import logging
import os
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily

from .sync.metrics import FAMILIES, measured

__all__ = ['HedgehogCollector', 'MetricsMiddleware', 'register_collector']

logger = logging.getLogger('netbox_hedgehog')


class HedgehogCollector:
    """Reads the numbers when Prometheus asks for them."""

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Names the metrics without asking the database: this runs while NetBox starts."""
        for name, text, labels in FAMILIES:
            yield GaugeMetricFamily(name, text, labels=labels)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            families = measured(timezone.now())
        except DatabaseError as error:
            # The page also shows NetBox's own metrics, which are not to go with ours.
            logger.warning('The metrics could not be counted: %s', error)
            return
        for family in families:
            shown = GaugeMetricFamily(family.name, family.text, labels=family.labels)
            for labels, value in family.samples:
                shown.add_metric(labels, value)
            yield shown


_COLLECTOR = HedgehogCollector()


@cache
def register_collector() -> None:
    """Puts the collector into the registry once, where NetBox shows metrics at all."""
    if settings.METRICS_ENABLED:
        REGISTRY.register(_COLLECTOR)


class MetricsMiddleware:
    """Adds the plugin's numbers to the metrics page of several processes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not (settings.METRICS_ENABLED and _several_processes()):
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.registry = CollectorRegistry(auto_describe=False)
        self.registry.register(_COLLECTOR)

    def __call__(self, request: HttpRequest) -> Any:
        response = self.get_response(request)
        if request.path == _page() and response.status_code == 200:
            response.content += generate_latest(self.registry)
        return response


def _several_processes() -> bool:
    names = ('PROMETHEUS_MULTIPROC_DIR', 'prometheus_multiproc_dir')
    return any(name in os.environ for name in names)


def _page() -> str:
    try:
        return reverse('prometheus-django-metrics')
    except NoReverseMatch:
        return ''
