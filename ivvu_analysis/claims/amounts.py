"""The figures of statements: in words, and with what each firmness allows."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib import resources
from typing import Any, Literal

import yaml
from babel.numbers import format_decimal

from ivvu_analysis.codebook import Language

UNGROUPED = ("year", "chapter", "month")
NOISE = 1e-9  # what floating point adds to a share; far below any printed decimal


@cache
def words() -> Mapping[str, Any]:
    """Return `words.yaml`: firmness, units and sentences, in two languages.

    Examples
    --------
    >>> from ivvu_analysis import claims
    >>> claims.words()["units"]["projects"]["en"]
    '{} projects'
    """
    text = resources.files("ivvu_analysis.claims").joinpath("words.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def fit(qualifier: str, claimed: str, value: float) -> Literal["exactly", "rounded", "not"]:
    """Return whether `value` is what a figure that is put so firmly allows; see `words.yaml`.

    Examples
    --------
    >>> from ivvu_analysis import claims
    >>> claims.fit("almost", "95", 94.1), claims.fit("exact", "75", 76.7)
    ('exactly', 'not')
    """
    allows, figure = words()["firmness"][qualifier], float(claimed)
    low, high = allows.get("low", 1.0), allows.get("high", 1.0)
    above = low is None or value - low * figure > (NOISE if allows.get("open_low") else -NOISE)
    below = high is None or high * figure - value > (NOISE if allows.get("open_high") else -NOISE)
    if above and below:
        return "exactly"
    near = abs(value - figure) <= 0.5 * 10.0 ** -decimals(claimed) + NOISE
    return "rounded" if allows.get("rounds") and near else "not"


def decimals(claimed: str) -> int:
    """Return the number of decimals that a figure was printed with.

    Examples
    --------
    >>> decimals("10.24"), decimals("318")
    (2, 0)
    """
    return len(claimed.partition(".")[2])


def claimed(qualifier: str, figure: str, unit: str, language: Language) -> str:
    """Return a claimed figure in words.

    Examples
    --------
    >>> from ivvu_analysis import claims
    >>> claims.claimed("almost", "84", "percent", "en")
    'almost 84%'
    """
    firmness, places = words()["firmness"][qualifier], decimals(figure)
    bounds = {"claimed": float(figure), "low": float(figure) * (firmness.get("low", 1.0) or 0)}
    told = {name: with_unit(value, unit, places, language) for name, value in bounds.items()}
    return str(firmness[language]).format(**told)


def with_unit(value: float, unit: str, places: int, language: Language) -> str:
    """Return a figure with its unit, as in a sentence.

    Examples
    --------
    >>> with_unit(46, "projects", 0, "nl")
    '46 projecten'
    """
    pattern = ("0" if unit in UNGROUPED else "#,##0") + ("." + "0" * places if places else "")
    text = format_decimal(value, pattern, locale=language).replace("-", "−")
    return str(words()["units"][unit][language]).format(text)


def places_of(value: float, printed: int) -> int:
    """Return how many decimals to tell a value with: such that a reader who rounds it comes out right.

    Examples
    --------
    >>> places_of(8.849558, 1), places_of(75.3, 0)
    (4, 1)
    """
    exact, places = Decimal(value), 0 if value == round(value) else printed + 1
    while places and _rounded(_rounded(exact, places), printed) != _rounded(exact, printed):
        places += 1
    return places


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
