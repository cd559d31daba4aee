"""Keep the Dutch catalogue up to date with the texts of notebooks, templates and code: `make messages`."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from ivvu_analysis.report.catalogue import messages, paragraphs, place

CALLS = ("_", "gettext", "translate", "later", "say")
IN_TEMPLATE = re.compile(r'\b_\(\s*"((?:[^"\\]|\\.)*)"')
PACKAGE = Path(__file__).parents[1]


def of_notebook(path: Path) -> Iterator[str]:
    """Yield the English texts of a notebook: its paragraphs, and what its code gives to `_`."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        yield from paragraphs(source) if cell["cell_type"] == "markdown" else of_code(source, calls=("_",))


def of_code(source: str, calls: tuple[str, ...] = CALLS) -> Iterator[str]:
    """Yield the texts that code gives to a call that translates; both texts of a choice between two.

    Examples
    --------
    >>> list(of_code('_("one" if n == 1 else "many")'))
    ['one', 'many']
    """
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and call.args and ast.unparse(call.func).rpartition(".")[2] in calls:
            for part in ast.walk(call.args[0]):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value


def wanted(notebooks: Path) -> list[str]:
    """Return every English text that a reader can meet, sorted.

    Parameters
    ----------
    notebooks
        The folder of the notebooks.
    """
    every = [*notebooks.glob("*.ipynb"), *PACKAGE.rglob("*.ipynb")]
    texts = {text for path in every for text in of_notebook(path)}
    for path in PACKAGE.rglob("*.py"):
        texts |= set(of_code(path.read_text(encoding="utf-8")))
    for path in PACKAGE.rglob("*.j2"):
        found = IN_TEMPLATE.findall(path.read_text(encoding="utf-8"))
        texts |= {" ".join(text.replace('\\"', '"').split()) for text in found}
    return sorted(text for text in texts if re.search(r"[^\W\d_]", text) and not text.startswith("http"))


def update(notebooks: Path, language: str = "nl") -> None:
    """Bring the catalogue up to date, and say what is untranslated now and how much was no longer used.

    Parameters
    ----------
    notebooks
        The folder of the notebooks.
    language
        Of the catalogue.
    """
    known, texts = messages(language), wanted(notebooks)
    catalogue = Catalog(locale=language, project="ivvu-analysis", fuzzy=False)
    for text in texts:
        catalogue.add(text, known.get(text, ""))
    with place(language).open("wb") as file:
        write_po(file, catalogue, width=100, sort_output=True)
    missing, unused = [f"- {text}" for text in texts if text not in known], known.keys() - texts
    print(f"{len(missing)} texts without a translation, {len(unused)} no longer used and left out.")
    print("\n".join(missing))


if __name__ == "__main__":
    update(PACKAGE.parent / "notebooks")
