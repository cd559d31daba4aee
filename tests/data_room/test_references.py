from pathlib import Path

import pytest

from ivvu_analysis import load
from ivvu_analysis.data.references import cited, naming
from ivvu_analysis.errors import ParameterError

PROVINCES = Path(__file__).parents[1] / "data" / "provinces"


@pytest.mark.parametrize(
    ("names", "english", "dutch"),
    [
        (["table 10", "table 2"], "tables 2 and 10", "tabellen 2 en 10"),
        (["table 1", "table 2", "table 3", "table 5"], "tables 1 to 3 and 5", "tabellen 1 tot en met 3 en 5"),
        (["table 4", "appendix 1"], "table 4 and appendix 1", "tabel 4 en bijlage 1"),
        (["chapter 5"], "chapter 5", "hoofdstuk 5"),
    ],
)
def test_names_make_a_reference_in_both_languages(names: list[str], english: str, dutch: str) -> None:
    assert (naming(names, "en"), naming(names, "nl")) == (english, dutch)


def test_another_programme_cites_the_file_that_has_the_figures() -> None:
    files = {name: PROVINCES / f"{name}.csv" for name in ("register", "phases")}
    other = load(codebook=PROVINCES / "codebook.yaml", **files)
    assert cited(other, ["table 1", "table 3"], "nl") == "berekend uit phases.csv"
    both = "computed from phases.csv; computed from register.csv"
    assert cited(other, ["table 3", "table 8"], "en") == both
    without = load(codebook=PROVINCES / "codebook.yaml", register=files["register"])
    assert cited(without, ["table 3", "table 8"], "en") == "computed from register.csv"


@pytest.mark.parametrize("name", ["table 9", "tabel 8", "Table 8", "appendix"])
def test_a_table_that_was_never_printed_is_no_source(name: str) -> None:
    with pytest.raises(ParameterError, match=f"The publication has no {name}"):
        cited(load(), ["table 8", name], "nl")
