"""``clustergeo claims``: hold statements about travel times against the times themselves."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final, Literal

import pandas as pd
from rich.table import Table
from rich.text import Text

from clustergeo._files import csv_bytes, write_bytes
from clustergeo.claims import FAILS_SHARE, HOLDS_SHARE, MOST_SHARE, Claim
from clustergeo.cli._console import console, notes, working
from clustergeo.cli._targets import check_target
from clustergeo.errors import UsageError
from clustergeo.study import DECIMALS, ClaimsHeld, judge_study, load_study
from clustergeo.times import kernels_cached

__all__ = ["show_claims"]

FORMATS: Final = (".csv", ".json", ".txt")

RULE: Final = (
    f"From one place a statement holds where at least {HOLDS_SHARE:.0%} of the departures bear it "
    f"out, fails where at most {FAILS_SHARE:.0%} do, and is mixed between. On the whole it holds "
    f"if it holds from every place; holds_except if from at least {MOST_SHARE:.0%} of them; fails "
    f"if it holds from none and fails from at least {MOST_SHARE:.0%}; cannot_tell if fewer than "
    f"{MOST_SHARE:.0%} can be told; else it is mixed."
)


def show_claims(
    claims_file: Path | None,
    *,
    study_file: Path | None,
    mode: Literal["car", "transit"] | None,
    lang: Literal["ko", "en"],
    out: Path | None,
    scenarios: Sequence[Path] = (),
) -> None:
    """Judge claims, print a verdict a claim and mode, and write them to a file."""
    if out and out.suffix.lower() not in FORMATS:
        message = f"--out: unknown format ({out.name}) - end it in {', '.join(FORMATS)}"
        raise UsageError(message)
    check_target(out, [path for path in (claims_file, study_file, *scenarios) if path])
    study = load_study(study_file)
    if claims_file:
        study = replace(study, claims=claims_file)
    if not kernels_cached():
        notes.print(
            "First run after an install: compiling the routing kernels, about half a minute."
        )
    with working("claims") as status:
        held = _of_mode(judge_study(study, notify=status.update, scenarios=scenarios), mode)
    if out:
        write_bytes(out, _content(held, out.suffix.lower(), lang))
    _print(held, lang)
    if scenarios:
        told = ", ".join(path.stem for path in scenarios)
        console.print(f"Judged on times with {told}.", highlight=False, markup=False)
    if out:
        console.print(f"{out}: {len(held.by_origin):,} verdicts by place", highlight=False)


def _of_mode(held: ClaimsHeld, mode: str | None) -> ClaimsHeld:
    if mode is None:
        return held
    by_origin, overall = (
        table.loc[table["mode"] == mode].reset_index(drop=True)
        for table in (held.by_origin, held.overall)
    )
    claims = tuple(claim for claim in held.claims if mode in claim.modes)
    return ClaimsHeld(claims=claims, by_origin=by_origin, overall=overall)


def _print(held: ClaimsHeld, lang: str) -> None:
    shown = Table(box=None, header_style="bold")
    for name in ("claim", "mode", "verdict"):
        shown.add_column(name, no_wrap=True)
    for name in ("hold", "mixed", "fail", "untold"):
        shown.add_column(name, justify="right", no_wrap=True)
    shown.add_column("when", overflow="fold")
    for row in held.overall.to_dict("records"):
        counts = [str(row[name]) for name in ("hold", "mix", "fail", "untold")]
        cells = [row["claim_id"], row["mode"], row["verdict"], *counts, row[f"sentence_{lang}"]]
        shown.add_row(*map(Text, cells))  # brackets in a name are no markup
    console.print(shown, highlight=False)
    console.print(RULE, highlight=False)


def _content(held: ClaimsHeld, suffix: str, lang: str) -> bytes:
    match suffix:
        case ".csv":
            return csv_bytes(held.by_origin, decimals=DECIMALS)
        case ".json":
            text = json.dumps(_record(held), ensure_ascii=False, indent=1, allow_nan=False)
            return f"{text}\n".encode()
        case _:
            return ("\n".join(_text(held, lang)) + "\n").encode()


def _record(held: ClaimsHeld) -> dict[str, Any]:
    """Return claims with their verdicts, and these with those by origin."""
    claims = []
    for claim in held.claims:
        told = asdict(claim)
        told["verdicts"] = [
            row
            | {"by_origin": [_plain(cells) for cells in _rows(held.by_origin, claim, row["mode"])]}
            for row in _rows(held.overall, claim)
        ]
        claims.append(told)
    return {"rule": RULE, "claims": claims}


def _rows(table: pd.DataFrame, claim: Claim, mode: str | None = None) -> list[dict[str, Any]]:
    wanted = table["claim_id"] == claim.claim_id
    if mode:
        wanted &= table["mode"] == mode
    rows = table.loc[wanted].drop(columns="claim_id")
    return [{str(key): value for key, value in row.items()} for row in rows.to_dict("records")]


def _plain(cells: dict[str, Any]) -> dict[str, Any]:
    """Return cells for JSON: rounded as in the tables, null where blank."""
    told = {key: value for key, value in cells.items() if key != "mode"}
    for key, value in told.items():
        if isinstance(value, float):
            told[key] = None if math.isnan(value) else round(value, DECIMALS.get(key, 4))
    return told


def _text(held: ClaimsHeld, lang: str) -> Iterator[str]:
    """Return a report: what was said, how it was read, what came out by mode and place."""
    for claim in held.claims:
        said = claim.translation_ko or claim.quotation if lang == "ko" else claim.quotation
        quoted = f"“{said}”" if claim.wording == "exact" else said
        when = f", {claim.when}" if claim.when else ""
        yield f"{claim.claim_id}: {quoted}"
        yield f"  {claim.who}{when} ({claim.source})"
        yield f"  {claim.reading_ko if lang == 'ko' else claim.reading_en}"
        for row in _rows(held.overall, claim):
            yield f"  {row['mode']}: {row['verdict']}. {row[f'sentence_{lang}']}"
            for cells in _rows(held.by_origin, claim, row["mode"]):
                yield f"    {cells['origin_id']}: {cells['verdict']}; {cells['note']}"
        yield ""
    yield RULE
