"""The Topology tab of a fabric: its switches, servers and connections as a picture."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from netbox.views import generic
from utilities.views import ViewTab, register_model_view

from ..models import HedgehogFabric, HedgehogResource
from ..sync.topology import ShownState, Topology, counted, fabric_topology
from ..ui.kinds import list_page
from ..ui.topology import Words, draw, place

__all__ = ['FabricTopologyView']

# Above this a picture of every server says less than one of their numbers.
MOST_SERVERS = 1_000
STATES = {
    ShownState.IN_STEP: _('in step with Git'),
    ShownState.DRAFT: _('draft'),
    ShownState.PROBLEM: _('problem'),
    ShownState.CONFLICT: _('conflict'),
    ShownState.MISSING: _('named, but not there'),
}
KINDS = {
    'Switch': _('Switch'),
    'Server': _('Server'),
    'Gateway': _('Gateway'),
    'Outside': _('Outside'),
}


@register_model_view(HedgehogFabric, 'topology')
class FabricTopologyView(generic.ObjectView):
    """Drawn from the resources the user may see; `?servers=each|counted` says how servers show."""

    queryset = HedgehogFabric.objects.select_related('sync_state', 'git_repository__state')
    template_name = 'netbox_hedgehog/hedgehogfabric_topology.html'
    actions = ()
    tab = ViewTab(
        label=_('Topology'), permission='netbox_hedgehog.view_hedgehogresource', weight=502
    )

    def get_extra_context(self, request: HttpRequest, instance: HedgehogFabric) -> dict[str, Any]:
        visible = HedgehogResource.objects.restrict(request.user, 'view').filter(fabric=instance)
        whole = fabric_topology(visible)
        together = _together(request, whole)
        shown = counted(whole) if together else whole
        picture = place(shown, str(_('Not connected')))
        return {
            'svg': draw(shown, picture, _words(instance)) if shown.devices else '',
            'counted': together,
            'totals': [
                (label, whole.number_of(kind))
                for kind, label in (
                    ('Switch', _('Switches')),
                    ('Server', _('Servers')),
                    ('Gateway', _('Gateways')),
                )
            ],
            'connections': len({link.pk for each in whole.bundles for link in each.links}),
            'legend': _legend(whole),
            'unread': whole.unread,
        }


def _together(request: HttpRequest, whole: Topology) -> bool:
    asked = request.GET.get('servers')
    if asked in ('each', 'counted'):
        return asked == 'counted'
    return whole.number_of('Server') > MOST_SERVERS


def _legend(topology: Topology) -> list[dict[str, Any]]:
    """The states there are, each with the number of objects in it."""
    states = {('device', key): device.state for key, device in topology.devices.items()}
    for bundle in topology.bundles:
        states.update({('link', link.pk): link.state for link in bundle.links})
    found = list(states.values())
    return [
        {'name': state.name.lower(), 'label': label, 'count': found.count(state)}
        for state, label in STATES.items()
        if state in found
    ]


def _words(fabric: HedgehogFabric) -> Words:
    resources = reverse('plugins:netbox_hedgehog:hedgehogresource_list')
    page = reverse('plugins:netbox_hedgehog:hedgehogresource', args=[0])

    def address(pks: Sequence[int]) -> str:
        if len(pks) == 1:
            return page.replace('/0/', f'/{pks[0]}/')
        return f'{resources}?{urlencode([("id", pk) for pk in pks[:50]])}'

    return Words(
        title=str(_('Topology of {fabric}').format(fabric=fabric)),
        states={state: str(label) for state, label in STATES.items()},
        kinds={kind: str(label) for kind, label in KINDS.items()},
        servers=lambda n: ngettext('{n} server', '{n} servers', n).format(n=n),
        more=lambda n: ngettext('and {n} more', 'and {n} more', n).format(n=n),
        cables=lambda n: ngettext('{n} cable', '{n} cables', n).format(n=n),
        address=address,
        server_list=list_page('Server', fabric_id=fabric.pk),
    )
