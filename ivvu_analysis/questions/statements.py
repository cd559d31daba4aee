"""The audit of the published statements as a reader wants it: by verdict, by place, in one language.

A statement is held against the published tables, whatever else a report rests on: it is about them.
"""

from __future__ import annotations

import pandas as pd

from ivvu_analysis import claims, codebook, data
from ivvu_analysis.codebook import Language

HOLDS = ("reproduces", "reproduces_rounded", "reproduces_otherwise")
# By the first number of a section; the section printed as 3.4.5 stands in chapter 4, between 4.4.4 and 4.5.
PARTS = {
    **{"1": "cooperation", "2": "cooperation", "3": "framework", "3.4.5": "projects", "4": "projects"},
    **{"5": "knowledge", "6": "knowledge", "letter": "letter", "table": "tables", "appendix": "appendices"},
}
FOR_PROGRAMS = (
    *("claim", "document", "section", "page", "statement", "qualifier", "claimed", "unit"),
    *("recomputed", "verdict", "explanation"),
)


def checked(seed: int = 1) -> pd.DataFrame:
    """Return the verdict on every collected statement, as `claims.judge`, with the part it stands in.

    Parameters
    ----------
    seed
        Seed of the forecast, for the statements about the future.

    Examples
    --------
    >>> checked()["claim_part"].value_counts()["letter"]
    24
    """
    frame = claims.judge(claims.tables(), seed)
    parts = [_part(row.document, row.section) for row in frame.itertuples(index=False)]
    return frame.assign(claim_part=parts)


def summary(checked: pd.DataFrame) -> pd.Series:
    """Return the number of statements by verdict, in all, that can be checked and that hold.

    Returns
    -------
    Series
        A number for each verdict, and `total, checkable, held, documents`; `share` is what held of what can
        be checked, `open_share` what cannot be checked of all.
    """
    counts = _by_verdict(checked["verdict"]).astype(object)
    counts["total"] = len(checked)
    counts["checkable"] = counts["total"] - counts["cannot_be_checked"]
    counts["held"] = sum(counts[verdict] for verdict in HOLDS)
    counts["documents"] = checked["document"].nunique()
    counts["share"] = counts["held"] / counts["checkable"] if counts["checkable"] else float("nan")
    counts["open_share"] = counts["cannot_be_checked"] / counts["total"]
    return counts


def by_verdict(checked: pd.DataFrame) -> pd.DataFrame:
    """Return the number of statements by verdict: `claim_verdict, estimate`."""
    return _by_verdict(checked["verdict"]).rename_axis("claim_verdict").reset_index(name="estimate")


def by_part(checked: pd.DataFrame) -> pd.DataFrame:
    """Return the share of each verdict within each part: `claim_part, level, statements, estimate, n`."""
    present = [code for code in codebook.scale("claim_part").codes if code in set(checked["claim_part"])]
    counts = checked.groupby("claim_part")["verdict"].apply(_by_verdict).unstack().loc[present]
    long = counts.reset_index().melt(id_vars="claim_part", var_name="level", value_name="statements")
    n = long.groupby("claim_part")["statements"].transform("sum")
    return long.assign(estimate=long["statements"] / n, n=n)


def by_table(checked: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return what the tables print beside their cells, one row a table: `place`, `n`, and the verdicts."""
    rows = checked[checked["claim_part"] == "tables"]
    counts = pd.crosstab(rows["section"], rows["verdict"])
    counts = counts[[verdict for verdict in codebook.scale("claim_verdict").codes if verdict in counts]]
    counts.insert(0, "n", counts.sum(axis="columns"))
    numbered = counts.loc[sorted(counts.index, key=lambda section: int(section.split()[1]))]
    places = [claims.in_language(section, language) for section in numbered.index]
    return numbered.set_axis(places).rename_axis("place").reset_index()


def letter(checked: pd.DataFrame) -> pd.DataFrame:
    """Return the statements that the covering letter makes, whether or not a chapter makes them as well."""
    return checked[checked["section"].str.split("; ").str[0] == "letter"]


def shown(statements: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return statements as a reader sees them, in one language: `place, statement, explanation`."""
    return pd.DataFrame(
        {
            "place": places(statements, language),
            "statement": statements[f"statement_{language}"],
            "explanation": statements[f"explanation_{language}"],
        }
    )


def needed(checked: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return what it would take to check the rest: `need, statements, place`, the most statements first."""
    rest = checked[checked["verdict"] == "cannot_be_checked"]
    rows = pd.DataFrame({"need": rest[f"need_{language}"], "place": _sections(rest, language)})
    by_need = rows.groupby("need", sort=False)["place"]
    grouped = pd.DataFrame({"statements": by_need.size(), "place": by_need.unique().map(", ".join)})
    return grouped.sort_values("statements", ascending=False, kind="stable").reset_index()


def letter_and_chapters(checked: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return where the letter and a chapter cannot both be right as they stand.

    Returns
    -------
    DataFrame
        `in_letter, place, in_chapter`: what the letter says, the place in the chapters, and what stands
        there. Two that both hold, such as "almost 180" and 178, are none.
    """
    letters = checked[checked["claim"].str.endswith(".letter")]
    letters = letters.assign(claim=letters["claim"].str.removesuffix(".letter"))
    both = letters.merge(checked, on="claim", suffixes=("_letter", ""))
    plain = ["reproduces", "reproduces_rounded"]
    both = both[~(both["verdict_letter"].isin(plain) & both["verdict"].isin(plain))]
    return pd.DataFrame(
        {
            "in_letter": both[f"statement_{language}_letter"].to_numpy(),
            "place": places(both, language),
            "in_chapter": both[f"statement_{language}"].to_numpy(),
        }
    )


def allowed() -> dict[str, float]:
    """Return how far from its figure a statement may be, by how firmly it is put, as a share of the figure.

    `about` is either way, `almost` below, `over` above; `nearly_all` is the least that passes for all.
    """
    put = claims.words()["firmness"]
    return {
        "about": put["about"]["high"] - 1,
        "almost": 1 - put["almost"]["low"],
        "over": put["over"]["high"] - 1,
        "nearly_all": put["nearly_all"]["low"],
    }


def for_programs(checked: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return the verdicts row by row for other programs to read: codes, and texts in one language."""
    texts = {f"{text}_{language}": text for text in ("statement", "explanation")}
    return checked.rename(columns=texts)[[*FOR_PROGRAMS]]


def places(statements: pd.DataFrame, language: Language) -> list[str]:
    """Return where each statement stands: ``["section 4.3, p. 18"]``, or the heading in another document."""
    documents = data.describe()["documents"]
    found = []
    for row in statements.itertuples(index=False):
        sections = [_section(section, language) for section in row.section.split("; ")]
        if row.document == data.REPORT:
            pages = row.page.split("; ")
            sections = [f"{section}, p. {page}" for section, page in zip(sections, pages, strict=True)]
            found.append("; ".join(sections))
        else:
            page = f", p. {row.page}" if row.page else ""
            found.append(f"{documents[row.document][language]}: {'; '.join(sections)}{page}")
    return found


def _part(document: str, section: str) -> str:
    first = section.split("; ")[0]
    return (
        PARTS.get(first) or PARTS[first.split(".")[0].split()[0]] if document == data.REPORT else "elsewhere"
    )


def _sections(statements: pd.DataFrame, language: Language) -> list[str]:
    return [_section(section.split("; ")[0], language) for section in statements["section"]]


def _section(section: str, language: Language) -> str:
    named, references = codebook.scale("claim_section"), codebook.scale("reference")
    if section in named.codes:
        return named.label(section, language)
    if section[0].isdigit():
        kind = "section" if "." in section else "chapter"
        noun = references.short(kind, language) if kind in references.codes else kind
        return f"{noun} {section}"
    return claims.in_language(section, language)


def _by_verdict(verdicts: pd.Series) -> pd.Series:
    return verdicts.value_counts().reindex(list(codebook.scale("claim_verdict").codes), fill_value=0)
