"""What the YAML text of a resource goes through on its way into a draft.

Called by the resource's edit form and its import form, so that both check the same.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from netbox.context import current_request

from ..models import HedgehogFabric, HedgehogResource
from ..sync.drafts import DraftReading, current_text, read_draft
from .yaml_field import YamlField, restore_line_ends, say_findings

__all__ = ['DraftTextMixin', 'kind_template']

_TOLD = 5
IDENTITY_FIELDS = ('api_group', 'api_version', 'kind', 'namespace', 'name')


class DraftTextMixin(forms.Form):
    """A field with the YAML of one object; a good text becomes the object's draft."""

    text = YamlField()
    only_kind = ''

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reading: DraftReading | None = None
        if self.instance.pk:
            # The fabric is part of the object's identity.
            del self.fields['fabric']
            self.initial['text'] = current_text(self.instance)
        elif kind := self.initial.get('kind'):
            self.initial.setdefault('text', kind_template(kind))

    def clean_text(self) -> str:
        shown = self.initial.get('text', '') if self.instance.pk else ''
        text = restore_line_ends(self.cleaned_data['text'], shown)
        if self.instance.pk and text == shown:
            return text
        self.reading = read_draft(
            text,
            resource=self.instance if self.instance.pk else None,
            fabric=None if self.instance.pk else self.cleaned_data.get('fabric'),
        )
        if not self.reading.ok:
            self._mark(self.reading)
            raise say_findings(_errors(self.reading))
        if self.only_kind and self.reading.kind != self.only_kind:
            raise ValidationError(
                _('This is a {found}; only objects of kind {kind} are taken here.').format(
                    found=self.reading.kind, kind=self.only_kind
                )
            )
        return text

    def clean(self) -> None:
        super().clean()
        if self.reading is None or not self.reading.ok:
            return
        if not self.instance.pk:
            self._take_identity(self.reading)
        if not self.errors:
            self._take_draft(self.reading)

    def _take_identity(self, reading: DraftReading) -> None:
        for field in IDENTITY_FIELDS:
            setattr(self.instance, field, getattr(reading, field))
        others = {field.name for field in self.instance._meta.fields} - set(IDENTITY_FIELDS)
        try:
            self.instance.clean_fields(exclude=others)
        except ValidationError as error:
            self.add_error('text', [f'{name}: {text}' for name, texts in error for text in texts])
        if (fabric := self.cleaned_data.get('fabric')) and self._exists(fabric):
            self.add_error('text', _('The fabric already has this object; edit that one.'))

    def _exists(self, fabric: HedgehogFabric) -> bool:
        identity = {field: getattr(self.instance, field) for field in IDENTITY_FIELDS}
        del identity['api_version']
        return HedgehogResource.objects.filter(fabric=fabric, **identity).exists()

    def _take_draft(self, reading: DraftReading) -> None:
        request = current_request.get()
        self.instance.draft_text = self.cleaned_data['text']
        self.instance.draft_spec = reading.spec
        self.instance.draft_labels = reading.labels
        self.instance.draft_annotations = reading.annotations
        self.instance.draft_updated = timezone.now()
        if request is not None and request.user.is_authenticated:
            self.instance.draft_updated_by = request.user
            _tell(request, reading)

    def _mark(self, reading: DraftReading) -> None:
        lines = {str(finding['line']) for finding in _errors(reading) if finding.get('line')}
        self.fields['text'].widget.attrs['data-bad-lines'] = ','.join(sorted(lines))


def kind_template(kind: str) -> str:
    """A first text for a new object of that kind; empty for a kind that has none."""
    if not kind.isalnum():
        return ''
    try:
        return render_to_string(f'netbox_hedgehog/documents/{kind.lower()}.yaml')
    except TemplateDoesNotExist:
        return ''


def _tell(request: Any, reading: DraftReading) -> None:
    """Says what a cluster would refuse or drop of a draft that is saved all the same."""
    told = [each for each in reading.findings if each['severity'] in ('error', 'warning')]
    for finding in told[:_TOLD]:
        place = _('line {line}').format(line=finding['line']) if finding['line'] else ''
        parts = (place, finding['code'], finding['message'], finding['suggestion'])
        messages.warning(request, ': '.join(str(part) for part in parts if part))
    if len(told) > _TOLD:
        further = _("{count} further findings; the object's page lists them after publishing.")
        messages.warning(request, further.format(count=len(told) - _TOLD))


def _errors(reading: DraftReading) -> list[dict[str, Any]]:
    return [each for each in reading.findings if each['severity'] == 'error']
