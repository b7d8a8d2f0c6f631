"""How the parts of a matrix come about: one by one here, or by the workers of a cluster."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clustergeo.times.od.job import OdJob
from clustergeo.times.od.parts import OdPart, part_table, write_table
from clustergeo.times.od.share import save_job
from clustergeo.times.od.workers import Workers

__all__ = ["Run"]


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """The parts that are to be computed.

    Parameters
    ----------
    job
        The matrix.
    folder
        Where to.
    spans
        Number and origins of each part.
    inputs
        What the matrix follows from, for the parts to name.
    """

    job: OdJob
    folder: Path
    spans: list[tuple[int, slice]]
    inputs: dict[str, Any]

    def here(self, done: Callable[[OdPart], None]) -> None:
        """Compute the parts one by one; each is compressed while the next is computed."""
        with ThreadPoolExecutor(1) as pool:
            written: Future[OdPart] | None = None
            for number, span in self.spans:
                table = part_table(self.job, span)
                if written:
                    done(written.result())
                written = pool.submit(write_table, table, self.folder, number, self.inputs)
            if written:
                done(written.result())

    def on_cluster(self, workers: Workers, done: Callable[[OdPart], None]) -> None:
        """Have the parts computed by others, who map the job from beside them."""
        shared = Path(tempfile.mkdtemp(prefix=".job-", dir=self.folder))
        try:
            save_job(self.job, shared, self.inputs)
            workers.write_parts(shared.resolve(), self.spans, done)
        finally:
            shutil.rmtree(shared, ignore_errors=True)
