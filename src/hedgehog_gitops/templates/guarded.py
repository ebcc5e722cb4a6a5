"""Rewrites a parsed template so that everything it does is counted before it happens.

Used by `sandbox.py` between Jinja's parser and its compiler. Loops, macros and blocks pay for each
turn; lists, mappings, joined texts and comparisons go through the sandbox; fixed text is written
the way every other value is.
"""

from typing import Any

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

__all__ = ['guard']


_REPEATED = (nodes.For, nodes.Macro, nodes.CallBlock, nodes.Block)


def guard(tree: nodes.Template, environment: Any) -> nodes.Template:
    """The same template with its guards; works in place."""
    # What a turn costs is counted first, on the template as its author wrote it.
    found: list[Any] = list(tree.find_all(_REPEATED))
    for node in found:
        node.body.insert(0, _spent(node.lineno, _size(node.body)))
        if isinstance(node, nodes.For) and node.test is not None:
            turn = _call('spend', node.lineno, nodes.Const(1))
            node.test = nodes.And(turn, node.test, lineno=node.lineno)
    tree.body.insert(0, _spent(1, _size(tree.body)))
    _Guarding().visit(tree)
    tree.set_environment(environment)
    return tree


def _size(body: list[nodes.Node]) -> int:
    return 1 + sum(1 + sum(1 for _ in node.find_all(nodes.Node)) for node in body)


def _spent(lineno: int, count: int) -> nodes.ExprStmt:
    return nodes.ExprStmt(_call('spend', lineno, nodes.Const(count)), lineno=lineno)


def _call(name: str, lineno: int, *arguments: nodes.Expr) -> nodes.Call:
    """A call of one of the sandbox's own guards."""
    called = nodes.EnvironmentAttribute(f'guard_{name}', lineno=lineno)
    return nodes.Call(called, list(arguments), [], None, None, lineno=lineno)


class _Guarding(NodeTransformer):
    """From the leaves up; each method is named for the node it replaces."""

    def visit_TemplateData(self, node: nodes.TemplateData) -> nodes.Node:
        return nodes.Const(node.data, lineno=node.lineno)

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        return _call('concat', node.lineno, nodes.List(node.nodes, lineno=node.lineno))

    def visit_List(self, node: nodes.List) -> nodes.Node:
        self.generic_visit(node)
        return _call('made', node.lineno, node)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:
        self.generic_visit(node)
        if node.ctx != 'load':
            return node
        return _call('made', node.lineno, nodes.List(node.items, lineno=node.lineno))

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:
        self.generic_visit(node)
        return _call('made', node.lineno, node)

    def visit_Pair(self, node: nodes.Pair) -> nodes.Node:
        self.generic_visit(node)
        node.key = _call('key', node.lineno, node.key)
        return node

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:
        self.generic_visit(node)
        node.expr = _call('compared', node.lineno, node.expr)
        for operand in node.ops:
            operand.expr = _call('compared', node.lineno, operand.expr)
        return node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:
        self.generic_visit(node)
        if not isinstance(node.arg, nodes.Slice):
            return node
        ends = (node.arg.start, node.arg.stop, node.arg.step)
        given = [end if end is not None else nodes.Const(None) for end in ends]
        return _call('sliced', node.lineno, node.node, *given)
