"""Files checked, archived and beside each other, and who made what; with a real Git server."""

from django.test import Client
from django.urls import reverse
from utilities.testing.query_counts import assert_expected_query_count

from netbox_hedgehog.models import ConflictResolution, HedgehogFabric, SyncOperation
from netbox_hedgehog.views import files

from .git_case import BASE, vpc
from .pages import a_waiting_worker, allow, strict_templates
from .test_sync_conflicts import ONE, TWO, ConflictCase

BOTH = 'managed/vpcs/both.yaml'


class PlacesCase(ConflictCase):
    model = HedgehogFabric
    query_count_model_label = 'fabricplaces'

    def setUp(self) -> None:
        super().setUp()
        self.client = Client()
        self.client.force_login(self.alice)

    def host_has_pages(self) -> None:
        """As if the server had pages of its commits; nothing is asked of it any more."""
        type(self.fabric.git_repository).objects.update(provider='github')

    def address(self, name: str, pk: int | None = None) -> str:
        return reverse(f'plugins:netbox_hedgehog:{name}', args=[pk or self.fabric.pk])

    def page(self, name: str, pk: int | None = None, htmx: bool = False, **query) -> str:
        headers = {'HX-Request': 'true'} if htmx else {}
        with strict_templates() as missing:
            response = self.client.get(self.address(name, pk), query, headers=headers)
        self.assertEqual(response.status_code, 200)
        self.assertEqual(missing, [])
        return response.content.decode()

    def file(self, below: str) -> str:
        return f'{self.address("hedgehogfabric_files")}?path={below.replace("/", "%2F")}'


class CheckPageTest(PlacesCase):
    def test_findings_lead_to_the_line_of_their_file(self) -> None:
        # The two VPCs have the same VLAN.
        self.person.push({TWO: None})
        self.run_operation(self.fabric)
        self.assertIn('Nothing is wrong', self.page('hedgehogfabric_check_files'))
        self.person.push({f'{BASE}/raw/broken.yaml': b'kind: VPC\nmetadata:\n  name: [three\n'})
        self.run_operation(self.fabric)
        before = SyncOperation.objects.count()
        part = self.page('hedgehogfabric_check_files', htmx=True)
        self.assertNotIn('<html', part)
        self.assertIn('The files have errors.', part)
        self.assertRegex(part, r'<a href="[^"]*\?path=raw%2Fbroken.yaml#L\d+">')
        self.assertEqual(SyncOperation.objects.count(), before)
        self.assertRegex(
            self.page('hedgehogfabric'), r'<a href="[^"]*\?path=raw%2Fbroken.yaml#L\d+">'
        )


class ArchivePageTest(PlacesCase):
    def setUp(self) -> None:
        super().setUp()
        drops = {f'{BASE}/raw/drop-{n:02}.yaml': vpc(f'three-{n}', 2000 + n) for n in range(12)}
        self.person.push(drops)
        self.run_operation(self.fabric)

    def test_all_originals_in_pages(self) -> None:
        shown = self.page('hedgehogfabric_archive', per_page=6)
        self.assertEqual(shown.count('name="original"'), 6)
        self.assertNotIn('raw/two.yaml', shown)
        part = self.page('hedgehogfabric_archive', htmx=True, per_page=6, page=2)
        self.assertNotIn('<html', part)
        self.assertIn('raw/two.yaml', part)
        with assert_expected_query_count(self, 'archive'):
            self.page('hedgehogfabric_archive')

    def test_the_fabrics_page_counts_them_and_leads_there(self) -> None:
        link = f'<a href="{self.address("hedgehogfabric_archive")}">13</a>'
        self.assertIn(link, self.page('hedgehogfabric'))

    def test_searched_by_name_and_linked_to_both_places(self) -> None:
        shown = self.page('hedgehogfabric_archive', q='DROP-01')
        self.assertIn(self.file('raw/drop-01.yaml.archived'), shown)
        self.assertIn(self.file('raw/drop-01.yaml'), shown)
        self.assertNotIn('drop-02', shown)

    def test_an_original_comes_back_from_there_for_whoever_may(self) -> None:
        self.assertIn(self.address('hedgehogfabric_restore'), self.page('hedgehogfabric_archive'))
        self.alice.is_superuser = False
        self.alice.save()
        allow(self.alice, HedgehogFabric, 'view')
        self.assertNotIn('mdi-restore', self.page('hedgehogfabric_archive'))

    def test_the_files_tab_shows_some_and_says_how_many_more(self) -> None:
        few = files.MAX_ORIGINALS
        self.addCleanup(setattr, files, 'MAX_ORIGINALS', few)
        files.MAX_ORIGINALS = 12
        shown = self.page('hedgehogfabric_files')
        self.assertRegex(shown, rf'<a href="{self.address("hedgehogfabric_archive")}">and one more')


class RemovedPageTest(PlacesCase):
    def setUp(self) -> None:
        super().setUp()
        self.person.push({f'{BASE}/managed/vpcs/one.yaml': None}, 'Clean up')
        self.run_operation(self.fabric)

    def test_who_removed_what_and_where_it_lay(self) -> None:
        shown = self.page('hedgehogfabric_removed')
        for told in ('VPC/one', 'Clean up', 'managed/vpcs/one.yaml', 'Pat'):
            self.assertIn(told, shown)
        self.assertNotIn('VPC/two', shown)
        self.row('two').delete()
        self.run_operation(self.fabric)
        made_by = SyncOperation.objects.get(commit_sha=self.person.pull())
        self.assertIn(made_by.get_absolute_url(), self.page('hedgehogfabric_removed'))
        self.assertNotIn('VPC/one', self.page('hedgehogfabric_removed', q='VPC/two'))
        self.assertIn('VPC/one', self.page('hedgehogfabric_removed', q='clean UP'))
        part = self.page('hedgehogfabric_removed', htmx=True)
        self.assertNotIn('<html', part)
        self.assertIn('VPC/one', part)
        with assert_expected_query_count(self, 'removed'):
            self.page('hedgehogfabric_removed')

    def test_only_whoever_may_push_brings_back(self) -> None:
        self.alice.is_superuser = False
        self.alice.save()
        allow(self.alice, HedgehogFabric, 'view')
        shown = self.page('hedgehogfabric_removed')
        self.assertIn('VPC/one', shown)
        self.assertNotIn('mdi-restore', shown)


class ResourcePlaceTest(PlacesCase):
    def test_the_file_its_neighbours_and_its_commit_are_links(self) -> None:
        self.host_has_pages()
        row = self.row('one')
        shown = self.page('hedgehogresource', row.pk)
        panel = shown.split('In the same folder')[1].split('</tr>')[0]
        self.assertIn(f'<a href="{self.file("managed/vpcs/one.yaml")}"', shown)
        self.assertIn(self.row('two').get_absolute_url(), panel)
        self.assertNotIn(row.get_absolute_url(), panel)
        self.assertIn(f'/commit/{row.sync_state.desired_commit}"', shown)

    def test_of_many_neighbours_the_nearest_are_named(self) -> None:
        many = b'---\n'.join(vpc(f'many-{number:02}') for number in range(25))
        self.person.push({f'{BASE}/raw/many.yaml': many})
        self.run_operation(self.fabric)
        shown = self.page('hedgehogresource', self.row('many-12').pk)
        panel = shown.split('In the same folder')[1].split('</tr>')[0]
        self.assertEqual(panel.count('/plugins/hedgehog/resources/'), 10)
        self.assertIn('and 16 more', panel)
        for near in ('many-07', 'many-17'):
            self.assertIn(f'>VPC/{near}<', panel)

    def test_several_documents_of_a_file_are_told_with_the_line_of_each(self) -> None:
        self.fabric.keep_layout = True
        self.fabric.save()
        text = b'# both\n' + vpc('three') + b'---\n' + vpc('four')
        self.person.push({f'{BASE}/{BOTH}': text})
        self.run_operation(self.fabric)
        shown = self.page('hedgehogresource', self.row('four').pk)
        self.assertIn(f'<a href="{self.file(BOTH)}#L13"', shown)
        panel = shown.split('In the same file')[1].split('</tr>')[0]
        self.assertIn(self.row('three').get_absolute_url(), panel)

    def test_a_resource_page_asks_the_database_little(self) -> None:
        row = self.row('one')
        self.page('hedgehogresource', row.pk)
        with assert_expected_query_count(self, 'resource'):
            self.page('hedgehogresource', row.pk)

    def test_blame_leads_to_the_line_now(self) -> None:
        row = self.row('one')
        shown = self.page('hedgehogresource_history', row.pk)
        lines = self.person.files()[ONE].decode().split('\n')
        number = next(at for at, line in enumerate(lines, 1) if line.strip().startswith('vlan:'))
        self.assertIn(
            f'<a href="{self.file("managed/vpcs/one.yaml")}#L{number}">{number}</a>', shown
        )


class ClashMakersTest(PlacesCase):
    VLAN, SUBNET = 'spec.subnets.default.vlan', 'spec.subnets.default.subnet'

    def setUp(self) -> None:
        super().setUp()
        row = self.row('one')
        subnets = {'default': {'subnet': '10.0.2.0/24', 'vlan': 2001}}
        self.edit(row, draft_spec={**row.desired_spec, 'subnets': subnets})
        self.in_git(ONE, b'vlan: 1001', b'vlan: 3001')
        self.first = self.person.pull()
        self.in_git(ONE, b'10.0.1.0/24', b'10.0.3.0/24')
        self.second = self.person.pull()
        self.person.push({f'{BASE}/raw/other.yaml': vpc('other')})
        self.run_operation(self.fabric)
        self.conflict = ConflictResolution.objects.get()
        self.host_has_pages()

    def cells(self) -> dict[str, list[str]]:
        shown = self.page('conflictresolution_resolve', self.conflict.pk)
        table = shown.split('Field by field')[1].split('</tbody>')[0]
        rows = [row.split('<td') for row in table.split('<tr>')[2:]]
        return {row[1].split('>')[1].split('<')[0]: row[2:5] for row in rows}

    def test_each_field_names_its_own_commit_and_the_drafts_user(self) -> None:
        cells = self.cells()
        self.assertEqual(set(cells), {self.VLAN, self.SUBNET})
        for field, commit in ((self.VLAN, self.first), (self.SUBNET, self.second)):
            base, git, gui = cells[field]
            self.assertIn(f'/commit/{commit}"', git)
            self.assertIn('Pat', git)
            self.assertIn('alice', gui.lower())
            self.assertNotIn('Pat', base)

    def test_without_the_history_the_page_says_what_the_conflict_knows(self) -> None:
        ConflictResolution.objects.update(base_commit='feed' * 10)
        _base, git, _gui = self.cells()[self.VLAN]
        self.assertIn('Pat', git)
        self.assertIn(self.conflict.provenance['git']['commit'][:12], git)

    def test_the_page_asks_the_database_little(self) -> None:
        self.cells()
        with assert_expected_query_count(self, 'decide'):
            self.cells()

    def test_a_decision_still_works_from_there(self) -> None:
        seen = self.client.get(self.address('conflictresolution_resolve', self.conflict.pk))
        with a_waiting_worker():
            self.client.post(
                self.address('conflictresolution_resolve', self.conflict.pk),
                {'seen': seen.context['seen'], 'strategy': 'git_wins'},
            )
        self.conflict.refresh_from_db()
        self.assertNotEqual(self.conflict.resolution_status, 'pending')
