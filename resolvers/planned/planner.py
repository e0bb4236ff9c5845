"""Working a plan out of a document, its variables and the schema."""

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any, Final, TypeAlias, cast

import strawberry
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLIncludeDirective,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSkipDirective,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    get_argument_values,
    get_directive_values,
    get_variable_values,
    is_abstract_type,
    parse,
)
from graphql.utilities import get_operation_ast
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from resolvers.context import Context
from resolvers.planned.plan import Complete, GaveUp, Plan, PlannedField, Read, Run
from resolvers.selection import Place, names

Variables: TypeAlias = dict[str, Any]

TYPENAME: Final = "__typename"


def plan(schema: strawberry.Schema, document: str, operation_name: str | None, variables: Variables) -> Plan | None:
    """Return the plan of a subscription that was run once without an error; None where it is one for graphql-core."""
    parsed = parse(document, no_location=True)
    operation = get_operation_ast(parsed, operation_name)
    fragments = {each.name.value: each for each in parsed.definitions if isinstance(each, FragmentDefinitionNode)}
    if operation is None:
        return None
    try:
        return Planner(schema, operation, fragments, variables).subscription()
    except GaveUp:
        return None


class Planner:
    """Works a plan out of one operation with its variables."""

    def __init__(
        self,
        schema: strawberry.Schema,
        operation: OperationDefinitionNode,
        fragments: dict[str, FragmentDefinitionNode],
        variables: Variables,
    ) -> None:
        self._schema = schema
        self._operation = operation
        self._fragments = fragments
        found = get_variable_values(schema._schema, operation.variable_definitions or (), variables)
        if isinstance(found, list):
            raise GaveUp
        self._variables = found

    def subscription(self) -> Plan:
        """Return the plan of the operation's one field."""
        root = self._schema._schema.subscription_type
        if root is None or self._operation.operation is not OperationType.SUBSCRIPTION:
            raise GaveUp
        [(key, nodes)] = self._collected(root, [self._operation.selection_set]).items()
        definition = root.fields[nodes[0].name.value]
        read = self._resolver(definition, nodes)
        return Plan(key, lambda context: read(None, context), self._completer(definition.type, nodes))

    def _fields(self, kind: GraphQLObjectType, nodes: list[FieldNode]) -> tuple[PlannedField, ...]:
        below = [node.selection_set for node in nodes if node.selection_set]
        return tuple(self._field(kind, key, found) for key, found in self._collected(kind, below).items())

    def _field(self, kind: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> PlannedField:
        name = nodes[0].name.value
        if name == TYPENAME:
            return PlannedField(key, lambda _source, _context: kind.name, lambda value, _run: value, resolved=False)
        definition = kind.fields[name]
        declared = _declared(definition)
        complete = self._completer(definition.type, nodes)
        if declared.base_resolver is None:
            attribute = attrgetter(declared.python_name)
            return PlannedField(key, lambda source, _context: attribute(source), complete, resolved=False)
        return PlannedField(key, self._resolver(definition, nodes), complete, resolved=True)

    def _resolver(self, definition: GraphQLField, nodes: list[FieldNode]) -> Read:
        """Return what calls a field's function as Strawberry does, its arguments made once."""
        declared = _declared(definition)
        resolver = declared.base_resolver
        if resolver is None or resolver.parent_parameter or resolver.root_parameter:
            raise GaveUp
        given = convert_arguments(
            get_argument_values(definition, nodes[0], self._variables),
            declared.arguments,
            scalar_registry=self._schema.schema_converter.scalar_registry,
            config=self._schema.config,
        )
        call = cast("Callable[..., Any]", resolver.wrapped_func)
        if resolver.self_parameter is None:
            raise GaveUp
        if resolver.info_parameter is None:
            return lambda source, _context: call(source, **given)
        named, below = resolver.info_parameter.name, names(nodes, self._fragments)

        def read(source: Any, context: Context) -> Any:
            place = cast("GraphQLResolveInfo[Context]", Place(context, below))
            return call(source, **given, **{named: strawberry.Info(_raw_info=place, _field=declared)})

        return read

    def _completer(self, kind: GraphQLOutputType, nodes: list[FieldNode]) -> Complete:
        if isinstance(kind, GraphQLNonNull):
            return self._present(kind.of_type, nodes)
        present = self._present(kind, nodes)
        return lambda value, run: None if value is None else present(value, run)

    def _present(self, kind: GraphQLOutputType, nodes: list[FieldNode]) -> Complete:
        """Return what is made of a value that is not null, and gives up where it is."""
        if isinstance(kind, GraphQLList):
            return _listed(self._completer(kind.of_type, nodes))
        if isinstance(kind, GraphQLObjectType):
            fields = self._fields(kind, nodes)
            return lambda value, run: run.object(fields, _given(value))
        if isinstance(kind, GraphQLScalarType | GraphQLEnumType):
            coerce = kind.coerce_output_value
            return lambda value, _run: _given(coerce(_given(value)))
        raise GaveUp

    def _collected(self, kind: GraphQLObjectType, below: list[SelectionSetNode]) -> dict[str, list[FieldNode]]:
        """Return the fields of an object by the keys of the answer, in order."""
        found: dict[str, list[FieldNode]] = {}
        for node in self._selected(kind, below, set()):
            found.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
        return found

    def _selected(self, kind: GraphQLObjectType, below: list[SelectionSetNode], seen: set[str]) -> Iterator[FieldNode]:
        for node in (node for selections in below for node in selections.selections):
            if not self._is_included(node):
                continue
            if isinstance(node, FieldNode):
                yield node
                continue
            spread: Any = node
            if isinstance(node, FragmentSpreadNode):
                if node.name.value in seen:
                    continue
                seen.add(node.name.value)
                spread = self._fragments[node.name.value]
            if spread.type_condition is None or self._is_a(kind, spread.type_condition.name.value):
                yield from self._selected(kind, [spread.selection_set], seen)

    def _is_a(self, kind: GraphQLObjectType, name: str) -> bool:
        named = self._schema._schema.type_map[name]
        return named is kind or (is_abstract_type(named) and self._schema._schema.is_sub_type(named, kind))

    def _is_included(self, node: SelectionNode) -> bool:
        if not node.directives:
            return True
        if any(each.name.value not in {"skip", "include"} for each in node.directives):
            raise GaveUp
        skip = get_directive_values(GraphQLSkipDirective, node, self._variables)
        include = get_directive_values(GraphQLIncludeDirective, node, self._variables)
        return not (skip and skip["if"]) and (include is None or bool(include["if"]))


def _declared(definition: GraphQLField) -> StrawberryField:
    declared = definition.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if not isinstance(declared, StrawberryField) or declared.extensions:
        raise GaveUp
    return declared


def _listed(complete: Complete) -> Complete:
    def listed(value: Any, run: Run) -> list[Any]:
        if not isinstance(value, list | tuple):
            raise GaveUp
        return [complete(each, run) for each in value]

    return listed


def _given(value: Any) -> Any:
    if value is None:
        raise GaveUp
    return value
