"""What do the documents tell in words: what a phase means, what projects brought, what held them up?

The items are in our own words, and each has the place where its document says so.
"""

from collections.abc import Sequence

import pandas as pd

from ivvu_analysis.codebook import Language
from ivvu_analysis.data import Evidence, from_published, read
from ivvu_analysis.questions import stacked, statements


def told(name: str, language: Language) -> pd.DataFrame:
    r"""Return the items of a list of `passages.csv`: `item, text, place`, in the order of the document.

    Examples
    --------
    >>> from ivvu_analysis import stories
    >>> stories.told("left_out", "en")["place"].item()
    'chapter 1, p.\xa05'
    """
    items = read(names=("passages",))["passages"].query("list == @name").reset_index(drop=True)
    named = items.rename(columns={f"text_{language}": "text"})
    return named.assign(place=statements.places(items, language))[["item", "text", "place"]]


def beside(evidence: Evidence, name: str, items: Sequence[str], language: Language) -> pd.DataFrame:
    r"""Return some items of a list to tell beside the numbers of the edition that the documents are about.

    Without rows for any other edition; `cited` is the text with its place before the full stop.

    Examples
    --------
    >>> from ivvu_analysis import load, stories
    >>> stories.beside(load(), "covid", ["agreements"], "en")["place"].item()
    'section 2.1, p.\xa07'
    """
    chosen = told(name, language).query("item in @items")
    chosen = chosen.assign(cited=chosen["text"].str.removesuffix(".") + " (" + chosen["place"] + ").")
    return chosen if evidence.wave == from_published().wave else chosen.iloc[:0]


def left_out(evidence: Evidence, language: Language) -> pd.DataFrame:
    """Return which holders are in no table, as `told` does: none that is a holder of the evidence.

    Examples
    --------
    >>> from ivvu_analysis import load, stories
    >>> stories.left_out(load(), "en")["item"].tolist()
    ['dsw']
    """
    found = told("left_out", language)
    found = found[~found["item"].isin(evidence.codebook.scale("holder").codes)]
    return found if evidence.codebook.history else found.head(0)


def source(name: str, language: Language) -> str:
    r"""Return where all items of a list stand, if they stand under one heading, and otherwise nothing.

    Examples
    --------
    >>> from ivvu_analysis import stories
    >>> stories.source("session", "en")
    'Newsletter Wonen en Zorg 2040, 2022: Veel daadkracht in eerste inspiratiesessies, p.\xa02'
    """
    places = told(name, language)["place"].unique()
    return str(places[0]) if len(places) == 1 else ""


def meanings(evidence: Evidence, language: Language) -> pd.DataFrame:
    """Return what each phase of each ladder means, as far as documents say so: `dimension, phase, text`.

    Examples
    --------
    >>> from ivvu_analysis import load, stories
    >>> len(stories.meanings(load(), "en"))
    13
    """
    ladders = {name: told(name, language) for name in evidence.codebook.dimensions}
    return stacked(ladders, "dimension", "dimension item text").rename(columns={"item": "phase"})


def examples(evidence: Evidence) -> pd.DataFrame:
    """Return what every example project does and what came of it, in the order of appendix 2.

    One from a region that has merged or split is from what that became.

    Returns
    -------
    DataFrame
        `region, title, theme, place` and `summary_<language>, result_<language>`; `place` is the page.

    Examples
    --------
    >>> from ivvu_analysis import load, stories
    >>> len(stories.examples(load()))
    35
    """
    projects = evidence.example_projects
    projects = projects.assign(place=projects["page"].map(statements.paged))
    told = projects.merge(evidence.example_notes, on=["region", "title"])
    told["region"] = [evidence.codebook.became(code, evidence.wave) for code in told["region"]]
    return told.explode("region", ignore_index=True)
