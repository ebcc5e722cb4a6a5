"""Forms of the wizard that leads from a repository to a fabric; called by `views/onboarding.py`.

They save no fabric: what was chosen travels from step to step in the address, and is checked anew
by each of them. The credential is sealed with the repository, and travels nowhere.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from netbox.forms import PrimaryModelForm
from utilities.forms.fields import SlugField
from utilities.forms.rendering import FieldSet

from ..choices import ArchiveStrategyChoices, BadDocumentPolicyChoices, ExistingFilesChoices
from ..models import GitRepository, HedgehogFabric
from .credentials import CREDENTIAL_FIELDSETS, CredentialFormMixin

__all__ = ['OnboardFabricForm', 'OnboardRepositoryForm', 'RepositoryChoiceForm']

# What stands for the folder that is typed in.
OTHER = '+'


class RepositoryChoiceForm(forms.Form):
    """Which of the repositories that are there already."""

    repository = forms.ModelChoiceField(
        label=_('Repository'),
        queryset=GitRepository.objects.none(),
        empty_label=_('Choose one'),
        widget=forms.Select(attrs={'class': 'form-select'}),
    )

    def __init__(self, *args: Any, repositories: QuerySet[GitRepository], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields['repository'].queryset = repositories


class OnboardRepositoryForm(CredentialFormMixin, PrimaryModelForm):
    """A new repository: where it is and how to sign in; the rest is as always."""

    fieldsets = (
        FieldSet('name', 'url', 'provider', 'default_branch', name=_('Repository')),
        FieldSet(
            'authentication_type',
            'credential_source',
            name=_('Signing in'),
            html_id='hh-signing-in',
        ),
        *CREDENTIAL_FIELDSETS[:-1],
    )

    class Meta:
        model = GitRepository
        fields = (
            'name', 'url', 'provider', 'authentication_type', 'credential_source',
            'credential_reference', 'default_branch', 'description', 'owner', 'comments', 'tags',
        )  # fmt: skip


class OnboardFabricForm(forms.Form):
    """What the fabric is called, where it lives, and what becomes of the files that are there."""

    name = forms.CharField(
        label=_('Name'), max_length=100, widget=forms.TextInput(attrs={'class': 'form-control'})
    )
    slug = SlugField(label=_('Slug'), required=False, slug_source='name')
    branch = forms.ChoiceField(
        label=_('Branch'), widget=forms.Select(attrs={'class': 'form-select'})
    )
    folder = forms.CharField(required=False, strip=False, max_length=500)
    directory = forms.CharField(
        label=_('Path of the new folder'),
        required=False,
        max_length=500,
        help_text=_('Empty means fabrics/&lt;slug&gt;/gitops, / the root of the repository'),
        widget=forms.TextInput(attrs={'class': 'form-control font-monospace'}),
    )
    existing = forms.ChoiceField(
        label=_('YAML that is there already'),
        choices=ExistingFilesChoices,
        required=False,
        widget=forms.RadioSelect,
    )
    archive_strategy = forms.ChoiceField(
        label=_('What becomes of an ingested original'),
        choices=ArchiveStrategyChoices,
        required=False,
        widget=forms.Select(attrs={'class': 'form-select'}),
    )
    bad_document_policy = forms.ChoiceField(
        label=_('What a bad document holds back'),
        choices=BadDocumentPolicyChoices,
        required=False,
        widget=forms.Select(attrs={'class': 'form-select'}),
    )

    # What the folder's page asks, and what the preview's page lets one choose.
    PLACE = ('name', 'slug', 'branch', 'folder', 'directory')
    CHOICES = ('existing', 'archive_strategy', 'bad_document_policy')

    def __init__(
        self, *args: Any, repository: GitRepository, branches: Sequence[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.repository = repository
        self.fabric = HedgehogFabric(git_repository=repository)
        self.fields['branch'].choices = [(name, name) for name in branches]

    def clean(self) -> None:
        super().clean()
        data = self.cleaned_data
        data['existing'] = data.get('existing') or ExistingFilesChoices.ORGANISE
        for name in ('archive_strategy', 'bad_document_policy'):
            data[name] = data.get(name) or getattr(self.fabric, name)
        if self.errors:
            return
        typed = data['folder'] in ('', OTHER)
        if data['directory'] and not typed:
            self.add_error('directory', _('Choose "A new folder" for this path, or empty it.'))
            return
        self.fabric = HedgehogFabric(
            name=data['name'],
            slug=data['slug'],
            git_repository=self.repository,
            branch='' if data['branch'] == self.repository.default_branch else data['branch'],
            gitops_directory=data['directory'] if typed else data['folder'],
            archive_strategy=data['archive_strategy'],
            bad_document_policy=data['bad_document_policy'],
        )
        try:
            self.fabric.full_clean()
        except ValidationError as error:
            self._tell(error)

    def _tell(self, error: ValidationError) -> None:
        """Puts what the model says to where it can be changed."""
        places = {'name': 'name', 'slug': 'slug', 'branch': 'branch'}
        places['gitops_directory'] = 'directory'
        for field, messages in error.message_dict.items():
            self.add_error(places.get(field), messages)
