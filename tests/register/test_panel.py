from pathlib import Path

import pandas as pd
import pytest

from ivvu_analysis.data import from_published
from ivvu_analysis.errors import DataError
from ivvu_analysis.register import phase_counts, read_phases

HEAD = "region,wave,dimension,phase\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "phases.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_names_and_dates_in_every_spelling(tmp_path: Path) -> None:
    rows = "Fase 2;Regio Twente;okt-20;Regiovisie\n3;zeeland;2020-10-01;vision\n"
    panel = read_phases(written(tmp_path, f"Phase;region;wave;dimension\n{rows}"))
    told = [["twente", "2020-10", "vision", 2], ["zeeland", "2020-10", "vision", 3]]
    assert panel.to_numpy().tolist() == [[*row, "register"] for row in told]


def test_phases_that_were_made_up_say_so(tmp_path: Path) -> None:
    rows = "twente,2021-03,vision,5,Gesimuleerd\nzeeland,2021-03,vision,4,\n"
    panel = read_phases(written(tmp_path, f"region,wave,dimension,phase,origin\n{rows}"))
    assert panel["origin"].tolist() == ["simulated"] * 2


def test_the_published_phases_count_to_the_published_tables(tmp_path: Path) -> None:
    published = from_published()
    path = tmp_path / "phases.csv"
    published.region_phases.to_csv(path, index=False)
    panel = read_phases(path)
    told = published.region_phases.assign(origin="register")
    pd.testing.assert_frame_equal(panel, told, check_dtype=False)
    counts = phase_counts(panel)
    both = counts.merge(published.phase_counts, on=["dimension", "wave", "phase"])
    assert len(both) == len(counts) == 13
    assert both["regions_x"].tolist() == both["regions_y"].tolist()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (HEAD, "have headings and no rows"),
        ("region,wave,dimension\nzeeland,2020-10,vision\n", "exactly one heading phase"),
        (f"{HEAD}zeland,2020-10,vision,2\n", "row 2: 'zeland' is no region"),
        (f"{HEAD}zeeland,2020,vision,2\n", "'2020' is no wave"),
        (f"{HEAD}zeeland,2020-10,vision,6\n", "'6' is no vision"),
        (f"{HEAD}\nzeeland,2020-10,vision,\n", "row 3: '' is no vision"),
        (f"{HEAD}zeeland,2020-10,vision,2\nZeeland,2020-10,visie,3\n", "row 3: zeeland has a second"),
    ],
)
def test_faulty_phases_are_refused(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        read_phases(written(tmp_path, text))
