"""What the client asked for below a field."""

from collections.abc import Iterator

from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, InlineFragmentNode, SelectionSetNode

from resolvers.context import Info


def names_below(info: Info) -> frozenset[str]:
    """Return the names of all fields anywhere below the present one, through every fragment.

    It may name more than will be executed (`@skip`, type conditions), never less, so that what is not named
    need not be loaded.
    """
    found: set[str] = set()
    for node in info._raw_info.field_nodes:
        found.update(_names(node.selection_set, info._raw_info.fragments, set()))
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
