"""What the client asked for below a field."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, InlineFragmentNode, SelectionSetNode

from resolvers.context import Context, Info


@dataclass(frozen=True, slots=True)
class Place:
    """What resolvers see of graphql-core's own information about a field, where it was worked out in advance."""

    context: Context
    names: frozenset[str]


def names_below(info: Info) -> frozenset[str]:
    """Return the names of all fields anywhere below the present one, through every fragment.

    It may name more than will be executed (`@skip`, type conditions), never less, so that what is not named
    need not be loaded.
    """
    place: object = info._raw_info
    return place.names if isinstance(place, Place) else names(info._raw_info.field_nodes, info._raw_info.fragments)


def names(nodes: Iterable[FieldNode], fragments: dict[str, FragmentDefinitionNode]) -> frozenset[str]:
    """Return the names of all fields below some."""
    found: set[str] = set()
    for node in nodes:
        found.update(_names(node.selection_set, fragments, set()))
    return frozenset(found)


def _names(
    selections: SelectionSetNode | None, fragments: dict[str, FragmentDefinitionNode], seen: set[str]
) -> Iterator[str]:
    for node in selections.selections if selections else ():
        if isinstance(node, FieldNode):
            yield node.name.value
        if isinstance(node, FragmentSpreadNode):
            name = node.name.value
            if name not in seen:
                seen.add(name)
                yield from _names(fragments[name].selection_set, fragments, seen)
        elif isinstance(node, FieldNode | InlineFragmentNode):
            yield from _names(node.selection_set, fragments, seen)
