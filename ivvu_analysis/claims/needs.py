"""What it would take to check the statements that the published tables cannot settle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from ivvu_analysis.codebook import Language


@dataclass(frozen=True)
class Need:
    """What is missing to check a group of claims.

    Parameters
    ----------
    en, nl
        What would be needed, as a noun phrase.
    claims
        The claims, by name or by pattern (``rein.*``).
    """

    en: str
    nl: str
    claims: tuple[str, ...]

    def covers(self, claim: str) -> bool:
        """Return whether `claim` is one of the group."""
        return any(fnmatchcase(claim, pattern) for pattern in self.claims)

    def what(self, language: Language) -> str:
        """Return what is needed in one language."""
        return self.en if language == "en" else self.nl


NEEDS = (
    Need(
        "a list of the regions with such a table, website, analysis or agreement",
        "een lijst van de regio's met zo'n tafel, website, analyse of afspraak",
        (
            "regions.tables.nearly_all*",
            "regions.consultation.most",
            "regions.fewer_tables",
            "regions.websites.nearly_all",
            "regions.broad_tables.most",
            "regions.starting_points.most",
            "regions.education_agreements.nearly_all",
            "regions.analysis.most",
        ),
    ),
    Need(
        "a measure by region of what the statement calls good, with its value before and after",
        "een maat per regio voor wat de uitspraak goed noemt, met de stand ervoor en erna",
        (
            "regions.principles.nearly_all*",
            "regions.covid_drive.all",
            "regions.better_cooperation.most",
        ),
    ),
    Need(
        "the phases by region at earlier waves; only the last wave was published by region",
        "de fases per regio op eerdere meetmomenten; per regio is alleen het laatste gepubliceerd",
        ("phases.vision.positive.nearly_all",),
    ),
    Need(
        "a list of the regions that revised their vision",
        "een lijst van de regio's die hun visie hebben herzien",
        ("phases.vision.revised",),
    ),
    Need(
        "the phases at June 2018; the first published wave is March 2019",
        "de fases van juni 2018; het eerste gepubliceerde meetmoment is maart 2019",
        ("phases.monitored_since",),
    ),
    Need(
        "the register of projects, with region, participating organisations and owner",
        "het projectenregister, met regio, deelnemende organisaties en eigenaar",
        (
            "technology.regions_started*",
            "technology.acceleration_2021*",
            "technology.*_regions",
            "participation.small_regions",
            "participation.early.*",
            "projects.ownership.all",
            "medical_care.first_regions",
        ),
    ),
    Need(
        "the projects of each region with their start; the tables do not say where a project runs",
        "de projecten van elke regio met hun aanvang; de tabellen zeggen niet waar een project loopt",
        ("themes.first_plans.labour_market",),
    ),
    Need(
        "the month in which each project starts; the published table gives the year",
        "de maand waarin elk project aanvangt; de gepubliceerde tabel geeft het jaar",
        ("status.not_started.start_2021",),
    ),
    Need(
        "the calculation behind the figure; the other documents count another group or another thing",
        "de berekening achter het cijfer; de andere documenten tellen een andere groep of iets anders",
        ("ivvu.gap.places", "living.gap.places", "living.demand.doubling"),
    ),
    Need(
        "planned dates of completion by project, and a later edition",
        "geplande einddatums per project, en een latere editie",
        ("status.running.completion_year*", "outlook.beyond_2021*"),
    ),
    Need(
        "the documents and budgets of the programme and of the quality framework themselves",
        "de documenten en begrotingen van het programma en van het kwaliteitskader zelf",
        (
            "framework.introduced",
            "framework.support_until",
            "framework.quality_budget",
            "framework.development_funds",
            "framework.themes.c*",
            "themes.evaluation_framework",
            "themes.integrated_levels",
            "regions.conditions",
            "regions.dsw_left_out",
        ),
    ),
    Need(
        "the answers of the care purchasers or institutions that were asked",
        "de antwoorden van de gevraagde zorginkopers of instellingen",
        ("framework.purchasers.nearly_all", "framework.transparency.nearly_all"),
    ),
    Need(
        "the records of the project or meeting itself",
        "de administratie van het project of de bijeenkomst zelf",
        ("rein.*", "reflection.*", "medical_care.scans.all", "medical_care.webinar.*", "examples.*.*"),
    ),
    Need(
        "the web statistics of the site, or of the platform",
        "de bezoekcijfers van de website of van het platform",
        ("knowledge.*",),
    ),
    Need(
        "the share of working time that goes to administration now; the two figures agree at 40 percent",
        "het deel van de werktijd dat nu naar administratie gaat; de twee cijfers passen bij 40 procent",
        ("burden.time_gain",),
    ),
)


def need_for(claim: str, needs: Iterable[Need] = NEEDS) -> Need | None:
    """Return what it would take to check `claim`, or None where nothing is written down.

    Raises
    ------
    ValueError
        If two groups cover the claim.
    """
    found = [need for need in needs if need.covers(claim)]
    if len(found) > 1:
        raise ValueError(f"The claim '{claim}' stands under {len(found)} needs.")
    return found[0] if found else None
