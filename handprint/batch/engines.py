"""Where the partitions of a batch are scored: here, in processes of this machine, or on Dask.

Every engine calls the same function on the same tasks, so results do not depend on the engine.
Tasks are handed out a few at a time: memory does not grow with the library.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    Future,
    ThreadPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from importlib import import_module
from itertools import islice
from typing import Any

from handprint.batch.partition import BatchOptions
from handprint.batch.parts import Job, Part, Task, work
from handprint.batch.processes import processes
from handprint.core.errors import CodedError

__all__ = ["Engine", "dask_engine", "local_engine"]

Engine = Callable[[Job, Iterable[Task]], Iterator[Part]]

AHEAD = 2  # tasks waiting per worker
ROW, DRAW = 1.5e-6, 2e-7  # seconds that a row, and a draw of a row, take about
CASE = 0.1  # seconds of a submission
WORTH = 10.0  # seconds of work from which processes of their own pay


def local_engine(
    rows: int, options: BatchOptions, parts: int, workers: int | None = None, *, table: bool = True
) -> Engine:
    """Return the engine for this machine.

    Parameters
    ----------
    workers : int or None
        Number of processes; None decides by the work to do.
    table : bool
        Whether the cases are rows of a table, not submissions.
    """
    if workers is None:
        seconds = rows * ((ROW if table else CASE) + options.effort * DRAW)
        workers = min(os.cpu_count() or 1, parts) if seconds > WORTH else 1
    return _pool(workers) if workers > 1 else _serial


def _serial(job: Job, tasks: Iterable[Task]) -> Iterator[Part]:
    """Score in this process; the next partition is read in the meantime."""
    with ThreadPoolExecutor(1) as reader:
        following: Future[Task] | None = None
        for task in tasks:
            reading = reader.submit(task.loaded, job)
            if following is not None:
                yield work(job, following.result())
            following = reading
        if following is not None:
            yield work(job, following.result())


def _pool(workers: int) -> Engine:
    def run(job: Job, tasks: Iterable[Task]) -> Iterator[Part]:
        waiting = iter(tasks)
        try:
            with processes(workers) as pool:
                running: set[Future[Part]] = {
                    pool.submit(work, job, task) for task in islice(waiting, workers * AHEAD)
                }
                while running:
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        yield future.result()
                        running |= {pool.submit(work, job, task) for task in islice(waiting, 1)}
        except BrokenProcessPool:
            raise CodedError("HP-B13") from None

    return run


def dask_engine(scheduler: str | None) -> Engine:
    """Return the engine for a Dask cluster; without an address, one on this machine."""

    def run(job: Job, tasks: Iterable[Task]) -> Iterator[Part]:
        dask = _distributed()
        own = None
        if scheduler is None:
            own = dask.LocalCluster(dashboard_address=":0", threads_per_worker=1)
        try:
            client = dask.Client(own or scheduler, timeout="20s", set_as_default=False)
        except (OSError, TimeoutError, ValueError) as problem:
            params = {"scheduler": str(scheduler), "reason": str(problem)[:160]}
            raise CodedError("HP-B14", "scheduler", **params) from None
        try:
            yield from _on_dask(dask, client, job, tasks)
        finally:
            client.close()
            if own is not None:
                own.close()

    return run


def _distributed() -> Any:
    try:
        return import_module("distributed")
    except ImportError:
        raise CodedError("HP-B14") from None


def _on_dask(dask: Any, client: Any, job: Job, tasks: Iterable[Task]) -> Iterator[Part]:
    """Yield the parts as they are done; a task whose worker dies is run by another one."""
    waiting = iter(tasks)
    ahead = AHEAD * max(1, len(client.nthreads()))
    first = [client.submit(work, job, task, pure=False) for task in islice(waiting, ahead)]
    running = dask.as_completed(first, loop=client.loop)
    try:
        for future in running:
            yield future.result()
            future.release()
            for task in islice(waiting, 1):
                running.add(client.submit(work, job, task, pure=False))
    except dask.KilledWorker:
        raise CodedError("HP-B13") from None
