"""What a page shows of a difference: every line of the files, and a headline for each of them."""

import difflib
import re

from django.test import SimpleTestCase
from django.utils.html import strip_tags

from netbox_hedgehog.ui.code import diff_lines, unified


def shown(diff: str) -> list[str]:
    return strip_tags(str(diff_lines(diff))).replace('&#x27;', "'").split('\n')


class DiffLinesTest(SimpleTestCase):
    def test_lines_that_look_like_headlines_are_shown(self) -> None:
        old = 'a: 1\n---\nb: 2\n-- c\n++ d\n'
        new = 'a: 1\n---\n--- e\nb: 3\n++ f\n'
        lines = shown(unified(old, new))
        for line in difflib.ndiff(old.splitlines(), new.splitlines()):
            if line[0] in '+-':
                self.assertIn(line[0] + line[2:], lines)

    def test_each_file_has_one_headline(self) -> None:
        diff = (
            'diff --git a/x.yaml b/x.yaml\n--- a/x.yaml\n+++ b/x.yaml\n@@ -1 +0,0 @@\n----\n'
            '\\ No newline at end of file\n--- /dev/null\n+++ b/y.yaml\n@@ -0,0 +1,2 @@\n'
            '+---\n++++ z\n'
            '--- a/gone.yaml\n+++ /dev/null\n@@ -1 +0,0 @@\n-x: 1\n'
        )
        lines = shown(diff)
        self.assertEqual(
            [line for line in lines if re.fullmatch(r'@@ [^-].* @@', line)],
            ['@@ x.yaml @@', '@@ y.yaml @@', '@@ gone.yaml @@'],
        )
        for line in ('----', '+---', '++++ z', '-x: 1', '\\ No newline at end of file'):
            self.assertIn(line, lines)
