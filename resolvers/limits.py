"""What an operation may be before it runs, and how long it may run.

The limiters are Strawberry's own. Their rules are made once: a limiter made anew for each operation brings new
rule classes, and the validation cache, which is keyed by them, would never hit.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from graphql import (
    ASTValidationRule,
    DocumentNode,
    FieldNode,
    FloatValueNode,
    GraphQLError,
    IntValueNode,
    ValidationRule,
    Visitor,
    visit,
)
from strawberry.extensions import (
    AddValidationRules,
    MaxAliasesLimiter,
    MaxTokensLimiter,
    ParserCache,
    QueryDepthLimiter,
    SchemaExtension,
    ValidationCache,
)

from resolvers.errors import ErrorCode

#: What is made of a longer document is not kept: comments, names and strings would fill the memory, though tokens are
#: counted.
MAX_KEPT_LENGTH: Final = 16_384
#: No number that can be meant is written longer; Python makes no integer of some thousand digits.
MAX_NUMBER_LENGTH: Final = 400
LONG_NUMBER: Final = re.compile(rf"[0-9]{{{MAX_NUMBER_LENGTH + 1}}}")


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one operation; `cached_documents` bounds the parser's and the validation's cache."""

    max_tokens: int = 2_000
    max_depth: int = 15
    max_aliases: int = 60
    cached_documents: int = 512
    time_limit_seconds: float = 15.0


def limiters(limits: Limits) -> list[Callable[[], SchemaExtension]]:
    """Return the extensions that hold the bounds and remember what was parsed and found valid."""
    rules: list[type[ASTValidationRule]] = [
        *QueryDepthLimiter(max_depth=limits.max_depth).validation_rules,
        *MaxAliasesLimiter(max_alias_count=limits.max_aliases).validation_rules,
    ]
    return [
        lambda: MaxTokensLimiter(max_token_count=limits.max_tokens),
        lambda: AddValidationRules(rules),
        lambda: ShortParserCache(maxsize=limits.cached_documents),
        NumberLimiter,
        lambda: ShortValidationCache(maxsize=limits.cached_documents),
    ]


class ShortParserCache(ParserCache):
    """Leaves long documents to be parsed each time."""

    def on_parse(self) -> Iterator[None]:
        """Take the document from the cache."""
        if _is_short(self):
            yield from super().on_parse()
        else:
            yield


class ShortValidationCache(ValidationCache):
    """Leaves long documents to be validated each time."""

    def on_validate(self) -> Iterator[None]:
        """Take the errors from the cache, unless a limiter has found some."""
        if _is_short(self) and self.execution_context.pre_execution_errors is None:
            yield from super().on_validate()
        else:
            yield


class NumberLimiter(SchemaExtension):
    """Refuses numbers that are too long to be read, before any rule or scalar tries to."""

    def on_validate(self) -> Iterator[None]:
        """Look into the document only where its text has so many digits."""
        operation = self.execution_context
        if operation.graphql_document and _has_long_number(operation.query or ""):
            operation.pre_execution_errors = _long_numbers(operation.graphql_document) or None
        yield


def _has_long_number(text: str) -> bool:
    # So many digits cover one of the characters that lie so far apart: few documents are looked into any further.
    apart = text[MAX_NUMBER_LENGTH :: MAX_NUMBER_LENGTH + 1]
    return any(map(str.isdigit, apart)) and LONG_NUMBER.search(text) is not None


class LongNumbers(Visitor):
    """Collects an error for each number that is too long."""

    def __init__(self) -> None:
        super().__init__()
        self.errors: list[GraphQLError] = []

    def enter_int_value(self, node: IntValueNode | FloatValueNode, *_args: object) -> None:
        """Judge a number."""
        if len(node.value) > MAX_NUMBER_LENGTH:
            message = f"A number has at most {MAX_NUMBER_LENGTH} characters; this one has {len(node.value):,}."
            self.errors.append(GraphQLError(message, node))

    enter_float_value = enter_int_value


def _long_numbers(document: DocumentNode) -> list[GraphQLError]:
    found = LongNumbers()
    visit(document, found)
    return found.errors


def _is_short(extension: SchemaExtension) -> bool:
    return len(extension.execution_context.query or "") <= MAX_KEPT_LENGTH


class IntrospectionNeedsToken(ValidationRule):
    """Refuses introspection; applied to operations of nobody."""

    def enter_field(self, node: FieldNode, *_args: object) -> None:
        """Report the two fields that show the schema."""
        if node.name.value in {"__schema", "__type"}:
            extensions = {"code": ErrorCode.UNAUTHENTICATED}
            self.report_error(GraphQLError("Introspection needs a token.", node, extensions=extensions))
