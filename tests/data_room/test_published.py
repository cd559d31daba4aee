from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from ivvu_analysis.codebook import scale
from ivvu_analysis.data import load, published
from ivvu_analysis.data.proof import prove
from ivvu_analysis.errors import DataError

SECOND_READING = Path(__file__).parents[1] / "data" / "second_reading"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the published tables that a test may spoil."""
    return Path(shutil.copytree(published.folder(), tmp_path / "published"))


@pytest.mark.parametrize("path", sorted(SECOND_READING.glob("*.csv")), ids=lambda path: path.stem)
def test_the_transcription_agrees_cell_for_cell_with_an_independent_second_reading(path: Path) -> None:
    second = pd.read_csv(path, dtype=str, keep_default_na=False)
    first = pd.read_csv(published.folder() / path.name, dtype=str, keep_default_na=False)[list(second)]
    if path.stem == "example_projects":  # two rows where one heading names two projects
        first = first.assign(
            source_heading=first["source_heading"].str.split().str.join(" ")
        ).drop_duplicates()
    both = first.merge(second, how="outer", indicator=True)
    assert both[both["_merge"] != "both"].empty
    assert len(both) == len(second)


def test_the_files_have_the_documented_rows() -> None:
    tables = published.read()
    rows = {name: len(tables[name]) for name in ("regions", "region_phases", "phase_counts")}
    assert rows == {"regions": 34, "region_phases": 102, "phase_counts": 52}
    assert len(tables["theme_by_holder"]) == 77
    assert len(tables["theme_by_start"]) == 33
    assert len(tables["project_counts"]) == 80


def test_only_table_5_does_not_add_up() -> None:
    findings = prove(published.read())
    failed = findings[~findings["holds"]]
    assert failed[["expected", "found"]].to_numpy().tolist() == [[318, 298]]
    assert failed["check"].item() == "all projects, Organisations involved"
    assert len(findings) > 90


def test_a_changed_cell_is_a_finding_and_not_a_crash(copy: Path) -> None:
    path = copy / "theme_by_holder.csv"
    path.write_text(path.read_text().replace("technology,cz,12", "technology,cz,21"))
    failed = prove(published.read(copy)).query("not holds")
    assert {"printed total of theme=technology", "printed total of holder=cz", "technology, Impact"} <= set(
        failed["check"]
    )


def test_appendix_1_is_held_against_tables_1_to_3(copy: Path) -> None:
    path = copy / "region_phases.csv"
    path.write_text(path.read_text().replace("utrecht,2020-10,dynamics,3", "utrecht,2020-10,dynamics,4"))
    failed = prove(published.read(copy)).query("not holds")
    assert {"Collaboration dynamics, phase 3, 2020-10", "Collaboration dynamics, phase 4, 2020-10"} <= set(
        failed["check"]
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("technology,cz,12", "technology,cz,twelve", "line 72: 'twelve' in 'projects' is not a number"),
        ("technology,cz,12", "technology,cz,", "line 72: 'projects' is empty"),
        ("theme,holder,projects", "theme,holder,count", "has the columns theme, holder, count"),
    ],
)
def test_a_file_that_is_not_as_described_is_refused_with_its_line(
    copy: Path, old: str, new: str, message: str
) -> None:
    path = copy / "theme_by_holder.csv"
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(DataError, match=message):
        published.read(copy)


def test_a_missing_file_is_refused_with_a_remedy(copy: Path) -> None:
    (copy / "phase_counts.csv").unlink()
    with pytest.raises(DataError, match="Restore data/published"):
        published.read(copy)


def test_a_damaged_description_is_refused(copy: Path) -> None:
    (copy / "datapackage.json").write_text("{")
    with pytest.raises(DataError, match=r"datapackage\.json"):
        published.read(copy)


def test_every_file_is_described_and_every_description_has_its_file() -> None:
    described = {resource["path"] for resource in published.describe()["resources"]}
    present = {str(path.relative_to(published.folder())) for path in published.folder().rglob("*.csv")}
    assert described == present


def test_every_resource_names_its_document_table_and_date() -> None:
    package = json.loads((published.folder() / "datapackage.json").read_text())
    for resource in package["resources"]:
        assert {"document", "table", "reference_date"} <= set(resource), resource["name"]
        assert resource["sources"][0]["title"]


def test_the_codebook_knows_the_waves_of_the_publication() -> None:
    assert scale("published_wave").codes == load().waves()
