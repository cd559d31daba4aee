"""The closed vocabularies of the claims: how firmly a figure is put, in what it is counted, what came out.

The tolerance of each qualifier is written here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, get_args

from ivvu_analysis.codebook import LANGUAGES, Language, scale

Verdict = Literal[
    "does_not_reproduce", "reproduces_otherwise", "reproduces_rounded", "reproduces", "cannot_be_checked"
]
Fit = Literal["exactly", "rounded", "not"]

NOISE = 1e-9  # what floating point adds to a share; far below any printed decimal


@dataclass(frozen=True)
class Qualifier:
    """How firmly a figure is put, with the values that such a statement allows.

    Parameters
    ----------
    labels
        The qualifier in words, by language; `{claimed}` or `{low}` is where the figure or lower bound goes.
    low, high
        The bounds as multiples of the claimed figure; None where there is no bound.
    open_low, open_high
        Whether the bound itself is excluded.
    rounds
        Whether a value that rounds to the printed decimals fits as well.
    """

    labels: Mapping[Language, str]
    low: float | None = 1.0
    high: float | None = 1.0
    open_low: bool = False
    open_high: bool = False
    rounds: bool = False

    def fit(self, claimed: Decimal, value: float) -> Fit:
        """Return whether `value` is what a claim of `claimed`, put this firmly, allows."""
        figure = float(claimed)
        if self._above(value, figure) and self._below(value, figure):
            return "exactly"
        if self.rounds and abs(value - figure) <= half_unit(claimed) + NOISE:
            return "rounded"
        return "not"

    def _above(self, value: float, figure: float) -> bool:
        if self.low is None:
            return True
        bound = self.low * figure
        return value > bound + NOISE if self.open_low else value >= bound - NOISE

    def _below(self, value: float, figure: float) -> bool:
        if self.high is None:
            return True
        bound = self.high * figure
        return value < bound - NOISE if self.open_high else value <= bound + NOISE


def decimals(claimed: Decimal) -> int:
    """Return the number of decimals that a figure was printed with."""
    return max(0, -int(claimed.as_tuple().exponent))


def half_unit(claimed: Decimal) -> float:
    """Return half of one unit in the last printed place."""
    return float(0.5 * 10.0 ** -decimals(claimed))


# Where the words name no figure, `claimed` holds the share or number that they are taken to mean: 100 for
# (nearly) all, 50 for most, 67 for the great majority, 25 for many, 0 for an increase or a decrease.
QUALIFIERS: Mapping[str, Qualifier] = MappingProxyType(
    {
        "exact": Qualifier({"en": "{claimed}", "nl": "{claimed}"}, rounds=True),
        "about": Qualifier({"en": "about {claimed}", "nl": "ongeveer {claimed}"}, low=0.95, high=1.05),
        "almost": Qualifier({"en": "almost {claimed}", "nl": "bijna {claimed}"}, low=0.95, open_high=True),
        "over": Qualifier({"en": "just over {claimed}", "nl": "ruim {claimed}"}, high=1.05, open_low=True),
        "more_than": Qualifier(
            {"en": "more than {claimed}", "nl": "meer dan {claimed}"}, high=None, open_low=True
        ),
        "at_least": Qualifier({"en": "at least {claimed}", "nl": "ten minste {claimed}"}, high=None),
        "up_to": Qualifier({"en": "at most {claimed}", "nl": "hoogstens {claimed}"}, low=None),
        "all": Qualifier({"en": "all ({claimed})", "nl": "alle ({claimed})"}),
        "nearly_all": Qualifier(
            {"en": "nearly all (at least {low})", "nl": "bijna alle (ten minste {low})"}, low=0.9
        ),
        "most": Qualifier(
            {"en": "most (more than {low})", "nl": "de meeste (meer dan {low})"}, high=2.0, open_low=True
        ),
        "more_than_half": Qualifier(
            {"en": "more than half", "nl": "meer dan de helft"}, high=2.0, open_low=True
        ),
        "vast_majority": Qualifier(
            {"en": "the great majority (at least {low})", "nl": "het grootste deel (ten minste {low})"},
            high=None,
        ),
        "many": Qualifier({"en": "many (at least {low})", "nl": "veel (ten minste {low})"}, high=None),
        "none": Qualifier({"en": "none", "nl": "geen"}),
        "increase": Qualifier({"en": "an increase", "nl": "een toename"}, high=None, open_low=True),
        "decrease": Qualifier({"en": "a decrease", "nl": "een afname"}, low=None, open_high=True),
        "unchanged": Qualifier({"en": "no change", "nl": "geen verandering"}, rounds=True),
    }
)

VERDICTS: Mapping[Verdict, Mapping[Language, str]] = MappingProxyType(
    {
        verdict: {language: scale("claim_verdict").label(verdict, language) for language in LANGUAGES}
        for verdict in get_args(Verdict)
    }
)

# Each unit with its number, as in a sentence.
UNITS: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {
        "action_lines": {"en": "{} action lines", "nl": "{} actielijnen"},
        "admissions": {"en": "{} admissions", "nl": "{} opnames"},
        "aims": {"en": "{} aims", "nl": "{} doelen"},
        "awards": {"en": "{} awards", "nl": "{} prijzen"},
        "care_office_regions": {"en": "{} care-office regions", "nl": "{} zorgkantoorregio's"},
        "chapter": {"en": "chapter {}", "nl": "hoofdstuk {}"},
        "clients": {"en": "{} clients", "nl": "{} cliënten"},
        "conditions": {"en": "{} conditions", "nl": "{} voorwaarden"},
        "countries": {"en": "{} countries", "nl": "{} landen"},
        "days": {"en": "{} days", "nl": "{} dagen"},
        "declarations": {"en": "{} declarations", "nl": "{} verklaringen"},
        "downloads": {"en": "{} downloads", "nl": "{} downloads"},
        "editions": {"en": "{} editions a year", "nl": "{} edities per jaar"},
        "entries": {"en": "{} entries", "nl": "{} inzendingen"},
        "hours": {"en": "{} hours", "nl": "{} uur"},
        "initiatives": {"en": "{} initiatives", "nl": "{} initiatieven"},
        "levels": {"en": "{} levels", "nl": "{} niveaus"},
        "locations": {"en": "{} locations", "nl": "{} locaties"},
        "mark": {"en": "a mark of {}", "nl": "een {}"},
        "members": {"en": "{} members", "nl": "{} leden"},
        "million_euro": {"en": "{} million euros", "nl": "{} miljoen euro"},
        "month": {"en": "month {}", "nl": "maand {}"},
        "organisations": {"en": "{} organisations", "nl": "{} organisaties"},
        "people": {"en": "{} people", "nl": "{} mensen"},
        "percent": {"en": "{} percent", "nl": "{} procent"},
        "percentage_points": {"en": "{} percentage points", "nl": "{} procentpunt"},
        "pillars": {"en": "{} pillars", "nl": "{} pijlers"},
        "pilots": {"en": "{} pilots", "nl": "{} pilots"},
        "places": {"en": "{} places", "nl": "{} plaatsen"},
        "posts": {"en": "{} posts", "nl": "{} posts"},
        "priorities": {"en": "{} priorities", "nl": "{} prioriteiten"},
        "projects": {"en": "{} projects", "nl": "{} projecten"},
        "publications": {"en": "{} publications", "nl": "{} publicaties"},
        "rank": {"en": "rank {}", "nl": "plaats {}"},
        "regions": {"en": "{} regions", "nl": "{} regio's"},
        "sessions": {"en": "{} sessions", "nl": "{} sessies"},
        "students": {"en": "{} students", "nl": "{} leerlingen of studenten"},
        "tables": {"en": "{} tables", "nl": "{} tabellen"},
        "teams": {"en": "{} teams", "nl": "{} teams"},
        "themes": {"en": "{} themes", "nl": "{} thema's"},
        "views": {"en": "{} views", "nl": "{} weergaven"},
        "visitors": {"en": "{} visitors", "nl": "{} bezoekers"},
        "year": {"en": "{}", "nl": "{}"},
    }
)
