"""The parts of a matrix by many processes, on this machine or a cluster, through dask."""

from __future__ import annotations

import logging
import re
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any, Final

from clustergeo.errors import MissingExtraError, ServiceError, UsageError
from clustergeo.times.od.parts import OdPart, part_table, write_table
from clustergeo.times.od.share import open_job

__all__ = ["Workers", "check_cluster"]

_CONNECT_S: Final = 10
_RETRIES: Final = 2
_LOCAL: Final = re.compile(r"local:([1-9]\d{0,3})")
_REMOTE: Final = re.compile(r"(tcp|tls)://[^\s/:]+:\d{1,5}")


def check_cluster(address: str) -> str:
    """Return the address of a cluster if it is one, and dask is there to use it.

    Raises
    ------
    UsageError
        If it is neither ``local:N`` nor ``tcp://HOST:PORT``.
    MissingExtraError
        If dask is not installed.
    """
    if not _LOCAL.fullmatch(address) and not _REMOTE.fullmatch(address):
        message = f"cluster: no such thing ({address}) - use local:N or tcp://HOST:PORT"
        raise UsageError(message)
    try:
        import distributed  # noqa: F401, PLC0415 - an extra
    except ImportError as error:
        message = 'a cluster needs dask - pip install "clustergeo[dask]"'
        raise MissingExtraError(message) from error
    return address


@dataclass(frozen=True, slots=True)
class Workers:
    """Processes that compute parts: ``local:N`` of them here, or those of a scheduler.

    A cluster is trusted: dask sends Python objects between its machines.

    Parameters
    ----------
    address
        ``local:N`` or ``tcp://HOST:PORT``.
    """

    address: str

    def write_parts(
        self,
        job: Path,
        spans: Sequence[tuple[int, slice]],
        done: Callable[[OdPart], None],
    ) -> None:
        """Have the parts written beside the folder of a job; report each when it is there.

        A part whose worker dies is given to another.

        Raises
        ------
        ServiceError
            If the cluster cannot be reached, or its workers die again and again.
        """
        import distributed  # noqa: PLC0415 - an extra

        completed: Any = distributed.as_completed
        with self._client() as client:
            futures = [
                client.submit(
                    _write, str(job), number, (span.start, span.stop), pure=False, retries=_RETRIES
                )
                for number, span in spans
            ]
            try:
                for future in completed(futures):
                    done(future.result())
            except distributed.KilledWorker as error:
                message = (
                    f"{self.address}: workers died on the same part again and again - give "
                    "them more memory"
                )
                raise ServiceError(message) from error
            except (OSError, distributed.CancelledError) as error:
                if hasattr(error, "exit_code"):
                    raise
                message = f"{self.address}: the cluster was lost ({error!s:.80}) - run again"
                raise ServiceError(message) from error
            finally:
                client.cancel(futures)

    @contextmanager
    def _client(self) -> Iterator[Any]:
        """Yield a client of the cluster."""
        import distributed  # noqa: PLC0415 - an extra

        client_of: Any = distributed.Client
        cluster_of: Any = distributed.LocalCluster

        if local := _LOCAL.fullmatch(self.address):
            with _without_interrupts():
                cluster = cluster_of(
                    n_workers=int(local[1]),
                    threads_per_worker=1,
                    processes=True,
                    dashboard_address="127.0.0.1:0",  # a fixed port may be taken
                    silence_logs=logging.CRITICAL,
                )
            with cluster, client_of(cluster) as client:
                yield client
            return
        try:
            client = client_of(self.address, timeout=_CONNECT_S)
        except (OSError, TimeoutError) as error:
            message = f"{self.address}: no dask scheduler answers - start one or check the address"
            raise ServiceError(message) from error
        with client:
            yield client


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Let processes be started that leave Ctrl-C to this one, which gets it afterwards."""
    if not hasattr(signal, "pthread_sigmask"):  # such as Windows
        yield
        return
    # It would lift the block again if it were started later.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _write(job: str, number: int, span: tuple[int, int]) -> OdPart:
    """Write one part: what a worker runs."""
    folder = Path(job)
    made, inputs = open_job(folder)
    return write_table(part_table(made, slice(*span)), folder.parent, number, inputs)
