"""Templates and a context become documents: sandboxed, bounded, and only when something changed.

Stands above `plans`; called by `workflows/render.py`, which meets what is made with what is there.
Importing it does not load Jinja.
"""

from .answers import Answered, Answers, rows_from_file
from .bounds import BOUND_REASONS, Bounds
from .context import RESERVED, Context
from .follow import Follow, Following, Gone, RenderPolicy, Step, Wanted, differs, following
from .header import TYPES, Header, Variable, read_header
from .making import READY, ready_template, template_of
from .queries import MOST_ROWS, NETBOX_FIELDS, Asker, Query, QueryRefused
from .record import Record, record_text
from .render import Rendering, render_templates
from .rendered import MadeObject, Rendered, objects_in_text
from .tree import TemplateTree, answers_path, is_rendered, record_path, template_path, with_texts

__all__ = [
    'BOUND_REASONS',
    'MOST_ROWS',
    'NETBOX_FIELDS',
    'READY',
    'RESERVED',
    'TYPES',
    'Answered',
    'Answers',
    'Asker',
    'Bounds',
    'Context',
    'Follow',
    'Following',
    'Gone',
    'Header',
    'MadeObject',
    'Query',
    'QueryRefused',
    'Record',
    'RenderPolicy',
    'Rendered',
    'Rendering',
    'Step',
    'TemplateTree',
    'Variable',
    'Wanted',
    'answers_path',
    'differs',
    'following',
    'is_rendered',
    'objects_in_text',
    'read_header',
    'ready_template',
    'record_path',
    'record_text',
    'render_templates',
    'rows_from_file',
    'template_of',
    'template_path',
    'with_texts',
]
