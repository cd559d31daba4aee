from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from ivvu_analysis.errors import ParameterError
from ivvu_analysis.report import Report, page
from ivvu_analysis.report.figures import Drawing


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What a report displays, in order."""
    bundles: list[dict[str, Any]] = []
    monkeypatch.setattr(page, "display", lambda bundle, raw: bundles.append(bundle))
    return bundles


def a_report(**parameters: Any) -> Report:
    return Report("impact", **({"wave": "2020-10", "language": "en"} | parameters))


def draw(frame: pd.DataFrame, *, language: str, key: str) -> Drawing:
    return Drawing(f"<svg id='{key}-{language}'></svg>", "alt")


def counts() -> pd.DataFrame:
    return pd.DataFrame({"theme": ["technology"], "projects": [46]})


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"wave": "2018-01"}, "There is no wave '2018-01'. Choose one of: 2019-03"),
        ({"language": "fr"}, "There is no language 'fr'"),
        ({"region": "twent"}, "There is no region 'twent'. Did you mean 'twente'"),
    ],
)
def test_what_is_not_known_is_refused_with_a_remedy(parameters: dict[str, str], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        a_report(**parameters)


def test_a_parameter_it_does_not_have_is_refused() -> None:
    with pytest.raises(TypeError, match="wafe"):
        a_report(wafe="2020-10")


def test_no_figure_of_a_later_wave_remains() -> None:
    assert a_report(wave="2020-03").evidence.waves("impact") == ("2020-03",)


def test_the_first_wave_is_compared_with_itself() -> None:
    assert a_report(wave="2020-03").wave_before("impact") == "2020-03"
    assert a_report().wave_before("impact") == "2020-03"


def test_a_wave_without_figures_on_the_subject_is_refused() -> None:
    with pytest.raises(ParameterError, match="no figures on impact for wave '2019-03'"):
        a_report(wave="2019-03").wave_before("impact")


def test_a_figure_has_a_caption_a_source_and_its_numbers(shown: list[dict[str, Any]]) -> None:
    a_report().figure(
        draw, counts(), en="Projects, {n} in all.", nl="x {n}", source="table 4", values={"n": 46}
    )
    html = shown[0]["text/html"]
    assert "<strong>Figure 1.</strong> Projects, 46 in all." in html
    assert "Source: Progress report on regional cooperation, January 2021, table 4." in html
    assert "<svg id='figure-1-en'>" in html
    assert "<details>" in html
    assert ">46</td>" in html


def test_figures_and_tables_are_numbered_apart(shown: list[dict[str, Any]]) -> None:
    report = a_report(language="nl")
    for _ in range(2):
        report.figure(draw, counts(), en="x", nl="x", source="table 4")
    report.table(counts(), en="x", nl="x", source="table 4")
    assert "Figuur 2." in shown[1]["text/html"]
    assert "Tabel 1." in shown[2]["text/html"]
    assert "Bron: Voortgangsrapportage" in shown[2]["text/html"]


def test_what_does_not_apply_is_not_shown(shown: list[dict[str, Any]]) -> None:
    report = a_report()
    report.finding(en="x", nl="x", when=False)
    report.say(en="x", nl="x", when=False)
    report.table(counts(), en="x", nl="x", source="table 4", when=False)
    assert shown == []


def test_text_from_data_is_escaped_in_sentences_and_captions(shown: list[dict[str, Any]]) -> None:
    report, hostile = a_report(), "<script>alert(1)</script>"
    report.title(en="{x}", nl="{x}", x=hostile)
    report.finding(en="{x}", nl="{x}", x=hostile)
    report.say(en="{x}", nl="{x}", x=hostile)
    report.figure(draw, counts(), en="{x}", nl="{x}", source="table 4", values={"x": hostile})
    report.close()
    assert all("<script>" not in bundle["text/html"] for bundle in shown)
    assert shown[-1][page.CONTENT_TYPE]["title"] == hostile  # plain text, to be escaped where it ends up


def test_key_figures_come_from_parts_rows_and_frames(shown: list[dict[str, Any]]) -> None:
    report = a_report()
    row = pd.Series({"estimate": 0.5, "conf_low": 0.4, "conf_high": float("nan")})
    report.key("a", 1)
    report.key("b", row)
    report.keys("c.{wave}", pd.DataFrame({"wave": ["2020-03", "2020-10"], "estimate": [1, 2]}))
    report.close()
    assert shown[-1][page.CONTENT_TYPE]["key_figures"] == {
        "a": {"estimate": 1.0, "conf_low": None, "conf_high": None},
        "b": {"estimate": 0.5, "conf_low": 0.4, "conf_high": None},
        "c.2020-03": {"estimate": 1.0, "conf_low": None, "conf_high": None},
        "c.2020-10": {"estimate": 2.0, "conf_low": None, "conf_high": None},
    }


def test_a_key_figure_cannot_be_recorded_twice() -> None:
    report = a_report()
    report.key("a", 1)
    with pytest.raises(ValueError, match="'a' was recorded twice"):
        report.key("a", 2)


def test_one_row_is_picked_or_none() -> None:
    frame = pd.DataFrame({"wave": ["2020-03", "2020-10"], "estimate": [1, 2]})
    assert Report.pick(frame, wave="2020-10").estimate == 2
    with pytest.raises(ValueError, match="0 rows"):
        Report.pick(frame, wave="2019-03")


def test_the_content_says_what_the_report_is_about(shown: list[dict[str, Any]]) -> None:
    report = a_report(region="twente")
    report.title(en="Title of {r:region}", nl="x {r}", r="twente")
    report.table(counts(), en="Table", nl="x", source="table 4")
    report.close()
    content = shown[-1][page.CONTENT_TYPE]
    assert content["title"] == "Title of Twente"
    assert content["identity"] == {"region": "twente"}
    assert content["origin"] == "published"
    assert content["tables"][0]["rows"] == [["Technology", 46]]
    assert len(content["inputs"]["theme_by_holder"]) == 64


def test_the_last_section_says_how_to_read_it_and_what_does_not_add_up(shown: list[dict[str, Any]]) -> None:
    for language, census, failed in (
        ("en", "this is a census, not a sample", "expected 318, found 298"),
        ("nl", "dit is een telling, geen steekproef", "verwacht 318, gevonden 298"),
    ):
        a_report(language=language).close()
        html = " ".join(shown[-1]["text/html"].split())
        assert html.count(census) == 1
        assert failed in html


def test_without_a_wave_it_is_about_the_latest() -> None:
    assert Report("utrecht_programme").wave == "2020-10"


def test_a_source_in_another_document_is_cited_by_its_heading(shown: list[dict[str, Any]]) -> None:
    report = a_report(language="nl")
    report.table(counts(), en="Projects.", nl="Projecten.", source={"mta_utrecht_2024": "Langer thuis"})
    cited = "Bron: Meerjarige transformatieagenda Utrecht, 2024, onder ‘Langer thuis’."
    assert cited in shown[-1]["text/html"]
    report.close()
    recorded = shown[-1][page.CONTENT_TYPE]["tables"][0]["source"]
    assert recorded == cited.removeprefix("Bron: ").removesuffix(".")


def test_an_edition_of_its_own_replaces_that_of_the_wave(shown: list[dict[str, Any]]) -> None:
    a_report().title(en="A title", nl="Een titel", edition=("Rests on {n} documents.", "Berust op {n}."), n=4)
    assert "Rests on 4 documents." in shown[-1]["text/html"]
    assert "Situation in" not in shown[-1]["text/html"]


def test_what_it_rests_on_takes_the_place_of_the_evidence(shown: list[dict[str, Any]]) -> None:
    report = a_report()
    columns = ["check", "check_nl", "table", "expected", "found", "holds"]
    checks = pd.DataFrame([("shares of 2040", "aandelen van 2040", "forms", 100, 99, False)], columns=columns)
    report.rest_on({"forms.csv": "0" * 64}, checks)
    report.close()
    assert shown[-1][page.CONTENT_TYPE]["inputs"] == {"forms.csv": "0" * 64}
    assert "shares of 2040 (forms): expected 100, found 99" in shown[-1]["text/html"]


def test_stories_are_told_and_recorded(shown: list[dict[str, Any]]) -> None:
    report = a_report()
    told = pd.DataFrame([{"title": "RAAK", "theme": "retention", "summary": "What.", "result": "Outcome."}])
    report.stories(told, en="Examples", nl="Voorbeelden", source="appendix 2")
    assert '<h3 lang="nl">RAAK</h3>' in shown[-1]["text/html"]
    report.stories(told.head(0), en="Examples", nl="Voorbeelden", source="appendix 2")
    report.close()
    (recorded,) = shown[-1][page.CONTENT_TYPE]["tables"]
    assert recorded["rows"] == [["RAAK", "Retaining professionals", "What.", "Outcome."]]


def test_headings_and_empty_tables_are_not_shown_where_they_do_not_apply(shown: list[dict[str, Any]]) -> None:
    report = a_report()
    report.section(en="A heading", nl="x", when=False)
    report.table(counts().head(0), en="Table", nl="x", source="table 4")
    report.headline("{n}", en="number", nl="x", n=3, when=False)
    assert shown == []
    report.section(en="A heading", nl="x", level=3)
    assert shown[0]["text/html"] == "<h3>A heading</h3>"


def test_a_row_is_found_or_not_but_never_one_of_several() -> None:
    frame = pd.DataFrame({"wave": ["2020-03", "2020-10", "2020-10"], "estimate": [1, 2, 3]})
    assert Report.find(frame, wave="2019-03") is None
    found = Report.find(frame, wave="2020-03")
    assert found is not None
    assert found.estimate == 1
    with pytest.raises(ValueError, match="2 rows"):
        Report.find(frame, wave="2020-10")
