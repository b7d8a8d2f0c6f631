"""WHAT IF: scenarios, files of edits on places, roads and timetables."""

from __future__ import annotations

from clustergeo.networks.edits._parsing import edit_from
from clustergeo.networks.edits.edit import Edit
from clustergeo.networks.edits.scenario import Base, Scenario, apply, load_scenario, resolve_all

__all__ = ["Base", "Edit", "Scenario", "apply", "edit_from", "load_scenario", "resolve_all"]
