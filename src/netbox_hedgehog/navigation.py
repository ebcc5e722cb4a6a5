"""The menu: one entry a page, and one a kind, in the groups an operator thinks in."""

from django.utils.translation import gettext_lazy as _
from netbox.plugins import PluginMenu, PluginMenuButton, PluginMenuItem

from .object_actions import OnboardFabric
from .sync.features import Feature, is_on
from .ui.kinds import GATEWAY_KINDS, VPC_KINDS, WIRING_KINDS, ShownKind

__all__ = ['menu', 'menu_groups']


def _page(model: str, label: str, *, buttons: tuple[str, ...] = ()) -> PluginMenuItem:
    return PluginMenuItem(
        link=f'plugins:netbox_hedgehog:{model}_list',
        link_text=label,
        permissions=[f'netbox_hedgehog.view_{model}'],
        buttons=[_BUTTONS[name](model) for name in buttons],
    )


def _add_button(model: str) -> PluginMenuButton:
    return PluginMenuButton(
        link=f'plugins:netbox_hedgehog:{model}_add',
        title=_('Add'),
        icon_class='mdi mdi-plus-thick',
        permissions=[f'netbox_hedgehog.add_{model}'],
    )


def _import_button(model: str) -> PluginMenuButton:
    return PluginMenuButton(
        link=f'plugins:netbox_hedgehog:{model}_bulk_import',
        title=_('Import'),
        icon_class='mdi mdi-upload',
        permissions=[f'netbox_hedgehog.add_{model}'],
    )


def _wizard_button(model: str) -> PluginMenuButton:
    return PluginMenuButton(
        link=f'plugins:netbox_hedgehog:{model}_onboard',
        title=_('Add through wizard'),
        icon_class='mdi mdi-auto-fix',
        permissions=list(OnboardFabric.needed),
    )


EDITABLE = ('add', 'import')
_BUTTONS = {'add': _add_button, 'import': _import_button, 'wizard': _wizard_button}


def _kind(shown: ShownKind) -> PluginMenuItem:
    """The list of one kind; its buttons start a new document of that kind, or import some."""
    return PluginMenuItem(
        link=shown.page('list'),
        link_text=shown.label,
        permissions=['netbox_hedgehog.view_hedgehogresource'],
        buttons=[
            PluginMenuButton(
                link=shown.page(action),
                title=title,
                icon_class=icon,
                permissions=['netbox_hedgehog.add_hedgehogresource'],
            )
            for action, title, icon in (
                ('add', _('Add'), 'mdi mdi-plus-thick'),
                ('bulk_import', _('Import'), 'mdi mdi-upload'),
            )
        ],
    )


_overview = PluginMenuItem(
    link='plugins:netbox_hedgehog:overview', link_text=_('Overview'), auth_required=True
)


def menu_groups() -> tuple[tuple[object, tuple[PluginMenuItem, ...]], ...]:
    """The groups as the settings stand now: what is switched off has no entry."""
    return (
        (
            _('Fabrics'),
            (
                _overview,
                _page('hedgehogfabric', _('Fabrics'), buttons=(*_wizard(), *EDITABLE)),
                _page('hedgehogresource', _('All Resources'), buttons=EDITABLE),
            ),
        ),
        (_('Wiring'), tuple(_kind(entry) for entry in WIRING_KINDS)),
        (_('VPC API'), tuple(_kind(entry) for entry in VPC_KINDS)),
        (_('Gateway'), tuple(_kind(entry) for entry in GATEWAY_KINDS)),
        (_('GitOps'), _gitops_pages()),
        (_('Audit'), (_page('syncoperation', _('Operations')), *_error_pages())),
    )


def _wizard() -> tuple[str, ...]:
    return ('wizard',) if is_on(Feature.DIRECTORY_MANAGEMENT) else ()


def _error_pages() -> tuple[PluginMenuItem, ...]:
    statistics = PluginMenuItem(
        link='plugins:netbox_hedgehog:errorrecord_statistics',
        link_text=_('Error statistics'),
        permissions=['netbox_hedgehog.view_errorrecord'],
    )
    return (_page('errorrecord', _('Errors')), statistics)


def _gitops_pages() -> tuple[PluginMenuItem, ...]:
    pages = [
        _page('gitrepository', _('Git Repositories'), buttons=EDITABLE),
        _page('conflictresolution', _('Conflicts')),
        _page('yamlduplicategroup', _('Duplicates')),
        PluginMenuItem(
            link='plugins:netbox_hedgehog:near_duplicates',
            link_text=_('Near Duplicates'),
            permissions=['netbox_hedgehog.view_yamlduplicategroup'],
        ),
        _page('resolutionpolicy', _('Resolution Policies'), buttons=EDITABLE),
        _page('outboxentry', _('Outbox')),
        _page('pullrequest', _('Pull Requests')),
        _page('checkpoint', _('Checkpoints')),
    ]
    if is_on(Feature.DIRECTORY_MANAGEMENT):
        pages.append(_page('rawupload', _('Uploads')))
    return tuple(pages)


menu = PluginMenu(label='Hedgehog', icon_class='mdi mdi-lan', groups=menu_groups())
