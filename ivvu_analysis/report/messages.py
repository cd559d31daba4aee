"""Keep the Dutch catalogue up to date with the texts of notebooks, templates and code: `make messages`."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from ivvu_analysis.report.catalogue import paragraphs, place

CALLS = ("_", "gettext", "translate", "later", ".say")
IN_TEMPLATE = re.compile(r'\b_\(\s*"((?:[^"\\]|\\.)*)"')
PACKAGE = Path(__file__).parents[1]


def of_notebook(path: Path) -> Iterator[str]:
    """Yield the English texts of a notebook: its paragraphs, and what its code gives to `_`."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            yield from (text for _, text in paragraphs(source) if text)
        else:
            yield from of_code(source, calls=("_",))


def of_code(source: str, calls: tuple[str, ...] = CALLS) -> Iterator[str]:
    """Yield the texts that code gives to a call that translates; both texts of a choice between two.

    Examples
    --------
    >>> list(of_code('_("one" if n == 1 else "many")'))
    ['one', 'many']
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args and _name(node.func) in calls:
            yield from _texts(node.args[0])


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return ".say" if function.attr == "say" else function.attr
    return getattr(function, "id", "")


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from _texts(value)
    elif isinstance(node, ast.Tuple | ast.List):
        for value in node.elts:
            yield from _texts(value)
    elif isinstance(node, ast.Subscript):
        yield from _texts(node.value)


def wanted(notebooks: Path) -> list[str]:
    """Return every English text that a reader can meet, sorted.

    Parameters
    ----------
    notebooks
        The folder of the notebooks.
    """
    texts: set[str] = set()
    for path in sorted(notebooks.glob("*.ipynb")):
        texts |= set(of_notebook(path))
    for path in sorted(PACKAGE.rglob("*.py")):
        texts |= set(of_code(path.read_text(encoding="utf-8")))
    for path in sorted(PACKAGE.rglob("*.j2")):
        found = IN_TEMPLATE.findall(path.read_text(encoding="utf-8"))
        texts |= {" ".join(text.replace('\\"', '"').split()) for text in found}
    return sorted(text for text in texts if re.search(r"[^\W\d_]", text) and not text.startswith("http"))


def update(notebooks: Path, language: str = "nl") -> tuple[list[str], list[str]]:
    """Bring the catalogue up to date, and return what is untranslated now and what was no longer used.

    Parameters
    ----------
    notebooks
        The folder of the notebooks.
    language
        Of the catalogue.
    """
    with place(language).open("rb") as file:
        old = read_po(file, locale=language)
    texts = wanted(notebooks)
    new = Catalog(locale=language, project="ivvu-analysis", fuzzy=False)
    for text in texts:
        known = old.get(text)
        new.add(text, known.string if known else "")
    gone = sorted({str(one.id) for one in old if one.id} - set(texts))
    with place(language).open("wb") as file:
        write_po(file, new, width=100, sort_output=True)
    return [text for text in texts if not new[text].string], gone


if __name__ == "__main__":
    missing, unused = update(PACKAGE.parent / "notebooks")
    print(f"{len(missing)} texts without a translation, {len(unused)} no longer used and left out.")
    for one in missing:
        print(f"- {one}")
