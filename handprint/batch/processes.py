"""Processes of this machine that end with the run that started them, however it ends."""

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process

__all__ = ["processes"]


@contextmanager
def processes(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Yield a pool; where its user stops early, an interruption included, so do the processes."""
    # spawn: a forked process may inherit a lock that is held, and the chart renderer deadlocks
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_begin)
    try:
        yield pool
    except BaseException:
        _end(pool)
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _end(pool: ProcessPoolExecutor) -> None:
    """End the processes, and what still writes to them.

    Python before 3.11.5 waits for ever for its writing thread where nobody reads a full pipe any
    more (python/cpython issue 94777); without a reader the thread ends.
    """
    for process in list((pool._processes or {}).values()):
        process.terminate()
    queue = getattr(pool, "_call_queue", None)
    if queue is not None:
        queue._reader.close()


def _begin() -> None:
    """Leave Ctrl-C to the process that waits for this one, and outlive it in no case."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)  # it was killed: nobody takes what is done here
