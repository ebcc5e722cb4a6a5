"""The numbers of a fabric's page, each with the place where something can be done about it."""

from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db.models import Count, Q, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..choices import PublishModeChoices, StandingChoices, SyncStatusChoices
from ..constants import MANAGED_FOLDER, RAW_FOLDER, UNMANAGED_FOLDER
from ..models import HedgehogFabric, HedgehogResource, SyncOperation
from ..sync.fabric_counts import counts_of
from ..sync.standing import with_standing
from ..sync.status import EDITS, MOVED, UNSEEN, UPLOADS, why_behind
from ..ui.kinds import list_page
from ..ui.places import archive_tab, files_tab

__all__ = ['contents_of', 'finding_counts', 'numbers_of', 'what_to_do']

_PAGES = 'plugins:netbox_hedgehog:hedgehogfabric'
_Status = SyncStatusChoices


def numbers_of(
    request: HttpRequest, fabric: HedgehogFabric, said: dict[str, Any], last: SyncOperation | None
) -> list[dict[str, Any]]:
    """What the panel counts, in its order; no link to what the user may not see."""
    drafts = counts_of(fabric).drafts
    waiting, files = partial(_waiting, request, fabric), partial(files_tab, fabric)
    held, findings = (last.documents_held, last.findings_total) if last else (None, None)
    ended = _operation(request, last)
    rows: tuple[tuple[str, int | None, str], ...] = (
        (_('Resources'), said['resources'], _tab(request, fabric, 'resources')),
        (_('Drafts'), drafts, _tab(request, fabric, 'resources', has_draft='true')),
        (_('Open conflicts'), said['conflicts'], waiting('conflicts')),
        (_('Unpublished edits'), said['outbox_pending'], waiting('outbox')),
        (_('Uploads not in Git yet'), said['uploads_pending'], waiting('uploads')),
        (_('Groups of duplicates'), said['duplicate_groups'], waiting('duplicates')),
        (_('Files waiting in raw/'), said['raw_files'], files(folder=RAW_FOLDER)),
        (_('Files in managed/'), said['managed_files'], files(folder=MANAGED_FOLDER)),
        (_('Files in unmanaged/'), said['unmanaged_files'], files(folder=UNMANAGED_FOLDER)),
        (_('Archived originals'), said['archived_files'], archive_tab(fabric)),
        (_('Documents held back'), held, ended),
        (_('Open errors'), counts_of(fabric).errors, _errors(request, fabric)),
        (_('Findings of the last operation'), findings, ended),
    )
    return [{'label': label, 'value': value, 'url': url} for label, value, url in rows]


# What it takes to see the rows of a tab.
_MODELS = {
    'resources': 'hedgehogresource',
    'conflicts': 'conflictresolution',
    'outbox': 'outboxentry',
    'uploads': 'rawupload',
    'duplicates': 'yamlduplicategroup',
    'errors': 'errorrecord',
}


def _tab(request: HttpRequest, fabric: HedgehogFabric, tab: str, **query: str) -> str:
    if not _may_view(request, tab):
        return ''
    page = reverse(f'{_PAGES}_{tab}', args=[fabric.pk])
    return f'{page}?{urlencode(query)}' if query else page


def _may_view(request: HttpRequest, tab: str) -> bool:
    return bool(request.user.has_perm(f'netbox_hedgehog.view_{_MODELS[tab]}'))


def _errors(request: HttpRequest, fabric: HedgehogFabric) -> str:
    if not _may_view(request, 'errors'):
        return ''
    address = reverse('plugins:netbox_hedgehog:errorrecord_list')
    return f'{address}?{urlencode({"fabric_id": fabric.pk, "open": "true"})}'


def _waiting(request: HttpRequest, fabric: HedgehogFabric, tab: str) -> str:
    return _tab(request, fabric, tab, open='true')


def _operation(request: HttpRequest, last: SyncOperation | None) -> str:
    if last is None or not request.user.has_perm('netbox_hedgehog.view_syncoperation', last):
        return ''
    return str(last.get_absolute_url())


def what_to_do(
    request: HttpRequest, fabric: HedgehogFabric, said: dict[str, Any]
) -> list[dict[str, str]]:
    """What helps a fabric that is not in sync, and what else of it waits for a person."""
    status, further = said['sync_status'], _further(request, fabric)
    edit = ''
    if request.user.has_perm('netbox_hedgehog.change_hedgehogfabric', fabric):
        edit = reverse(f'{_PAGES}_edit', args=[fabric.pk])
    known = {
        _Status.NOT_CONFIGURED: [(_('Choose a Git repository for it.'), edit)],
        _Status.DISABLED: [(_('Switch its synchronisation on, and choose a direction.'), edit)],
        _Status.NEVER_SYNCED: [(_never_synced(fabric), '')],
        _Status.IN_SYNC: [(_in_sync(further), '')],
    }
    if status == _Status.CONFLICTS:
        rows = [(_conflicts(said['conflicts']), _waiting(request, fabric, 'conflicts'))]
    elif status == _Status.OUT_OF_SYNC:
        rows = [_BEHIND[reason](request, fabric, said) for reason in why_behind(fabric)]
    else:
        rows = known.get(status, [])
    if status in _SETTLED:
        rows = [*rows, *further]
    return [{'text': text, 'url': url} for text, url in rows]


# In these states the panel tells of everything that waits; the others come first.
_SETTLED = (_Status.IN_SYNC, _Status.CONFLICTS, _Status.OUT_OF_SYNC)


def _in_sync(further: list[tuple[str, str]]) -> str:
    if further:
        return _('Git and NetBox say the same.')
    return _('Git and NetBox say the same. Nothing has to be done.')


def _further(request: HttpRequest, fabric: HedgehogFabric) -> list[tuple[str, str]]:
    """What waits for a person although both sides say the same."""
    counts = counts_of(fabric)
    errors = ngettext(
        'One error is open: look where it stands.',
        '{n} errors are open: look where they stand.',
        counts.errors,
    )
    groups = ngettext(
        'One object is in several files: settle it.',
        '{n} objects are in several files: settle them.',
        counts.duplicates,
    )
    rows = (
        (counts.errors, errors, _errors(request, fabric)),
        (counts.duplicates, groups, _waiting(request, fabric, 'duplicates')),
    )
    return [(text.format(n=count), url) for count, text, url in rows if count]


def _never_synced(fabric: HedgehogFabric) -> str:
    if fabric.gitops_initialized:
        return _('Press Sync: NetBox has not read its directory yet.')
    return _('Press Initialise: its directory is not laid out yet.')


def _conflicts(count: int) -> str:
    return ngettext('Decide the open conflict.', 'Decide the {n} open conflicts.', count).format(
        n=count
    )


def _edits(request: HttpRequest, fabric: HedgehogFabric, said: dict[str, Any]) -> tuple[str, str]:
    count = said['outbox_pending']
    text = ngettext('One edit is not in Git yet.', '{n} edits are not in Git yet.', count)
    by_hand = fabric.publish_mode == PublishModeChoices.MANUAL
    advice = _('Publish them.') if by_hand else _('Each says why it waits.')
    return f'{text.format(n=count)} {advice}', _waiting(request, fabric, 'outbox')


def _uploads(request: HttpRequest, fabric: HedgehogFabric, said: dict[str, Any]) -> tuple[str, str]:
    count = said['uploads_pending']
    text = ngettext(
        'One uploaded file is not in Git yet; it says why.',
        '{n} uploaded files are not in Git yet; each says why.',
        count,
    )
    return text.format(n=count), _waiting(request, fabric, 'uploads')


def _moved(request: HttpRequest, fabric: HedgehogFabric, said: dict[str, Any]) -> tuple[str, str]:
    return _('Git has what NetBox has not read: press Sync.'), ''


def _unseen(request: HttpRequest, fabric: HedgehogFabric, said: dict[str, Any]) -> tuple[str, str]:
    return _('Nobody has looked into Git for longer than planned: press Sync.'), ''


_Advice = Callable[[HttpRequest, HedgehogFabric, dict[str, Any]], tuple[str, str]]
_BEHIND: dict[str, _Advice] = {EDITS: _edits, UPLOADS: _uploads, MOVED: _moved, UNSEEN: _unseen}


def contents_of(request: HttpRequest, fabric: HedgehogFabric) -> dict[str, Any] | None:
    """How many objects of each kind the user may see and how they stand, each with its list."""
    visible = HedgehogResource.objects.restrict(request.user, 'view').filter(fabric=fabric)
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    rows = with_standing(visible).order_by('kind').values_list('kind', 'standing')
    for kind, standing, count in rows.annotate(count=Count('pk')):
        counted[kind][standing] = count
    if not counted:
        return None
    return {
        'states': [label for _value, label in _STATES],
        'rows': [_of_kind(kind, counts, fabric.pk) for kind, counts in counted.items()],
    }


_STATES = tuple((value, label) for value, label in StandingChoices())


def _of_kind(kind: str, counts: dict[str, int], fabric_id: int) -> dict[str, Any]:
    return {
        'kind': kind,
        'count': sum(counts.values()),
        'url': list_page(kind, fabric_id=fabric_id),
        'states': [
            {
                'count': counts.get(value, 0),
                'color': StandingChoices.colors[value],
                'url': list_page(kind, fabric_id=fabric_id, standing=value),
            }
            for value, _label in _STATES
        ],
    }


def finding_counts(request: HttpRequest, fabric: HedgehogFabric) -> list[dict[str, Any]]:
    """How many of the objects the user may see have findings, by severity, with their lists."""
    visible = HedgehogResource.objects.restrict(request.user, 'view').filter(fabric=fabric)
    counted = visible.aggregate(
        **{
            f'{severity}_{what}': aggregate
            for severity in ('error', 'warning')
            for what, aggregate in (
                ('findings', Sum(f'sync_state__{severity}_count', default=0)),
                ('objects', Count('pk', filter=Q(**{f'sync_state__{severity}_count__gt': 0}))),
            )
        }
    )
    address = reverse('plugins:netbox_hedgehog:hedgehogresource_list')
    return [
        {
            'label': label,
            'color': color,
            'findings': counted[f'{severity}_findings'],
            'objects': counted[f'{severity}_objects'],
            'url': f'{address}?{urlencode({"fabric_id": fabric.pk, f"has_{severity}s": "true"})}',
        }
        for severity, label, color in (
            ('error', gettext_lazy('Errors'), 'red'),
            ('warning', gettext_lazy('Warnings'), 'yellow'),
        )
        if counted[f'{severity}_findings']
    ]
