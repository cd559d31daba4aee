from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from ivvu_analysis.codebook import LANGUAGES, Language
from ivvu_analysis.report.figures import Drawing, funnel

Sound = Callable[[Callable[[], Drawing]], Drawing]
Said = Callable[[Drawing], str]

HOLDERS = pd.DataFrame(
    [("cz", 0.5, 10, 0.0, 0.4), ("vgz", 0.15, 40, 0.05, 0.3), ("eno", 0.15, 0, 0.0, 1.0)],
    columns=["holder", "estimate", "n", "conf_low", "conf_high"],
).assign(target=0.15)
LIMITS = pd.DataFrame(
    [
        (n, level, 0.0, min(1.0, 0.15 + reach / n))
        for level, reach in ((0.95, 4), (0.998, 4.1))
        for n in (1, 10, 50)
    ],
    columns=["n", "level", "conf_low", "conf_high"],
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_funnel_counts_what_lies_outside_its_limits(language: Language, sound: Sound, said: Said) -> None:
    drawing = sound(
        lambda: funnel(HOLDERS, LIMITS, row="holder", language=language, title="Aandeel", key="k")
    )
    assert {"en": "1 of 2 lie outside", "nl": "1 van de 2 liggen buiten"}[language] in drawing.alt
    assert "15" in drawing.alt
    assert "CZ" in said(drawing)
    assert "Eno" not in said(drawing)
    assert {"en": "99.8%", "nl": "99,8\u00a0%"}[language] in said(drawing)
