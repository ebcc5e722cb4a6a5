"""The command `hedgehog-gitops`: reads arguments, environment and clock, and prints.

Everything else is done by `workflows`. One file per group of verbs; `desk.py` opens the
repository, `answer.py` decides exit status and JSON, `show.py` what a person sees.
"""

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import entry_points

import typer

from ..errors import EngineError, NeedsPerson
from ..workflows.validators import GROUP, use_validators, validators_from
from .answer import Answer
from .show import show

__all__ = ['VERBS', 'app_with', 'main', 'run']

# Every complaint about arguments; typer brings its own copy of click and names only this leaf.
_UsageError = typer.BadParameter.__mro__[1]

# The verbs, in the order of the help, and the file of each one where it has another name.
VERBS = (
    'init',
    'drop',
    'ingest',
    'check',
    'duplicates',
    'watch',
    'edit',
    'render',
    'template',
    'status',
    'history',
    'merge',
    'blame',
    'diff',
    'undo',
    'restore',
    'files',
    'change',
)
_FILES = {'status': 'look', 'blame': 'history', 'change': 'files'}


def app_with(verbs: Sequence[str]) -> typer.Typer:
    """The command with these verbs; the files of others are not loaded."""
    app = typer.Typer(
        name='hedgehog-gitops',
        help='Keeps the YAML of Hedgehog fabrics in a Git repository in order.',
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={'help_option_names': ['-h', '--help']},
    )
    # Without it typer makes one verb alone the whole command.
    app.callback()(_nothing_before)
    for verb in verbs:
        module = import_module(f'.{_FILES.get(verb, verb)}', __name__)
        app.command(verb)(getattr(module, verb))
    return app


def _nothing_before() -> None:
    """Keeps the YAML of Hedgehog fabrics in a Git repository in order."""


def run(arguments: Sequence[str]) -> int:
    """Does one verb, prints its answer and returns the exit status."""
    asked = arguments[0] if arguments else ''
    app = app_with([asked] if asked in VERBS else VERBS)
    try:
        answer = app(list(arguments), standalone_mode=False)
    except Exception as error:
        if os.environ.get('HEDGEHOG_GITOPS_DEBUG') and not isinstance(error, EngineError):
            raise
        answer = Answer(failure=_as_failure(error))
    if not isinstance(answer, Answer):  # --help answers with a number
        return answer if isinstance(answer, int) else 0
    show(answer, as_json='--json' in arguments)
    return answer.exit_status


def main() -> None:
    """The entry point of the command."""
    # One short job on trees without cycles: looking for cycles cost a third of a large ingestion.
    gc.disable()
    for stream in (sys.stdout, sys.stderr):
        # A file name may hold any bytes; it must not be able to end the program.
        stream.reconfigure(errors='backslashreplace')  # type: ignore[union-attr]  # a TextIO here
    try:
        use_validators(validators_from(entry_points(group=GROUP)))
        status = run(sys.argv[1:])
        sys.stdout.flush()
    except KeyboardInterrupt:
        status = 130
    except BrokenPipeError:
        # The reader went away (`| head`); Python would complain once more while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 141
    sys.exit(status)


def _as_failure(error: Exception) -> EngineError:
    if isinstance(error, EngineError):
        return error
    if isinstance(error, _UsageError):
        message = error.format_message()  # type: ignore[attr-defined]  # click's
        return NeedsPerson(
            'Usage', message, hint='`hedgehog-gitops VERB --help` shows the options.'
        )
    if isinstance(error, OSError):
        return NeedsPerson('FileSystemRefused', str(error))
    return NeedsPerson(
        'UnexpectedError',
        f'{type(error).__name__}: {error}',
        hint='This is a mistake in the program. HEDGEHOG_GITOPS_DEBUG=1 shows where it happened.',
    )
