"""The Report of a notebook: what it shows, and what it hands over when it is published."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
import pytest
import seaborn as sns
import seaborn.objects as so
from nbformat import v4

from ivvu_analysis import Report, figures, load, ratings
from ivvu_analysis.errors import ParameterError
from ivvu_analysis.report import sentences
from ivvu_analysis.report.publish import Published, publish


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Everything that a report displays."""
    bundles: list[dict[str, Any]] = []
    monkeypatch.setattr(sentences, "display", lambda bundle, raw: bundles.append(bundle))
    return bundles


def published(bundles: list[dict[str, Any]]) -> Published:
    outputs = [v4.new_output("display_data", data=bundle) for bundle in bundles]
    return publish(v4.new_notebook(cells=[v4.new_code_cell("", outputs=outputs)]), name="own", folder=Path())


def frame() -> pd.DataFrame:
    return pd.DataFrame({"level": ["no", "yes"], "estimate": [0.25, 0.75]})


def test_a_finding_is_a_sentence_with_its_numbers(shown: list[dict[str, Any]]) -> None:
    report = Report(language="nl")
    report.finding("**{share:%1}** van {n}", share=0.563, n=1318)
    made = published(shown)
    assert '<p class="finding"><strong>56,3%</strong> van 1.318</p>' in made.html
    assert made.record["findings"] == ["56,3% van 1.318"]


def test_a_value_from_data_is_text(shown: list[dict[str, Any]]) -> None:
    Report().say("It says {text}", text="<script>alert(1)</script> & \"$x^2$\" 'quoted' -->")
    html = published(shown).html
    assert "<script" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize(
    "draw",
    [
        lambda: figures.stacked(frame(), y="level"),
        lambda: figures.stacked(frame(), y="level").figure,
        lambda: so.Plot(frame(), x="estimate", y="level").add(so.Dot()),
        lambda: plt.subplots()[1],
    ],
    ids=["axes", "figure", "plot", "pyplot"],
)
def test_whatever_was_drawn_is_a_figure(shown: list[dict[str, Any]], draw: Callable[[], Any]) -> None:
    Report().figure(draw(), frame(), "What {it}.", it="shows")
    html = published(shown).html
    assert "<figcaption><strong>Figure 1.</strong> What shows.</figcaption>" in html
    assert 'aria-label="What shows. no: 25.0%; yes: 75.0%."' in html
    assert plt.get_fignums() == []


def test_every_link_and_every_part_of_a_drawing_is_there(shown: list[dict[str, Any]]) -> None:
    report, points = Report(), pd.DataFrame({"x": [1, 2, 3], "y": [3, 1, 2], "g": ["a", "b", "a"]})
    report.say(
        "# All\n\n## A Head\n\n[up](#A-Head), [own](#Own), noted[^n]\n\n[^n]: Here.\n\n<a id='Own'></a>"
    )
    report.figure(sns.scatterplot(points, x="x", y="y", hue="g"), caption="Points.")
    report.figure(plt.hexbin(range(9), range(9), gridsize=3).axes, caption="More points.")
    html = published(shown).html
    used = re.findall(r"""(?:href="#|url\(#)([^")]+)""", html)
    assert {*used} - {*re.findall(r' id="([^"]+)"', html)} == set()
    assert {"a-head", "Own", "fn-1"} <= {*used}
    assert len(used) > 20


def test_a_changed_title_and_palette_change_the_published_figure(shown: list[dict[str, Any]]) -> None:
    report = Report()
    ax = figures.stacked(frame().assign(wave="now"), y="wave", hue="level", palette=["#ff0000", "#00ff00"])
    ax.set_title("mine")
    report.figure(ax, frame(), "A figure.")
    html = published(shown).html
    assert ">mine</text>" in html
    assert "#ff0000" in html


def test_nothing_is_not_drawn_and_no_function_is_no_figure(shown: list[dict[str, Any]]) -> None:
    report = Report()
    report.figure(figures.stacked(frame(), y="level"), frame().iloc[:0], "Empty.")
    report.table(frame().iloc[:0], "Empty.")
    assert "Empty" not in published(shown).html
    with pytest.raises(TypeError, match="takes an Axes"):
        report.figure("no figure", frame())


def test_a_table_keeps_its_index_and_columns_of_its_own(shown: list[dict[str, Any]]) -> None:
    own = pd.DataFrame({"my_score": [1.25, 2.0]}, index=pd.Index(["a", "b"], name="who"))
    Report().table(own, "Mine.")
    made = published(shown)
    assert '<th scope="col">who</th>' in made.html
    assert ">my_score</th>" in made.html
    assert '<th scope="row">a</th><td class="number">1.250</td>' in made.html
    assert [c["values"] for c in made.record["tables"][0]["columns"]] == [["a", "b"], [1.25, 2.0]]
    assert made.workbook


def test_a_key_figure_is_recorded_once(shown: list[dict[str, Any]]) -> None:
    report = Report()
    report.key("answer", 42.0)
    report.keys("share.{level}", frame())
    assert published(shown).record["key_figures"]["share.yes"]["estimate"] == 0.75
    report.key("answer", 43.0)
    with pytest.raises(ValueError, match="'answer' was recorded twice"):
        published(shown)


def test_a_report_says_what_it_rests_on(shown: list[dict[str, Any]]) -> None:
    evidence = load(wave="2020-03")
    Report(evidence, language="nl", region="twente")
    made = published(shown)
    assert "Stand van maart 2020." in made.html
    assert made.html.count("dat is een telling, geen steekproef") == 1
    assert (made.record["wave"], made.record["language"]) == ("2020-03", "nl")
    assert made.record["region"] == "twente"


def test_codes_become_labels_in_the_order_of_the_codebook() -> None:
    levels = ratings.levels(load(), "scalability")
    labelled = Report(language="nl").labelled(levels, level="scalability")
    assert list(labelled["wave"].cat.categories) == ["mrt 2020", "okt 2020"]
    assert labelled["level"].cat.categories[-1] == "Ja, landelijk opschaalbaar"
    assert labelled["estimate"].equals(levels["estimate"])


def test_a_frame_without_rows_has_labels_of_nothing() -> None:
    columns = {"theme": "learning", "wave": "2020-10", "table": "table 1", "level": "national"}
    labelled = Report(language="nl").labelled(pd.DataFrame([columns]).head(0), level="scalability")
    assert list(labelled.columns) == list(columns)
    assert all(labelled[name].cat.categories.empty for name in columns)


def test_a_series_is_a_table_and_a_styler_is_refused_in_a_sentence(shown: list[dict[str, Any]]) -> None:
    Report().table(pd.Series({"a": 2, "b": 3}, name="found"), "Counts.")
    assert '<th scope="row">b</th><td class="number">3</td>' in published(shown).html
    with pytest.raises(ParameterError, match="got Styler"):
        Report().table(frame().style)  # type: ignore[arg-type]


def test_a_language_that_there_is_not_is_refused() -> None:
    with pytest.raises(ParameterError, match="no language 'fr'"):
        Report(language="fr")


def test_the_palette_of_a_scale_is_in_its_order() -> None:
    colours = list(Report(load(wave="2020-10")).palette("claim_verdict").items())
    assert colours[0] == ("Does not hold", "#c8502c")
    assert colours[-1] == ("Cannot be checked", "#d9d9d9")
