"""Sheets as people keep them, composed around a known truth: nothing wrong, lost or added without a word."""

import csv
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivvu_analysis import register
from ivvu_analysis.codebook import scale
from ivvu_analysis.register import Intake

CODES = ("region", "theme", "start", "status", "participation", "impact", "sharing", "scalability", "wave")
COLUMNS = ("id", "title", *CODES)
REGIONS = ("utrecht", "twente", "zeeland", "drenthe", "midden-brabant")
WAVES = ("2020-03", "2020-10")
POSSIBLE = {"region": REGIONS, "start": ("2018-2019", "2020"), "status": ("running", "completed_successful")}
PEOPLE_WRITE = {
    "region": ("Regio", "3. Regio (kies)", "Zorgkantoorregio", "REGIO *", "Region"),
    "theme": ("Thema", "Hoofdrubriek\n(1 kiezen)", "4. Hoofdrubriek", "Theme"),
    "start": ("Aanvang", "Startjaar", "Start"),
    "status": ("Status project", "6. Status (verplicht)", "Projectstatus", "Project status"),
    "participation": ("# organisaties", "Betrokken organisaties", "Organisations involved"),
    "impact": ("Impact", "Mate van impact", "Impact **"),
    "sharing": ("Delen", "Delen van resultaten", "Results to share"),
    "scalability": ("Opschaalbaar", "Opschaalbaarheid", "Scalability"),
    "wave": ("Peildatum", "Meetmoment", "Wave"),
    "id": ("Nr.", "prj_nr", "Projectnummer"),
    "title": ("Projectnaam", "Titel", "Project"),
}
TITLES = {"2020-03": "Stand per maart 2020", "2020-10": "Peildatum 1-10-2020"}
UNITS = {"title": "tekst", "region": "kies uit de lijst", "participation": "aantal", "start": "jaar"}
TAILS = (
    (),
    ([], ["Bron: zorgkantoren"]),
    ([], ["Bron:", "opgave van de zorgkantoren"], ["*", "voorlopig"]),
    ([], ["Legenda"], ["Ja", "om meerdere redenen"], ["Nee", "geen resultaten"]),
    (["Opgesteld door:", "de redactie", "datum:", "12-11-2020"],),
)
OPTIONS: dict[str, Sequence[Any]] = {  # how somebody keeps a register; each trouble is one of them
    "headings": range(5),
    "title": (False, True),
    "two_headings": (False, True),
    "units": (False, True),
    "region": ("column", "first", "filled", "group", "counted", "sheet"),  # `first` of a block
    "wave": ("column", "title", "given", "file", "sheet"),
    "halves": (False, True),
    "totals": ("", "Totaal", "Subtotaal {}", "{} Total", "Gemiddelde"),
    "pages": (0, 0, 3),  # rows after which the headings stand once more
    "blanks": (False, True),
    "tail": TAILS,
    "pivot": ("", "", "below", "beside"),
    "language": ("nl", "en"),
}
PLAIN = SimpleNamespace(order=COLUMNS, odd={}, **{name: some[0] for name, some in OPTIONS.items()})

projects = st.lists(
    st.fixed_dictionaries({
        column: st.sampled_from(POSSIBLE.get(column, scale(column).rated)) for column in CODES[:-1]
    }),
    min_size=4, max_size=14,
)  # fmt: skip
layouts = st.builds(
    SimpleNamespace,
    order=st.permutations(COLUMNS),
    odd=st.dictionaries(
        st.tuples(st.integers(0, 13), st.sampled_from(("theme", "status", "impact"))),
        st.sampled_from(("#N/B", "onbekend", "???", "zie toelichting", "-")),
        max_size=2,
    ),
    **{name: st.sampled_from(some) for name, some in OPTIONS.items()},
)


def truth_of(drawn: list[dict[str, str]], layout: SimpleNamespace) -> list[dict[str, str]]:
    drawn = sorted(drawn, key=lambda project: REGIONS.index(project["region"]))
    both_waves = layout.wave in ("column", "sheet") and layout.region in ("column", "first")
    half = len(drawn) // 2 if both_waves else 0
    return [
        {**project, "id": str(n), "title": f"Slimme zorg {n}", "wave": WAVES[0] if n <= half else WAVES[1]}
        for n, project in enumerate(drawn, start=1)
    ]


def sheets_of(truth: list[dict[str, str]], layout: SimpleNamespace) -> dict[str, list[list[str]]]:
    by = "region" if layout.region == "sheet" else "wave"
    if by == "wave" and layout.wave != "sheet":
        return {"Projecten": rows_of(truth, layout)}
    names = {"2020-03": "maart 2020", "2020-10": "okt 2020", **scale("region").labels("nl")}
    values = dict.fromkeys(project[by] for project in truth)
    return {names[value]: rows_of([p for p in truth if p[by] == value], layout) for value in values}


def label(project: dict[str, str], column: str, layout: SimpleNamespace) -> str:
    number = int(project["id"]) - 1
    if (number, column) in layout.odd:
        return layout.odd[number, column]
    code = project[column]
    return code if column in ("id", "title", "wave") else scale(column).label(code, layout.language)


def rows_of(truth: list[dict[str, str]], layout: SimpleNamespace) -> list[list[str]]:
    apart = {"group": "region", "counted": "region", "sheet": "region"}.get(layout.region, "")
    order = [c for c in layout.order if c != apart and (c != "wave" or layout.wave == "column")]
    cells: list[tuple[str, str]] = []  # column, heading
    for column in order:
        heading = PEOPLE_WRITE[column][layout.headings % len(PEOPLE_WRITE[column])]
        halves = column == "impact" and layout.halves
        cells += [("scale", "Schaal"), ("meaning", "Betekenis")] if halves else [(column, heading)]
    head = [heading for _, heading in cells]
    rows: list[list[str]] = [["Register van projecten"], []] if layout.title else []
    if layout.wave == "title":
        rows = [[TITLES[WAVES[1]]], *rows]
    if layout.two_headings:
        rated = ("impact", "scale", "meaning", "sharing", "scalability")
        over = ["Beoordeling" if column in rated else "Project" for column, _ in cells]
        rows.append([text if not i or over[i - 1] != text else "" for i, text in enumerate(over)])
    rows.append(head)
    if layout.units:
        rows.append([UNITS.get(column, "") for column, _ in cells])
    for number, project in enumerate(truth):
        first = not number or truth[number - 1]["region"] != project["region"]
        name = scale("region").label(project["region"], "nl")
        size = sum(p["region"] == project["region"] for p in truth)
        if first and number and layout.totals:
            before = scale("region").label(truth[number - 1]["region"], "nl")
            line = [""] * len(cells)
            line[0] = layout.totals.format(before)
            line[min(number + 1, len(line) - 1)] = "12"
            rows.append(line)
        if first and number and layout.blanks:
            rows.append([])
        page_ends = layout.pages and number and number % layout.pages == 0
        if page_ends and layout.region not in ("first", "filled"):
            rows.append(head)
        if first and layout.region == "group":
            rows.append([f"Regio {name}"])
        if first and layout.region == "counted":
            rows.append([name, f"{size} projecten"])
        line = []
        for column, _ in cells:
            if column in ("scale", "meaning"):
                size_code, meaning = project["impact"].split("_")
                code = size_code if column == "scale" else meaning
                line.append(scale(f"impact_{column}").label(code, "nl"))
            elif column == "region" and layout.region in ("first", "filled") and not first:
                line.append("")
            else:
                line.append(label(project, column, layout))
        rows.append(line)
    begin = rows.index(head)
    if layout.pivot == "beside" and layout.region != "sheet":
        for at, row in enumerate(rows[begin:]):
            pivot = ["Regio", "Aantal"] if not at else [scale("region").label(REGIONS[at % 5], "nl"), "3"]
            if at < 6:
                row += [""] * (len(cells) + 1 - len(row)) + pivot
    rows += [list(row) for row in layout.tail]
    if layout.pivot == "below":
        rows += [[], ["Regio", "Aantal projecten"], ["Utrecht", "7"], ["Twente", "3"], ["Totaal", "10"]]
    return rows


def written(folder: Path, truth: list[dict[str, str]], layout: SimpleNamespace) -> Path:
    sheets = sheets_of(truth, layout)
    name = "register okt 2020" if layout.wave == "file" else "register"
    if len(sheets) == 1 and "Projecten" in sheets:
        path = folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=";").writerows(sheets["Projecten"])
        return path
    path = folder / f"{name}.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for sheet, rows in sheets.items():
            page = book.add_worksheet(sheet)
            for at, row in enumerate(rows):
                page.write_row(at, 0, row)
    return path


def judge(intake: Intake, truth: list[dict[str, str]], layout: SimpleNamespace) -> None:
    """Hold what was made of a sheet against the truth; a finding about the very cell or row excuses it."""
    found = intake.findings
    told = set(zip(found["sheet"], found["row"], found["column"], strict=True))
    rows = {(sheet, row) for sheet, row, _ in told}
    columns = set(found.loc[found["problem"].isin(("column_missing", "column_beside")), "column"])
    made = {project["title"]: project for project in intake.projects.to_dict("records")}
    added = set(made) - {project["title"] for project in truth}
    added = {t for t in added if (made[t]["sheet"], made[t]["row"]) not in rows}
    assert not added, f"added: {added}"
    for project in truth:
        assert project["title"] in made, f"lost: {project['title']}"
        got = made[project["title"]]
        for column in CODES:
            if (got["sheet"], got["row"], column) in told or column in columns:
                continue
            odd = layout.odd.get((int(project["id"]) - 1, column))
            right = project[column] if odd is None or (column == "impact" and layout.halves) else "unknown"
            have = got[column] if isinstance(got[column], str) else "unknown"
            assert have == right, f"row {got['row']} {column}"


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(projects, layouts)
def test_nothing_is_wrong_lost_or_added_without_a_word(
    tmp_path: Path, drawn: list[dict[str, str]], layout: SimpleNamespace
) -> None:
    truth = truth_of(drawn, layout)
    path = written(tmp_path, truth, layout)
    fill = ("region",) if layout.region == "filled" else ()
    intake = register.check(path, wave=WAVES[1] if layout.wave == "given" else None, fill_down=fill)
    assert intake.rows_read == len(intake.projects) + len(intake.excluded)
    judge(intake, truth, layout)
    path.unlink()


def test_the_judge_can_tell(tmp_path: Path) -> None:
    """A truth that is another one is found out."""
    truth = [{"title": f"T{n}", "id": str(n), "wave": WAVES[1], **{c: scale(c).rated[0] for c in CODES[1:-1]},
              "region": REGIONS[n % 5]} for n in range(1, 8)]  # fmt: skip
    intake = register.check(written(tmp_path, truth, PLAIN))
    judge(intake, truth, PLAIN)
    for change in ({"theme": "technology"}, {"title": "another"}):
        with pytest.raises(AssertionError):
            judge(intake, [*truth[1:], {**truth[0], **change}], PLAIN)


def test_headings_on_two_lines_may_be_the_widest_row(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    heads = 'Nummer;"Naam\nproject";Regio;Thema;Status;;"Som\nvan";Twente;Totaal\n'
    path.write_text(heads + "".join(f"{n};Plan {n};Twente;Technologie;Lopend\n" for n in range(1, 9)))
    assert register.check(path).projects["title"].tolist() == [f"Plan {n}" for n in range(1, 9)]


@pytest.mark.parametrize(
    "row", ['{n};"Plan {n}";Twente;Technologie;Lopend;', '"Plan {n}";{n};Twente;Technologie;Lopend;']
)
def test_a_quotation_mark_that_draws_in_the_next_row_loses_nothing(tmp_path: Path, row: str) -> None:
    path = tmp_path / "register.csv"
    rows = [row.format(n=n) + "op schema" for n in range(1, 9)]
    heads = "Nummer;Naam project;Regio;Thema;Status;Opmerking"
    heads = heads if row.startswith("{n}") else heads.replace("Nummer;Naam project", "Naam project;Nummer")
    rows[3] = rows[3].replace("op schema", '"scherm van 12')
    path.write_text("\n".join([heads, *rows, ""]))
    intake = register.check(path)
    assert intake.projects["title"].tolist() == [f"Plan {n}" for n in range(1, 9)]
    assert intake.issues.query("problem == 'row_quotes'")["row"].tolist() == [5]
