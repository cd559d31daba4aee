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


def spoil(folder: Path, name: str, old: str, new: str) -> Path:
    text = (folder / name).read_text("utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), "utf-8")
    return folder


@pytest.mark.parametrize("path", sorted(SECOND_READING.glob("*.csv")), ids=lambda path: path.stem)
def test_the_transcription_agrees_cell_for_cell_with_an_independent_second_reading(path: Path) -> None:
    second = pd.read_csv(path, dtype=str, keep_default_na=False)
    first = pd.read_csv(published.folder() / path.name, dtype=str, keep_default_na=False)[list(second)]
    if path.stem == "example_projects":  # two rows where one heading names two projects
        heading = first["source_heading"].str.split().str.join(" ")
        first = first.assign(source_heading=heading).drop_duplicates()
    both = first.merge(second, how="outer", indicator=True)
    assert both[both["_merge"] != "both"].empty
    assert len(both) == len(second)


def test_only_table_5_does_not_add_up() -> None:
    findings = prove(published.read())
    failed = findings[~findings["holds"]]
    assert failed[["expected", "found"]].to_numpy().tolist() == [[318, 298]]
    assert failed["check"].item() == "all projects, Organisations involved, 2020-10"
    assert len(findings) > 90


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (
            "theme_by_holder.csv",
            "technology,cz,12",
            "technology,cz,21",
            {
                "printed total of theme=technology",
                "printed total of holder=cz",
                "technology, Impact, 2020-10",
            },
        ),
        (
            "region_phases.csv",
            "utrecht,2020-10,dynamics,3",
            "utrecht,2020-10,dynamics,4",
            {f"Collaboration dynamics, phase {phase}, 2020-10" for phase in (3, 4)},
        ),
    ],
)
def test_a_changed_cell_is_a_finding_and_not_a_crash(
    copy: Path, name: str, old: str, new: str, said: set[str]
) -> None:
    failed = prove(published.read(spoil(copy, name, old, new))).query("not holds")
    assert said <= set(failed["check"])


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
    with pytest.raises(DataError, match=message):
        published.read(spoil(copy, "theme_by_holder.csv", old, new))


def test_a_missing_file_or_a_damaged_description_is_refused_with_a_remedy(copy: Path) -> None:
    (copy / "phase_counts.csv").unlink()
    with pytest.raises(DataError, match="Restore data/published"):
        published.read(copy)
    (copy / "datapackage.json").write_text("{")
    with pytest.raises(DataError, match=r"datapackage\.json"):
        published.read(copy)


def test_every_file_is_described_by_its_document_table_and_date() -> None:
    resources = published.describe()["resources"]
    present = {str(path.relative_to(published.folder())) for path in published.folder().rglob("*.csv")}
    assert {resource["path"] for resource in resources} == present
    for resource in resources:
        assert {"document", "table", "reference_date"} <= set(resource), resource["name"]
        assert resource["sources"][0]["title"]


def test_the_codebook_knows_the_waves_of_the_publication() -> None:
    assert scale("published_wave").codes == load().waves()
