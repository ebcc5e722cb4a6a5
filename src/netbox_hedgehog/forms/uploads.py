"""The form by which files, or pasted YAML, are handed over for a fabric's raw/ folder."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from utilities.forms.rendering import FieldSet

from ..models import HedgehogFabric
from ..sync.uploads import DroppedFile, NeedsPerson, check_files

__all__ = ['UploadForm']


class _SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """Any number of files; each may be dropped onto the input."""

    widget = _SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(_FilesField, self).clean(each, initial) for each in given]


class UploadForm(forms.Form):
    """Files from disk, one pasted text, or both; all of them become one commit."""

    files = _FilesField(
        label=_('Files'),
        required=False,
        allow_empty_file=True,
        help_text=_('YAML or JSON, as many as you like; they may be dropped here.'),
        widget=_SeveralFiles(attrs={'class': 'form-control hh-drop', 'accept': '.yaml,.yml,.json'}),
    )
    name = forms.CharField(
        label=_('Name of the pasted file'),
        required=False,
        max_length=1000,
        help_text=_('A path below raw/, such as lab/servers.yaml'),
        widget=forms.TextInput(attrs={'class': 'form-control font-monospace'}),
    )
    text = forms.CharField(
        label=_('Pasted YAML'),
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={
                'class': 'form-control font-monospace',
                'rows': 14,
                'spellcheck': 'false',
                'wrap': 'off',
            }
        ),
    )
    message = forms.CharField(
        label=_('Commit message'),
        required=False,
        max_length=200,
        help_text=_('The first line of the commit'),
    )

    fieldsets = (
        FieldSet('files', name=_('Files')),
        FieldSet('name', 'text', name=_('Or paste')),
        FieldSet('message', name=_('Commit')),
    )

    def __init__(self, *args: Any, fabric: HedgehogFabric, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fabric = fabric
        self.dropped: list[DroppedFile] = []

    def clean(self) -> None:
        super().clean()
        name, text = self.cleaned_data.get('name', ''), self.cleaned_data.get('text', '')
        if text.strip() and not name:
            self.add_error('name', _('Give the pasted text a file name.'))
        if name and not text.strip():
            self.add_error('text', _('There is no text for this file name.'))
        if self.errors:
            return
        self.dropped = [DroppedFile(file.name, file.read()) for file in self.cleaned_data['files']]
        if text.strip():
            # Browsers send CRLF from every text field.
            self.dropped.append(DroppedFile(name, text.replace('\r\n', '\n').encode()))
        self._check()

    def _check(self) -> None:
        if not self.dropped:
            self.add_error(None, _('Choose a file, or paste a text.'))
            return
        try:
            check_files(self.fabric, self.dropped)
        except NeedsPerson as problem:
            self.add_error(None, str(problem))
