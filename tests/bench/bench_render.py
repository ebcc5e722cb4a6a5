"""Measures rendering: a thousand templates, ten thousand objects, and what a change costs then.

    python -m tests.bench.bench_render

Run by `./test bench`. The command is measured as a person meets it, like everything in
`bench_engine.py`.
"""

import sys
import tempfile
from pathlib import Path

import pytest

from hedgehog_gitops.git import GitStore, NewBlob
from hedgehog_gitops.workflows import commit_plan, plan_onboarding

from .bench_engine import (
    AUTHORSHIP,
    BRANCH,
    LAB,
    LARGE,
    OPERATION,
    Figure,
    Spent,
    command,
    commit_of,
    figure,
    on_a_copy,
    place,
    table,
)

PER_TEMPLATE = 10
TEMPLATES = max(LARGE // PER_TEMPLATE, 1)
TEMPLATE = """\
{{# hedgehog-template
variables:
  first: {{type: integer, default: {first}}}
  profiles: mapping
#}}
{{% for number in range(first, first + {count}) %}}
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata:
  name: server-{{{{ '%05d' | format(number) }}}}
  labels:
    rack: "{{{{ number // 40 }}}}"
spec:
  # as planned
  description: rack {{{{ number // 40 }}}} unit {{{{ number % 40 }}}}
  profile: {{{{ profiles.{profile} | to_yaml }}}}
{{% endfor %}}
"""
VARIABLES = 'profiles: {even: %s, odd: "2"}\n'


def measure(folder: Path) -> list[Figure]:
    plain = with_templates(folder / 'plain.git')
    done = with_templates(folder / 'done.git')
    assert render(done).megabytes
    store = GitStore(done)
    head = commit_of(store)
    one = store.commit(
        head, {name(5): NewBlob(text(5).replace(b'planned', b'built'))}, 'One', AUTHORSHIP, 'refs/x'
    )
    variable = LAB.path('templates/vars.yaml')
    half = store.commit(
        head, {variable: NewBlob((VARIABLES % '"3"').encode())}, 'Half', AUTHORSHIP, 'refs/y'
    )
    what = f'render {TEMPLATES:,} templates'
    return [
        figure(f'{what}, {LARGE:,} new objects, one commit', lambda: on_a_copy(plain, render)),
        figure('the same again, nothing changed', lambda: render(done)),
        figure('one template changed', lambda: on_a_copy(done, render, one)),
        figure(
            'a variable changed that every second one uses', lambda: on_a_copy(done, render, half)
        ),
    ]


def render(repository: Path) -> Spent:
    return command('render', *place(repository))


def name(number: int) -> str:
    return LAB.path(f'templates/rack-{number:04d}.yaml.j2')


def text(number: int) -> bytes:
    profile = 'odd' if number % 2 else 'even'
    first = number * PER_TEMPLATE
    return TEMPLATE.format(first=first, count=PER_TEMPLATE, profile=profile).encode()


def with_templates(path: Path) -> Path:
    """A fabric with its templates, and nothing rendered yet."""
    store = GitStore.create(path)
    plan = plan_onboarding(store, None, LAB, OPERATION)
    first = commit_plan(store, plan, None, AUTHORSHIP, BRANCH)
    files = {name(number): NewBlob(text(number)) for number in range(TEMPLATES)}
    files[LAB.path('templates/vars.yaml')] = NewBlob((VARIABLES % '"1"').encode())
    store.commit(first, files, 'Templates', AUTHORSHIP, BRANCH)
    return path


def test_figures_of_rendering(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What `./test bench` collects; it fails only when something does not work."""
    figures = measure(tmp_path)
    with capsys.disabled():
        print(f'\n{table(figures)}')


def main() -> None:
    with tempfile.TemporaryDirectory(prefix='hedgehog-bench-') as folder:
        print(table(measure(Path(folder))), file=sys.stdout)


if __name__ == '__main__':
    main()
