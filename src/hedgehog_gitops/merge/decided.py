"""A merge with its clashes decided: one value for every field on which the sides disagree.

Called by the workflows once a rule or a person has said who is right.
"""

from collections.abc import Callable

from ..documents import Value, set_field, unset_field
from .merged import Clash, Merged

__all__ = ['decided']


def decided(merged: Merged, choose: Callable[[Clash], Value]) -> Value:
    """The merged value with what `choose` says at each clash; None takes the field out."""
    value = merged.value
    # From behind: an item that goes must not move those whose paths are still to be used.
    for clash in reversed(merged.clashes):
        chosen = choose(clash)
        value = (
            unset_field(value, clash.path)
            if chosen is None
            else set_field(value, clash.path, chosen)
        )
    return value
