"""Recognises text that is a template and not YAML yet: Helm's and Jinja's `{{ }}` and `{% %}`.

Called by `telling.py`, for what does not parse and for what parses by accident.
"""

import re

from ..findings import Finding, Severity

__all__ = ['template_finding']

# A brace pair where a line or a value begins. Inside of quotes and of longer text it is YAML.
_MARK = re.compile(
    rb'^[ \t]*(?:-[ \t]+)*(?:(?:[^\s#"\'{}][^\r\n"\'{}]*|"[^"\r\n]*"|\'[^\'\r\n]*\'):[ \t]+)?'
    rb'(?:-[ \t]+)*(?P<mark>\{\{(?:-|/\*|[^\r\n]*?\}\})|\{%)',
    re.MULTILINE,
)
# Inside of flow collections braces are common; behind a template's comes a blank or a dot.
_MARK_IN_FLOW = re.compile(
    rb'^[^\r\n#"\']*[{\[,][ \t]*(?:[^\s"\'{}\[\],:]{1,100}:[ \t]+)?'
    rb'(?P<mark>\{\{-?[ \t.$][^\r\n]{0,200}?\}\})',
    re.MULTILINE,
)
_SHOWN = 40


def template_finding(data: bytes, document: int | None = None, line: int = 1) -> Finding | None:
    """Says that `data`, which begins in `line`, is a template; None when it is none."""
    if b'{{' not in data and b'{%' not in data:
        return None
    marks = (pattern.search(data) for pattern in (_MARK, _MARK_IN_FLOW))
    starts = [found.start('mark') for found in marks if found is not None]
    if not starts:
        return None
    start = min(starts)
    text = data[start : start + _SHOWN].split(b'\n')[0].decode('utf-8', 'replace').strip()
    before = data[:start]
    column = len(before[before.rfind(b'\n') + 1 :].decode('utf-8', 'replace')) + 1
    message = (
        f'this is a template, not YAML yet ({text}); render it first, with `helm template` for '
        'instance, and drop the result. Jinja2 templates of this fabric belong in templates/'
    )
    return Finding(
        Severity.ERROR,
        'TemplateText',
        message,
        document=document,
        line=line + before.count(b'\n'),
        column=column,
    )
