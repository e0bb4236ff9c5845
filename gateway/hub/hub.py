"""All live groups of a process."""

import asyncio
from typing import Final

from gateway import telemetry
from gateway.hub.changes import Changes
from gateway.hub.group import Group, Means
from gateway.hub.member import Member
from gateway.hub.operation import Operation
from resolvers.executor import Executor

#: What is asked at the same moment is few statements, so this bounds memory more than connections.
AT_ONCE: Final = 64


class Hub:
    """Lets members join the group of an operation, which it begins with the first and ends with the last."""

    def __init__(self, executor: Executor, redis_url: str | None, *, at_once: int = AT_ONCE) -> None:
        self.changes = Changes(redis_url, executor.services.database)
        self._means = Means(executor, self.changes, asyncio.Semaphore(at_once))
        self._groups: dict[Operation, tuple[Group, asyncio.Task[None]]] = {}
        self._ending: set[asyncio.Task[None]] = set()

    @property
    def group_count(self) -> int:
        """How many operations are watched."""
        return len(self._groups)

    def join(self, operation: Operation, member: Member) -> None:
        """Add a member to the group of an operation; it gets the newest value at once, or the first that there is."""
        found = self._groups.get(operation)
        if found is None or found[0].ended:
            group = Group(operation, self._means)
            found = self._groups[operation] = (group, asyncio.create_task(group.run()))
            telemetry.LIVE_GROUPS.inc()
            found[1].add_done_callback(lambda _: self._end(operation, group))
        found[0].join(member)

    def leave(self, operation: Operation, member: Member) -> None:
        """Take a member out; with the last one the group ends."""
        found = self._groups.get(operation)
        if found is None:
            return
        group, task = found
        group.members.pop(member, None)
        if not group.members:
            self._end(operation, group)
            task.cancel()
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    async def close(self) -> None:
        """End all groups and listen no more."""
        tasks = [task for _, task in self._groups.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, *self._ending, return_exceptions=True)
        await self.changes.close()

    def _end(self, operation: Operation, group: Group) -> None:
        found = self._groups.get(operation)
        if found is not None and found[0] is group:
            del self._groups[operation]
            telemetry.LIVE_GROUPS.dec()
        group.close()
