"""A fabric's directory over REST, on a real repository: laid out, looked at, filled and checked."""

from netbox_hedgehog.models import Checkpoint, GitRepository, HedgehogFabric, SyncOperation
from netbox_hedgehog.sync.stores import remake_store

from .git_case import BASE as FOLDER
from .git_case import vpc
from .pages import allow
from .test_api_versions import VersionsCase

BAD = b'apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata: {}\nspec: {}\n'
NAMESPACE = b"""apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata:
  name: default
spec:
  subnets:
    - 10.0.0.0/16
"""


class InitialiseTest(VersionsCase):
    def initialise(self, **asked):
        return self.ask('gitops-directories/initialize', **asked)

    def test_written_anew_with_words_of_ones_own(self) -> None:
        self.worker()
        readme = f'{FOLDER}/README.md'
        self.person.push({readme: b'mine\n'})
        self.run_operation(self.fabric)
        before = self.synced()
        message = 'Begin again\n\nAs agreed.'
        done = self.done(self.initialise(force_recreate=True, initial_commit_message=message))
        self.assertEqual(done.status, 'completed', done.last_error_message)
        self.assertEqual(self.person.log()[0].subject, 'Begin again')
        self.assertNotEqual(self.person.files()[readme], b'mine\n')
        kept = Checkpoint.objects.get(reason='manual')
        self.assertEqual((kept.commit, kept.fabric), (before, self.fabric))
        result = self.get(f'sync-operations/{done.pk}').data['result']
        self.assertEqual(result['backup_location'], before)
        self.assertEqual(result['commit_info']['commit_sha'], done.commit_sha)
        self.assertGreater(result['timing']['duration_seconds'], 0)

    def test_without_a_backup_no_checkpoint_is_kept(self) -> None:
        self.worker()
        self.done(self.initialise(force_recreate=True, backup_existing=False))
        self.assertFalse(Checkpoint.objects.filter(reason='manual').exists())

    def test_existing_files_go_where_they_are_told(self) -> None:
        self.worker()
        for asked, place in (
            ('archive', f'{FOLDER.replace("lab", "b")}/.hnp/archive/old.yaml'),
            ('backup_only', f'{FOLDER.replace("lab", "c")}/old.yaml'),
            ('organize', f'{FOLDER.replace("lab", "d")}/managed/vpcs/old.yaml'),
        ):
            base = place.split('/gitops')[0] + '/gitops'
            self.person.push({f'{base}/old.yaml': vpc('old')})
            fabric = self.make_fabric(
                name=base.split('/')[1], git_repository=self.fabric.git_repository
            )
            response = self.post(
                f'fabrics/{fabric.pk}/gitops-directories/initialize', existing_files=asked
            )
            self.fabric, first = fabric, self.fabric
            done = self.done(response)
            self.assertEqual(done.status, 'completed', done.last_error_message)
            self.assertIn(place, self.person.files(), asked)
            folders = self.get(f'sync-operations/{done.pk}').data['result']['directories_created']
            self.assertIn(f'{base}/templates', folders)
            self.fabric = first

    def test_a_dry_run_tells_and_does_nothing(self) -> None:
        self.worker()
        fabric = self.make_fabric(name='dry', git_repository=self.fabric.git_repository)
        head = self.person.pull()
        response = self.post(f'fabrics/{fabric.pk}/gitops-directories/initialize', commit=False)
        self.fabric = fabric
        done = self.done(response)
        self.assertEqual((done.status, self.person.pull()), ('completed', head))
        paths = {change['path'] for change in done.plan['changes']}
        self.assertIn('fabrics/dry/gitops/.hnp/manifest.yaml', paths)
        fabric.refresh_from_db()
        self.assertFalse(fabric.gitops_initialized)

    def test_what_cannot_be_asked_for(self) -> None:
        self.worker()
        for asked in (
            {'create_readme_files': False},
            {'structure_template': 'mine'},
            {'existing_files': ['x']},
            {'nonsense': 1},
        ):
            response = self.initialise(**asked)
            self.assertEqual(response.status_code, 400, asked)
            self.assertEqual(response.data['error_code'], 'VALIDATION_FAILED')
            self.assertTrue(response.data['details']['field_errors'], asked)

    def test_no_worker(self) -> None:
        self.refused(self.initialise(force_recreate=True), 503, 'NoWorker')
        self.assertFalse(Checkpoint.objects.filter(reason='manual').exists())


class IngestTest(VersionsCase):
    def ingest(self, **asked):
        return self.ask('gitops-directories/ingest', **asked)

    def drop(self, **files: bytes) -> None:
        self.person.push({f'{FOLDER}/raw/{n.replace("_", ".")}': t for n, t in files.items()})

    def test_patterns_choose_files_and_the_others_wait(self) -> None:
        self.worker()
        self.drop(a_yaml=vpc('a'), b_yml=vpc('b'))
        done = self.done(self.ingest(file_patterns=['a.*'], commit_message='Only a'))
        self.assertEqual(done.status, 'completed', done.last_error_message)
        self.assertEqual(self.person.log()[0].subject, 'Only a')
        files = self.person.files(FOLDER)
        self.assertIn(f'{FOLDER}/managed/vpcs/a.yaml', files)
        self.assertNotIn(f'{FOLDER}/managed/vpcs/b.yaml', files)
        self.assertEqual(files[f'{FOLDER}/raw/b.yml'], vpc('b'))

    def test_results_name_files_objects_and_errors(self) -> None:
        self.worker()
        self.drop(a_yaml=vpc('a') + b'---\n' + BAD)
        done = self.done(self.ingest())
        shown = self.get(f'sync-operations/{done.pk}').data
        result = shown['result']
        self.assertEqual(result['summary']['documents_ingested'], 1)
        self.assertEqual(result['summary']['documents_held'], 1)
        self.assertEqual(result['summary']['files_errored'], 1)
        made = [each['target_file'] for each in result['results']['processed_files']]
        self.assertIn(f'{FOLDER}/managed/vpcs/a.yaml', made)
        (error,) = result['results']['errored_files']
        self.assertEqual(error['source_file'], f'{FOLDER}/raw/a.yaml')
        self.assertGreater(error['line'], 10)
        self.assertEqual(error['document_index'], 1)
        self.assertEqual(shown['errors'][0]['file'], f'{FOLDER}/raw/a.yaml')

    def test_strict_holds_the_whole_file(self) -> None:
        self.worker()
        self.drop(a_yaml=vpc('a') + b'---\n' + BAD)
        manifest = self.person.files()[f'{FOLDER}/.hnp/manifest.yaml']
        self.done(self.ingest(validation_strict=True))
        files = self.person.files(FOLDER)
        self.assertNotIn(f'{FOLDER}/managed/vpcs/a.yaml', files)
        # For this once only: the fabric's own rule stands.
        self.assertEqual(files[f'{FOLDER}/.hnp/manifest.yaml'], manifest)
        self.fabric.refresh_from_db()
        self.assertEqual(self.fabric.bad_document_policy, 'hold_document')

    def test_files_may_stay_in_their_places(self) -> None:
        self.worker()
        self.drop(a_yaml=vpc('a'))
        self.done(self.ingest(archive_processed=False))
        files = self.person.files(FOLDER)
        self.assertIn(f'{FOLDER}/managed/vpcs/a.yaml', files)
        self.assertEqual(files[f'{FOLDER}/raw/a.yaml'], vpc('a'))

    def test_auto_commit_off_tells_only(self) -> None:
        self.worker()
        self.drop(a_yaml=vpc('a'))
        head = self.person.pull()
        done = self.done(self.ingest(auto_commit=False))
        self.assertEqual(self.person.pull(), head)
        self.assertIn('vpcs/a.yaml', str(done.plan['changes']))

    def test_refusals(self) -> None:
        self.worker()
        self.assertEqual(self.ingest(bad_documents='eat').status_code, 400)
        both = self.ingest(validation_strict=True, bad_documents='hold_document')
        self.assertEqual(both.status_code, 400)
        HedgehogFabric.objects.update(gitops_initialized=False)
        self.refused(self.ingest(), 409, 'DirectoryNotInitialized')


class CheckDirectoryTest(VersionsCase):
    def look(self):
        return self.get(f'fabrics/{self.fabric.pk}/gitops-directories/validate')

    def test_a_good_directory(self) -> None:
        state = self.fabric.git_repository.state
        state.connection_status = 'connected'
        state.save()
        found = self.look().data
        self.assertEqual((found['structure_valid'], found['health_score']), (True, 100))
        self.assertEqual(found['checked_commit'], self.synced())
        self.assertEqual((found['issues'], found['recommendations']), ([], []))
        self.assertEqual(found['repository_info']['url'], self.url)
        managed = found['directories']['managed']
        self.assertEqual((managed['exists'], managed['file_count']), (True, 2))
        self.assertEqual(managed['subdirectories']['vpcs'], 2)
        self.assertIsNotNone(managed['last_sync'])

    def test_what_is_missing_is_said_with_what_to_do(self) -> None:
        self.person.push({f'{FOLDER}/.hnp/manifest.yaml': b'a: [', f'{FOLDER}/README.md': None})
        GitRepository.objects.get().state.__class__.objects.update(
            connection_status='failed', validation_error='refused'
        )
        # The copy follows the branch, the synchronisation would repair it.
        head = self.person.pull()
        from netbox_hedgehog.sync.load import open_remote
        from netbox_hedgehog.sync.stores import open_store

        open_store(self.fabric.git_repository).fetch(
            open_remote(self.fabric.git_repository), 'main'
        )
        self.fabric.sync_state.__class__.objects.update(last_synced_commit=head)
        found = self.look().data
        self.assertIs(found['structure_valid'], False)
        failed = {check['name'] for check in found['checks'] if check['passed'] is False}
        self.assertEqual(failed, {'connection', 'structure', 'manifest'})
        self.assertEqual(len(found['issues']), 3)
        self.assertTrue(any('README.md' in issue for issue in found['issues']))
        self.assertEqual(found['health_score'], 40)
        self.assertEqual(len(found['recommendations']), 3)

    def test_what_nobody_knows_is_null(self) -> None:
        remake_store(self.fabric.git_repository)
        found = self.look().data
        self.assertIsNone(found['structure_valid'])
        self.assertIsNone(found['checked_commit'])
        self.assertIsNone(found['directories']['raw']['file_count'])
        self.assertEqual(found['health_score'], 100)

    def test_the_repository_is_told_to_those_who_may_see_it(self) -> None:
        self.alice.is_superuser = False
        self.alice.save()
        allow(self.alice, HedgehogFabric, 'view')
        self.assertIsNone(self.look().data['repository_info'])
        allow(self.alice, GitRepository, 'view')
        self.assertEqual(self.look().data['repository_info']['branch'], 'main')


class CheckFilesTest(VersionsCase):
    def setUp(self) -> None:
        super().setUp()
        # A fabric without errors: what the two VPCs refer to, and a subnet for each.
        two = vpc('two', vlan=1002).replace(b'10.0.1.0', b'10.0.2.0')
        namespaces = f'{FOLDER}/managed/ipv4namespaces/default.yaml'
        self.person.push({namespaces: NAMESPACE, f'{FOLDER}/managed/vpcs/two.yaml': two})
        self.run_operation(self.fabric)

    def errors(self, found) -> set[tuple[str, str]]:
        listed = found['findings']
        return {(e['file'], e['code']) for e in listed if e['severity'] == 'error'}

    def check(self, **asked):
        return self.ask('validate', **asked)

    def test_the_head_paths_and_an_earlier_commit(self) -> None:
        good, one = self.synced(), f'{FOLDER}/managed/vpcs/one.yaml'
        found = self.check().data
        self.assertEqual((self.errors(found), found['valid'], found['commit']), (set(), True, good))
        self.assertEqual((found['objects'], found['files']), (3, 3))
        self.person.push({one: vpc('one', vlan=99999)})
        self.run_operation(self.fabric)
        found = self.check().data
        self.assertIs(found['valid'], False)
        error = next(each for each in found['findings'] if each['severity'] == 'error')
        self.assertEqual((error['file'], error['line'], error['document']), (one, 10, 0))
        self.assertGreater(error['column'], 1)
        self.assertIn('VPC/default/one', error['resource'])
        self.assertIn('vlan', error['field'])
        self.assertIs(self.check(paths=['managed/vpcs/two.yaml']).data['valid'], True)
        self.assertIs(self.check(paths=['managed/vpcs']).data['valid'], False)
        self.assertIs(self.check(at=good).data['valid'], True)

    def test_texts_nobody_has_written(self) -> None:
        head = self.person.pull()
        texts = {'managed/vpcs/one.yaml': vpc('one', vlan=99999).decode()}
        found = self.check(texts=texts).data
        self.assertEqual((found['valid'], found['files'], found['objects']), (False, 1, 1))
        broken = self.check(texts={'raw/three.yaml': 'a: ['}).data
        (error,) = broken['findings']
        self.assertEqual(error['file'], f'{FOLDER}/raw/three.yaml')
        three = vpc('three', vlan=1003).replace(b'10.0.1.0', b'10.0.3.0').decode()
        self.assertEqual(self.check(texts={'raw/three.yaml': three}).data['findings'], [])
        # Judged beside the files that are in Git: a subnet of another VPC is taken.
        taken = three.replace('10.0.3.0', '10.0.2.0')
        found = self.check(texts={'raw/three.yaml': taken}).data
        self.assertIs(found['valid'], False)
        self.assertEqual({each['file'] for each in found['findings']}, {f'{FOLDER}/raw/three.yaml'})
        self.assertEqual(self.person.pull(), head)

    def test_an_expected_structure(self) -> None:
        found = self.check(structure=['raw/', 'managed/vpcs/', 'managed/nothing/', 'x.yaml']).data
        missing = [each for each in found['findings'] if each['code'] == 'StructureIncomplete']
        self.assertEqual(
            {each['file'] for each in missing}, {f'{FOLDER}/managed/nothing', f'{FOLDER}/x.yaml'}
        )
        self.assertTrue(all(each['suggestion'] for each in missing))

    def test_refusals(self) -> None:
        self.refused(self.check(at='f' * 40), 404, 'CommitUnknown')
        self.refused(self.check(paths=['../../../etc/passwd']), 422, 'PathRefused')
        self.refused(self.check(texts={'/etc/passwd': ''}), 422, 'PathRefused')
        for bad in ({'at': 'main'}, {'paths': 'x'}, {'texts': {}, 'paths': []}, {'text': ''}):
            self.assertEqual(self.check(**bad).status_code, 400, bad)
        remake_store(self.fabric.git_repository)
        self.refused(self.check(), 503, 'NotFetched')

    def test_whoever_sees_the_fabric_may_ask(self) -> None:
        self.alice.is_superuser = False
        self.alice.save()
        self.assertEqual(self.check().status_code, 403)
        allow(self.alice, HedgehogFabric, 'view', name='Another')
        self.assertEqual(self.check().status_code, 404)
        allow(self.alice, HedgehogFabric, 'view')
        self.assertEqual(self.check().status_code, 200)
        self.assertFalse(SyncOperation.objects.filter(status='pending').exists())
