from __future__ import annotations

from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from ivvu_analysis.errors import ParameterError
from ivvu_analysis.parameters import UNSET, check, check_injected, declared

CELL = """
# what it is about
region: str = "twente"  # code of the region, as in "#12"
language = "en"
wave = "2020-10"
register = ""
seed: int = 1
level: float = 0.95
themes: list[str] = []
day: str | None = None
today = date.today()
anything = None
"""


def test_annotated_and_plain_assignments_declare_parameters() -> None:
    found = declared(CELL)
    assert {name: p.types for name, p in found.items()} == {
        "region": ("str",),
        "language": ("str",),
        "wave": ("str",),
        "register": ("str",),
        "seed": ("int",),
        "level": ("float",),
        "themes": ("list",),
        "day": ("str", "None"),
        "today": (),
        "anything": (),
    }
    assert found["today"].default is UNSET
    assert check({}, found)["language"] == "en"
    assert "today" not in check({}, found)
    values = check({"level": 1, "anything": [1]}, found)  # a whole number is a number
    assert (values["level"], values["anything"]) == (1.0, [1])


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"regoin": "zeeland"}, "There is no parameter 'regoin' in this notebook. Did you mean 'region'?"),
        ({"region": 12}, "'region' must be text, and 12 is not. Put it in quotes: region: \"12\""),
        (
            {"wave": 2020.10},
            "'wave' must be text, and 2020.1 is not. Write it in quotes, as \"2020-10\" (with",
        ),
        ({"language": False}, "'language' must be text, and false is not. Give a value such as 'en'."),
        ({"register": True}, "'register' must be text, and true is not. Give another value."),
        ({"seed": 1.5}, "'seed' must be a whole number, and 1.5 is not. Give a value such as 1."),
        ({"seed": True}, "'seed' must be a whole number, and true is not"),
        ({"level": "high"}, "'level' must be a number"),
        ({"day": 3}, "'day' must be text or nothing"),
        ({"region": {"a": 1}}, "Give a value such as 'twente'"),
    ],
)
def test_what_does_not_fit_is_one_sentence_with_its_remedy(given: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ParameterError) as refused:
        check(given, declared(CELL))
    assert complaint in str(refused.value)


@pytest.mark.parametrize("source", ["a: int = 'x'", "a = "])
def test_a_cell_that_contradicts_itself_is_refused(source: str) -> None:
    with pytest.raises(ParameterError):
        declared(source)


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The cells that have run in a notebook, as IPython keeps them."""
    cells = [""]
    shell = InteractiveShell.instance()
    monkeypatch.setitem(shell.user_ns, "In", cells)
    return cells


def test_what_papermill_put_in_is_checked(notebook: list[str]) -> None:
    notebook += ['wave: str = "2020-10"', '# Parameters\nwave = "2020-03"\n', "load(wave=wave)"]
    check_injected()
    notebook[2] = "# Parameters\nwave = 2020\n"
    with pytest.raises(ParameterError, match="must be text, and 2020 is not"):
        check_injected()
    notebook[2] = '# Parameters\nwaev = "2020-03"\n'
    with pytest.raises(ParameterError, match="Did you mean 'wave'"):
        check_injected()


@pytest.mark.parametrize(
    "cells",
    [
        ["# Parameters\nwave = 1", "load()"],
        ["import os\nwave = 2", "# Parameters\nalpha = 1", "load()"],
        ["%matplotlib inline", "# Parameters\nalpha = 1", "load()"],
        [],
    ],
)
def test_a_cell_of_ones_own_with_the_same_heading_is_left_alone(
    notebook: list[str], cells: list[str]
) -> None:
    notebook += cells
    check_injected()
