"""A subscription that is looked at again and again, worked out once: which attribute or resolver fills which key.

graphql-core walks the document and the schema anew for each look, and Strawberry wraps each of its steps; for a
value that thousands watch, that is most of what a look costs. A plan knows only how it goes well: at anything else (an
error, a null where none may be, a type that it has no way for) it gives up, and the whole operation is run by
graphql-core, which knows how to tell it.
"""
