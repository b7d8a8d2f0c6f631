from __future__ import annotations

from pathlib import Path

import pytest

from clustergeo._toml import read_toml
from clustergeo.errors import ClaimError, InputError

TEXT = """# heading
[study]
a.b = "x"
list = [
  1, # one
  2,
]
"quoted key" = { to = ["x",
  "y"], q = 3 }

[[claim]]
id = "a"

[[claim]]
id = "b"
[[claim.part]]
z = \"\"\"
[fake]
id = 1
\"\"\"
[[claim.part]]
w = 2
[claim.tail.end]
v = 1
"""


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    path = tmp_path / "some.toml"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (("study",), 2),
        (("study", "a", "b"), 3),
        (("study", "list", 1), 6),
        (("study", "quoted key", "to", 1), 9),
        (("study", "quoted key", "q"), 9),
        (("claim", 0, "id"), 12),
        (("claim", 1, "id"), 15),
        (("claim", 1, "part", 0, "z"), 17),
        (("claim", 1, "part", 1, "w"), 22),
        (("claim", 1, "tail", "end", "v"), 24),
        (("claim", 1, "part", 0, "missing"), 16),
        (("nothing",), None),
    ],
)
def test_each_key_has_its_line(toml: Path, key: tuple[str | int, ...], line: int | None) -> None:
    assert read_toml(toml).line(key) == line


def test_a_fault_names_the_line_and_the_key(toml: Path) -> None:
    file = read_toml(toml, name="some.toml")
    fault = file.fault(("claim", 1, "part", 1, "w"), "too small (2)", "give 3")
    assert str(fault) == "some.toml:22, claim.part.w: too small (2) - give 3"


def test_what_is_not_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text("a = 1\nb = \n", encoding="utf-8")
    with pytest.raises(ClaimError, match="line 2"):
        read_toml(path, error=ClaimError)
    with pytest.raises(InputError):
        read_toml(path)
