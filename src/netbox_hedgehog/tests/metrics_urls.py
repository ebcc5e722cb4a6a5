"""NetBox's addresses with the page of metrics, as METRICS_ENABLED adds it."""

from django.urls import include, path

__all__ = ['urlpatterns']

urlpatterns = [path('', include('django_prometheus.urls'))]
