"""HOW WELL: measures of isolation, all of one shape: times in, a named Series with a unit out."""

from __future__ import annotations

from clustergeo.indices.attribution import (
    MOST_UNITS,
    attribution,
    shapley_interactions,
    shapley_values,
    subsets,
)
from clustergeo.indices.capital import (
    capital_margin,
    capital_ratio,
    minutes_to,
    share_capital_faster,
    to_nearest,
)
from clustergeo.indices.catalogue import Index, load_indices
from clustergeo.indices.composite import components, composite, rank_intervals
from clustergeo.indices.decay import Decay
from clustergeo.indices.detours import circuity, pair_circuity, relative_detour, straightness
from clustergeo.indices.efficiency import crow_fly_speed, route_efficiency, time_circuity
from clustergeo.indices.hubs import best_hub, changes_at, hub_detour, routed_via
from clustergeo.indices.isolation import IsolationRules, Surroundings, isolation_table
from clustergeo.indices.location import (
    closeness,
    global_efficiency,
    harmonic_closeness,
    location_indicator,
)
from clustergeo.indices.masses import Masses, cluster_masses, people_near, people_within_km
from clustergeo.indices.opportunities import (
    attainment_share,
    cumulative,
    daily_accessibility,
    dual_access,
    floating_catchment,
    transport_performance,
)
from clustergeo.indices.peers import peers_table
from clustergeo.indices.people import LIMITS_MIN, people_rows
from clustergeo.indices.potential import (
    economic_potential,
    logsum,
    peripherality,
    potential,
    self_minutes,
)
from clustergeo.indices.remoteness import (
    inside_to_capital,
    inside_to_capital_impedance,
    inside_to_capital_mass,
    inside_to_capital_speed,
    interconnectivity,
    place_interconnectivity,
    remoteness,
)
from clustergeo.indices.resampling import resampled_ranks, sampled_measures
from clustergeo.indices.stability import BASE, rank_stability, ranks, stability_summary
from clustergeo.indices.variants import at_share, each_point, with_samples, with_sites

__all__ = [
    "BASE",
    "LIMITS_MIN",
    "MOST_UNITS",
    "Decay",
    "Index",
    "IsolationRules",
    "Masses",
    "Surroundings",
    "at_share",
    "attainment_share",
    "attribution",
    "best_hub",
    "capital_margin",
    "capital_ratio",
    "changes_at",
    "circuity",
    "closeness",
    "cluster_masses",
    "components",
    "composite",
    "crow_fly_speed",
    "cumulative",
    "daily_accessibility",
    "dual_access",
    "each_point",
    "economic_potential",
    "floating_catchment",
    "global_efficiency",
    "harmonic_closeness",
    "hub_detour",
    "inside_to_capital",
    "inside_to_capital_impedance",
    "inside_to_capital_mass",
    "inside_to_capital_speed",
    "interconnectivity",
    "isolation_table",
    "load_indices",
    "location_indicator",
    "logsum",
    "minutes_to",
    "pair_circuity",
    "peers_table",
    "people_near",
    "people_rows",
    "people_within_km",
    "peripherality",
    "place_interconnectivity",
    "potential",
    "rank_intervals",
    "rank_stability",
    "ranks",
    "relative_detour",
    "remoteness",
    "resampled_ranks",
    "route_efficiency",
    "routed_via",
    "sampled_measures",
    "self_minutes",
    "shapley_interactions",
    "shapley_values",
    "share_capital_faster",
    "stability_summary",
    "straightness",
    "subsets",
    "time_circuity",
    "to_nearest",
    "transport_performance",
    "with_samples",
    "with_sites",
]
