"""Jinja2 with everything closed but what is opened here by name.

Made for each run by `render.py`. Stands on Jinja's immutable sandbox and turns its logic round: no
attribute of any object is open unless it is listed, no callable unless it was put there. What a
template asks for is counted by `bounds.py` through the guards of `guarded.py`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jinja2 import BaseLoader, TemplateNotFound, nodes, pass_context
from jinja2.environment import Environment, TemplateModule
from jinja2.runtime import BlockReference, Context, LoopContext, Macro, TemplateReference, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Cycler, Joiner, Namespace

from .arithmetic import arithmetic
from .bounds import Bounds, Spent
from .filters import FILTERS, QUESTIONS
from .guarded import guard
from .methods import METHODS
from .opened import Guard, Opened, opened_filter
from .refusals import Forbidden, Missing
from .values import as_text, is_plain, plain

__all__ = ['Sandbox']

_LOOP = 'index index0 revindex revindex0 first last length depth depth0 previtem nextitem'
_FIELDS_OF_LOOP = frozenset(_LOOP.split())
_CALLABLE = (Macro, BlockReference, LoopContext)
_MAKERS = (Namespace, Cycler, Joiner)
_KEYS = (str, int, float, bool, type(None))


class _Sources(BaseLoader):
    """The templates of one tree, and nothing beside them: a name is a key, never a path."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = sources

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        if template not in self._sources:
            raise TemplateNotFound(template)
        return self._sources[template], None, None


class Sandbox(ImmutableSandboxedEnvironment):
    """One tree of templates, ready to be rendered; used by one thread at a time."""

    intercepted_binops = frozenset({'+', '-', '*', '/', '//', '%', '**'})

    def __init__(
        self,
        sources: Mapping[str, str],
        bounds: Bounds,
        extra_filters: Mapping[str, Callable[..., Any]],
    ) -> None:
        super().__init__(
            extensions=['jinja2.ext.loopcontrols'],
            undefined=Missing,
            finalize=_written,
            loader=_Sources(sources),
            optimized=False,
            cache_size=-1,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self.bounds, self.given = bounds, dict[int, tuple[Any, int]]()
        self.spent = Spent(bounds, self.given)
        # What the caller gave, by id, and what became of it.
        self._plain: dict[int, tuple[Any, Any]] = {}
        # Read to see what they use, and not compiled yet.
        self._trees: dict[str, nodes.Template] = {}
        self._open(extra_filters)

    def written(self, name: str, values: Mapping[str, Any]) -> str:
        """The text a template makes of the values; raises whatever stops it."""
        self.spent = Spent(self.bounds, self.given)
        given = {key: self._give(value) for key, value in values.items()}
        template = self.get_template(name)
        return ''.join(template.root_render_func(template.new_context(given)))

    def _open(self, extra_filters: Mapping[str, Callable[..., Any]]) -> None:
        filters = {**extra_filters, **FILTERS}
        self.filters = {name: opened_filter(self, filters[name]) for name in filters}
        self.tests = {name: opened_filter(self, test) for name, test in QUESTIONS.items()}
        self.globals = {
            'range': Opened(self._range),
            'dict': Opened(_mapping),
            'namespace': Namespace,
            'cycler': Cycler,
            'joiner': Joiner,
        }
        self.guard_spend = Guard(self._spend)
        self.guard_made = Guard(self._made)
        self.guard_concat = Guard(self._concat)
        self.guard_compared = Guard(self._compared)
        self.guard_key = Guard(_as_key)
        self.guard_sliced = Guard(self._sliced)

    def _give(self, value: Any) -> Any:
        """A value of the context as plain data; copied and weighed once, at nobody's cost."""
        if is_plain(value):
            return value
        if id(value) not in self._plain:
            self._plain[id(value)] = (value, plain(value))
            free = Spent(Bounds(steps=2**62, characters=2**62), self.given)
            free.weigh(self._plain[id(value)][1])
            self.given |= free.weights
        return self._plain[id(value)][1]

    # What Jinja's compiled code asks for

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        if len(source) > self.bounds.source_characters:
            raise self.bounds.exceeded('source_characters', f'{name} is too long')
        tree = self._trees.pop(name or '', None) or super()._parse(source, name, filename)
        return guard(tree, self)

    def parsed(self, name: str, source: str) -> nodes.Template:
        """The template as its author wrote it, to see what it uses."""
        self._trees[name] = super()._parse(source, name, None)
        return self._trees[name]

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Undefined):
            return obj._fail_with_undefined_error()
        method = METHODS.get(type(obj), {}).get(attribute)
        if method is not None:
            return Opened(lambda *args, **options: method(self.spent, obj, *args, **options))
        if isinstance(obj, dict):
            return self._field(obj, attribute)
        if attribute.startswith('_'):
            raise Forbidden(f'{attribute} is not open to templates')
        return self._part(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Undefined):
            return obj._fail_with_undefined_error()
        if isinstance(obj, dict):
            return self._field(obj, _as_key(argument))
        if isinstance(obj, str | list | tuple | range) and isinstance(argument, int):
            if -len(obj) <= argument < len(obj):
                return obj[argument]
            return self.undefined(obj=obj, name=str(argument))
        if isinstance(argument, str):
            return self.getattr(obj, argument)
        raise Forbidden(f'nothing in a {type(obj).__name__} is found by a {_sort(argument)}')

    def call(self, context: Context, obj: Any, *args: Any, **options: Any) -> Any:
        if type(obj) is Guard:
            return obj.function(*args)
        self.spent.step()
        if isinstance(obj, _CALLABLE):
            return self._deeper(context, obj, args, options)
        for hidden in ('_loop_vars', '_block_vars'):
            options.pop(hidden, None)
        if isinstance(obj, Opened):
            return self.settled(obj.function(*args, **options))
        if isinstance(obj, Undefined):
            return obj._fail_with_undefined_error()
        if any(obj is maker for maker in _MAKERS) or isinstance(obj, Joiner):
            return obj(*args, **options)
        raise Forbidden(f'a {_sort(obj)} cannot be called')

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        self.spent.step()
        return self.settled(arithmetic(self.spent, operator, left, right))

    def settled(self, value: Any) -> Any:
        """What a function gave back, in the form templates have, and paid for."""
        if isinstance(value, str):
            self.spent.characters(len(value))
            return value if type(value) is str else str.__str__(value)
        if isinstance(value, list | dict):
            self.spent.weigh(value)
            return value
        if is_plain(value) or isinstance(value, Undefined | range | Opened):
            return value
        if isinstance(value, Iterable):
            return self.settled(self.collected(value))
        raise Forbidden(f'a {_sort(value)} is not open to templates')

    def collected(self, values: Iterable[Any]) -> list[Any]:
        """The items of whatever comes one by one, each paid for; named tuples become lists."""
        items = []
        for value in values:
            self.spent.step()
            items.append(list(value) if isinstance(value, tuple) else value)
        return items

    def _deeper(
        self, context: Context, obj: Any, args: tuple[Any, ...], options: dict[str, Any]
    ) -> Any:
        if self.spent.depth >= self.bounds.depth:
            raise self.bounds.exceeded('depth', 'these calls nest too deep')
        self.spent.depth += 1
        try:
            return context.call(obj, *args, **options)
        finally:
            self.spent.depth -= 1

    def _field(self, obj: dict[Any, Any], key: Any) -> Any:
        return obj[key] if key in obj else self.undefined(obj=obj, name=key)

    def _part(self, obj: Any, name: str) -> Any:
        """The field of one of Jinja's own values that is open."""
        if isinstance(obj, LoopContext) and (
            name in _FIELDS_OF_LOOP or name in ('cycle', 'changed')
        ):
            part = getattr(obj, name)
            return part if name in _FIELDS_OF_LOOP else Opened(part)
        if isinstance(obj, Cycler) and name in ('current', 'next', 'reset'):
            part = getattr(obj, name)
            return part if name == 'current' else Opened(part)
        if isinstance(obj, TemplateReference):
            return obj[name]
        if isinstance(obj, Namespace | TemplateModule):
            own = vars(obj) if isinstance(obj, TemplateModule) else _held(obj)
            return own[name] if name in own else self.undefined(obj=obj, name=name)
        if isinstance(obj, str | int | float | list | tuple | range | None):
            raise Forbidden(f'a {_sort(obj)} has no field {name} that is open to templates')
        raise Forbidden(f'nothing of a {_sort(obj)} is open to templates')

    # What the guards do

    def _spend(self, count: int) -> bool:
        self.spent.step(count)
        return True

    def _made(self, value: Any) -> Any:
        self.spent.weigh(value)
        return value

    def _concat(self, parts: list[Any]) -> str:
        self.spent.characters(sum(self.spent.weigh(part) for part in parts))
        return ''.join(map(as_text, parts))

    def _compared(self, value: Any) -> Any:
        self.spent.use(value)
        return value

    def _sliced(self, value: Any, *ends: Any) -> Any:
        if not isinstance(value, str | list | tuple | range):
            raise Forbidden(f'a {_sort(value)} cannot be cut')
        return self.settled(value[slice(*ends)])

    def _range(self, *ends: int) -> range:
        items = range(*ends)
        if len(items) > self.bounds.range_items:
            raise self.bounds.exceeded('range_items', f'a range of {len(items):,} is asked for')
        return items


@pass_context
def _written(context: Context, value: Any) -> str:
    """What stands in the text for a value; every piece of the text comes through here."""
    spent: Spent = context.environment.spent  # type: ignore[attr-defined]  # ours
    spent.step()
    if isinstance(value, Undefined):
        value._fail_with_undefined_error()
    spent.characters(spent.weigh(value))
    return as_text(value)


def _held(namespace: Namespace) -> dict[str, Any]:
    held: dict[str, Any] = object.__getattribute__(namespace, '_Namespace__attrs')
    return held


def _as_key(key: Any) -> Any:
    if isinstance(key, Undefined):
        key._fail_with_undefined_error()
    if type(key) not in _KEYS:
        raise Forbidden(f'a {_sort(key)} cannot be a key')
    return key


def _mapping(pairs: Any = (), **fields: Any) -> dict[Any, Any]:
    given = pairs.items() if isinstance(pairs, dict) else pairs
    return {_as_key(key): value for key, value in given} | fields


def _sort(value: object) -> str:
    names = {str: 'text', int: 'number', float: 'number', dict: 'mapping', bool: 'truth value'}
    return names.get(type(value), type(value).__name__)
