"""A server on this machine that answers as Overpass and Nominatim do on their bad days."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import osmnx as ox
import pytest
import requests
from shapely import MultiPolygon, Point, Polygon, box
from toy_osm import Town, grid, road

from clustergeo.errors import RoadError, ServiceError, UsageError
from clustergeo.networks._overpass import read_overpass

BOX = (127.0, 36.0, 127.1, 36.1)
TOWN = Town(
    grid(),
    {2: {"barrier": "bollard"}},
    {1: road(1, 2, 3), 2: road(3, 6)},
).xml()
ANSWER = TOWN.replace(
    '<osm version="0.6">',
    '<osm version="0.6"><note>x</note><meta osm_base="2026-01-02T03:04:05Z"/>',
)


@dataclass
class Fake:
    """Answers by (status, headers, body), the last one again and again; and what was asked."""

    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    def say(self, body: str, status: int = 200, **headers: str) -> None:
        self.answers.append((status, headers, body.encode()))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    fake = Fake()

    class Handler(BaseHTTPRequestHandler):
        def answer(self, asked: str) -> None:
            fake.asked.append(asked)
            status, headers, body = (
                fake.answers.pop(0) if len(fake.answers) > 1 else fake.answers[0]
            )
            self.send_response(status)
            for key, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(key.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self.answer(self.path)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.answer(parse_qs(body)["data"][0])

        def log_message(self, *_: Any) -> None:
            return

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{httpd.server_port}"
    monkeypatch.setattr(ox.settings, "overpass_url", f"{url}/api")
    monkeypatch.setattr(ox.settings, "nominatim_url", f"{url}/")
    monkeypatch.setattr(ox.settings, "requests_kwargs", {"proxies": {"http": "", "https": ""}})
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(time, "sleep", fake.slept.append)
    yield fake
    httpd.shutdown()
    httpd.server_close()
    thread.join()


def test_a_box_is_read_with_barriers_by_the_same_rules(server: Fake) -> None:
    server.say(ANSWER)
    parts = read_overpass(BOX)
    assert parts.osmid.tolist() == [1, 1, 2]
    assert parts.date == "2026-01-02T03:04:05Z"
    assert parts.source == "127.0.0.1: box 127 36 127.1 36.1"
    assert parts.notes == ("nodes with a barrier that cars do not pass: 1",)
    (query,) = server.asked
    assert '["route"="ferry"]' in query
    assert '["type"="restriction"]' in query
    assert "service" not in query
    assert "36.000000 127.000000 36.000000 127.100000" in query


def test_outlines_and_service_roads_go_into_the_query(server: Fake) -> None:
    server.say(ANSWER)
    read_overpass(
        MultiPolygon([box(127, 36, 127.1, 36.1), box(128, 36, 128.1, 36.1)]), service=True
    )
    assert server.asked[0].count("(poly:") == 4
    assert "|service)" in server.asked[0]
    read_overpass(box(127, 36, 127.1, 36.1))
    assert server.asked[1].count("(poly:") == 2


def place(outline: object, **more: object) -> str:
    found = {"display_name": "Town", "osm_type": "relation", "osm_id": 7, **more}
    return json.dumps([{**found, "geojson": outline}])


def test_a_place_is_looked_up_and_named_with_what_it_resolved_to(server: Fake) -> None:
    server.say(place(box(*BOX).__geo_interface__))
    server.say(ANSWER)
    parts = read_overpass("Town, Country")
    assert "Town, Country (Town, relation 7; box 127 36 127.1 36.1)" in parts.source
    assert "q=Town%2C+Country" in server.asked[0]


def test_a_place_that_is_none_or_a_point_is_refused(server: Fake) -> None:
    server.say("[]")
    with pytest.raises(RoadError, match="Atlantis: no such place"):
        read_overpass("Atlantis")
    server.answers.clear()
    point = Point(127, 36).__geo_interface__
    server.say(place(point, boundingbox=["36", "36.1", "127", "127.1"]))
    with pytest.raises(RoadError, match=r"is a Point, no area \(Town, relation 7; box 36 36.1"):
        read_overpass("Town")


@pytest.mark.parametrize("body", ["<html>", "[3]", '{"a": 1}', place({"type": "Nothing"}), "3"])
def test_an_answer_that_is_no_place_is_the_servers_fault(server: Fake, body: str) -> None:
    server.say(body)
    with pytest.raises(ServiceError, match="did not answer with places"):
        read_overpass("Town")


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_server_is_asked_again_and_then_no_more(server: Fake, status: int) -> None:
    server.say("busy", status, Retry_After="7")
    server.say(ANSWER)
    assert read_overpass(BOX).osmid.size == 3
    assert server.slept == [7]
    server.answers[:] = [(status, {}, b"busy")]
    server.slept.clear()
    with pytest.raises(
        ServiceError, match=rf"127\.0\.0\.1 is busy \({status} after 4 tries and 35 s"
    ):
        read_overpass(BOX)
    assert server.slept == [5, 10, 20]
    assert ServiceError.exit_code == 4


@pytest.mark.parametrize(
    ("asked", "waits"),
    [
        ("86400", 60),
        ("-5", 1),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 1),
        ("Wed, 21 Oct 2115 07:28:00 GMT", 60),
        ("soon", 5),
    ],
)
def test_the_pause_that_a_server_asks_for_has_limits(
    server: Fake, asked: str, waits: float
) -> None:
    server.say("busy", 429, Retry_After=asked)
    server.say(ANSWER)
    read_overpass(BOX)
    assert server.slept == [waits]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (
            ANSWER.replace("</osm>", "<remark> runtime error: timed out </remark></osm>"),
            "timed out",
        ),
        ("<!DOCTYPE html><html>429</html>", "did not answer with map data"),
        ('{"elements": []}', "did not answer with map data"),
        ("", "did not answer with map data"),
        (ANSWER[:-300], "answered in part"),
    ],
)
def test_an_answer_in_part_is_no_answer(server: Fake, body: str, why: str) -> None:
    server.say(body)
    with pytest.raises(ServiceError, match=why):
        read_overpass(BOX)
    assert len(server.asked) == 1


def test_an_answer_cut_on_the_way_is_no_answer(server: Fake) -> None:
    server.say(ANSWER[:50], Content_Length="9999")
    with pytest.raises(ServiceError, match=r"cannot reach 127.0.0.1"):
        read_overpass(BOX)


def test_a_refusal_and_an_empty_area(server: Fake) -> None:
    server.say("<p>static error:  line 1</p>", 400)
    with pytest.raises(ServiceError, match=r"refused .400: static error: line 1"):
        read_overpass(BOX)
    server.answers[:] = [(200, {}, b'<?xml version="1.0"?><osm version="0.6"></osm>')]
    with pytest.raises(RoadError, match=r"box 127 36 127.1 36.1: holds no roads"):
        read_overpass(BOX)
    private = Town(grid(), ways={1: road(1, 2, access="no")}).xml()
    server.answers[:] = [(200, {}, private.encode())]
    with pytest.raises(RoadError, match=r"^box 127 36 127.1 36.1: no roads for cars"):
        read_overpass(BOX)


def test_no_network_names_the_host_and_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **kwargs: Any) -> None:
        assert kwargs["timeout"][0] <= 15
        raise requests.ConnectionError

    monkeypatch.setattr(requests, "request", fail)
    with pytest.raises(ServiceError, match=r"cannot reach overpass.*ConnectionError.*\.osm\.pbf"):
        read_overpass(BOX)


@pytest.mark.parametrize(
    "area",
    [
        (127.1, 36.0, 127.0, 36.1),
        (36.0, 127.0, 36.1, 127.1),
        (float("nan"), 36.0, 127.0, 36.1),
        Polygon(),
        Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]),
        box(200_000, 400_000, 210_000, 410_000),
    ],
    ids=str,
)
def test_an_area_that_is_none_is_refused_before_anything_is_asked(area: Any) -> None:
    with pytest.raises(UsageError):
        read_overpass(area)
