"""A push by a person gets a check run with marks in the files; by a plain token, a status."""

from django.conf import settings

from hedgehog_gitops.testing.faults import Fault
from hedgehog_gitops.testing.github import Grant
from netbox_hedgehog.models import SyncOperation

from .git_case import BASE, PASSWORD, GitCase, GitTransactionCase, vpc
from .github_case import GitHubCase, Receiver

ONE = f'{BASE}/managed/vpcs/one.yaml'
BAD = vpc('one').replace(b'vlan: 1001', b'vlan: twelve').replace(b'ipv4Namespace', b'ipv5Namespace')


class ReportTest(GitHubCase, GitCase):
    def setUp(self) -> None:
        super().setUp()
        self.github.grants[PASSWORD] = Grant('hedgehog[bot]', is_app=True)
        repository = self.make_repository(report_findings=True)
        self.fabric = self.ready_fabric(git_repository=repository)

    def pushed(self, files: dict, trigger: str = 'webhook') -> SyncOperation:
        self.commit = self.person.push(files)
        return self.run_operation(self.fabric, user=None, trigger_type=trigger)

    def test_a_good_push_passes(self) -> None:
        operation = self.pushed({ONE: vpc('one')})
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        (run,) = self.hosted.check_runs
        self.assertEqual((run.commit, run.name), (self.commit, 'Hedgehog: Lab'))
        self.assertEqual(run.external_id, str(operation.operation_id))
        self.assertEqual(run.conclusion, 'success', run.summary)
        self.assertEqual(operation.api_calls_made, 1)

    def test_it_links_to_the_operation_where_the_address_of_netbox_is_known(self) -> None:
        config = settings.PLUGINS_CONFIG
        plugin = {**config['netbox_hedgehog'], 'netbox_url': 'https://netbox.example.com'}
        with self.settings(PLUGINS_CONFIG={**config, 'netbox_hedgehog': plugin}):
            operation = self.pushed({ONE: vpc('one')})
            self.github.grants[PASSWORD] = Grant('pat')
            second = self.pushed({ONE: vpc('one', 1002)})
        (run,), (status,) = self.hosted.check_runs, self.hosted.statuses
        for address, made in ((run.details_url, operation), (status.target_url, second)):
            self.assertEqual(address, f'https://netbox.example.com{made.get_absolute_url()}')

    def test_a_bad_push_is_marked_line_by_line(self) -> None:
        self.pushed({ONE: BAD})
        (run,) = self.hosted.check_runs
        self.assertEqual((run.commit, run.conclusion), (self.commit, 'failure'))
        marks = {(mark['title'], mark['start_line']): mark for mark in run.annotations}
        self.assertEqual(marks['WrongType', 10]['annotation_level'], 'failure')
        self.assertEqual(marks['UnknownField', 6]['path'], ONE)
        self.assertRegex(run.title, r'^\d+ errors?')

    def test_it_is_about_the_pushed_commit_not_about_the_one_that_took_it_in(self) -> None:
        operation = self.pushed({f'{BASE}/raw/x.yaml': BAD})
        self.assertNotEqual(operation.commit_sha, '')
        (run,) = self.hosted.check_runs
        self.assertEqual(run.commit, self.commit)
        self.assertIn(f'{BASE}/raw/x.yaml', {mark['path'] for mark in run.annotations})

    def test_a_token_of_a_person_leaves_a_status(self) -> None:
        self.github.grants[PASSWORD] = Grant('pat')
        self.pushed({ONE: BAD}, 'scheduled')
        self.assertFalse(self.hosted.check_runs)
        (status,) = self.hosted.statuses
        self.assertEqual((status.commit, status.state), (self.commit, 'failure'))
        self.assertEqual(status.context, 'Hedgehog: Lab')

    def test_our_own_commits_and_quiet_runs_are_not_reported(self) -> None:
        self.pushed({ONE: vpc('one')})
        self.run_operation(self.fabric, user=None, trigger_type='webhook')
        row = self.fabric.resources.get()
        self.edit(row, draft_spec={**row.desired_spec, 'vrf': 'red'})
        self.run_operation(self.fabric, trigger_type='automatic')
        self.assertIn(b'vrf: red', self.person.files()[ONE])
        self.run_operation(self.fabric, user=None, trigger_type='scheduled')
        self.assertEqual(len(self.hosted.check_runs), 1)

    def test_what_a_person_asked_for_is_not_reported(self) -> None:
        self.pushed({ONE: vpc('one')}, 'cli')
        self.assertFalse(self.hosted.check_runs)

    def test_it_is_off_unless_it_is_wanted(self) -> None:
        repository = self.fabric.git_repository
        repository.report_findings = False
        repository.save()
        operation = self.pushed({ONE: vpc('one')})
        self.assertIsNone(operation.api_calls_made)
        self.assertFalse(self.hosted.check_runs)

    def test_a_host_that_is_out_of_order_harms_nothing(self) -> None:
        for fault in (Fault('/api/', status=502), Fault('/api/', drop='after')):
            self.server.add(fault)
            with self.assertLogs('netbox_hedgehog.tests', 'WARNING') as logged:
                operation = self.pushed({ONE: vpc('one', vlan=1000 + len(self.person.log()))})
            self.assertEqual(operation.status, 'completed')
            self.assertIn('The findings could not be reported', ''.join(logged.output))


class DeliveredTest(GitHubCase, GitTransactionCase):
    """The whole way: registered at the host, pushed, delivered, synchronised, reported."""

    def test_a_push_of_a_person_comes_back_as_a_check_run(self) -> None:
        self.github.grants[PASSWORD] = Grant('hedgehog[bot]', is_app=True)
        repository = self.make_repository(report_findings=True)
        fabric = self.ready_fabric(git_repository=repository)
        self.client.force_login(self.alice)
        path = f'/api/plugins/hedgehog/git-repositories/{repository.pk}/register-webhook/'
        with Receiver() as receiver:
            answer = self.client.post(path, HTTP_HOST=receiver.address)
            self.assertEqual(answer.status_code, 200, answer.content)
            self.assertEqual(answer.json()['webhook_url'], self.hosted.hooks[0].url)
            commit = self.person.push({ONE: BAD})
            self.github.deliveries.settle()
            for headers, body, target in receiver.taken:
                self.client.post(
                    target, body, content_type='application/json', headers=dict(headers)
                )
        self.run_jobs()
        operation = fabric.sync_operations.order_by('pk').last()
        self.assertEqual(operation.trigger_type, 'webhook')
        self.assertIn(operation.status, ('completed', 'partially_completed'))
        (run,) = self.hosted.check_runs
        self.assertEqual((run.commit, run.conclusion), (commit, 'failure'))
        self.assertTrue(run.annotations)
