"""What the record models share: object permissions and a page, but no change log."""

from django.db import models
from django.urls import reverse
from utilities.querysets import RestrictedQuerySet
from utilities.views import get_viewname

__all__ = ['Record', 'SideTable', 'help_url']


class Record(models.Model):
    """A row that is its own audit trail: written by operations, never edited by people."""

    objects = RestrictedQuerySet.as_manager()

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        return reverse(get_viewname(self), args=[self.pk])


class SideTable(models.Model):
    """Volatile state beside a change-logged row; private, reached only through that row."""

    _netbox_private = True

    objects = RestrictedQuerySet.as_manager()

    class Meta:
        abstract = True


def help_url(model: models.Model) -> str:
    """The plugin's own page about a model: NetBox's help button would lead to a missing file."""
    return reverse('plugins:netbox_hedgehog:help', args=[model._meta.model_name])
