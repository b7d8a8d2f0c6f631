"""Writes small OpenStreetMap files, by hand as XML and by pyosmium as anything else."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import quoteattr

import osmium

Tags = dict[str, str]
Member = tuple[str, int, str]


@dataclass
class Town:
    """Nodes by id as (lat, lon), ways and relations by id."""

    nodes: dict[int, tuple[float, float]] = field(default_factory=dict)
    node_tags: dict[int, Tags] = field(default_factory=dict)
    ways: dict[int, tuple[list[int], Tags]] = field(default_factory=dict)
    relations: dict[int, tuple[list[Member], Tags]] = field(default_factory=dict)

    def xml(self, *, backwards: bool = False) -> str:
        """Return the town as OSM XML, written without any library."""
        turn = -1 if backwards else 1
        lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6">']
        for node, (lat, lon) in [*self.nodes.items()][::turn]:
            inner = _tags(self.node_tags.get(node, {}))
            lines.append(f'<node id="{node}" lat="{lat:.7f}" lon="{lon:.7f}">{inner}</node>')
        for way, (refs, tags) in [*self.ways.items()][::turn]:
            nodes = "".join(f'<nd ref="{ref}"/>' for ref in refs)
            lines.append(f'<way id="{way}">{nodes}{_tags(tags)}</way>')
        for relation, (members, tags) in [*self.relations.items()][::turn]:
            inner = "".join(
                f'<member type="{kind}" ref="{ref}" role="{role}"/>' for kind, ref, role in members
            )
            lines.append(f'<relation id="{relation}">{inner}{_tags(tags)}</relation>')
        return "\n".join([*lines, "</osm>"])

    def write_xml(self, path: Path, *, backwards: bool = False) -> Path:
        path.write_text(self.xml(backwards=backwards), encoding="utf-8")
        return path

    def write(self, path: Path) -> Path:
        """Write the town by pyosmium, in the format that the name asks for."""
        path.unlink(missing_ok=True)
        writer = osmium.SimpleWriter(str(path))
        for node, (lat, lon) in self.nodes.items():
            at = osmium.osm.Location(lon, lat)
            writer.add_node(
                osmium.osm.mutable.Node(id=node, location=at, tags=self.node_tags.get(node, {}))
            )
        for way, (refs, tags) in self.ways.items():
            writer.add_way(osmium.osm.mutable.Way(id=way, nodes=refs, tags=tags))
        for relation, (members, tags) in self.relations.items():
            short = [(kind[0], ref, role) for kind, ref, role in members]
            writer.add_relation(osmium.osm.mutable.Relation(id=relation, members=short, tags=tags))
        writer.close()
        return path


def _tags(tags: Tags) -> str:
    return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())


def grid(side: int = 3) -> dict[int, tuple[float, float]]:
    """Return side x side nodes, numbered by row from 1, about 100 m apart."""
    return {
        1 + row * side + column: (36.0 + row * 0.001, 127.0 + column * 0.001)
        for row in range(side)
        for column in range(side)
    }


def road(*refs: int, **tags: str) -> tuple[list[int], Tags]:
    """Return a residential way; an underscore in a tag's key stands for a colon."""
    return [*refs], {"highway": "residential", **{k.replace("_", ":"): v for k, v in tags.items()}}
