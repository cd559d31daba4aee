"""The pages that lead to reports: the cover of a suite, and the contents of the output folder.

They have no script: the filter works by style alone, and without it everything is shown.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ivvu_analysis.codebook import Codebook, Language
from ivvu_analysis.report import templates
from ivvu_analysis.report.catalogue import later, translate
from ivvu_analysis.report.words import Words

FILTER_FROM = 8  # with fewer reports a filter is in the way
ORIGINS = {
    "published": later("the published tables"),
    "register": later("a register"),
    "reconstructed": later("RECONSTRUCTED rows"),
    "simulated": later("SIMULATED rows"),
}


def render(
    title: str, language: Language, *, lines: Sequence[Mapping[str, Any]], book: Codebook, **shown: Any
) -> str:
    """Return the cover of a suite as one HTML page with nothing outside it.

    Parameters
    ----------
    title, language
        What the suite calls itself, and the language that it does so in.
    lines
        A report each: `name` and `title`; `status`, which is ``"published"``, ``"failed"`` or ``"missing"``;
        `files`, where its page (`html`), `notebook` and `workbook` are, as far as they are there; `findings`;
        `headlines`, each a `number` and a `label`; the `region` that it is about, or none; an `error` with
        a `message` and the `cell` that is to blame, or None.
    programmes, waves, origins
        What the reports are about and rest on.
    records
        The files about all reports together, by where they are. The contents page is one folder up.
    changes
        What changed since the previous edition: the `page` that compares them, the key figures that `moved`,
        as `report.comparison.lines` gives them, and how many stayed the `same`.
    book
        The codebook with the regions and their holders.
    """
    regions, holders = book.scale("region"), book.scale("holder")
    within = {line["name"]: regions.level(line["region"]).within for line in lines if line["region"]}
    held = {name: holders.codes.index(holder) for name, holder in within.items()}
    names = [*holders.labels(language).values()]
    return templates.render(
        "cover.html.j2",
        language,
        title=title,
        lines=lines,
        rests_on=rests_on(shown, Words(language)),
        tiles=_tiles(book, max(shown["waves"], default="")) if held else [],
        holders={n: names[n] for n in sorted({*held.values()}) if len(lines) >= FILTER_FROM},
        holder_of=held,
        **shown,
    )


def contents(suites: Sequence[Mapping[str, Any]], mark: str) -> str:
    """Return the contents of an output folder, the way to the cover of every suite in it, as one HTML page.

    Parameters
    ----------
    suites
        A suite each: `cover`, where its cover is; `title` and `language`; `reports`, how many are published;
        the `programmes`, `waves` and `origins` of these; and whether the suite that they were `made_by` is
        still there. Those that rest on the published tables come first.
    mark
        What the page is to be known by when it is found again.
    """
    languages = {suite["language"] for suite in suites}
    language = languages.pop() if len(languages) == 1 else "en"
    ordered = sorted(suites, key=lambda one: ("published" not in one["origins"], one["title"], one["cover"]))
    lines = [(suite, _about(suite, Words(suite["language"]))) for suite in ordered]
    return templates.render("contents.html.j2", language, mark=mark, lines=lines)


def _about(suite: Mapping[str, Any], words: Words) -> str:
    one, more = translate("1 report.", words.language), translate("{n} reports.", words.language)
    count = one if suite["reports"] == 1 else more.format(n=suite["reports"])
    gone = translate("The suite is no longer there.", words.language)
    orphan = not suite.get("made_by", True)
    return f"{rests_on(suite, words)} {count} {gone if orphan else ''}".strip()


def rests_on(about: Mapping[str, Any], words: Words) -> str:
    """Return what reports are about and what they rest on, as sentences; nothing if that is not known."""
    if not about["waves"]:
        return ""
    said = translate("Situation in {waves}. Rests on {origins}.", words.language).format(
        waves=words.listing(map(words.wave, about["waves"])),
        origins=words.listing(translate(ORIGINS.get(one, one), words.language) for one in about["origins"]),
    )
    return " ".join([*about["programmes"], said])


def _tiles(book: Codebook, wave: str) -> list[dict[str, Any]]:
    """Return a tile for each region that there is at a wave, placed roughly where it lies."""
    from ivvu_analysis.data.history import regions_of  # with pandas, which most covers do without

    tiles = regions_of(book)
    return tiles[tiles["region"].isin(book.regions_at(wave))].to_dict("records")  # type: ignore[no-any-return]
