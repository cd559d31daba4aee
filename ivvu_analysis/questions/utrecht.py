"""What became of the Utrecht programme's projects, and what helped and hindered them?

The tables come from `data.utrecht()`: codes of the codebook, and a `label` in the language of the reader.
"""

from collections.abc import Mapping

import pandas as pd

from ivvu_analysis.codebook import Language, standard
from ivvu_analysis.data import describe
from ivvu_analysis.data.references import REPORT
from ivvu_analysis.errors import DataError
from ivvu_analysis.stats import proportions

Tables = Mapping[str, pd.DataFrame]


def number(table: pd.DataFrame, row: Mapping[str, str], column: str) -> float:
    """Return one number of a table, and fail where it is not there.

    Raises
    ------
    DataError
        If there is not exactly one such row or its number is empty.

    Examples
    --------
    >>> from ivvu_analysis import data, utrecht
    >>> utrecht.number(data.utrecht()["key_figures"], {"figure": "members"}, "value")
    30.0
    """
    found = table.loc[(table[list(row)] == pd.Series(row)).all(axis=1), column]
    if len(found) != 1 or found.isna().any():
        problem = f"No single number '{column}' for {dict(row)} in the published tables ({len(found)} rows)."
        raise DataError(problem, "Restore the row; the computation that asked for it cannot do without.")
    return float(found.iloc[0])


def source(*frames: pd.DataFrame) -> dict[str, str]:
    """Return the documents that tables were taken from, each with its headings: `{document: headings}`.

    Of more than three headings only the part before the comma is kept: the chapter.

    Examples
    --------
    >>> from ivvu_analysis import data, utrecht
    >>> utrecht.source(data.utrecht()["gap_split"])
    {'ivvu_annual_report_2022': 'Prognose gap 2040'}
    """
    places = pd.concat([frame[["document", "section"]] for frame in frames]).drop_duplicates()
    found = {}
    for document, headings in places.groupby("document", sort=False)["section"]:
        chapters = headings.str.split(",").str[0].unique()
        found[str(document)] = "; ".join(headings if len(headings) <= 3 else chapters)
    return found


def totals(tables: Tables) -> pd.DataFrame:
    """Hold the totals that the documents print against the sums of their parts.

    Returns
    -------
    DataFrame
        `printed_sum, expected, found, holds`, one row a total.

    Examples
    --------
    >>> from ivvu_analysis import data, utrecht
    >>> utrecht.totals(data.utrecht()).query("not holds")[["printed_sum", "found"]].values.tolist()
    [['shares_2040', 99.0]]
    """
    projects = tables["project_counts"].set_index("theme")["projects"]
    declared = tables["ibs"].query("measure == 'declarations'").set_index("source")["number"]
    shares = tables["delivery_forms"].groupby("year")["share"].sum()
    sums = {
        "members": (number(tables["key_figures"], {"figure": "members"}, "value"), len(tables["members"])),
        "line_3": (projects["all"], projects.drop("all").sum()),
        "declarations": (declared["all"], declared.drop("all").sum()),
        "gap": (100, tables["gap_split"]["share"].sum()),
        **{f"shares_{year}": (100, total) for year, total in shares.items()},
    }
    found = pd.DataFrame(sums, index=["expected", "found"]).T.reset_index(names="printed_sum")
    return found.assign(holds=found["expected"] == found["found"])


def completion(tables: Tables) -> pd.DataFrame:
    """Return the share of projects that were completed in 2023, one row an action line.

    The source gives completion for action line 3 as a whole. For the other lines a project counts as
    completed when its report delivers its results and carries nothing over.

    Returns
    -------
    DataFrame
        `action_line, completed, projects, reported_as, estimate, conf_low, conf_high, method`; `reported_as`
        is who says that a project was completed: the source, or we.

    Examples
    --------
    >>> from ivvu_analysis import data, utrecht
    >>> utrecht.completion(data.utrecht())[["action_line", "completed", "projects"]].values.tolist()
    [['line_1', 3, 4], ['line_2', 1, 2], ['line_1_2', 2, 3], ['line_3', 11, 54]]
    """
    delivered = tables["projects"]["completion"].eq("delivered")
    by_line = delivered.groupby(tables["projects"]["action_line"], sort=False)
    read = by_line.agg(completed="sum", projects="size").reset_index().assign(reported_as="read")
    named = tables["project_counts"].query("theme == 'all'").assign(reported_as="named")
    lines = pd.concat([read, named[list(read)]], ignore_index=True)
    lines = lines.astype({"completed": int, "projects": int})
    return lines.join(proportions.wilson(lines["completed"], lines["projects"]).drop(columns="n"))


def themes_of_line_3(tables: Tables) -> pd.DataFrame:
    """Return the themes of action line 3 with how many projects can have been completed.

    Completion by theme was not published: a theme of n out of N projects, c of them completed, has between
    max(0, c - (N - n)) and min(c, n).

    Returns
    -------
    DataFrame
        `about, projects, conf_low, conf_high`, the bounds being counts.

    Examples
    --------
    >>> from ivvu_analysis import data, utrecht
    >>> utrecht.themes_of_line_3(data.utrecht())["conf_high"].tolist()
    [11, 11, 11, 9]
    """
    counts = tables["project_counts"].set_index("theme")
    whole, themes = counts.loc["all"], counts.drop(index="all")[["label", "projects"]]
    most, least = int(whole["completed"]), whole["completed"] - (whole["projects"] - themes["projects"])
    bounded = themes.assign(conf_low=least.clip(lower=0), conf_high=themes["projects"].clip(upper=most))
    return bounded.rename(columns={"label": "about"}).reset_index(drop=True)


def factors(tables: Tables, language: Language) -> pd.DataFrame:
    """Return every factor that the summary of a theme or project names, each a mention and not a project.

    Returns
    -------
    DataFrame
        `factor_kind, factor_category, factor, about, reported_as`, by kind; `factor` and `about` are texts.

    Examples
    --------
    >>> from ivvu_analysis import data, utrecht
    >>> utrecht.factors(data.utrecht(), "en")["factor_kind"].value_counts(sort=False).to_dict()
    {'success_factor': 35, 'obstacle': 38, 'insight': 26}
    """
    scale = standard().scale
    subjects = {
        **tables["projects"].set_index("project")["label"],
        **tables["project_counts"].set_index("theme")["label"].drop("all"),
        **scale("action_line").labels(language),
        **scale("programme").labels(language),
    }
    names = {"kind": "factor_kind", "category": "factor_category", "label": "factor", "subject": "about"}
    named = tables["factors"].drop(columns="factor").rename(columns=names)
    named["about"] = pd.Categorical(named["about"].map(subjects), subjects.values(), ordered=True)
    named["factor_kind"] = pd.Categorical(named["factor_kind"], scale("factor_kind").codes, ordered=True)
    found = named.sort_values("factor_kind", kind="stable", ignore_index=True)
    return found[[*names.values(), "reported_as"]]


def notes(tables: Tables, language: Language) -> pd.DataFrame:
    """Return what was noticed while reading the documents on Utrecht.

    Parameters
    ----------
    tables
        The tables of the programme.
    language
        The reader's.

    Returns
    -------
    DataFrame
        `note_kind, note, found_in, document, section`, by kind in the order of the codebook.

    Examples
    --------
    >>> from ivvu_analysis import data, utrecht
    >>> notes = utrecht.notes(data.utrecht(), "en")
    >>> notes["note_kind"].unique().tolist()
    ['between', 'internal', 'lost', 'reading']
    """
    titles = {"": "", **{name: title[language] for name, title in describe()["documents"].items()}}
    written = tables["source_notes"].drop(columns="note").sort_values("kind", kind="stable")
    written = written[written["document"] != REPORT]
    other = written["other_document"].where(written["other_document"] != written["document"], "").map(titles)
    found_in = written["document"].map(titles) + ("; " + other).where(other != "", "")
    found = written.rename(columns={"kind": "note_kind", "label": "note"}).assign(found_in=found_in)
    return found[["note_kind", "note", "found_in", "document", "section"]].reset_index(drop=True)
