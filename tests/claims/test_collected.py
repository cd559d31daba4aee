"""Reading the collected statements, and the tolerance of each firmness on both sides."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivvu_analysis import claims, data
from ivvu_analysis.errors import DataError

LINES = (data.folder() / "claims.csv").read_text(encoding="utf-8").splitlines()

# qualifier, claimed, values that just fit, values that just do not
BOUNDS = [
    ("exact", "75", [74.5, 75, 75.5], [74.49, 75.51]),
    ("exact", "10.24", [10.235, 10.245], [10.234, 10.246]),
    ("about", "100", [95, 105], [94.99, 105.01]),
    ("almost", "100", [95, 99.99], [94.99, 100, 100.01]),
    ("over", "100", [100.01, 105], [100, 99.99, 105.01]),
    ("more_than", "60", [60.01, 6000], [60, 59.99]),
    ("at_least", "200", [200, 2000], [199.99]),
    ("up_to", "300", [300, 0, -5], [300.01]),
    ("all", "100", [100], [99.99, 100.01]),
    ("nearly_all", "100", [90, 100], [89.99, 100.01]),
    ("most", "50", [50.01, 100], [50, 49.99, 100.01]),
    ("more_than_half", "50", [50.01, 100], [50, 49.99, 100.01]),
    ("vast_majority", "67", [67, 100], [66.99]),
    ("many", "25", [25, 100], [24.99]),
    ("none", "0", [0], [0.01, 1]),
    ("increase", "0", [0.01, 50], [0, -0.01]),
    ("great_increase", "0", [0.01, 50], [0, -0.01]),
    ("decrease", "0", [-0.01, -50], [0, 0.01]),
    ("unchanged", "0", [0, 0.5, -0.5], [0.51, -0.51, 1]),
]


@pytest.mark.parametrize(("qualifier", "claimed", "inside", "outside"), BOUNDS)
def test_tolerance_on_both_sides(
    qualifier: str, claimed: str, inside: list[float], outside: list[float]
) -> None:
    assert "not" not in [claims.fit(qualifier, claimed, value) for value in inside]
    assert {claims.fit(qualifier, claimed, value) for value in outside} == {"not"}


def test_every_firmness_has_its_bounds_tested() -> None:
    assert {bound[0] for bound in BOUNDS} == set(claims.words()["firmness"])


@given(st.floats(-1000, 1000), st.integers(0, 3))
def test_any_value_fits_what_it_is_printed_as(value: float, places: int) -> None:
    assert claims.fit("exact", f"{value:.{places}f}", value) != "not"


def write(folder: Path, *lines: str) -> Path:
    shutil.copy(data.folder() / "datapackage.json", folder)
    (folder / "claims.csv").write_text("\n".join((LINES[0], *lines, "")), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (",exact,", ",exactt,", "line 2: 'exactt' is no qualifier. Did you mean 'exact'"),
        (",projects", ",project", "line 2: 'project' is no unit. Did you mean 'projects'"),
        (",318,", ",six,", "line 2: 'six' in 'claimed' is not what it should be"),
        (",318,", ",nan,", "line 2: 'nan' in 'claimed' is not what it should be"),
        (",letter; 6.1,", ",,", "line 2: 'section' is empty"),
    ],
)
def test_a_faulty_line_is_named(tmp_path: Path, old: str, new: str, problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        claims.statements(write(tmp_path, LINES[1].replace(old, new)))


def test_a_claim_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"line 3: '.*' in 'claim' is there twice"):
        claims.statements(write(tmp_path, LINES[1], LINES[1]))


def test_the_description_allows_the_words_that_there_are() -> None:
    resources = {resource["name"]: resource for resource in data.describe()["resources"]}
    fields = {field["name"]: field for field in resources["claims"]["schema"]["fields"]}
    for name, words in (("qualifier", "firmness"), ("unit", "units")):
        assert fields[name]["constraints"]["enum"] == list(claims.words()[words])


def test_no_statement_is_there_twice_in_one_section() -> None:
    frame = claims.statements()
    for column in ("statement_en", "statement_nl"):
        assert not frame.duplicated(["document", "section", column]).any()


def test_an_expectation_of_a_statement_that_is_not_there_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path, *LINES[1:])
    lines = ["document,statement,date", "progress_report_2021_01,outlook.2021-12.all_at_topp,2021-12", ""]
    (folder / "expectations.csv").write_text("\n".join(lines), encoding="utf-8")
    said = "expectations.csv, line 2: there is no statement 'outlook.2021-12.all_at_topp'"
    with pytest.raises(DataError, match=said) as raised:
        claims.expectations(folder)
    assert "outlook.2021-12.all_at_top" in raised.value.remedy
