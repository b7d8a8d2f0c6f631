"""Switches of a map as plain HTML: check boxes and radio buttons in named sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from clustergeo.exhibits._escape import escape

__all__ = ["Switch", "SwitchSet", "switches"]


@dataclass(frozen=True, slots=True)
class Switch:
    """One layer, or one choice of several.

    Parameters
    ----------
    key
        What it switches; see :func:`clustergeo.exhibits.maps.leaflet.shelf`.
    text
        What the reader sees.
    on
        Whether it is on at first.
    note
        A line under it.
    """

    key: str
    text: str
    on: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class SwitchSet:
    """Switches under one heading; of a choice exactly one is on."""

    heading: str
    switches: Sequence[Switch]
    choice: bool = False


def switches(sets: Sequence[SwitchSet]) -> Markup:
    """Return sets of switches as markup; empty sets are left out.

    Examples
    --------
    >>> print(switches([SwitchSet("Mode", [Switch("car", "Car")], choice=True)]))
    <fieldset><legend>Mode</legend><label><input type="radio" name="set0" data-key="car" checked> \
<span>Car</span></label></fieldset>
    """
    fields = []
    for rank, each in enumerate(each for each in sets if each.switches):
        kind = f'type="radio" name="set{rank}"' if each.choice else 'type="checkbox"'
        labels = "".join(
            f'<label><input {kind} data-key="{escape(switch.key)}"'
            f"{' checked' if switch.on else ''}> <span>{escape(switch.text)}"
            f"{f'<small>{escape(switch.note)}</small>' if switch.note else ''}</span></label>"
            for switch in each.switches
        )
        fields.append(f"<fieldset><legend>{escape(each.heading)}</legend>{labels}</fieldset>")
    return Markup("").join(Markup(field) for field in fields)  # noqa: S704 - escaped above
