"""The audit of the published statements as a reader wants it: by verdict, by place, in one language.

A statement is held against the published tables, whatever else a report rests on: it is about them.
"""

from itertools import zip_longest

import pandas as pd

from ivvu_analysis import claims, codebook, data
from ivvu_analysis.codebook import Language
from ivvu_analysis.data.references import REPORT, reworded

HOLDS = ("reproduces", "reproduces_rounded")  # as the words stand
# By the first number of a section; the section printed as 3.4.5 stands in chapter 4, between 4.4.4 and 4.5.
PARTS = {
    **{"1": "cooperation", "2": "cooperation", "3": "framework", "3.4.5": "projects", "4": "projects"},
    **{"5": "knowledge", "6": "knowledge", "letter": "letter", "table": "tables", "appendix": "appendices"},
}


def checked(language: Language = "en", seed: int = 1) -> pd.DataFrame:
    """Return the verdict on each collected statement; see `claims.judge` for the columns.

    Parameters
    ----------
    language
        The reader's.
    seed
        Seed of the forecast, for the statements about the future.

    Returns
    -------
    DataFrame
        Also the `place` of each statement in words and its `claim_part`, as categories like the verdict.

    Examples
    --------
    >>> from ivvu_analysis import statements
    >>> statements.checked()["claim_part"].value_counts()["letter"]
    np.int64(24)
    """
    frame = claims.judge(claims.tables(), language, seed)
    first = frame["section"].str.split("; ").str[0]
    by_chapter = first.str.extract(r"^(\w+)")[0].map(PARTS)
    part = first.map(PARTS).fillna(by_chapter).where(frame["document"] == REPORT, "elsewhere")
    verdicts, parts = (codebook.scale(name).codes for name in ("claim_verdict", "claim_part"))
    return frame.assign(
        verdict=pd.Categorical(frame["verdict"], verdicts),
        claim_part=pd.Categorical(part, parts),
        place=places(frame, language),
    )


def summary(checked: pd.DataFrame) -> pd.Series:
    """Return the number of statements by verdict, in all, that can be checked and that hold.

    Returns
    -------
    Series
        A number for each verdict, and `total, checkable, held`: as they stand or after rounding;
        `open_share` is what cannot be checked of all.

    Examples
    --------
    >>> from ivvu_analysis import statements
    >>> statements.summary(statements.checked().query("claim_part == 'letter'"))["held"]
    10
    """
    counts = checked["verdict"].value_counts(sort=False).astype(object)
    counts["total"] = len(checked)
    counts["checkable"] = counts["total"] - counts["cannot_be_checked"]
    counts["held"] = sum(counts[verdict] for verdict in HOLDS)
    counts["open_share"] = counts["cannot_be_checked"] / counts["total"]
    return counts


def by_part(checked: pd.DataFrame) -> pd.DataFrame:
    """Return the share of each verdict within each part: `claim_part, level, statements, estimate, n`.

    Examples
    --------
    >>> from ivvu_analysis import statements
    >>> int(statements.by_part(statements.checked())["statements"].sum())
    294
    """
    counts = checked.groupby(["claim_part", "verdict"], observed=False).size()
    n = counts.groupby("claim_part", observed=False).transform("sum")
    shares = pd.DataFrame({"statements": counts, "estimate": counts / n, "n": n})[n > 0]
    return shares.rename_axis(["claim_part", "level"]).reset_index()


def by_table(checked: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return what the tables print beside their cells, one row a table: `place`, `n`, and the verdicts.

    Examples
    --------
    >>> from ivvu_analysis import statements
    >>> statements.by_table(statements.checked(), "nl")["place"].iloc[-1]
    'tabel 12'
    """
    rows = checked[checked["claim_part"] == "tables"]
    counts = pd.crosstab(rows["section"], rows["verdict"])
    counts = counts.set_axis(counts.columns.astype(str), axis=1)
    counts.insert(0, "n", counts.sum(axis=1))
    numbered = counts.sort_index(key=lambda sections: sections.str.split().str[1].astype(int))
    return numbered.rename(lambda section: reworded(section, language)).rename_axis("place").reset_index()


def needed(checked: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return what it would take to check the rest: `need, statements, place`, the most statements first.

    Examples
    --------
    >>> from ivvu_analysis import statements
    >>> statements.needed(statements.checked(), "en")["statements"].is_monotonic_decreasing
    True
    """
    rest = checked[checked["verdict"] == "cannot_be_checked"]
    first = rest["section"].str.split("; ").str[0].map(lambda section: _section(section, language))
    by_need = first.groupby(rest["need"], sort=False)
    grouped = pd.DataFrame({"statements": by_need.size(), "place": by_need.unique().map(", ".join)})
    return grouped.sort_values("statements", ascending=False, kind="stable").reset_index()


def letter_and_chapters(checked: pd.DataFrame) -> pd.DataFrame:
    """Return where the letter and a chapter cannot both be right as they stand.

    Returns
    -------
    DataFrame
        `in_letter, place, in_chapter`: what the letter says, the place in the chapters, and what stands
        there. Two that both hold, such as "almost 180" and 178, are none.

    Examples
    --------
    >>> from ivvu_analysis import statements
    >>> len(statements.letter_and_chapters(statements.checked()))
    4
    """
    letters = checked[checked["claim"].str.endswith(".letter")]
    letters = letters.assign(claim=letters["claim"].str.removesuffix(".letter"))
    both = letters.merge(checked, on="claim", suffixes=("_letter", ""))
    holds = both[["verdict_letter", "verdict"]].isin(HOLDS).all(axis=1)
    names = {"statement_letter": "in_letter", "place": "place", "statement": "in_chapter"}
    return both.loc[~holds, list(names)].rename(columns=names).reset_index(drop=True)


def places(statements: pd.DataFrame, language: Language) -> list[str]:
    r"""Return where each statement stands: ``["section 4.3, p. 18"]``, or the heading in another document.

    Examples
    --------
    >>> from ivvu_analysis import claims, statements
    >>> statements.places(claims.statements().query("claim == 'projects.total.letter'"), "en")
    ['covering letter, p.\xa01; section 6.1, p.\xa032']
    """
    documents = data.describe()["documents"]
    found = []
    for row in statements.itertuples(index=False):
        both = zip_longest(row.section.split("; "), row.page.split("; "), fillvalue="")
        told = [_section(section, language) + (f", {paged(page)}" if page else "") for section, page in both]
        title = "" if row.document == REPORT else f"{documents[row.document][language]}: "
        found.append(title + "; ".join(told))
    return found


def paged(page: str) -> str:
    r"""Return a page as it is cited, with a space that does not break.

    Examples
    --------
    >>> from ivvu_analysis import statements
    >>> statements.paged("12")
    'p.\xa012'
    """
    return f"p.\u00a0{page}"


def _section(section: str, language: Language) -> str:
    named = codebook.scale("claim_section")
    if section in named.codes:
        return named.label(section, language)
    kind = "" if not section[0].isdigit() else "section " if "." in section else "chapter "
    return reworded(kind + section, language)
