"""Commands of one process share the shipped networks: most tests are of what is printed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from shipped import shipped_once


@pytest.fixture(autouse=True, scope="module")
def _shipped_once() -> Iterator[None]:
    with shipped_once():
        yield
