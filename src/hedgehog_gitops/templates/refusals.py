"""What stops a rendering, told with its place: file, line, column, variable.

`render.py` catches whatever a template raises and makes one finding of it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from types import TracebackType

from jinja2 import (
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
)
from jinja2.exceptions import SecurityError
from jinja2.utils import missing

from ..findings import Finding, Severity
from .bounds import TooMuch

__all__ = ['Forbidden', 'Missing', 'NameMissing', 'finding_of']


class Forbidden(SecurityError):
    """A template reached for something that is closed to it."""


class NameMissing(UndefinedError):
    """A template used a name that is not there, or a field `of` something."""

    def __init__(self, name: str, message: str | None, *, of: object = missing) -> None:
        super().__init__(message)
        self.name = name
        self.is_variable = of is missing


class Missing(StrictUndefined):
    """Stands for what is not defined: it may be asked whether it is, and nothing else."""

    __slots__ = ()

    def __init__(
        self,
        hint: str | None = None,
        obj: object = missing,
        name: object = None,
        exc: type[TemplateError] = UndefinedError,
    ) -> None:
        def told(message: str | None) -> NameMissing:
            return NameMissing(str(name or ''), _said(hint, obj, name) or message, of=obj)

        super().__init__(hint, obj, str(name) if name is not None else None, told)  # type: ignore[arg-type]  # what makes an exception will do


def finding_of(
    error: BaseException, name: str, sources: Mapping[str, str], variables: Iterable[str] = ()
) -> Finding:
    """The one finding of a rendering that failed; `sources` are the templates by name, and
    `variables` those that have a value.

    The file is the template's name, for the caller to make a path of.
    """
    code, message, variable = _nature(error)
    where, line = _place(error, name)
    column = _column(sources.get(where, ''), line, variable)
    return Finding(
        Severity.ERROR,
        code,
        message,
        file=where,  # type: ignore[arg-type]  # made a path by the caller
        line=line,
        column=column,
        field=variable or None,
        suggestion=_nearest(error, variables) or _SUGGESTIONS.get(code, ''),
    )


def _nearest(error: BaseException, variables: Iterable[str]) -> str:
    if not isinstance(error, NameMissing) or not error.is_variable:
        return ''
    near = get_close_matches(error.name, list(variables), n=1, cutoff=0.65)
    return f'did you mean {near[0]}?' if near else ''


_SUGGESTIONS = {
    'TemplateUndefined': 'give it a value in vars.yaml, in the context, or a default in the header',
    'TemplateForbidden': 'see the filters and fields a template may use',
    'TemplateBound': 'divide the template, or have less rendered by it',
}


def _nature(error: BaseException) -> tuple[str, str, str]:
    """Reason, message and the variable it is about."""
    if isinstance(error, NameMissing):
        return 'TemplateUndefined', error.message or f'{error.name} is not defined', error.name
    told: list[tuple[type | tuple[type, ...], str, Callable[[], str]]] = [
        (UndefinedError, 'TemplateUndefined', lambda: str(error)),
        (TooMuch, 'TemplateBound', lambda: str(error)),
        (SecurityError, 'TemplateForbidden', lambda: str(error)),
        (TemplateNotFound, 'TemplateMissing', lambda: f'there is no template {error}'),
        (TemplateSyntaxError, 'TemplateSyntax', lambda: getattr(error, 'message', '') or ''),
        (SyntaxError, 'TemplateSyntax', lambda: f'this nests too deep: {error}'),
        (RecursionError, 'TemplateBound', lambda: 'this template nests too deep'),
        (MemoryError, 'TemplateBound', lambda: 'there is no memory for what this template makes'),
    ]
    for sort, code, message in told:
        if isinstance(error, sort):
            return code, message(), ''
    # A ValueError is what filters say in words; of others the name tells more than the words.
    named = '' if type(error) is ValueError else f'{type(error).__name__}: '
    return 'TemplateFailed', f'{named}{error}'[:500], ''


def _said(hint: str | None, obj: object, name: object) -> str | None:
    if hint is not None or name is None:
        return hint
    if obj is missing:
        return f'{name} is not defined'
    if isinstance(obj, dict):
        names = ', '.join(sorted(map(str, obj))[:12])
        return f'there is no {name} in this mapping; it has {names or "nothing"}'
    return f'there is no {name} in this {type(obj).__name__}'


def _place(error: BaseException, name: str) -> tuple[str, int | None]:
    """Template and line: of a syntax error its own, else the innermost the traceback knows."""
    if isinstance(error, TemplateSyntaxError):
        return error.name or name, error.lineno
    place: tuple[str, int | None] = (name, None)
    for frame in _frames(error.__traceback__):
        template = frame.tb_frame.f_globals.get('__jinja_template__')
        if template is not None:
            place = (template.name or name, template.get_corresponding_lineno(frame.tb_lineno))
    return place


def _frames(traceback: TracebackType | None) -> Iterator[TracebackType]:
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def _column(source: str, line: int | None, variable: str) -> int | None:
    lines = source.split('\n')
    if line is None or line > len(lines):
        return None
    text = lines[line - 1]
    opens = re.search(r'\{[{%]', text)
    start = opens.start() if opens else 0
    named = re.compile(rf'\b{re.escape(variable)}\b').search(text, start) if variable else None
    return (named.start() if named else start) + 1
