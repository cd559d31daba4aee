"""The English texts of notebooks, for `pybabel extract`; see `pyproject.toml` and `make messages`."""

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO

from babel.messages.extract import extract_python

from ivvu_analysis.report.catalogue import paragraphs


def extract(notebook: BinaryIO, *how: Any, **options: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the texts of a notebook as babel wants them: its paragraphs, and what its code gives to `_`."""
    for cell in json.load(notebook)["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            yield from ((1, "_", text, []) for text in paragraphs(source))
        else:
            yield from extract_python(BytesIO(source.encode()), *how, **options)
