"""The wizard from a repository to a fabric: repository, connection, folder, preview, begin.

Each step is a page of its own with everything chosen so far in its address, so that Back and two
windows work. Every step checks permissions and values anew; nothing is made before the last.
"""

from typing import Any

from core.signals import clear_events
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from netbox.views.generic.base import BaseMultiObjectView
from utilities.exceptions import (
    AbortRequest,
    PermissionsViolation,
    RQWorkerNotRunningException,
)
from utilities.htmx import htmx_partial
from utilities.views import register_model_view

from .. import forms
from ..choices import ExistingFilesChoices, TriggerTypeChoices
from ..jobs import enqueue_onboarding
from ..models import GitRepository, HedgehogFabric, SyncOperation
from ..object_actions import InitialiseDirectory, OnboardFabric
from ..sync.connection import test_connection
from ..sync.features import Feature, why_off
from ..sync.onboarding import (
    Branch,
    EngineError,
    folders_of,
    preview_onboarding,
    read_branch,
)
from ..ui.code import diff_lines
from .content import changes_content, findings_content
from .repositories import GitRepositoryEditView

__all__ = [
    'OnboardConnectionView',
    'OnboardFolderView',
    'OnboardPreviewView',
    'OnboardRepositoryView',
    'OnboardView',
]

STEPS = (
    ('onboard', gettext_lazy('Repository')),
    ('onboard_connection', gettext_lazy('Connection')),
    ('onboard_folder', gettext_lazy('Folder')),
    ('onboard_preview', gettext_lazy('Preview')),
)
CARRIED = ('repository', *forms.OnboardFabricForm.PLACE, *forms.OnboardFabricForm.CHOICES)


class _StepView(BaseMultiObjectView):
    """One step, for whoever may contact the repository, add a fabric and lay its folder out."""

    queryset = GitRepository.objects.select_related('state').order_by('name')
    additional_permissions = list(OnboardFabric.needed[1:])
    step = ''

    def get_required_permission(self) -> str:
        return OnboardFabric.needed[0]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and (off := why_off(Feature.DIRECTORY_MANAGEMENT)):
            messages.error(request, off)
            return redirect('plugins:netbox_hedgehog:hedgehogfabric_list')
        return super().dispatch(request, *args, **kwargs)

    def repositories(self, request: HttpRequest) -> Any:
        """Those the user may look at and have contacted."""
        return self.queryset.restrict(request.user, 'view').filter(enabled=True)

    def chosen(self, request: HttpRequest) -> GitRepository | None:
        number = request.GET.get('repository', '')
        if not number.isdecimal():
            return None
        return get_object_or_404(self.repositories(request), pk=int(number))

    def page(self, request: HttpRequest, **context: Any) -> HttpResponse:
        shown = {'steps': _steps(request, self.step), 'query': _carried(request.GET), **context}
        return render(request, f'netbox_hedgehog/{self.step}.html', shown)


@register_model_view(HedgehogFabric, 'onboard', path='onboard', detail=False)
class OnboardView(_StepView):
    """First step: a repository that is there, or the way to a new one."""

    step = 'onboard'

    def get(self, request: HttpRequest) -> HttpResponse:
        known = self.repositories(request)
        initial = {'repository': request.GET.get('repository', '')}
        return self._shown(request, forms.RepositoryChoiceForm(initial=initial, repositories=known))

    def post(self, request: HttpRequest) -> HttpResponse:
        known = self.repositories(request)
        form = forms.RepositoryChoiceForm(request.POST, repositories=known)
        if not form.is_valid():
            return self._shown(request, form)
        carried = _carried(request.GET)
        carried['repository'] = str(form.cleaned_data['repository'].pk)
        return redirect(_address('onboard_connection', carried))

    def _shown(self, request: HttpRequest, form: forms.RepositoryChoiceForm) -> HttpResponse:
        return self.page(
            request,
            form=form,
            known=form.fields['repository'].queryset.exists(),
            may_add=request.user.has_perm('netbox_hedgehog.add_gitrepository'),
            new_url=_address('onboard_repository', _carried(request.GET)),
            cancel_url=reverse('plugins:netbox_hedgehog:hedgehogfabric_list'),
        )


@register_model_view(HedgehogFabric, 'onboard_repository', path='onboard/repository', detail=False)
class OnboardRepositoryView(GitRepositoryEditView):
    """The other first step: a new repository with its credential, saved as always."""

    form = forms.OnboardRepositoryForm
    template_name = 'netbox_hedgehog/onboard_repository.html'

    def get_return_url(self, request: HttpRequest, obj: Any = None) -> str:
        if obj is None or not obj.pk:
            return _address('onboard', _carried(request.GET))
        carried = _carried(request.GET)
        carried['repository'] = str(obj.pk)
        return _address('onboard_connection', carried)

    def get_extra_context(self, request: HttpRequest, instance: Any) -> dict[str, Any]:
        return {'steps': _steps(request, 'onboard')}


@register_model_view(HedgehogFabric, 'onboard_connection', path='onboard/connection', detail=False)
class OnboardConnectionView(_StepView):
    """Second step: the server is really contacted, as soon as the page is there."""

    step = 'onboard_connection'

    def get(self, request: HttpRequest) -> HttpResponse:
        if (repository := self.chosen(request)) is None:
            return redirect(_address('onboard', request.GET))
        return self.page(request, **self._about(request, repository), answer=None)

    def post(self, request: HttpRequest) -> HttpResponse:
        if (repository := self.chosen(request)) is None:
            return redirect(_address('onboard', request.GET))
        about = {**self._about(request, repository), 'answer': test_connection(repository)}
        if htmx_partial(request):
            return render(request, 'netbox_hedgehog/inc/onboard_answer.html', about)
        return self.page(request, **about)

    def _about(self, request: HttpRequest, repository: GitRepository) -> dict[str, Any]:
        carried = _carried(request.GET)
        here = QueryDict(mutable=True)
        here['return_url'] = _address('onboard_connection', carried)
        edit = reverse('plugins:netbox_hedgehog:gitrepository_edit', args=[repository.pk])
        may_edit = request.user.has_perm('netbox_hedgehog.change_gitrepository', repository)
        return {
            'repository': repository,
            'edit_url': f'{edit}?{here.urlencode()}' if may_edit else '',
            'back_url': _address('onboard', carried),
            'next_url': _address('onboard_folder', carried),
        }


@register_model_view(HedgehogFabric, 'onboard_folder', path='onboard/folder', detail=False)
class OnboardFolderView(_StepView):
    """Third step: a name, a branch, and a folder of the tree the branch has now, or a new one."""

    step = 'onboard_folder'

    def get(self, request: HttpRequest) -> HttpResponse:
        if (repository := self.chosen(request)) is None:
            return redirect(_address('onboard', request.GET))
        return self._shown(request, repository, None)

    def post(self, request: HttpRequest) -> HttpResponse:
        if (repository := self.chosen(request)) is None:
            return redirect(_address('onboard', request.GET))
        return self._shown(request, repository, request.POST)

    def _shown(
        self, request: HttpRequest, repository: GitRepository, given: QueryDict | None
    ) -> HttpResponse:
        wanted = (given or request.GET).get('branch', '')
        branch, problem = _read(repository, wanted)
        names = branch.names if branch else tuple(filter(None, [wanted]))
        options: dict[str, Any] = {'repository': repository, 'branches': names}
        if given is None or branch is None:
            initial = (given or request.GET).dict()
            form = forms.OnboardFabricForm(initial=_initial(initial, branch), **options)
        else:
            form = forms.OnboardFabricForm(given, **options)
        if form.is_bound and form.is_valid():
            carried = _carried(request.GET)
            for name in form.PLACE:
                carried[name] = str(given.get(name, '') if given else '')
            return redirect(_address('onboard_preview', carried))
        root, more = folders_of(branch, repository) if branch else (None, 0)
        return self.page(
            request,
            repository=repository,
            form=form,
            problem=problem,
            branch=branch,
            root=root,
            more=more,
            folder=form['folder'].value() or '+',
            back_url=_address('onboard_connection', _carried(request.GET)),
        )


@register_model_view(HedgehogFabric, 'onboard_preview', path='onboard/preview', detail=False)
class OnboardPreviewView(_StepView):
    """Last step: what would be done with which file; one button makes the fabric and does it."""

    step = 'onboard_preview'

    def get(self, request: HttpRequest) -> HttpResponse:
        if (repository := self.chosen(request)) is None:
            return redirect(_address('onboard', request.GET))
        return self._step(request, repository, '')

    def post(self, request: HttpRequest) -> HttpResponse:
        if (repository := self.chosen(request)) is None:
            return redirect(_address('onboard', request.GET))
        return self._step(request, repository, request.POST.get('seen', ''))

    def _step(self, request: HttpRequest, repository: GitRepository, seen: str) -> HttpResponse:
        branch, problem = _read(repository, request.GET.get('branch', ''))
        back = _address('onboard_folder', _carried(request.GET))
        if branch is None:
            messages.error(request, problem)
            return redirect(back)
        form = forms.OnboardFabricForm(request.GET, repository=repository, branches=branch.names)
        if not form.is_valid():
            for errors in form.errors.values():
                messages.error(request, ' '.join(errors))
            return redirect(back)
        existing = form.cleaned_data['existing']
        if request.method == 'POST' and _is_as_shown(request, branch, seen):
            if operation := _begun(request, form.fabric, existing):
                return redirect(operation.get_absolute_url())
            return redirect(request.get_full_path())
        return self._shown(request, branch, form, back)

    def _shown(
        self, request: HttpRequest, branch: Branch, form: forms.OnboardFabricForm, back: str
    ) -> HttpResponse:
        plan, problem = None, ''
        try:
            plan = preview_onboarding(
                branch, form.fabric, form.cleaned_data['existing'], request.user
            )
        except EngineError as error:
            problem = f'{error.message} {error.hint or ""}'.strip()
        return self.page(
            request,
            repository=form.repository,
            fabric=form.fabric,
            branch=branch,
            form=form,
            existing=form.cleaned_data['existing'],
            choices=list(ExistingFilesChoices()),
            carried=[(name, request.GET.get(name, '')) for name in ('repository', *form.PLACE)],
            plan=plan,
            problem=problem,
            blocked=InitialiseDirectory.blocked_because(form.fabric),
            files=findings_content(plan['files']) if plan else None,
            findings=findings_content(plan['findings']) if plan else None,
            changes=changes_content(plan),
            diff_html=diff_lines(plan['diff']) if plan else '',
            back_url=back,
        )


def _read(repository: GitRepository, name: str) -> tuple[Branch | None, str]:
    try:
        return read_branch(repository, name), ''
    except EngineError as error:
        return None, f'{error.message} {error.hint or ""}'.strip()


def _initial(given: dict[str, Any], branch: Branch | None) -> dict[str, Any]:
    return {**given, 'branch': given.get('branch') or (branch.name if branch else '')}


def _is_as_shown(request: HttpRequest, branch: Branch, seen: str) -> bool:
    """Says whether the branch is still where the preview has seen it."""
    if seen == (branch.head or 'none'):
        return True
    messages.warning(
        request,
        _('The branch is at {commit} by now: look at the preview once more.').format(
            commit=(branch.head or _('no commit'))[:12]
        ),
    )
    return False


def _begun(request: HttpRequest, fabric: HedgehogFabric, existing: str) -> SyncOperation | None:
    """Saves the fabric and asks for its operation, both or neither."""
    fabric.asks_itself = True
    try:
        with transaction.atomic():
            fabric.save()
            if not HedgehogFabric.objects.restrict(request.user, 'add').filter(pk=fabric.pk):
                raise PermissionsViolation()
            if not InitialiseDirectory.is_permitted(request.user, fabric):
                raise PermissionsViolation()
            manual = TriggerTypeChoices.MANUAL
            operation = enqueue_onboarding(fabric, existing, request.user, manual, request.id)[1]
    except (RQWorkerNotRunningException, AbortRequest, PermissionsViolation) as problem:
        # Nothing was saved: nobody is to be told of it.
        clear_events.send(sender=OnboardPreviewView)
        messages.error(request, str(getattr(problem, 'detail', '') or problem.message))
        return None
    messages.success(
        request, _('{fabric} is made, and its folder is being laid out.').format(fabric=fabric)
    )
    return operation


def _carried(query: QueryDict) -> QueryDict:
    """What the address tells of the steps so far, and nothing else."""
    carried = QueryDict(mutable=True)
    for name in CARRIED:
        if query.get(name):
            carried[name] = query[name]
    return carried


def _address(step: str, query: QueryDict) -> str:
    page = reverse(f'plugins:netbox_hedgehog:hedgehogfabric_{step}')
    carried = _carried(query).urlencode()
    return f'{page}?{carried}' if carried else page


def _steps(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    """The steps in order; those already gone through are links."""
    names = [name for name, _label in STEPS]
    at = names.index(current)
    return [
        {
            'label': label,
            'number': number + 1,
            'current': number == at,
            'url': _address(name, request.GET) if number < at else '',
        }
        for number, (name, label) in enumerate(STEPS)
    ]
