"""Checks that other packages bring along: asked about every managed object beside schema and rules.

`workflows/validators.py` finds them; a catalogue carries them to `check_object`. One that breaks
off becomes a problem that names its package, and never keeps another from being asked.
"""

import copy
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from ..documents import Value
from ..findings import Severity
from ..identity import ResourceKey
from .problem import Problem

__all__ = ['Validator', 'own_problems']


@dataclass(frozen=True, slots=True)
class Validator:
    """One check of another package, under the name it is registered by.

    `check` gets the value of one object and its identity, and answers with problems. Answers are
    kept by the object's text: they may depend on nothing else but the version of the package.
    """

    name: str
    package: str
    version: str
    check: Callable[[Value, ResourceKey], Iterable[Problem]] = field(repr=False, compare=False)


def own_problems(
    validators: Iterable[Validator], value: Value, key: ResourceKey
) -> Iterator[Problem]:
    """What the validators say about an object."""
    for validator in validators:
        try:
            # What a check does to the value must not reach whoever looks at it next.
            yield from _checked(tuple(validator.check(copy.deepcopy(value), key)))
        except Exception as error:
            yield Problem(
                Severity.ERROR,
                'ValidatorBroken',
                f'the validator {validator.name} of {validator.package} {validator.version} '
                f'broke off: {type(error).__name__}: {error}',
                suggestion=f'Update or remove {validator.package}; nothing else was left out.',
            )


def _checked(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    for problem in problems:
        if not isinstance(problem, Problem):
            raise TypeError(f'it answered {type(problem).__name__} instead of Problem')
    return problems
