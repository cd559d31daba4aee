"""What every kind of figure promises, on the smallest frames that show it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import combinations, pairwise, product
from typing import Any, Literal

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from ivvu_analysis import figures
from ivvu_analysis.figures import contrast, layout, theme
from ivvu_analysis.stats import ordinal

LONG = "Anders opleiden en samenwerking met het onderwijs in de regio"
WAVES, PHASES, LADDERS = ["mrt 2020", "okt 2020"], ["1 Plan", "2 Klaar"], ["Afspraken", "Regiovisie"]
REGION = np.arange(34)
WHOLE = "{:.0f}".format
SHARES = pd.DataFrame(
    {
        "wave": np.repeat(["maart 2020", "oktober 2020"], 3),
        "level": ["Niet zinvol om op te schalen", "Nog niet zinvol", "Landelijk"] * 2,
        "estimate": [0.2, 0.5, 0.3, 0.1, 0.3, 0.6],
        "n": np.repeat([268, 318], 3),
    }
)
FOUND = pd.DataFrame(
    {
        "theme": [LONG, "Leren", "Technologie"],
        "estimate": [0.1, -0.05, np.nan],
        "conf_low": [-0.1, np.nan, 0.0],
        "conf_high": [0.3, np.nan, 0.2],
    }
)
COUNTS = pd.DataFrame({"wave": np.repeat(WAVES, 2), "phase": PHASES * 2, "regions": [30, 4, 10, 24]})
MOVES = pd.DataFrame(
    [(*PHASES[:1] * 2, 10, True), (*PHASES, 20, False), (*PHASES[1:] * 2, 4, True)],
    columns=["from_phase", "to_phase", "estimate", "identified"],
).assign(from_wave=WAVES[0], to_wave=WAVES[1])
REGIONS = pd.DataFrame(
    {
        "name": [f"Noord- en Midden-Regio {number}" for number in REGION],
        "phase": pd.Categorical.from_codes(REGION % 3 - 1, PHASES),
        "tile_row": REGION // 6 + 1,
        "tile_col": REGION % 6 + 1,
    }
)
MARKED = REGIONS["name"][4]
CELLS = pd.DataFrame(
    [(LONG, "CZ", -3.0, 2), (LONG, "Menzis", 1.0, 9), ("Leren", "CZ", 2.5, 7)],
    columns=["theme", "holder", "residual", "projects"],
)
FRAMED = {"annot": "projects", "outlined": CELLS["projects"] > 8}
COURSE = pd.DataFrame(
    {
        "date": ["2021-04", "2021-12"] * 2,
        "ladder": np.repeat(LADDERS, 2),
        "estimate": [32.0, 33.0, 31.0, 32.5],
        "conf_low": [30.0, 30.0, 25.0, 26.0],
        "conf_high": [34.0, 34.0, 33.0, 34.0],
    }
)
SEEN = COURSE[["ladder"]].assign(date=["2019-03", "2020-10"] * 2, estimate=[16, 32, 2, 18])
CURVES = pd.DataFrame(
    [(1, 0.95, 0, 1), (30, 0.95, 0.3, 0.7), (1, 0.998, 0, 1), (30, 0.998, 0.2, 0.8)],
    columns=["n", "level", "conf_low", "conf_high"],
).assign(estimate=0.5)
UNITS = pd.DataFrame({"region": REGIONS["name"], "n": REGION % 29 + 1, "share": np.linspace(0, 1, 34)})
EIGHT = np.arange(8)
POINTS = pd.DataFrame(
    {"point": [*"abcdefgh"], "side": ["rij", "kolom"] * 4, "x": np.cos(EIGHT), "y": np.sin(EIGHT)}
)
Draw = Callable[..., Axes | Figure]
KINDS: dict[str, tuple[Draw, pd.DataFrame, dict[str, Any]]] = {
    "stacked": (figures.stacked, SHARES, {"y": "wave", "hue": "level"}),
    "bars": (figures.stacked, COUNTS[:2], {"y": "phase", "x": "regions", "fmt": WHOLE}),
    "multiples": (
        figures.multiples,
        COUNTS.assign(ladder=[*"aabb"]),
        {"panel": "ladder", "y": "wave", "hue": "phase", "x": "regions", "fmt": WHOLE},
    ),
    "dots": (figures.dots, FOUND, {"y": "theme", "null": 0}),
    "dots of groups": (figures.dots, SHARES, {"y": "wave", "hue": "level"}),
    "funnel": (figures.funnel, UNITS, {"limits": CURVES, "label": "region"}),
    "scatter": (figures.scatter, POINTS, {"x": "x", "y": "y", "label": "point", "hue": "side"}),
    "lines": (
        figures.lines,
        COURSE,
        {"x": "date", "hue": "ladder", "observed": SEEN, "limits": (0, 34), "fmt": WHOLE},
    ),
    "flows": (figures.flows, MOVES, {"counts": COUNTS}),
    "heatmap": (figures.heatmap, CELLS, {"y": "theme", "x": "holder", "value": "residual", **FRAMED}),
    "grid": (figures.heatmap, SHARES, {"y": "level", "x": ["wave", "n"], "fmt": theme.percent}),
    "tile_map": (figures.tile_map, REGIONS, {"value": "phase", "label": "name", "marked": MARKED}),
}


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    plt.close("all")


def drawn(kind: str, **more: Any) -> Axes | Figure:
    draw, data, options = KINDS[kind]
    return draw(data, **{**options, **more})


def whole(made: Axes | Figure) -> Figure:
    figure = made if isinstance(made, Figure) else made.get_figure(root=True)
    assert isinstance(figure, Figure)
    return figure


def texts(made: Axes | Figure) -> list[tuple[Text, Any]]:
    """Return every text that can be seen, with the box that it takes."""
    figure = whole(made)
    figure.draw_without_rendering()
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    axes = [axis for ax in figure.axes for axis in (ax.xaxis, ax.yaxis)]
    ticks = [(axis.get_view_interval(), tick) for axis in axes for tick in axis.get_major_ticks()]
    aside = {id(tick.label1) for view, tick in ticks if not min(view) <= tick.get_loc() <= max(view)}
    found = [text for text in figure.findobj(Text) if text.get_text().strip() and id(text) not in aside]
    found = [text for text in found if text.get_visible()]
    return [(text, text.get_window_extent(renderer)) for text in found]


@pytest.mark.parametrize("kind", sorted({*KINDS} - {"scatter", "tile_map"}))
def test_the_theme_of_a_notebook_changes_nothing(kind: str) -> None:
    plain = figures.svg(drawn(kind))
    with plt.rc_context():
        sns.set_theme(context="talk")
        assert figures.svg(drawn(kind)) == plain


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_shown_and_has_the_same_bytes_in_the_typeface_of_its_page(kind: str) -> None:
    theme_of_notebook = dict(plt.rcParams)
    made = drawn(kind)
    assert dict(plt.rcParams) == theme_of_notebook
    assert isinstance(made, Figure if kind == "multiples" else Axes)
    assert whole(made).number in plt.get_fignums()
    svg = figures.svg(made)
    assert svg == figures.svg(made) == figures.svg(drawn(kind))
    assert "<text" in svg
    assert svg.count("font-family") == 1
    assert "date" not in svg.casefold()
    assert len(svg) < 30_000
    if isinstance(made, Axes):
        made.set_title("van mij")
        assert "van mij" not in svg
        assert "van mij" in figures.svg(made)


@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_no_text_covers_another_or_leaves_the_figure(kind: str, own: bool) -> None:
    made = drawn(kind)
    if isinstance(made, Axes) and own:
        made.set_title("van mij")
    elif isinstance(made, Axes):
        figures.headline(
            made, "Een titel die zegt wat er gevonden is en dat in meer dan een regel doet", "aandeel"
        )
    boxes = texts(made)
    edge = whole(made).bbox
    for text, box in boxes:
        inside = [box.x0 - edge.x0, edge.x1 - box.x1, box.y0 - edge.y0, edge.y1 - box.y1]
        assert min(inside) >= -1, text.get_text()
    for (one, a), (other, b) in combinations(boxes, 2):
        across = min(a.x1, b.x1) - max(a.x0, b.x0)
        down = min(a.y1, b.y1) - max(a.y0, b.y0)
        assert across < 1 or down < 2.5, (one.get_text(), other.get_text())


@pytest.mark.parametrize("loc", ["center", "left"])
def test_a_title_or_legend_wider_than_a_figure_is_not_cut_off(loc: Literal["center", "left"]) -> None:
    title = "Een titel die breder is dan de hele figuur, zoals die van wie evalueert vaak zijn"
    ax = figures.stacked(SHARES, y="wave", hue="level")
    ax.set_title(title, loc=loc)
    own = plt.figure().add_axes((0.1, 0.1, 0.8, 0.8))
    own.plot([1, 2], label="van mij")
    legend = own.legend(bbox_to_anchor=(1.05, 1)).get_window_extent()
    wide = [float(re.findall(r'viewBox="0 0 ([\d.]+)', figures.svg(each))[0]) for each in (ax, own)]
    assert wide[1] >= legend.x1 * 72 / whole(own).dpi - 1
    low, high = next((box.x0, box.x1) for text, box in texts(ax) if text.get_text() == title)
    assert low >= 0
    assert wide[0] >= high * 72 / whole(ax).dpi - 1


def test_a_title_on_the_left_takes_the_place_of_the_title() -> None:
    ax = figures.headline(figures.stacked(COUNTS[:2], y="phase", x="regions"), "one", "unit")
    ax.set_title("two", loc="left")
    svg = figures.svg(ax)
    assert [">two<" in svg, ">one<" in svg, ">unit<" in svg] == [True, False, True]


@pytest.mark.parametrize("kind", ["stacked", "dots of groups", "lines", "scatter", "tile_map"])
def test_a_palette_of_seaborn_changes_the_figure(kind: str) -> None:
    hue = {"lines": 2, "scatter": 2, "tile_map": 2}.get(kind, 3)
    colours = sns.color_palette("deep", hue)
    svg = figures.svg(drawn(kind, palette=colours))
    assert all(colour in svg for colour in colours.as_hex())
    assert svg != figures.svg(drawn(kind))


def test_a_palette_may_be_a_name_or_leave_levels_out() -> None:
    levels = ["no", "yes", "unknown"]
    assert figures.palette(levels, "deep")["no"] == sns.color_palette("deep").as_hex()[0]
    partial = figures.palette(levels, {"unknown": theme.UNKNOWN}, ordered=True)
    assert partial == {**dict(zip(levels, theme.ramp(2), strict=False)), "unknown": theme.UNKNOWN}


@pytest.mark.parametrize("given", [{"nee": "red"}, {"no": "red", "ys": "blue"}])
def test_a_colour_for_a_level_that_is_not_there_is_refused_unless_all_have_theirs(
    given: dict[str, str],
) -> None:
    with pytest.raises(ValueError, match=r"No level is called '(nee|ys)'; they are no, yes"):
        figures.palette(["no", "yes"], given)
    assert [*figures.palette(["no"], {"no": "red", "yes": "blue"})] == ["no"]


def test_a_frame_brings_the_colours_of_its_levels() -> None:
    data = SHARES.copy()
    data.attrs["palette"] = {"Landelijk": theme.UNKNOWN, "Onbekend": theme.PAPER}
    own, plain = (figures.svg(figures.stacked(frame, y="wave", hue="level")) for frame in (data, SHARES))
    assert [theme.UNKNOWN in own, "<pattern" in own, "<pattern" in plain] == [True, True, False]  # hatched


@pytest.mark.parametrize("steps", range(1, 10))
def test_a_ramp_runs_from_light_to_dark_and_its_text_can_be_read(steps: int) -> None:
    colours = theme.ramp(steps)
    lightness = [contrast.ratio(colour, "#000000") for colour in colours]
    assert lightness == sorted({*lightness}, reverse=True)
    assert all(contrast.ratio(contrast.ink_on(colour), colour) >= 5 for colour in colours)


@pytest.mark.parametrize("colour", [*theme.UNORDERED, theme.UNKNOWN, "#777777", "red", "tab:orange"])
def test_text_on_any_colour_can_be_read(colour: str) -> None:
    assert contrast.ratio(contrast.ink_on(colour), colour) >= 4.5
    assert contrast.ratio(contrast.ink_like(colour), theme.PAPER) >= 4.5


def test_a_group_without_projects_keeps_its_row() -> None:
    waves = pd.Categorical(SHARES["wave"], ["oktober 2019", "maart 2020", "oktober 2020"], ordered=True)
    ax = figures.stacked(SHARES.assign(wave=waves), y="wave", hue="level")
    assert [label.get_text().split("\n")[0] for label in ax.get_yticklabels()] == list(waves.categories)
    assert "–" in [text.get_text() for text in ax.texts]
    ax = figures.dots(SHARES[:1].assign(wave=waves[:1]), y="wave")
    assert len(ax.get_yticklabels()) == 3


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        *(("stacked", "wave"), ("stacked", "level"), ("multiples", "ladder"), ("dots", "theme")),
        *(("dots of groups", "level"), ("lines", "ladder"), ("scatter", "side"), ("heatmap", "holder")),
    ],
)
def test_a_row_without_a_name_is_not_left_out_in_silence(kind: str, column: str) -> None:
    draw, data, options = KINDS[kind]
    with pytest.raises(ValueError, match=f"Some rows have no '{column}'"):
        draw(data.assign(**{column: data[column].where(data.index > 0)}), **options)


@pytest.mark.parametrize(
    ("kind", "number"), [*product(sorted({*KINDS} - {"tile_map", "multiples"}), [0]), *product(KINDS, [1])]
)
def test_a_frame_without_rows_and_one_row_are_drawn(kind: str, number: int) -> None:
    draw, data, options = KINDS[kind]
    kinds = pd.Series if number else (pd.Series, pd.DataFrame)
    few = {name: value[:number] if isinstance(value, kinds) else value for name, value in options.items()}
    assert figures.svg(draw(data[:number], **few)).startswith("<svg")


def test_numbers_stand_beside_the_points_and_ranges_alone_where_there_is_no_point() -> None:
    ax = figures.dots(FOUND, y="theme", null=0)
    assert [text.get_text() for text in ax.texts] == ["10% (-10%; 30%)", "-5%", "0% – 20%"]


def test_a_range_without_end_is_drawn_to_the_edge() -> None:
    data = FOUND.iloc[[0, 2]].assign(conf_low=[-np.inf, 0.0], conf_high=np.inf)
    ax = figures.dots(data, y="theme")
    ranges = [tuple(ends[:, 0]) for ends in ax.collections[0].get_segments()]  # type: ignore[attr-defined]
    low, high = ax.get_xlim()
    assert ranges == [(low, high), (0.0, high)]
    assert [text.get_text() for text in ax.texts] == ["10% (\N{MINUS SIGN}∞; ∞)", "0% – ∞"]
    ratio = ordinal.odds_ratio([5, 0], [0, 5]).assign(term="a")
    assert figures.svg(figures.dots(ratio, y="term")).startswith("<svg")


def test_colours_of_a_table_run_as_far_as_its_numbers_but_those_of_residuals_are_fixed() -> None:
    cells = CELLS.assign(residual=[-0.9, 0.4, 0.1])
    own, fixed = (
        figures.heatmap(cells, y="theme", x="holder", value="residual", annot=a).collections[0]
        for a in (None, "projects")
    )
    assert [own.get_clim(), fixed.get_clim()] == [(-0.9, 0.9), (-4, 4)]
    ax = figures.heatmap(CELLS, y="theme", x="holder", value="residual")
    assert not any("▼" in text.get_text() for text in ax.texts)


def test_ticks_are_never_two_with_one_text_and_of_a_funnel_whole_projects() -> None:
    data = pd.DataFrame({"a": ["x"], "estimate": [1.0], "conf_low": [0.0], "conf_high": [2.0]})
    ax = figures.dots(data, y="a", fmt=WHOLE)
    whole(ax).draw_without_rendering()
    shown = [label.get_text() for label in ax.get_xticklabels()]
    assert len(shown) == len(set(shown))
    ticks = figures.funnel(
        UNITS[UNITS["n"] <= 3], limits=CURVES.assign(n=[1, 3] * 2), label="region"
    ).get_xticks()
    assert ticks.tolist() == ticks.round().tolist()


def test_months_stand_as_far_apart_as_they_are() -> None:
    ax = figures.lines(COURSE, x="date", hue="ladder", observed=SEEN)
    first = next(line for line in ax.lines if line.get_marker() == "o")
    assert list(np.diff(first.get_xdata())) == [19.0]  # March 2019 to October 2020


@pytest.mark.parametrize(
    ("moments", "label"),
    [
        (["2020-10", "2020-03"], "2020-10"),
        (["2020", "2018"], "2020"),
        (pd.to_datetime(["2020-10-01", "2020-03-15"]), "2020-10-01"),
        ([2020, 2018], "2020.0"),
    ],
    ids=["months", "years", "dates", "numbers"],
)
def test_a_line_ends_at_its_last_moment(moments: Any, label: str) -> None:
    ax = figures.lines(pd.DataFrame({"moment": moments, "estimate": [0.9, 0.2]}), x="moment")
    assert ax.texts[0].get_text() == "90%"
    whole(ax).draw_without_rendering()
    assert label in [tick.get_text() for tick in ax.get_xticklabels()]


def test_moments_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="'at' must be numbers, dates, years or months"):
        figures.lines(pd.DataFrame({"at": ["soon", "later"], "estimate": 0.5}), x="at")


def test_a_grid_of_seaborn_has_no_headline() -> None:
    with pytest.raises(ValueError, match="above an Axes"):
        figures.headline(sns.FacetGrid(SHARES), "title")


def test_a_unit_outside_the_limits_is_named() -> None:
    ax = figures.funnel(UNITS, limits=CURVES, label="region")
    low, high = (np.interp(UNITS["n"], [1, 30], CURVES[end][:2]) for end in ("conf_low", "conf_high"))
    outside = UNITS.loc[(UNITS["share"] < low) | (UNITS["share"] > high), "region"]
    assert 0 < len(outside) < 34
    assert {*outside} <= {text.get_text() for text in ax.texts}


def test_every_region_has_its_tile_where_it_lies() -> None:
    ax = figures.tile_map(REGIONS, value="phase", label="name")
    corners = np.array([patch.get_xy() for patch in ax.patches])  # type: ignore[attr-defined]
    assert corners + 0.47 == pytest.approx(REGIONS[["tile_col", "tile_row"]].to_numpy())


def test_a_caller_may_lay_out_the_figure() -> None:
    figure, (left, right) = plt.subplots(1, 2)
    figures.stacked(SHARES, y="wave", hue="level", ax=left)
    figures.dots(FOUND, y="theme", ax=right)
    figures.headline(right, "title", "subtitle")
    assert [ax in figure.axes for ax in (left, right)] == [True, True]
    assert "subtitle" in figures.svg(figure)


def test_a_figure_made_higher_by_hand_is_higher() -> None:
    ax = drawn("stacked")
    size = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
    before = size.findall(figures.svg(ax))[0]
    whole(ax).set_figheight(8)
    after = size.findall(figures.svg(ax))[0]
    assert float(after[0]) == pytest.approx(72 * layout.WIDTH)
    assert float(after[1]) > 2 * float(before[1])


def test_ids_of_two_figures_on_a_page_differ() -> None:
    one, other = (figures.svg(drawn("lines"), key=key) for key in ("figure-1", "figure-2"))
    ids = [set(re.findall(r' id="([^"]+)"', svg)) for svg in (one, other)]
    assert ids[0]
    assert not ids[0] & ids[1]
    for svg in (one, other):
        assert {*re.findall(r'(?:url\(|href=")#([^")]+)', svg)} == {*re.findall(r' id="([^"]+)"', svg)}


def test_a_label_is_data_not_markup() -> None:
    data = SHARES.assign(wave="<script>alert(1)</script> & $x$ font: 9px 'x'")
    svg = figures.svg(figures.stacked(data, y="wave", hue="level"))
    assert "<script" not in svg
    assert "&lt;script" in svg


def test_a_figure_of_someone_else_is_exported_too() -> None:
    figure, ax = plt.subplots()
    sns.barplot(SHARES, x="estimate", y="wave", ax=ax)
    assert figures.svg(figure) == figures.svg(ax)


def test_long_names_are_folded_at_blanks_and_hyphens() -> None:
    names = [LONG, "Zaanstreek-Waterland-Kennemerland-Haaglanden", "Leren"]
    ax = figures.dots(FOUND.assign(theme=names), y="theme")
    assert [label.get_text().split("\n") for label in ax.get_yticklabels()] == [
        ["Anders opleiden en", "samenwerking met het", "onderwijs in de regio"],
        ["Zaanstreek-Waterland-", "Kennemerland-Haaglanden"],
        ["Leren"],
    ]


def test_long_names_of_many_columns_stand_upright_and_do_not_run_into_each_other() -> None:
    names = ["Opschaalbaarheid", "Delen van resultaten", "Projectstatus", "Betrokken organisaties"] * 2
    cells = pd.DataFrame({"y": "a", "x": [f"{name} {n}" for n, name in enumerate(names)], "estimate": 1.0})
    few, many = (figures.heatmap(cells.head(n), y="y", x="x") for n in (2, 8))
    assert {text.get_rotation() for text in few.texts} == {0}
    boxes = [text.get_window_extent() for text in many.texts if text.get_rotation() == 90]
    assert len(boxes) == 8
    assert all(left.x1 <= right.x0 for left, right in pairwise(sorted(boxes, key=lambda box: box.x0)))
