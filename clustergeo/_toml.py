"""TOML files with the line of every key, so that a fault can name it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tree_sitter
import tree_sitter_toml

from clustergeo._files import decode, read_bytes, warn_if_cut
from clustergeo.errors import Fault, InputError

__all__ = ["TomlFile", "read_toml"]

Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class TomlFile:
    """The content of a TOML file and where each key of it stands.

    Parameters
    ----------
    name
        The file, as the user named it.
    content
        What it says.
    lines
        Line (the first is 1) of each key, by its path: names, and numbers in lists.
    """

    name: str
    content: dict[str, Any]
    lines: dict[Key, int] = field(default_factory=dict)

    def line(self, key: Sequence[str | int]) -> int | None:
        """Return the line of a key, or of the nearest key around it."""
        path = tuple(key)
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)

    def fault(self, key: Sequence[str | int], what: str, fix: str) -> Fault:
        """Return a fault of this file at the line of a key; the field is the key in dots."""
        shown = ".".join(str(part) for part in key if isinstance(part, str)) or None
        return Fault(self.name, what, fix, row=self.line(key), field=shown)


def read_toml(
    path: Path, *, error: type[InputError] = InputError, name: str | None = None
) -> TomlFile:
    """Return a TOML file with the lines of its keys.

    Parameters
    ----------
    path
        The file.
    error
        What to raise if it is not TOML.
    name
        What to call it in messages; its path by default.

    Raises
    ------
    InputError
        If the file is missing, not text or not TOML.

    Examples
    --------
    >>> from clustergeo.settings import data_path
    >>> claims = read_toml(data_path("claims", "chungcheong.toml"))
    >>> claims.lines["claim", 0, "claim_id"] > 1
    True
    """
    shown = name or str(path)
    text = decode(read_bytes(path), file=shown)
    warn_if_cut(text, file=shown)
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise error(Fault(shown, f"not TOML ({wrong})", "correct the syntax there")) from wrong
    return TomlFile(shown, content, dict(_lines(text)))


def _lines(text: str) -> Iterator[tuple[Key, int]]:
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_toml.language()))
    number: dict[Key, int] = {}
    for node in parser.parse(text.encode()).root_node.named_children:
        if node.type == "pair":
            yield from _pair(node, ())
        elif node.type in {"table", "table_array_element"}:
            names, *rest = [child for child in node.named_children if child.type != "comment"]
            at = _numbered(_names(names), number)
            if node.type == "table_array_element":
                number[at] = number.get(at, -1) + 1
                at = (*at, number[at])
            yield at, node.start_point.row + 1
            for child in rest:
                yield from _pair(child, at)


def _numbered(names: tuple[str, ...], number: dict[Key, int]) -> Key:
    """Write the path of a header with the number of the list element it stands in."""
    at: Key = ()
    for name in names[:-1]:
        at = (*at, name)
        if at in number:
            at = (*at, number[at])
    return (*at, names[-1])


def _pair(node: tree_sitter.Node, at: Key) -> Iterator[tuple[Key, int]]:
    names, value = [child for child in node.named_children if child.type != "comment"]
    here = (*at, *_names(names))
    yield here, node.start_point.row + 1
    yield from _value(value, here)


def _value(node: tree_sitter.Node, at: Key) -> Iterator[tuple[Key, int]]:
    inside = [child for child in node.named_children if child.type != "comment"]
    if node.type == "inline_table":
        for child in inside:
            yield from _pair(child, at)
    elif node.type == "array":
        for i, child in enumerate(inside):
            yield (*at, i), child.start_point.row + 1
            yield from _value(child, (*at, i))


def _names(node: tree_sitter.Node) -> tuple[str, ...]:
    """Return the parts of a key, whether dotted, quoted or bare."""
    if node.type == "dotted_key":
        return tuple(name for child in node.named_children for name in _names(child))
    text = (node.text or b"").decode()
    if node.type == "quoted_key":
        [name] = tomllib.loads(f"{text} = 0")
        return (name,)
    return (text,)
