"""What does a client see?

`resolvers` imports `sql` and `jobs.contract`, nothing else of ours: database, ingest and clock reach
it as Protocols on the context. The pure parts (`zones`, `periods`, `ranges`, `comparison`) know no database
and no GraphQL. Loaders live as long as one operation and are bound to its principal; amounts stay integers
or fractions until `money` writes them; every failure a client sees has a code of `errors.ErrorCode`.
"""
