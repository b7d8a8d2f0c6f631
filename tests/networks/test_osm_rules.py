"""Every value that the rules for cars know, beside what must come of it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustergeo.networks import _osm_rules as rules
from clustergeo.networks._osm_rules import Drive, blocks, drive
from clustergeo.networks._osm_speeds import Zone, duration_s, lane_count, limit_kph, load_zones
from clustergeo.networks.parts import ASSUMED, PUBLISHED

ZONES = {"xx:urban": Zone(50, 50, 60)}


def judged(*, small: bool = False, **tags: str) -> Drive | str:
    tags = {"highway": "residential", **{key.replace("__", ":"): v for key, v in tags.items()}}
    return drive({k: v for k, v in tags.items() if v}, ZONES, service=small)


def ways(*, small: bool = False, **tags: str) -> str:
    found = judged(small=small, **tags)
    if isinstance(found, str):
        return found
    return {(True, True): "both", (True, False): "forward", (False, True): "backward"}[
        found.forward, found.backward
    ]


NO_ROADS = (
    "footway",
    "cycleway",
    "path",
    "steps",
    "pedestrian",
    "track",
    "bridleway",
    "corridor",
    "platform",
    "busway",
    "construction",
    "proposed",
    "planned",
    "abandoned",
    "razed",
    "disused",
    "raceway",
    "rest_area",
    "services",
    "bus_guideway",
    "escape",
    "elevator",
    "ferry",
    "no",
    "crossing",
)


@pytest.mark.parametrize(
    ("highway", "outcome"),
    [
        *(
            (name, "both")
            for name in rules.ROAD_CLASSES
            if name not in ("motorway", "motorway_link", "service", "ferry")
        ),
        ("motorway", "forward"),
        ("motorway_link", "forward"),
        (" Primary ", "both"),
        ("service", "service road"),
        *((name, "no road") for name in NO_ROADS),
        ("", "no road"),
    ],
)
def test_the_class_decides_what_is_a_road(highway: str, outcome: str) -> None:
    assert ways(highway=highway) == outcome


@pytest.mark.parametrize(
    "tags",
    [{"building": "yes"}, {"waterway": "river"}, {"railway": "rail"}, {"route": "bus"}],
    ids=str,
)
def test_a_way_without_a_highway_is_no_road(tags: dict[str, str]) -> None:
    assert ways(highway="", **tags) == "no road"


def test_areas_and_impassable_ways_are_no_roads() -> None:
    assert ways(area="yes") == "area"
    assert ways(area="no") == "both"
    assert ways(impassable="yes") == "impassable"


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [("", "both"), ("alley", "both")]
    + [(kind, "service road") for kind in sorted(rules._NEVER_SERVICE)],
)
def test_service_roads_count_on_demand_but_driveways_never(kind: str, outcome: str) -> None:
    assert ways(small=True, highway="service", service=kind) == outcome
    assert ways(highway="service", service=kind) == "service road"


ONEWAY = {
    "yes": "forward",
    "Yes": "forward",
    " yes": "forward",
    "true": "forward",
    "1": "forward",
    "-1": "backward",
    "reverse": "backward",
    "no": "both",
    "false": "both",
    "0": "both",
    "alternating": "both",
    "reversible": "reversible",
}


@pytest.mark.parametrize("highway", ["residential", "motorway", "motorway_link"])
@pytest.mark.parametrize("junction", ["", "roundabout", "circular", "jughandle"])
@pytest.mark.parametrize("value", [*ONEWAY, "", "maybe"])
def test_a_oneway_tag_goes_before_what_class_and_junction_imply(
    highway: str, junction: str, value: str
) -> None:
    implied = highway != "residential" or junction in ("roundabout", "circular")
    wanted = ONEWAY.get(value, "forward" if implied else "both")
    assert ways(highway=highway, junction=junction, oneway=value) == wanted


@pytest.mark.parametrize(("oneway", "open_ways"), [*ONEWAY.items(), ("", "both"), ("?", "both")])
@pytest.mark.parametrize(
    ("maxspeed", "kph"),
    [
        ("50", 50),
        ("30 mph", 48.28032),
        ("10 knots", 18.52),
        ("none", None),
        ("walk", 5),
        ("signals", None),
        ("XX:urban", 50),
        ("80;60", 60),
        ("0", None),
        ("-50", None),
        ("999", 200),
        ("50,5", 50.5),
    ],
)
def test_a_limit_holds_in_the_directions_that_are_open(
    oneway: str, open_ways: str, maxspeed: str, kph: float | None
) -> None:
    """Faults B11 and B14: every value of the one beside every value of the other."""
    assert ways(oneway=oneway, maxspeed=maxspeed) == open_ways
    found = judged(oneway=oneway, maxspeed=maxspeed)
    if isinstance(found, Drive):
        for limit in (found.forward_kph, found.backward_kph):
            assert math.isnan(limit) if kph is None else limit == pytest.approx(kph)
        assert ("alternating" in found.odd) == (oneway == "alternating")


def test_oneway_for_bicycles_and_buses_means_nothing_to_cars() -> None:
    assert ways(oneway="yes", oneway__bicycle="no", busway="opposite_lane") == "forward"
    assert ways(oneway__bicycle="yes") == "both"
    assert ways(oneway="yes", oneway__motor_vehicle="no") == "both"


@pytest.mark.parametrize("key", rules._ACCESS_KEYS)
@pytest.mark.parametrize("value", sorted(rules._OPEN | rules._CLOSED))
def test_each_access_value_opens_or_closes_a_road(key: str, value: str) -> None:
    assert ways(**{key: value}) == ("both" if value in rules._OPEN else "closed to cars")


@pytest.mark.parametrize(
    ("tags", "outcome"),
    [
        ({"access": "no", "motor_vehicle": "yes"}, "both"),
        ({"access": "yes", "motorcar": "no"}, "closed to cars"),
        ({"motor_vehicle": "no", "motorcar": "yes"}, "both"),
        ({"vehicle": "no", "motor_vehicle": "permissive"}, "both"),
        ({"access": "Private"}, "closed to cars"),
        ({"access": "no;destination"}, "closed to cars"),
        ({"access": "fuzzy"}, "both"),
        ({"access": "fuzzy;no"}, "closed to cars"),
        ({"motorcar": "fuzzy", "access": "no"}, "closed to cars"),
        ({"bicycle": "no", "foot": "no", "hgv": "no"}, "both"),
        ({"motor_vehicle__backward": "no"}, "forward"),
        ({"motor_vehicle__forward": "no"}, "backward"),
        ({"vehicle__forward": "no", "oneway": "yes"}, "closed to cars"),
        ({"access": "no", "motor_vehicle__forward": "yes"}, "forward"),
    ],
    ids=str,
)
def test_the_most_specific_access_wins(tags: dict[str, str], outcome: str) -> None:
    assert ways(**tags) == outcome


def test_access_for_residents_is_open_and_remarked() -> None:
    found = judged(access="destination", oneway="yes")
    assert isinstance(found, Drive)
    assert found.odd == ("destination",)


@pytest.mark.parametrize(
    ("text", "kph", "odd"),
    [
        ("50", 50, ""),
        (" 50 ", 50, ""),
        ("50 km/h", 50, ""),
        ("50kmh", 50, ""),
        ("30 mph", 48.28032, ""),
        ("30mph", 48.28032, ""),
        ("5 knots", 9.26, ""),
        ("50;30", 30, ""),
        ("80|60", 60, ""),
        ("50,5", 50.5, ""),
        ("50.5", 50.5, ""),
        ("walk", 5, ""),
        ("XX:urban", 50, ""),
        ("DE:zone30", 30, ""),
        ("zone:20", 20, ""),
        ("none", None, ""),
        ("signals", None, ""),
        ("variable", None, ""),
        ("none;100", 100, ""),
        ("0", None, "absurd"),
        ("-50", None, "absurd"),
        ("999", 200, "capped"),
        ("200", 200, ""),
        ("201", 200, "capped"),
        ("150 mph", 200, "capped"),
        ("999;60", 60, "capped"),
        ("fast", None, "unreadable"),
        ("YY:urban", None, "unreadable"),
        ("50 furlongs", None, "unreadable"),
        ("50,80", None, "unreadable"),
        ("", None, "unreadable"),
        ("fast;60", 60, "unreadable"),
    ],
)
def test_each_way_to_write_a_limit(text: str, kph: float | None, odd: str) -> None:
    found, said = limit_kph(text, ZONES, 0)
    assert said == odd
    assert math.isnan(found) if kph is None else found == pytest.approx(kph)


def test_a_zone_may_depend_on_lanes() -> None:
    assert [limit_kph("XX:urban", ZONES, each)[0] for each in (0, 1, 2)] == [50, 50, 60]
    both = judged(maxspeed="XX:urban", lanes="2")
    oneway = judged(maxspeed="XX:urban", lanes="2", oneway="yes")
    assert isinstance(both, Drive)
    assert isinstance(oneway, Drive)
    assert (both.forward_kph, oneway.forward_kph) == (50, 60)


def test_the_shipped_zones_are_plausible() -> None:
    zones = load_zones()
    assert all(name == name.lower() and ":" in name for name in zones)
    limits = [kph for z in zones.values() for kph in (z.kph, z.kph_one_lane, z.kph_more_lanes)]
    assert all(20 <= kph <= 130 for kph in limits)


def test_limits_of_a_direction_and_of_a_zone_tag() -> None:
    found = judged(maxspeed="60", maxspeed__backward="40")
    assert isinstance(found, Drive)
    assert (found.forward_kph, found.backward_kph, found.evidence) == (60, 40, PUBLISHED)
    found = judged(maxspeed__type="XX:urban")
    assert isinstance(found, Drive)
    assert (found.forward_kph, found.backward_kph) == (50, 50)
    found = judged(zone__maxspeed="elsewhere", maxspeed="-5")
    assert isinstance(found, Drive)
    assert math.isnan(found.forward_kph)
    assert found.odd == ("absurd",)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("00:20", 1200),
        ("1:05", 3900),
        ("01:00:30", 3630),
        ("PT20M", 1200),
        ("PT1H30M", 5400),
        ("P1DT1H", 90000),
        ("PT45S", 45),
        ("20", 1200),
        ("20 min", 1200),
        ("7.5", 450),
        ("0", None),
        ("P", None),
        ("soon", None),
        ("", None),
        ("-5", None),
    ],
)
def test_each_way_to_write_a_duration(text: str, seconds: float | None) -> None:
    found = duration_s(text)
    assert math.isnan(found) if seconds is None else found == seconds


def test_ferries_carry_cars_unless_a_tag_says_no() -> None:
    found = judged(highway="", route="ferry", duration="00:20")
    assert isinstance(found, Drive)
    assert (found.highway, found.seconds) == ("ferry", 1200)
    assert math.isnan(found.forward_kph)
    assert ways(highway="", route="ferry", motor_vehicle="no") == "closed to cars"
    assert ways(highway="", route="ferry", access="no", motorcar="yes") == "both"
    assert ways(highway="primary", route="ferry") == "both"


def test_a_ferry_that_says_nothing_sails_at_an_assumed_speed() -> None:
    found = judged(highway="", route="ferry")
    assert isinstance(found, Drive)
    assert (found.forward_kph, found.evidence) == (rules.FERRY_KPH, ASSUMED)
    assert found.odd == ("ferry speed",)


@pytest.mark.parametrize(
    ("text", "lanes"),
    [
        ("4", 4),
        ("2;3", 2),
        ("1.5", 1),
        ("many", 0),
        ("-2", 0),
        ("nan", 0),
        ("inf", 0),
        ("999", 255),
    ],
)
def test_each_way_to_write_lanes(text: str, lanes: int) -> None:
    assert lane_count(text) == lanes
    found = judged(lanes=text, toll="yes")
    assert isinstance(found, Drive)
    assert (found.lanes, found.toll) == (lanes, True)


@pytest.mark.parametrize(
    ("tags", "blocked"),
    [
        *(({"barrier": barrier}, True) for barrier in sorted(rules._BLOCKING)),
        *(
            ({"barrier": barrier}, False)
            for barrier in [
                "gate",
                "lift_gate",
                "toll_booth",
                "cattle_grid",
                "kerb",
                "border_control",
                "no",
            ]
        ),
        ({}, False),
        ({"barrier": "gate", "access": "private"}, True),
        ({"barrier": "gate", "access": "no", "motor_vehicle": "yes"}, False),
        ({"barrier": "gate", "locked": "yes"}, True),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, False),
        ({"barrier": "bollard", "bicycle": "yes"}, True),
        ({"barrier": "lift_gate", "motorcar": "destination"}, False),
        ({"access": "no"}, False),
    ],
    ids=str,
)
def test_each_barrier_blocks_or_not(tags: dict[str, str], *, blocked: bool) -> None:
    assert blocks(tags) is blocked


@settings(derandomize=True, deadline=None, max_examples=80)
@given(
    st.dictionaries(
        st.sampled_from(rules.KEYS),
        st.one_of(
            st.text(max_size=12),
            st.sampled_from(("residential", "motorway", "yes", "no", "ferry", "1e400", "9" * 400)),
        ),
    )
)
def test_any_tags_give_a_reason_or_a_road_that_can_be_driven(tags: dict[str, str]) -> None:
    found = drive(tags, ZONES, service=True)
    if isinstance(found, str):
        assert found
        return
    assert found.forward or found.backward
    for kph in (found.forward_kph, found.backward_kph):
        assert math.isnan(kph) or 0 < kph <= 200
    assert math.isnan(found.seconds) or found.seconds > 0
    assert 0 <= found.lanes <= 255
