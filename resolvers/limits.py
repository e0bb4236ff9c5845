"""What an operation may be before it runs, and how long it may run.

The limiters are Strawberry's own. Their rules are made once: a limiter made anew for each operation brings new
rule classes, and the validation cache, which is keyed by them, would never hit.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from graphql import ASTValidationRule, FieldNode, GraphQLError, ValidationRule
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
        """Take the errors from the cache."""
        if _is_short(self):
            yield from super().on_validate()
        else:
            yield


def _is_short(extension: SchemaExtension) -> bool:
    return len(extension.execution_context.query or "") <= MAX_KEPT_LENGTH


class IntrospectionNeedsToken(ValidationRule):
    """Refuses introspection; applied to operations of nobody."""

    def enter_field(self, node: FieldNode, *_args: object) -> None:
        """Report the two fields that show the schema."""
        if node.name.value in {"__schema", "__type"}:
            extensions = {"code": ErrorCode.UNAUTHENTICATED}
            self.report_error(GraphQLError("Introspection needs a token.", node, extensions=extensions))
