"""How does the process start, guard and serve?

`gateway` may import everything of ours, and nobody imports `gateway.app`. Its modules that import nothing of
ours (`settings`, `cache`, `telemetry`) may be imported by `jobs`. Nothing here computes a number: HTTP,
sockets, commands and files call the one executor in `resolvers`, or a writer in `gateway.ingest`.
"""
