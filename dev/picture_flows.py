"""What is done in the demo for its pictures, one function for each part of the product.

Each begins at an address of its own, so that none needs what another did.
"""

import re

from . import demo_git
from .camera import Camera, row_of
from .picture_rows import SITE

__all__ = [
    'conflicts',
    'devices',
    'duplicates',
    'editing',
    'going_back',
    'looking',
    'pull_requests',
    'templates',
    'uploads',
    'wizard',
]

_BROKEN = 'kind: VPC\nmetadata:\n  name: torn\nspec:\n  subnets: [one\n  vlan: 5\n'
_GUEST = """\
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: guests
spec:
  ipv4Namespace: default
  vlanNamespace: default
  subnets:
    default:
      subnet: 10.40.77.0/24
      vlan: 1077   # of the visitors
"""


def wizard(eye: Camera) -> None:
    """Its steps, with YAML that is there already; the last button is not pressed."""
    demo_git.old_folder()
    page = eye.page
    eye.show('wizard-repository', '/fabrics/onboard/')
    page.select_option('#id_repository', index=1)
    eye.click('.hh-narrow button:has-text("Next")')
    page.wait_for_selector('#hh-answer a:has-text("Next")')
    eye.take('wizard-connection')
    eye.click('#hh-answer a:has-text("Next")')
    page.locator('#id_name').press_sequentially('Berlin')
    page.check('input[name=folder][value="sites/berlin"]')
    eye.take('wizard-folder')
    eye.click('.hh-narrow button:has-text("Next")')
    page.wait_for_selector('button[name=_begin]')
    eye.take('wizard-preview')


def devices(eye: Camera) -> None:
    """The fabric into NetBox, which is really done, and how both compare then."""
    fabric, page = _fabric(eye), eye.page
    eye.open(f'{fabric}wiring/import/')
    page.click('#id_site-ts-control')
    page.keyboard.type(SITE)
    page.click(f'#id_site-ts-dropdown .option:has-text("{SITE}")')
    eye.click('button:has-text("Preview")')
    eye.take('import-devices')
    eye.click('button:has-text("Import")')
    devices_of = f'{eye.address}/dcim/devices/?q=leaf-01'
    eye.until(devices_of, 'table.object-list td a')
    eye.click('table.object-list td a:has-text("leaf-01")')
    eye.take('device')
    eye.show('wiring', f'{fabric}wiring/')
    eye.open(f'{fabric}wiring/generate/')
    page.click('#id_sites-ts-control')
    page.keyboard.type(SITE)
    page.click(f'#id_sites-ts-dropdown .option:has-text("{SITE}")')
    page.keyboard.press('Escape')
    eye.click('button:has-text("Preview")')
    eye.take('generate')


def uploads(eye: Camera) -> None:
    """A file that is right and one that is broken, and what is told of both."""
    fabric, page = _fabric(eye), eye.page
    eye.open(f'{fabric}upload/')
    page.fill('#id_name', 'guests.yaml')
    page.fill('#id_text', _GUEST)
    page.fill('#id_message', 'A network for visitors')
    eye.take('upload')
    torn = {'name': 'torn.yaml', 'mimeType': 'text/yaml', 'buffer': _BROKEN.encode()}
    page.set_input_files('#id_files', [torn])
    eye.click('button[name=_upload]')
    eye.until('/resources/?q=guests')
    eye.show('uploads', '/uploads/')
    eye.first('/uploads/')
    eye.take('upload-one')
    eye.show('tab-uploads', f'{fabric}uploads/')
    eye.show('files', f'{fabric}files/?folder=raw')
    eye.show('file', f'{fabric}files/?path=raw/torn.yaml')
    eye.show('errors', '/errors/')
    eye.first('/errors/')
    eye.take('error')
    eye.show('error-statistics', '/errors/statistics/')


def templates(eye: Camera) -> None:
    """A ready template with its preview, saved, and rendered again."""
    fabric, page = _fabric(eye), eye.page
    eye.open(f'{fabric}templates/new/')
    ready = page.locator('a[href*="?ready="]')
    eye.open(f'{fabric}templates/new/{ready.first.get_attribute("href")}')
    if not page.input_value('#id_name'):
        page.fill('#id_name', 'tenant.yaml.j2')
    page.wait_for_timeout(4000)
    eye.settle()
    eye.take('template-new')
    eye.click('button:has-text("Save and render")')
    eye.until(f'{fabric}templates/', 'a[href*="?name="]')
    eye.take('templates')
    demo_git.change_template('default: 100,', 'default: 200,')
    _press(eye, fabric, '_sync')
    eye.until(f'{fabric}templates/render/', 'button:has-text("Render")')
    eye.take('render')


def conflicts(eye: Camera) -> None:
    """Two objects changed on both sides; the drafts wait in the outbox meanwhile."""
    fabric, page = _fabric(eye), eye.page
    _publishing(eye, fabric, 'manual')
    names = demo_git.vpcs()[:2]
    try:
        for name in names:
            own = eye.first(f'/resources/?kind=VPC&name={name}', name)
            eye.open(f'{own}edit/')
            text = page.input_value('#id_text')
            page.fill('#id_text', re.sub(r'vlan: \d+', 'vlan: 2001', text, count=1))
            eye.click('button[name=_update]')
        eye.show('outbox', '/outbox/')
        eye.first('/outbox/?state=pending')
        eye.take('outbox-one')
        eye.show('tab-outbox', f'{fabric}outbox/')
        _sync_options(eye, fabric, names[0])
        for name in names:
            demo_git.change(name, r'vlan: \d+', 'vlan: 2901')
        _press(eye, fabric, '_sync')
        waiting = '/conflicts/?resolution_status=pending'
        eye.until(waiting, 'table.object-list tbody tr:nth-child(2) a')
        eye.take('conflicts')
        eye.show('tab-conflicts', f'{fabric}conflicts/')
        eye.open(waiting)
        page.check('table.object-list thead input[type=checkbox]')
        eye.click('button[name=_resolve]')
        eye.take('bulk-resolve')
        own = eye.first(waiting)
        eye.take('conflict')
        eye.open(f'{own}resolve/')
        page.check('input[name="side-0"][value="own"]')
        page.fill('input[name="value-0"]', '2042')
        eye.click('button[formaction="?preview"]')
        eye.take('decide')
        for _ in names:
            eye.open(f'{eye.first(waiting)}resolve/')
            eye.click('button[value=git_wins]')
            page.wait_for_timeout(5000)
    finally:
        _publishing(eye, fabric, 'direct')
        _press(eye, fabric, '_sync')


def _sync_options(eye: Camera, fabric: str, name: str) -> None:
    """The form, filled; its button is not pressed."""
    eye.open(f'{fabric}sync-options/')
    eye.page.fill('#id_names', f'{name[:2]}*')
    eye.page.check('#id_create_pr')
    eye.page.fill('#id_branch_name', 'change/CHG-7')
    eye.page.fill('#id_pr_title', 'CHG-7: other VLANs for the tenants')
    eye.take('sync-options')


def pull_requests(eye: Camera) -> None:
    """An edit that waits on a branch of its own, and is merged."""
    fabric, page = _fabric(eye), eye.page
    _publishing(eye, fabric, 'pull_request')
    try:
        name = demo_git.vpcs()[-1]
        eye.open(f'{eye.first(f"/resources/?kind=VPC&name={name}", name)}edit/')
        page.click('#hh-tab-yaml')
        text = page.input_value('#id_text')
        page.fill('#id_text', re.sub(r'vlan: \d+', 'vlan: 2202', text, count=1))
        page.fill('#id_changelog_message', 'Give the network a VLAN of its own')
        eye.click('button[name=_update]')
        waiting = '/pull-requests/?state=open'
        eye.until(waiting)
        eye.show('pull-requests', '/pull-requests/')
        eye.first(waiting)
        eye.take('pull-request')
        eye.click('button[name=_merge]')
        page.wait_for_timeout(5000)
    finally:
        _publishing(eye, fabric, 'direct')
        _press(eye, fabric, '_sync')


def duplicates(eye: Camera) -> None:
    """One object in three files and one in two; the last button is not pressed."""
    fabric, page = _fabric(eye), eye.page
    demo_git.copies()
    _press(eye, fabric, '_sync')
    page.wait_for_timeout(8000)
    _press(eye, f'{fabric}duplicates/', '_scan_duplicates')
    groups = '/duplicates/?open=true'
    eye.until(groups)
    eye.take('duplicates')
    page.check('table.object-list thead input[type=checkbox]')
    eye.click('button[name=_settle]')
    eye.take('bulk-settle')
    name = demo_git.vpcs()[0]
    own = eye.first(groups, name)
    eye.take('duplicate')
    eye.open(f'{own}settle/')
    eye.click('button[formaction="?preview"]')
    eye.take('settle')
    eye.show('tab-duplicates', f'{fabric}duplicates/')
    eye.show('near', '/near-duplicates/')
    eye.show('policies', '/policies/')
    policy = eye.first('/policies/')
    eye.take('policy')
    eye.show('policy-versions', f'{policy}versions/')
    eye.open(f'{policy}try-out/?fabric={fabric.rstrip("/").split("/")[-1]}')
    eye.take('policy-try-out')


def editing(eye: Camera) -> None:
    """One object's page, its fields, its editor with a finding, its history, and a new one."""
    page = eye.page
    name = demo_git.vpcs()[0]
    own = eye.first(f'/resources/?kind=VPC&name={name}', name)
    eye.take('resource')
    eye.open(f'{own}edit/')
    page.click('#hh-tab-fields')
    page.wait_for_selector('#hh-pane-fields [data-hh-path]')
    eye.settle()
    eye.take('fields')
    eye.open(f'{own}edit/')
    # The page opens with the tab that was looked at last.
    page.click('#hh-tab-yaml')
    text = page.input_value('#id_text')
    page.fill('#id_text', re.sub(r'vlan: (\d+)', 'vlan: 5000', text, count=1))
    page.wait_for_selector('#hh-check .hh-added')
    eye.take('editor')
    eye.show('resource-history', f'{own}history/')
    fabric = _fabric(eye).rstrip('/').split('/')[-1]
    eye.open(f'/resources/add/?kind=VPC&fabric={fabric}')
    page.wait_for_timeout(2000)
    eye.settle()
    eye.take('resource-add')


def going_back(eye: Camera) -> None:
    """A checkpoint, two objects that went and come back, and going back to a commit."""
    fabric = _fabric(eye)
    _press(eye, f'{fabric}checkpoints/', '_make_checkpoint')
    eye.until(f'{fabric}checkpoints/', row_of('/checkpoints/'))
    eye.take('checkpoints')
    eye.show('checkpoint-list', '/checkpoints/')
    eye.first('/checkpoints/')
    eye.take('checkpoint')
    for name in demo_git.vpcs()[-2:]:
        demo_git.remove(name)
    _press(eye, fabric, '_sync')
    gone = f'{fabric}removed/'
    eye.until(gone, 'tbody tr:nth-child(2) button[name=resource]')
    eye.take('removed')
    for _ in range(2):
        eye.open(gone)
        eye.click('button[name=resource]')
        eye.page.wait_for_timeout(5000)
    eye.show('history', f'{fabric}history/')
    eye.click('a[href*="/restore/?commit="] >> nth=2')
    eye.take('restore')


def looking(eye: Camera) -> None:
    """What is only looked at: lists, the fabric, single rows, and NetBox's dashboard."""
    fabric = _fabric(eye)
    for name, path in (
        ('overview', '/overview/'),
        ('fabrics', '/fabrics/'),
        ('fabric', fabric),
        ('fabric-edit', f'{fabric}edit/'),
        ('topology', f'{fabric}topology/'),
        ('health', f'{fabric}health/'),
        ('tab-resources', f'{fabric}resources/'),
        ('tab-operations', f'{fabric}operations/'),
        ('archive', f'{fabric}archive/'),
        ('resources', '/resources/'),
        ('switches', '/switches/'),
        ('operations', '/operations/'),
        ('repositories', '/repositories/'),
        ('help', '/help/hedgehogfabric/'),
    ):
        eye.show(name, path)
    repository = eye.first('/repositories/')
    eye.take('repository')
    eye.show('repository-edit', f'{repository}edit/')
    eye.show('webhook', f'{repository}webhook/')
    eye.first('/operations/?operation_type=file_ingestion')
    eye.take('operation')
    eye.open(f'{eye.address}/')
    eye.page.wait_for_timeout(1500)
    eye.take('widget')


def _fabric(eye: Camera) -> str:
    """The address of the demo's fabric."""
    eye.open('/fabrics/')
    href = eye.page.get_attribute('table.object-list tbody a:text-is("Lab")', 'href')
    return f'{eye.address}{href}'


def _publishing(eye: Camera, fabric: str, mode: str) -> None:
    eye.open(f'{fabric}edit/')
    eye.choose('publish_mode', mode)
    eye.click('button[name=_update]')


def _press(eye: Camera, address: str, button: str) -> None:
    eye.open(address)
    eye.click(f'button[name={button}]')
