"""The codebook: every code with its order, its labels in two languages and its spellings.

One file, `codebook.yaml`, serves both the cleaning (which spelling is which code) and the figures (which code
is shown how), so that no label is written twice. A programme that differs lays a file of its own over it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path

import yaml

from ivvu_analysis.errors import ParameterError, did_you_mean
from ivvu_analysis.scales import LANGUAGES, Language, Level, Scale, squeeze

__all__ = ["LANGUAGES", "Codebook", "Language", "Level", "Scale", "load", "scale", "squeeze", "standard"]


@dataclass(frozen=True)
class Codebook:
    """All scales and heads of columns; `history` says whether the published figures belong to it.

    A head has what the column is called, by language, and its `kind` of values.

    Examples
    --------
    >>> standard().dimensions
    ('agreements', 'dynamics', 'vision')
    >>> standard().heads["projects"]["nl"]
    'Projecten'
    """

    scales: Mapping[str, Scale]
    heads: Mapping[str, Mapping[str, str]]
    history: bool = True

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The ladders on which regions climb."""
        return self.scales["dimension"].codes

    @property
    def measures(self) -> tuple[str, ...]:
        """What is recorded of every project."""
        return self.scales["measure"].codes

    def scale(self, name: str) -> Scale:
        """Return the scale called `name`, such as ``"impact"``, ``"theme"`` or ``"region"``.

        Raises
        ------
        ParameterError
            If the codebook has no scale of that name, with the one that was probably meant.

        Examples
        --------
        >>> standard().scale("sharing").codes
        ('no', 'in_progress', 'yes', 'unknown')
        """
        if name not in self.scales:
            raise ParameterError(f"The codebook has no scale '{name}'.", did_you_mean(name, self.scales))
        return self.scales[name]

    def require(self, name: str, text: str) -> str:
        """Return the code of scale `name` that `text` is a known spelling of.

        Raises
        ------
        ParameterError
            If it is none, with the code that was probably meant.

        Examples
        --------
        >>> standard().require("region", "Zuid-Holland Noord")
        'zuid-holland-noord'
        """
        known = self.scales[name]
        if code := text if text in known.codes else known.recognise(text):
            return code
        remedy = did_you_mean(known.suggest(text) or text, known.codes)
        raise ParameterError(f"There is no {name} '{text}'.", remedy)

    def regions_at(self, wave: str) -> tuple[str, ...]:
        """Return the regions that there are at `wave`: what merged or split is followed by what it became.

        Examples
        --------
        >>> len(standard().regions_at("2020-10"))
        34
        """
        regions = self.scales["region"]
        return tuple(region.code for region in regions if region.since <= wave <= (region.until or wave))

    def became(self, region: str, wave: str) -> tuple[str, ...]:
        """Return what a region is at `wave`: itself, or what it merged or split into by then.

        Examples
        --------
        >>> standard().became("twente", "2021-03")
        ('twente',)
        """
        level = self.scales["region"].level(region)
        if wave <= (level.until or wave):
            return (region,)
        return tuple(code for next_one in level.into for code in self.became(next_one, wave))

    def grown(self, name: str, codes: Iterable[str]) -> Codebook:
        """Return the codebook with scale `name` grown to hold `codes`; see `Scale.grown`.

        Examples
        --------
        >>> standard().grown("start", ["2023"]).scale("start").codes[-2:]
        ('2022', '2023')
        """
        return replace(self, scales={**self.scales, name: self.scales[name].grown(codes)})


@cache
def standard() -> Codebook:
    """Return the codebook that comes with the package.

    Examples
    --------
    >>> standard().measures
    ('participation', 'status', 'impact', 'sharing', 'scalability')
    """
    text = resources.files("ivvu_analysis").joinpath("codebook.yaml").read_text(encoding="utf-8")
    said = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    heads, scales = said.pop("columns"), {}
    for name, entry in said.items():
        levels = tuple(Level(**level) for level in entry.pop("levels"))
        scales[name] = Scale(name, levels=levels, **entry)
    return Codebook(scales, heads)


def scale(name: str) -> Scale:
    """Return a scale of the codebook that comes with the package; evidence may carry another.

    Examples
    --------
    >>> scale("theme").label("technology", "nl")
    'Technologie'
    """
    return standard().scale(name)


def load(path: str | Path) -> Codebook:
    """Return our codebook with a YAML file laid over it.

    Parameters
    ----------
    path
        A file in the form of `codebook.yaml`. A level whose code is known changes what it names; another one
        is added at the end, years in their order. `replace: true` beside `levels:` gives up our levels of
        that scale, and every subset of which a code is gone. The only scales to add are ladders.

    Raises
    ------
    DataError
        If there is no such file, or it is not in the form of a codebook: a code or a spelling twice, an
        unknown key, no label.

    Examples
    --------
    >>> load("ours.yaml").scale("theme").label("housing", "en")  # doctest: +SKIP
    'Housing'
    """
    from ivvu_analysis.overlay import laid_over  # with pydantic, which our own codebook does without

    return laid_over(standard(), Path(path))
