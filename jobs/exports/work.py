"""The two jobs of exports, as the schedule knows them."""

from datetime import timedelta

from jobs.context import JobContext, NothingToDo, Run
from jobs.contract import JobName
from jobs.exports.making import Bench, ExportFailed, make
from jobs.exports.making import sweep_exports as sweep


async def make_export(context: JobContext, run: Run) -> int:
    """Make the file that the run's subject names."""
    try:
        return await make(_bench(context), run.subject or "", context.telling(run))
    except ExportFailed as error:
        # Whoever asked was told by then, and nobody else can do anything about it.
        raise NothingToDo(str(error)) from error


async def sweep_exports(context: JobContext, _: Run) -> int:
    """Take away what is over."""
    return await sweep(_bench(context), JobName.MAKE_EXPORT.value)


def _bench(context: JobContext) -> Bench:
    settings = context.settings
    return Bench(context.database, settings.exports_folder, timedelta(days=settings.export_days))
