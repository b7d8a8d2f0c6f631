"""Turn a folium map into one file that opens without a network and runs nothing foreign.

folium's own page links ten files on four hosts and leaves every name unescaped. Here only the map
script of folium is kept; the page around it is our own template, Leaflet is inlined from the
package XStatic-Leaflet, a content security policy allows these scripts and no other, and a page
that would still ask for anything is refused.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import folium
import jinja2
from branca.element import Element, Figure
from markupsafe import Markup
from xstatic.pkg import leaflet

from clustergeo.errors import ClustergeoError
from clustergeo.exhibits._webfont import EMBEDDED_FAMILY, font_face
from clustergeo.exhibits.exhibit import Language
from clustergeo.exhibits.minute_classes import CHANGE_CLASSES, MINUTE_CLASSES, NO_MINUTES
from clustergeo.exhibits.style import NO_DATA, RATIO_CLASSES

__all__ = ["Page", "picture_address", "render_map_page", "render_page"]

_POLICY: Final = (
    "default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; "
    "img-src data:{tiles}; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)
# Attributes that make a browser fetch; an anchor's href does so only when it is clicked.
_FETCHING: Final = frozenset(
    {"src", "srcset", "data", "poster", "background", "action", "formaction", "xlink:href"}
)
_FOREIGN_STYLE: Final = re.compile(r"@import|url\(\s*['\"]?(?!data:|#)", re.IGNORECASE)
_TILE_SCRIPT: Final = re.compile(r"\btileLayer\b")
_FOREIGN_SCRIPT: Final = re.compile(
    r"\bimageOverlay\b|\bvideoOverlay\b|\$\(|\bjQuery\b|AwesomeMarkers|\bimport\("
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What stands around a map: text that the template escapes, and trusted markup.

    Parameters
    ----------
    lang
        Language of the page.
    title, finding, note
        Heading, the finding under it, and a line on how it was computed.
    credits
        Credit lines, always visible.
    aside
        Markup beside the map: tables and legend, already escaped.
    words
        Phrases of the template by name, see ``map.html.jinja``.
    picture
        PNG of the map that is printed in its place; empty for none.
    switches
        Markup of the switches on the map; plain text is escaped, blank is none.
    search
        Whether the map has a search box.
    tiles
        Origin of a tile server the page may ask, such as ``https://tile.example``; blank for
        none, and then the page can ask nobody.
    """

    lang: Language
    title: str
    finding: str
    note: str
    credits: tuple[str, ...]
    aside: Markup
    words: dict[str, str]
    picture: bytes = b""
    switches: Markup | str = ""
    search: bool = False
    tiles: str = ""

    @property
    def still(self) -> Markup:
        """The picture as an address, or blank."""
        return picture_address(self.picture)


def render_map_page(drawn: folium.Map, page: Page) -> bytes:
    """Return the map and its page as one HTML file.

    Raises
    ------
    ClustergeoError
        If the page would ask for anything outside itself.
    """
    _number_ids(drawn)
    root = drawn.get_root()
    if not isinstance(root, Figure):  # a map always stands in a figure
        raise TypeError(root)
    root.render()
    body = Markup(root.html.render())  # noqa: S704 - made by folium from nothing but ids
    script = _inert(root.script.render())
    found = _FOREIGN_SCRIPT.search(script)
    if not page.tiles:
        found = found or _TILE_SCRIPT.search(script)
    if found:
        message = f"the map {page.title} would ask for a foreign file ({found.group()})"
        raise ClustergeoError(message)
    scripts = (_leaflet_script(), _map_script(), script)
    return render_page("map.html.jinja", tiles=page.tiles, page=page, body=body, scripts=scripts)


def render_page(template: str, *, tiles: str = "", **values: object) -> bytes:
    """Return a template filled in, with its policy, as the bytes of one HTML file.

    The policy names ``tiles`` as the one origin images may come from, if it is not blank.

    Raises
    ------
    ClustergeoError
        If the page would ask for anything outside itself.
    """
    scripts = values.setdefault("scripts", ())
    hashes = [_hash(str(script)) for script in scripts]  # type: ignore[attr-defined]
    host = f" {tiles}" if tiles else ""
    policy = _POLICY.format(scripts=" ".join(hashes) or "'none'", tiles=host)
    values |= {"policy": policy, "leaflet_style": _leaflet_style() if hashes else ""}
    page = _environment().get_template(template)
    # The letters a page needs are known once it is written: write it, then again with its font.
    text = page.render(font_face=font_face(page.render(font_face="", **values)), **values)
    if foreign := list(_requests(text)):
        message = f"the page {template} would ask for a foreign file ({foreign[0]})"
        raise ClustergeoError(message)
    return text.encode()


def picture_address(picture: bytes) -> Markup:
    """Return a PNG as an address that needs no file; blank for no picture."""
    if not picture:
        return Markup("")
    coded = base64.b64encode(picture).decode()
    return Markup(f"data:image/png;base64,{coded}")  # noqa: S704 - base64 has nothing to escape


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["embedded_family"] = EMBEDDED_FAMILY
    environment.globals["ratio_classes"] = (*RATIO_CLASSES, NO_DATA)
    environment.globals["shades"] = (*CHANGE_CLASSES, *MINUTE_CLASSES, NO_MINUTES)
    return environment


def _number_ids(root: Element) -> None:
    """Give every element its number as id: folium's are random and would differ each time."""
    for number, element in enumerate(_walk(root.get_root())):
        element._id = f"{number:x}"  # noqa: SLF001 - folium has no public way to set it


def _walk(element: Element) -> Iterator[Element]:
    yield element
    for child in element._children.values():  # noqa: SLF001
        yield from _walk(child)


def _inert(script: str) -> str:
    """Return a script that cannot close its own element."""
    return script.replace("</", "<\\/").replace("<!--", "<\\!--")


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@cache
def _leaflet_script() -> str:
    text = Path(leaflet.BASE_DIR, "leaflet.js").read_text(encoding="utf-8")
    # The browser's tools would look for the source map beside the page.
    return _inert(re.sub(r"^//# sourceMappingURL=.*$", "", text, flags=re.MULTILINE).strip())


@cache
def _map_script() -> str:
    return Path(__file__).with_name("templates").joinpath("map.js").read_text(encoding="utf-8")


@cache
def _leaflet_style() -> Markup:
    folder = Path(leaflet.BASE_DIR)

    def inlined(match: re.Match[str]) -> str:
        image = base64.b64encode((folder / match.group(1)).read_bytes()).decode()
        return f"url(data:image/png;base64,{image})"

    text = (folder / "leaflet.css").read_text(encoding="utf-8")
    return Markup(re.sub(r"url\((images/[\w.-]+)\)", inlined, text))  # noqa: S704


class _Fetches(HTMLParser):
    """Collects what a page would fetch."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._style = tag == "style"
        for name, value in attrs:
            fetched = name in _FETCHING or (name == "href" and tag not in {"a", "area"})
            address = (value or "").strip()
            if fetched and not address.startswith(("data:", "#")):
                self.found.append(f"{tag} {name}={address[:60]}")
            if name == "style" and (match := _FOREIGN_STYLE.search(address)):
                self.found.append(f"{tag} style {match.group()}")

    def handle_data(self, data: str) -> None:
        if self._style and (match := _FOREIGN_STYLE.search(data)):
            self.found.append(f"style {data[match.start() : match.start() + 60]}")


def _requests(text: str) -> list[str]:
    parser = _Fetches()
    parser.feed(text)
    parser.close()
    return parser.found
