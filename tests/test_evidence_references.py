from __future__ import annotations

from dataclasses import replace

import pytest

from ivvu_analysis.evidence import Evidence, from_published
from ivvu_analysis.evidence.references import AS_PUBLISHED, BESIDE_PROJECTS, named_in, naming


@pytest.mark.parametrize(
    ("names", "reference"),
    [
        ({"table 10", "table 2"}, "tables 2 and 10"),
        ({"table 1", "table 2", "table 5"}, "tables 1, 2 and 5"),
        ({"table 4", "appendix 1"}, "table 4 and appendix 1"),
        ({"chapter 5"}, "chapter 5"),
    ],
)
def test_names_make_a_reference_that_names_them(names: set[str], reference: str) -> None:
    assert naming(names) == reference
    assert named_in(reference) == names


@pytest.fixture
def register() -> Evidence:
    return replace(from_published(), origin="register", register_name="mine.csv", as_published=AS_PUBLISHED)


def test_what_a_register_does_not_hold_keeps_its_own_source(register: Evidence) -> None:
    source = register.source("tables 1 to 3, 5 and 6", "en")
    assert source.startswith("recomputed from the rows of mine.csv, in the manner of tables 5 and 6; ")
    assert source.endswith(", tables 1, 2 and 3")
    dutch = register.source("tables 1 to 3, 5 and 6", "nl")
    assert "zoals tabellen 5 en 6; " in dutch
    assert dutch.endswith(", tabellen 1, 2 en 3")


def test_with_a_file_of_phases_the_ladders_are_recomputed_too(register: Evidence) -> None:
    source = replace(register, as_published=BESIDE_PROJECTS).source("tables 1 to 3 and 5", "en")
    assert source == "recomputed from the rows of mine.csv, in the manner of tables 1 to 3 and 5"
