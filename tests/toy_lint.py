"""A small timetable feed in which the lint finds nothing, to be spoilt one way at a time."""

from __future__ import annotations

from pathlib import Path

CLEAN = {
    "agency.txt": "agency_id,agency_name,agency_timezone,agency_lang\nA,Toy,Asia/Seoul,ko\n",
    "stops.txt": (
        "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
        "S,어울마당,36.001,127.000,1,\np,어울마당,36.000,127.000,,S\nq,큰샘,36.000,127.020,,\n"
        "r,알섬,36.000,127.040,,\ns,새들,36.000,127.060,0,\n"
    ),
    "routes.txt": (
        "route_id,agency_id,route_short_name,route_long_name,route_type\n"
        "one,A,1호선,첫째,1\ntwo,A,2,둘째 버스,3\n"
    ),
    "trips.txt": "route_id,service_id,trip_id\none,WD,t1\none,WE,t4\ntwo,WD,t2\ntwo,WD,t3\n",
    "stop_times.txt": (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        "t1,07:10:00,07:10:00,p,1\nt1,07:14:00,07:15:00,q,2\nt1,07:19:00,07:19:00,r,3\n"
        "t2,06:00:00,06:00:00,r,1\nt2,06:09:00,06:09:00,p,2\n"
        "t3,07:00:00,07:00:00,r,1\nt3,07:05:00,07:05:00,s,2\n"
        "t4,08:10:00,08:10:00,p,1\nt4,08:14:00,08:14:00,q,2\nt4,08:18:00,08:18:00,r,3\n"
    ),
    "calendar.txt": (
        "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        "WD,1,1,1,1,1,0,0,20261101,20261130\nWE,0,0,0,0,0,1,1,20261101,20261130\n"
    ),
    "frequencies.txt": (
        "trip_id,start_time,end_time,headway_secs,exact_times\n"
        "t2,07:00:00,09:00:00,600,0\nt2,09:00:00,12:00:00,1200,0\n"
    ),
    "transfers.txt": "from_stop_id,to_stop_id,transfer_type,min_transfer_time\np,q,2,120\n",
    "feed_info.txt": (
        "feed_publisher_name,feed_lang,feed_start_date,feed_end_date\nToy,ko,20261101,20261130\n"
    ),
}


def write_clean(folder: Path, files: dict[str, str] | None = None) -> Path:
    """Write the clean feed with some files replaced, or left out (empty text)."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (CLEAN | (files or {})).items():
        if text:
            (folder / name).write_text(text, encoding="utf-8")
    return folder


def minutes(seconds: float) -> str:
    """Return seconds past midnight as HH:MM:SS."""
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
