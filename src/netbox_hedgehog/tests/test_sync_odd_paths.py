"""Paths that Git allows and hardly anything else: each is told of, and nothing waits for it."""

import subprocess
from typing import Any

from django.urls import reverse

from .git_case import BASE, GitCase, vpc

NOT_UTF8 = b'x\xff.yaml'
LINE_END = b'two\nlines.yaml'
DEEP = b'/'.join([b'd' * 200] * 18) + b'/deep.yaml'
MARKUP = '<img src=x onerror=alert(1)>\u202e.yaml'.encode()


class OddPathsTest(GitCase):
    def setUp(self) -> None:
        super().setUp()
        self.fabric = self.ready_fabric()
        self.client.force_login(self.alice)

    def import_files(self, files: dict[bytes, bytes]) -> None:
        """Commits what no careful tool would commit; git itself does."""
        lines = [b'commit refs/heads/main\ncommitter Pat <pat@example.com> now\ndata 3\nodd\n']
        lines.append(b'from refs/heads/main^0\n')
        for path, content in files.items():
            quoted = b''.join(b'\\%03o' % byte for byte in path)
            lines.append(b'M 100644 inline "%s"\ndata %d\n%s\n' % (quoted, len(content), content))
        self.fast_import(lines)

    def fast_import(self, lines: list[bytes]) -> None:
        command = ['git', '--git-dir', str(self.bare), 'fast-import', '--quiet', '--force']
        subprocess.run([*command, '--date-format=now'], input=b''.join(lines), check=True)

    def below(self, folder: str, names: dict[bytes, bytes]) -> dict[bytes, bytes]:
        return {f'{BASE}/{folder}/'.encode() + name: text for name, text in names.items()}

    def names(self) -> list[str]:
        return sorted(self.fabric.resources.values_list('name', flat=True))

    def synced(self) -> Any:
        operation = self.run_operation(self.fabric)
        # In part where a file is broken as well.
        self.assertIn(operation.status, ('completed', 'partially_completed'), operation.last_reason)
        return operation

    def test_in_managed(self) -> None:
        odd = {NOT_UTF8: 'a', LINE_END: 'b', DEEP: 'c', MARKUP: 'd'}
        files = {name: vpc(each) for name, each in odd.items()}
        self.import_files(self.below('managed/vpcs', {**files, b'good.yaml': vpc('good')}))
        self.told(self.synced())
        self.assertEqual(self.names(), ['d', 'good'])
        self.pages()

    def test_broken_and_in_managed(self) -> None:
        files = dict.fromkeys((NOT_UTF8, LINE_END, DEEP, MARKUP), b'kind: VPC\n\tbroken\n')
        self.import_files(self.below('managed/vpcs', {**files, b'good.yaml': vpc('good')}))
        self.told(self.synced())
        self.assertEqual(self.names(), ['good'])
        self.pages()

    def test_in_raw(self) -> None:
        odd = {NOT_UTF8: 'a', LINE_END: 'b', DEEP: 'c', MARKUP: 'd'}
        files = {name: vpc(each) for name, each in odd.items()}
        self.import_files(self.below('raw', {**files, b'good.yaml': vpc('good')}))
        self.told(self.synced())
        self.assertEqual(self.names(), ['d', 'good'])
        self.pages()

    def test_the_same_object_twice(self) -> None:
        files = dict.fromkeys((NOT_UTF8, LINE_END, DEEP, MARKUP), vpc('good'))
        self.import_files(self.below('managed/vpcs', {**files, b'good.yaml': vpc('good')}))
        self.synced()
        scan = self.run_operation(self.fabric, 'duplicate_scan')
        self.assertEqual(scan.status, 'completed', scan.last_error_message)
        self.pages()

    def test_an_author_and_a_message_that_are_not_utf8(self) -> None:
        made = self.person.push({f'{BASE}/managed/vpcs/one.yaml': vpc('one')})
        told = [b'commit refs/heads/main\nauthor J\xf6rg <j\xff@example.com> now\n']
        told.append(b'committer J\xf6rg <j\xff@example.com> now\ndata 4\n\xfc\xff\n\n')
        told.append(
            b'from %s\nM 100644 inline %s/managed/vpcs/two.yaml\n' % (made.encode(), BASE.encode())
        )
        told.append(b'data %d\n%s\n' % (len(vpc('two')), vpc('two')))
        self.fast_import(told)
        self.synced()
        self.assertEqual(self.names(), ['one', 'two'])
        self.pages()
        two = self.fabric.resources.get(name='two')
        history = reverse('plugins:netbox_hedgehog:hedgehogresource_history', args=[two.pk])
        self.assertContains(self.client.get(history), 'rg')

    def test_elsewhere(self) -> None:
        text = vpc('elsewhere')
        files = {b'odd/x\xff.yaml': text, f'{BASE}/.hnp/'.encode() + NOT_UTF8: text}
        for folder in ('templates', 'unmanaged', 'crds', 'raw/deeper'):
            files |= self.below(
                folder, dict.fromkeys((NOT_UTF8, LINE_END, NOT_UTF8 + b'.j2'), text)
            )
        self.import_files(self.below('managed/vpcs', {b'good.yaml': vpc('good')}) | files)
        self.synced()
        self.assertEqual(self.names(), ['good'])
        self.pages()
        render = self.run_operation(self.fabric, 'template_render')
        self.assertNotEqual(render.last_reason, 'InternalError', render.last_error_message)

    def told(self, operation: Any) -> None:
        codes = sorted(f['code'] for f in operation.findings if f['code'].startswith('Path'))
        self.assertEqual(codes, ['PathNotUtf8', 'PathRefused', 'PathRefused'])

    def pages(self) -> None:
        """Every page of the fabric, and every list, can be shown."""
        shown = [
            self.fabric.get_absolute_url(),
            *(
                reverse(f'plugins:netbox_hedgehog:hedgehogfabric_{tab}', args=[self.fabric.pk])
                for tab in ('files', 'history', 'resources')
            ),
            *(
                reverse(f'plugins:netbox_hedgehog:{model}_list')
                for model in ('hedgehogresource', 'syncoperation', 'yamlduplicategroup')
            ),
        ]
        api = reverse(
            'plugins-api:netbox_hedgehog-api:hedgehogfabric-detail', args=[self.fabric.pk]
        )
        shown += [f'{api}{part}/' for part in ('files', 'gitops-status', 'sync-health')]
        shown += [
            reverse('plugins:netbox_hedgehog:hedgehogfabric_check_files', args=[self.fabric.pk])
        ]
        for address in shown:
            with self.subTest(address=address):
                answer = self.client.get(address)
                self.assertEqual(answer.status_code, 200)
                if 'text/html' in answer['Content-Type']:
                    self.assertNotIn(b'<img src=x', answer.content)
