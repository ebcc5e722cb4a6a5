"""Rendering, case by case: every folder of tests/rendering is a folder before and what comes of it.

<case>/before/         files of the fabric's folder; templates/ and managed/ among them
<case>/expected/       the files that are there afterwards and were not, or not so
<case>/expected.json   counts, codes of findings, conflicts; `gone` are files that go; under
                       `given` what is asked for
"""

import json
from pathlib import Path
from typing import Any

import pytest

from hedgehog_gitops.plans import ClashRule
from hedgehog_gitops.templates import Follow, RenderPolicy
from hedgehog_gitops.workflows import Render, commit_plan, plan_onboarding, plan_render

from ..workshop import AUTHORSHIP, BASE, LAB, OPERATION, Workshop

FOLDER = Path(__file__).parents[2] / 'rendering'
CASES = sorted(case.name for case in FOLDER.iterdir() if case.is_dir())


@pytest.mark.parametrize('name', CASES)
def test_case(name: str, workshop: Workshop) -> None:
    case = json.loads((FOLDER / name / 'expected.json').read_text())
    workshop.commit({'README': 'x'})
    head = workshop.head()
    laid_out = plan_onboarding(workshop.store, head, LAB, OPERATION)
    workshop.git(
        'reset', '--quiet', '--hard', str(commit_plan(workshop.store, laid_out, head, AUTHORSHIP))
    )
    before = files(FOLDER / name / 'before')
    workshop.commit({f'{BASE}/{path}': data for path, data in before.items()})
    listed = {path: workshop.show(path) for path in workshop.files()}
    asked = asked_for(case.get('given', {}))
    head = workshop.head()
    made = plan_render(workshop.store, head, LAB, asked, OPERATION)
    assert {
        'counts': {key: count for key, count in made.plan.counts.items() if count},
        'findings': [f'{found.code} {found.line or ""}'.strip() for found in made.plan.findings],
        'conflicts': [f'{c.resource.name}: {", ".join(c.fields)}' for c in made.plan.conflicts],
    } == {key: case.get(key, default) for key, default in
          (('counts', {}), ('findings', []), ('conflicts', []))}  # fmt: skip
    commit = commit_plan(workshop.store, made.plan, head, AUTHORSHIP)
    after = {path: workshop.show(path, str(commit)) for path in workshop.files(str(commit))}
    changed = {path: data for path, data in after.items() if listed.get(path) != data}
    expected = {f'{BASE}/{path}': data for path, data in files(FOLDER / name / 'expected').items()}
    assert changed == expected
    assert listed.keys() - after.keys() == {f'{BASE}/{path}' for path in case.get('gone', [])}
    again = plan_render(workshop.store, commit, LAB, asked, OPERATION)
    assert again.plan.is_empty


def asked_for(given: dict[str, Any]) -> Render:
    """The request of a case. What the cases make is small, so that a cluster would miss much."""
    policy = RenderPolicy(
        Follow(given.get('changed', 'follow')),
        Follow(given.get('removed', 'follow')),
        ClashRule(given.get('clash', 'merge')),
    )
    return Render(
        context=given.get('context', {}),
        environment=given.get('environment', ''),
        policy=policy,
        allow_errors=given.get('allow_errors', False),
    )


def files(folder: Path) -> dict[str, bytes]:
    """Path below the folder -> bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob('*'))
        if path.is_file()
    }


def test_there_are_cases() -> None:
    assert len(CASES) >= 6
