"""A branch merged in NetBox, with files moved on either side, and a manifest both changed."""

from .git_case import BASE
from .test_sync_conflicts import ONE, TWO
from .test_sync_pull_requests import ReviewCase


class MovedFilesTest(ReviewCase):
    def test_moves_and_removals_arrive_and_settings_stand(self) -> None:
        self.fabric.publish_mode = 'direct'
        self.fabric.save()
        feature = self.on('feature')
        feature.store.push(self.remote, 'feature', feature.store.fetch(self.remote, 'main'), None)
        manifest, moved = f'{BASE}/.hnp/manifest.yaml', f'{BASE}/managed/mine/two.yaml'
        files = feature.files()
        policy = files[manifest].replace(b'hold_document', b'hold_file')
        feature.push({ONE: None, TWO: None, moved: files[TWO], manifest: policy})
        elsewhere = f'{BASE}/managed/mine/one.yaml'
        strategy = files[manifest].replace(b'rename_with_extension', b'keep_in_place')
        two = files[TWO].replace(b'10.0.1.0/24', b'10.0.9.0/24')
        self.person.push({ONE: None, elsewhere: files[ONE], TWO: two, manifest: strategy})
        operation = self.sync('branch_merge', options={'branch': 'feature'})
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        now = self.person.files()
        self.assertFalse({ONE, TWO, elsewhere} & set(now))
        self.assertIn(b'10.0.9.0/24', now[moved])
        self.assertEqual(now[manifest], strategy)
        (told,) = [f for f in operation.findings if f['code'] == 'SettingsKept']
        self.assertIn('bad_document_policy', told['message'])
        self.assertEqual(self.row('two').sync_state.managed_file_path, moved)
