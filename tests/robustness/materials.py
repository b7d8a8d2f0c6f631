"""What the package stands on: a bill of materials (CycloneDX JSON) and its licences.

``python tests/robustness/materials.py FILE`` writes the bill of what is installed; the same
installation gives the same bytes.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

__all__ = ["bill", "forbidden", "licence_of", "materials"]

PACKAGE: Final = "clustergeo"

PERMISSIVE: Final = re.compile(
    r"\b(MIT|MIT-0|BSD|0BSD|Apache|ISC|HPND|PSF|Python Software Foundation|Unlicense|Zlib|zlib"
    r"|BSL-1\.0|Boost|MIT-CMU|CC0|MPL|Mozilla|OFL)\b"
)
"""MPL-2.0 is allowed: it binds the file it stands in, not what imports it (certifi)."""

COPYLEFT: Final = re.compile(r"\b(A?GPL|LGPL|EUPL|SSPL|GNU)", re.IGNORECASE)

KNOWN: Final[dict[str, str]] = {"xstatic-leaflet": "BSD-2-Clause"}
"""A package that calls its licence the same as that of Leaflet, which it carries."""


def materials(package: str = PACKAGE) -> dict[str, Distribution]:
    """Return every distribution that a package needs here, without its extras, by name."""
    found: dict[str, Distribution] = {}
    waiting = [package]
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in found:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue  # what a marker of another system would bring
        waiting += _needs(found[name])
    return dict(sorted(found.items()))


def _needs(owner: Distribution) -> Iterator[str]:
    for line in owner.requires or ():
        need = Requirement(line)
        if need.marker is None or need.marker.evaluate({"extra": ""}):
            yield need.name


def licence_of(owner: Distribution) -> str:
    """Return the licence a distribution states: its expression, classifiers or first words."""
    told: Any = owner.metadata
    name = canonicalize_name(told["Name"])
    classified = [
        line.rpartition("::")[2].strip()
        for line in told.get_all("Classifier") or ()
        if line.startswith("License ::") and line.count("::") > 1
    ]
    text = (told.get("License") or "").strip().splitlines()
    first = text[0] if text else ""
    return told.get("License-Expression") or " AND ".join(classified) or KNOWN.get(name) or first


def forbidden(licence: str) -> bool:
    """Return whether a licence is none, unknown or copyleft; of alternatives one will do."""
    return not any(
        PERMISSIVE.search(choice) and not COPYLEFT.search(choice)
        for choice in re.split(r"\bOR\b", licence)
    )


def bill(package: str = PACKAGE) -> bytes:
    """Return the bill of materials as CycloneDX JSON, without time or place."""
    found = materials(package)
    own = found.pop(canonicalize_name(package))
    record = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": _component(own) | {"type": "application"}},
        "components": [_component(each) for each in found.values()],
        "dependencies": [
            {
                "ref": _purl(each),
                "dependsOn": sorted(
                    _purl(found[need])
                    for need in {canonicalize_name(name) for name in _needs(each)}
                    if need in found
                ),
            }
            for each in (own, *found.values())
        ],
    }
    return f"{json.dumps(record, indent=1)}\n".encode()


def _component(owner: Distribution) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": _purl(owner),
        "name": owner.metadata["Name"],
        "version": owner.version,
        "purl": _purl(owner),
        "licenses": [{"license": {"name": licence_of(owner)}}],
    }


def _purl(owner: Distribution) -> str:
    return f"pkg:pypi/{canonicalize_name(owner.metadata['Name'])}@{owner.version}"


def _main() -> None:
    parser = argparse.ArgumentParser(description="Write the bill of materials.")
    parser.add_argument("file", type=Path)
    file = parser.parse_args().file
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(bill())
    found = materials()
    bad = [name for name, owner in found.items() if forbidden(licence_of(owner))]
    print(f"{file}: {len(found)} packages, licences refused {len(bad)} {' '.join(bad)}".rstrip())  # noqa: T201
    raise SystemExit(bool(bad))


if __name__ == "__main__":
    _main()
