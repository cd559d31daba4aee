"""The audit of the published statements as a reader wants it: by verdict, by place, in one language.

A statement is held against the published tables, whatever else a report rests on: it is about them.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import fields

import pandas as pd

from ivvu_analysis import claims, codebook, evidence, published
from ivvu_analysis.claims.check import Claim
from ivvu_analysis.claims.explanations import claimed
from ivvu_analysis.claims.needs import need_for
from ivvu_analysis.codebook import Language

# By the first number of a section; the section printed as 3.4.5 stands in chapter 4, between 4.4.4 and 4.5.
CHAPTERS: Mapping[str, str] = {
    "1": "cooperation",
    "2": "cooperation",
    "3": "framework",
    "4": "projects",
    "5": "knowledge",
    "6": "knowledge",
}
MISNUMBERED = {"3.4.5": "projects"}
PARTS: Mapping[str, str] = {"letter": "letter", "table": "tables", "appendix": "appendices", **CHAPTERS}

FOR_PROGRAMS = [
    *("claim", "document", "section", "statement_en", "qualifier", "claimed", "recomputed"),
    *("verdict", "explanation_en"),
]
RECOMPUTED_FROM: Mapping[Language, str] = {
    "en": "tables 1 to 12, appendices 1 and 2",
    "nl": "tabellen 1 tot en met 12, bijlagen 1 en 2",
}
CHAPTER: Mapping[Language, str] = {"en": "chapter {}", "nl": "hoofdstuk {}"}
SECTION: Mapping[Language, str] = {"en": "section {}", "nl": "paragraaf {}"}


def checked(seed: int) -> pd.DataFrame:
    """Return the verdict on every collected statement, with the part of the documents it stands in.

    Parameters
    ----------
    seed
        Seed of the forecast, for the statements about the future.

    Returns
    -------
    DataFrame
        What `claims.check_claims` gives, with `claim_part`.
    """
    frame = claims.check_claims(evidence.from_published(), seed)
    parts = [part(row.document, row.section) for row in frame.itertuples(index=False)]
    return frame.assign(claim_part=parts)


def part(document: str, section: str) -> str:
    """Return the part that a section belongs to: see the scale `claim_part` of the codebook.

    Raises
    ------
    KeyError
        If the section of the progress report is not one of its chapters, tables or appendices.
    """
    if document != evidence.REPORT:
        return "elsewhere"
    return MISNUMBERED.get(section) or PARTS[section.split(".")[0].split()[0]]


def summary(checked: pd.DataFrame) -> pd.Series:
    """Return the number of statements by verdict, `total`, `checkable`, `came_out`, and how many documents.

    `share` is the part that came out of what could be checked, `open_share` the part that could not be.
    """
    counts = claims.count_verdicts(checked).astype(object)
    counts["documents"] = checked["document"].nunique()
    counts["checkable"] = counts["total"] - counts["cannot_be_checked"]
    counts["came_out"] = counts["checkable"] - counts["does_not_reproduce"]
    counts["share"] = counts["came_out"] / counts["checkable"] if counts["checkable"] else float("nan")
    counts["open_share"] = counts["cannot_be_checked"] / counts["total"]
    return counts


def by_verdict(checked: pd.DataFrame) -> pd.DataFrame:
    """Return the number of statements by verdict: `claim_verdict, estimate`."""
    counts = claims.count_verdicts(checked).drop("total")
    return pd.DataFrame({"claim_verdict": counts.index, "estimate": counts.to_numpy()})


def by_part(checked: pd.DataFrame) -> pd.DataFrame:
    """Return the share of each verdict within each part: `claim_part, level, statements, estimate, n`.

    Parts without a statement are left out.
    """
    counts = pd.crosstab(checked["claim_part"], checked["verdict"]).reindex(
        index=[code for code in codebook.scale("claim_part").codes if code in set(checked["claim_part"])],
        columns=list(codebook.scale("claim_verdict").codes),
        fill_value=0,
    )
    long = counts.reset_index().melt(id_vars="claim_part", var_name="level", value_name="statements")
    n = long.groupby("claim_part")["statements"].transform("sum")
    return long.assign(estimate=long["statements"] / n, n=n)


def files() -> dict[str, str]:
    """Return the sha256 of every table that statements are recomputed from, and of the statements."""
    folder = published.folder()
    paths = [*folder.glob("*.csv"), *folder.glob("utrecht/*.csv")]
    return {path.relative_to(folder).as_posix(): evidence.sha256(path) for path in sorted(paths)}


def sources(checked: pd.DataFrame, language: Language) -> dict[str, str]:
    """Return what statements are held against, by document: the tables, or the sections they stand in."""
    by_document = checked.groupby("document", sort=False)["section"].unique()
    return {
        document: RECOMPUTED_FROM[language]
        if document == evidence.REPORT
        else ", ".join(_section(section, language) for section in sections)
        for document, sections in by_document.items()
    }


def sources_of_letter(differ: pd.DataFrame, language: Language) -> dict[str, str]:
    """Return where the figures of `letter_and_chapters` stand, by document."""
    return {evidence.REPORT: ", ".join([_section("letter", language), *differ["place"].unique()])}


def standing_in(checked: pd.DataFrame, verdict: str, language: Language) -> list[str]:
    """Return how many statements with a verdict each part has: ``["3 in the covering letter", ...]``."""
    counts = checked.loc[checked["verdict"] == verdict, "claim_part"].value_counts()
    parts = codebook.scale("claim_part")
    return [f"{counts[code]} in {parts.short(code, language)}" for code in parts.codes if code in counts]


def allowed() -> Mapping[str, float]:
    """Return how far from its figure a statement may be, by how firmly it is put, as a share of the figure.

    `about` is either way, `almost` below, `over` above; `nearly_all` is the least that passes for all.
    """
    put = claims.QUALIFIERS
    return {
        "about": (put["about"].high or 1.0) - 1,
        "almost": 1 - (put["almost"].low or 1.0),
        "over": (put["over"].high or 1.0) - 1,
        "nearly_all": put["nearly_all"].low or 1.0,
    }


def shown(statements: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return statements as a reader sees them, in one language: `place, statement, explanation`."""
    return pd.DataFrame(
        {
            "place": _places(statements, language),
            "statement": statements[f"statement_{language}"],
            "explanation": statements[f"explanation_{language}"],
        }
    )


def in_part(checked: pd.DataFrame, part: str, language: Language) -> pd.DataFrame:
    """Return all statements of one part: `place, statement, explanation, claim_verdict`."""
    chosen = checked[checked["claim_part"] == part]
    return shown(chosen, language).assign(claim_verdict=chosen["verdict"])


def needed(checked: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return what it would take to check the rest: `need, statements, place`, the most statements first."""
    rest = checked[checked["verdict"] == "cannot_be_checked"]
    needs = [need_for(claim) for claim in rest["claim"]]
    rows = pd.DataFrame(
        {
            "need": [need.what(language) if need else "" for need in needs],
            "place": _places(rest, language),
        }
    )
    by_need = rows.groupby("need", sort=False)["place"]
    grouped = pd.DataFrame({"statements": by_need.size(), "place": by_need.agg(_each_once)})
    return grouped.sort_values("statements", ascending=False, kind="stable").reset_index()


def letter_and_chapters(checked: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return the statements that the covering letter puts differently from a chapter.

    Returns
    -------
    DataFrame
        `statement, in_letter, place, in_chapter`: the chapter's statement, the letter's figure, the place
        in the chapters, and the figure there.
    """
    letter = checked[checked["claim"].str.endswith(".letter")]
    letter = letter.assign(claim=letter["claim"].str.removesuffix(".letter"))
    both = letter.merge(checked, on="claim", suffixes=("_letter", ""))
    both["in_letter"] = [_figure(row, "_letter", language) for row in both.to_dict("records")]
    both["in_chapter"] = [_figure(row, "", language) for row in both.to_dict("records")]
    both = both.assign(statement=both[f"statement_{language}"], place=_places(both, language))
    differ = both["in_letter"] != both["in_chapter"]
    return both.loc[differ, ["statement", "in_letter", "place", "in_chapter"]].reset_index(drop=True)


def for_programs(checked: pd.DataFrame) -> pd.DataFrame:
    """Return the verdicts row by row, with their codes, for other programs to read."""
    return checked[FOR_PROGRAMS]


def place(document: str, section: str, language: Language) -> str:
    """Return where a statement stands, as a reader is told."""
    where = _section(section, language)
    if document == evidence.REPORT:
        return where
    return f"{evidence.from_published().documents[document][language]}: {where}"


def _section(section: str, language: Language) -> str:
    named = codebook.scale("claim_section")
    if section in named.codes:
        return named.label(section, language)
    if section[0].isdigit():
        return (SECTION if "." in section else CHAPTER)[language].format(section)
    return evidence.in_language(section, language)


def _places(statements: pd.DataFrame, language: Language) -> list[str]:
    rows = zip(statements["document"], statements["section"], strict=True)
    return [place(document, section, language) for document, section in rows]


def _each_once(places: pd.Series) -> str:
    return ", ".join(dict.fromkeys(places))


def _figure(row: Mapping[Hashable, str], suffix: str, language: Language) -> str:
    parts = {f.name: row["claim"] if f.name == "claim" else row[f.name + suffix] for f in fields(Claim)}
    return claimed(Claim(**parts), language)
