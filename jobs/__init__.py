"""What happens with no client waiting?

`jobs` imports `sql`, `resolvers.executor` and the modules of `gateway` that import nothing of ours. Names and payloads
live in `jobs.contract`, which anyone may import; nobody imports `jobs.worker`. A job's window is data in its payload,
never the clock, so that a retry does the same work.
"""
