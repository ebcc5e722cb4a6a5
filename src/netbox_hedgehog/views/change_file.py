"""A file of a fabric corrected or deleted in the page: what was dropped and could not be taken in.

One commit in the name of whoever asks. A file that became another one meanwhile is left alone.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from netbox.views.generic.base import BaseObjectView
from utilities.views import register_model_view

from ..choices import TriggerTypeChoices
from ..forms.yaml_field import restore_line_ends
from ..jobs import enqueue_files
from ..models import HedgehogFabric
from ..object_actions import RestoreFabric
from ..ui.findings import marked_lines
from ..ui.places import files_tab
from .asking import queued
from .content import findings_content
from .reading_git import Reader, reader

__all__ = ['FabricChangeFileView']

MAX_MESSAGE = 200


@register_model_view(HedgehogFabric, 'change_file', path='files/change')
class FabricChangeFileView(BaseObjectView):
    """The text of one file, to be saved or deleted; what Git would refuse is said at once."""

    queryset = HedgehogFabric.objects.select_related('git_repository', 'sync_state')

    def get_required_permission(self) -> str:
        return 'netbox_hedgehog.push_hedgehogfabric'

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._answer(request, pk, request.GET.get('path', ''))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._answer(request, pk, request.POST.get('path', ''))

    def _answer(self, request: HttpRequest, pk: int, path: str) -> HttpResponse:
        fabric = get_object_or_404(self.queryset, pk=pk)
        if not RestoreFabric.is_permitted(request.user, fabric):
            raise PermissionDenied
        read = reader(fabric)
        content, problem = read(lambda found: found.content(path))
        problem = problem or RestoreFabric.blocked_because(fabric)
        if not problem and not content['is_text']:
            problem = _('This file is no text.')
        if problem:
            messages.error(request, problem)
            return redirect(files_tab(fabric))
        if request.method != 'POST':
            return _shown(request, fabric, read, content, content['content'], '')
        return _asked(request, fabric, read, content)


def _asked(
    request: HttpRequest, fabric: HedgehogFabric, read: Reader, content: dict[str, Any]
) -> HttpResponse:
    """Asks for the commit, or says why there cannot be one; what was typed stays."""
    text = restore_line_ends(request.POST.get('text', ''), content['content'])
    one = {'path': content['path'], 'expected_blob': request.POST.get('blob', '')}
    if '_delete' in request.POST:
        one |= {'action': 'delete'}
    elif text == content['content']:
        return _shown(request, fabric, read, content, text, _('Nothing has been changed yet.'))
    else:
        one |= {'action': 'update', 'content': text}
    options = {'message': request.POST.get('message', '').strip()[:MAX_MESSAGE]}
    _plan, problem = read(lambda found: found.preview_files(options, [one]))
    if problem:
        return _shown(request, fabric, read, content, text, problem)
    manual = TriggerTypeChoices.MANUAL
    operation = queued(
        request,
        lambda: enqueue_files(fabric, [one], options, request.user, manual, request.id)[1],
    )
    if operation is None:
        return _shown(request, fabric, read, content, text, '')
    return redirect(operation.get_absolute_url())


def _shown(
    request: HttpRequest,
    fabric: HedgehogFabric,
    read: Reader,
    content: dict[str, Any],
    text: str,
    problem: str,
) -> HttpResponse:
    found, _problem = read(lambda files: files.findings())
    findings = [each for each in found or [] if each['below'] == content['below']]
    context = {
        'object': fabric,
        'content': content,
        'text': text,
        'problem': problem,
        'message': request.POST.get('message', ''),
        'blob': request.POST.get('blob') or content['blob'],
        'findings': findings_content(findings),
        'bad_lines': ','.join(str(line) for line in sorted(marked_lines(findings))),
        'back': files_tab(fabric, path=content['below']),
    }
    return render(request, 'netbox_hedgehog/change_file.html', context)
