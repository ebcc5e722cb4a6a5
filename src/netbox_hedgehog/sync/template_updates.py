"""What a run changed in templates/: told to others, and rendered where the fabric says so.

`finish.py` calls it in the transaction that ends the run, whoever made the change: a person in Git,
an edit in NetBox, an undo.
"""

import uuid

from hedgehog_gitops.templates import Follow

from ..choices import SyncOperationTypeChoices as Type
from ..choices import TemplateModeChoices, TriggerTypeChoices
from ..models import SyncOperation
from .outside import Outside
from .run import Run
from .untold import TEMPLATES

__all__ = ['note_templates']


def note_templates(run: Run, outside: Outside | None) -> None:
    """Notes what is to be told of templates, and asks for their objects to follow if they are to.

    Comes after `note_untold`; the caller saves the operation.
    """
    if paths := _changed(run, outside):
        run.operation.untold = {**run.operation.untold, TEMPLATES: list(paths)}
        _render(run, paths)


def _changed(run: Run, outside: Outside | None) -> tuple[str, ...]:
    """The files below templates/ that are other ones since the last run; variables are some too."""
    paths = set(outside.paths) if outside is not None else set()
    paths |= {change.path for made in run.brought for change in made.plan.changes}
    return tuple(sorted(path for path in paths if path.startswith(f'{run.place.templates}/')))


def _render(run: Run, paths: tuple[str, ...]) -> None:
    """Asks for it where the fabric says so; whoever works goes on with it.

    No person is named, so nothing is read of NetBox for it: what was answered last stands.
    """
    fabric = run.fabric
    if run.refusal or _has_rendered_all(run.operation):
        return
    if fabric.template_change_mode != TemplateModeChoices.APPLY:
        return
    removes = fabric.template_removal_mode == TemplateModeChoices.APPLY
    SyncOperation.objects.create(
        fabric=fabric,
        git_repository=fabric.git_repository,
        operation_type=Type.TEMPLATE_RENDER,
        trigger_type=TriggerTypeChoices.AUTOMATIC,
        request_id=uuid.uuid4(),
        operation_config={'removed': str(Follow.FOLLOW if removes else Follow.HOLD)},
    )
    run.log.info(f'{len(paths)} files of templates changed; they are rendered by themselves')


def _has_rendered_all(operation: SyncOperation) -> bool:
    of_templates = operation.operation_type == Type.TEMPLATE_RENDER
    return of_templates and not operation.operation_config.get('templates')
