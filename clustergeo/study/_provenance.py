"""The chain of a study: what its numbers follow from, and one hash over all of it.

Hashed are the checksums of the inputs, the settings that a number depends on, the tables that
come with the package, and its version. Left out is what changes no number: drawings, titles, the
language, the comments of the study file, and the machine.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from clustergeo._files import sha256
from clustergeo.schemas.figures import CHAIN_DIGITS
from clustergeo.settings import data_path, version
from clustergeo.study.plan import Study

__all__ = ["Chain", "chain_of", "code_sha256", "differences", "settings_of"]

_DRAWN: Final = ("file", "basemap.", "outputs.")
"""Inputs no number depends on: of the study file the settings count, the rest is drawn."""

_SHIPPED: Final = (
    ("indices",),
    ("osm",),
    ("roads", "access.csv"),
    ("roads", "congestion.csv"),
    ("roads", "delays.csv"),
)
"""Tables of the package that any study may use without naming them."""


@dataclass(frozen=True, slots=True)
class Chain:
    """What the numbers of a study follow from.

    Parameters
    ----------
    inputs
        Checksum of each input by the key that names it; ``package:`` stands before those that
        come with the package.
    settings
        The settings that numbers depend on.
    clustergeo
        Version of the code.

    Examples
    --------
    >>> Chain({}, {"window": "07:00-09:00"}, "2.1.0").short
    'a56dff9e'
    """

    inputs: Mapping[str, str]
    settings: Mapping[str, Any]
    clustergeo: str

    @property
    def hashed(self) -> str:
        """The text that is hashed: JSON with sorted keys and without spaces."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def sha256(self) -> str:
        """The hash."""
        return hashlib.sha256(self.hashed.encode()).hexdigest()

    @property
    def short(self) -> str:
        """Its beginning, as ids of figures carry it."""
        return self.sha256[:CHAIN_DIGITS]

    def record(self) -> dict[str, Any]:
        """Return the chain for ``study.json``: the hash, and what it is of."""
        return {"sha256": self.sha256, "of": json.loads(self.hashed)}


def settings_of(study: Study) -> dict[str, Any]:
    """Return the settings of a study that its numbers depend on, in the words of its file."""
    return {
        "date": study.date.isoformat(),
        "window": study.window,
        "capital": list(study.places.capital),
        "others": list(study.places.others),
        "networks": {
            **study.networks.state_keys,
            "ways_on_roads": study.networks.ways_on_roads,
        },
        "road": asdict(study.road),
        "transit": asdict(study.transit),
        "isolation": asdict(study.isolation),
    }


def chain_of(study: Study) -> Chain:
    """Return the chain of a study; every input is read once for its checksum."""
    own = {
        key: sha256(path)
        for key, path in study.input_files().items()
        if not key.startswith(_DRAWN)
    }
    shipped = {f"package:{'/'.join(parts)}": sha256(data_path(*parts)) for parts in _SHIPPED}
    settings = settings_of(study) | {
        "encodings": {
            "places.crs": study.places.crs,
            "places.encoding": study.places.encoding,
            "networks.feed_encoding": study.networks.feed_encoding,
        }
    }
    # What study.json gives back: lists for tuples, plain numbers.
    plain: dict[str, Any] = json.loads(json.dumps(settings))
    return Chain(own | shipped, plain, version())


def code_sha256() -> str:
    """Return the hash of the package's own modules, by name and text.

    It stands beside the chain, not in it: a comment would change every id.
    """
    package = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for module in sorted(package.rglob("*.py")):
        text = module.read_text(
            encoding="utf-8"
        )  # line ends as the platform has them do not count
        digest.update(f"{module.relative_to(package).as_posix()}\0{text}\0".encode())
    return digest.hexdigest()


def differences(then: Mapping[str, Any], now: Chain) -> list[tuple[str, str, str]]:
    """Return what differs between the ``of`` of a recorded chain and one of today.

    Returns
    -------
    differences : list of tuple
        What (``inputs.places.clusters``), as it was then and as it is now; ``-`` for nothing.
    """
    before, after = dict(_leaves(then, "")), dict(_leaves(json.loads(now.hashed), ""))
    return [
        (name, before.get(name, "-"), after.get(name, "-"))
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]


def _leaves(thing: object, name: str) -> Iterator[tuple[str, str]]:
    """Yield every value below a mapping with the path to it."""
    if isinstance(thing, dict):
        for key, value in thing.items():
            yield from _leaves(value, f"{name}.{key}" if name else str(key))
    else:
        yield name, json.dumps(thing, ensure_ascii=False).strip('"')
