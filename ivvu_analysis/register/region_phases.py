"""The phases of regions, from a small file beside a register; here every doubt is refused."""

from pathlib import Path

import pandas as pd

from ivvu_analysis.codebook import Codebook, standard
from ivvu_analysis.errors import DataError
from ivvu_analysis.neutral import quote
from ivvu_analysis.register import dates, files
from ivvu_analysis.register.spelling import required

COLUMNS = ("region", "wave", "dimension", "phase")


def read_phases(path: str | Path, codebook: Codebook | None = None) -> pd.DataFrame:
    """Read the phases of regions.

    Parameters
    ----------
    path
        An xlsx, xls, ods or csv file with the columns `region, wave, dimension, phase`, in any order; in a
        column `origin` beside them, ``simulated`` says that a phase was made up.
    codebook
        Whose regions and ladders they are, by default ours.

    Returns
    -------
    DataFrame
        `region, wave, dimension, phase`, one row a region, wave and ladder, as the published table, and
        `origin`, which is ``"register"`` or, if any row says so, ``"simulated"``.

    Raises
    ------
    RegisterError
        If the file cannot be read at all.
    DataError
        If a column is missing, a value is not recognised, or a region stands in two phases at once.
    """
    book, name = codebook or standard(), quote(Path(path).name)
    found: dict[tuple[str, ...], int] = {}
    rows = files.listed(Path(path), "phases", COLUMNS, ["origin"])
    invented = "simulated" in {*map(book.scale("origin").recognise, rows.get("origin", ()))}
    for row, texts in rows.iterrows():
        where = f"{name}, row {row}"
        region = required(texts["region"], book.scale("region"), where)
        dimension = required(texts["dimension"], book.scale("dimension"), where)
        wave = dates.wave(texts["wave"])
        if wave is None:
            raise DataError(f"{where}: '{quote(texts['wave'])}' is no wave.", "Write it as in 2020-10.")
        phase = int(required(texts["phase"], book.scale(dimension), where))
        if (region, wave, dimension) in found:
            raise DataError(
                f"{where}: {region} has a second phase on {dimension}.",
                "Keep one row for each region, wave and ladder.",
            )
        found[region, wave, dimension] = phase
    if not found:
        raise DataError(
            f"The phases {name} have headings and no rows.",
            "Give a row for each region, wave and ladder, or leave the parameter 'phases' empty.",
        )
    panel = pd.DataFrame([(*key, phase) for key, phase in found.items()], columns=list(COLUMNS))
    return panel.assign(origin="simulated" if invented else "register")
