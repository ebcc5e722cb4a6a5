"""What a person says before a fabric is generated from NetBox's devices, or imported into them."""

from collections.abc import Iterable
from typing import Any

from dcim.models import Location, Manufacturer, Site
from django import forms
from django.utils.translation import gettext_lazy as _
from extras.models import Tag
from utilities.forms import restrict_form_fields
from utilities.forms.fields import DynamicModelChoiceField, DynamicModelMultipleChoiceField

__all__ = ['GenerateForm', 'ImportDevicesForm']

CLASH_RULES = (
    ('merge', _('A person decides')),
    ('ours', _('NetBox is right')),
    ('theirs', _('The hand is right')),
)
REMOVED = (
    ('follow', _('Goes with its device or cable')),
    ('hold', _('Stays')),
)


class _SlugForm(forms.Form):
    """A form whose objects are kept by their slugs, as the fabric's file in Git has them."""

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        restrict_form_fields(self, user)

    def slugs(self, name: str) -> list[str]:
        return [each.slug for each in self.cleaned_data.get(name) or ()]

    def slug(self, name: str) -> str:
        found = self.cleaned_data.get(name)
        return found.slug if found is not None else ''

    def hidden(self) -> list[tuple[str, str]]:
        """The same answers again, for the form that carries out what was shown."""
        return [(name, text) for name in self.fields for text in _texts(self.cleaned_data[name])]


class GenerateForm(_SlugForm):
    """Which devices are the fabric's, and what becomes of what clashes or has gone."""

    sites = DynamicModelMultipleChoiceField(
        queryset=Site.objects.all(), label=_('Sites'), required=False
    )
    locations = DynamicModelMultipleChoiceField(
        queryset=Location.objects.all(),
        label=_('Locations'),
        required=False,
        query_params={'site_id': '$sites'},
        help_text=_('With everything inside of them'),
    )
    tags = DynamicModelMultipleChoiceField(
        queryset=Tag.objects.all(),
        label=_('Tags'),
        required=False,
        help_text=_('Devices that carry all of these'),
    )
    vpc_tag = DynamicModelChoiceField(
        queryset=Tag.objects.all(),
        label=_('Tag of VPCs'),
        required=False,
        help_text=_('VRFs, VLAN groups and containers with this tag become VPCs and namespaces'),
    )
    removed = forms.ChoiceField(
        choices=REMOVED, label=_('What is not in NetBox any more'), required=False
    )
    clash = forms.ChoiceField(
        choices=CLASH_RULES, label=_('Where a hand changed the same'), required=False
    )

    def options(self) -> dict[str, Any]:
        """The answers as an operation keeps them."""
        return {
            'select': {
                'sites': self.slugs('sites'),
                'locations': self.slugs('locations'),
                'tags': self.slugs('tags'),
                'vpc_tag': self.slug('vpc_tag'),
            },
            'removed': self.cleaned_data['removed'] or 'follow',
            'clash': self.cleaned_data['clash'] or 'merge',
        }


class ImportDevicesForm(_SlugForm):
    """Where the devices of the fabric stand."""

    site = DynamicModelChoiceField(
        queryset=Site.objects.all(),
        label=_('Site'),
        help_text=_('Devices that are there already are met by their names'),
    )
    location = DynamicModelChoiceField(
        queryset=Location.objects.all(),
        label=_('Location'),
        required=False,
        query_params={'site_id': '$site'},
    )
    tags = DynamicModelMultipleChoiceField(
        queryset=Tag.objects.all(),
        label=_('Tags'),
        required=False,
        help_text=_('Every device that is made gets these'),
    )
    manufacturer = DynamicModelChoiceField(
        queryset=Manufacturer.objects.all(),
        label=_('Manufacturer'),
        required=False,
        help_text=_('Of device types that are not there yet; without one it is called Hedgehog'),
    )

    def options(self) -> dict[str, Any]:
        """The answers as an operation keeps them."""
        maker = self.cleaned_data['manufacturer']
        return {
            'site': self.slug('site'),
            'location': self.slug('location'),
            'tags': self.slugs('tags'),
            'manufacturer': maker.name if maker is not None else '',
        }


def _texts(value: Any) -> Iterable[str]:
    if value is None or value == '':
        return []
    if isinstance(value, str):
        return [value]
    return [str(each.pk) for each in value] if hasattr(value, '__iter__') else [str(value.pk)]
