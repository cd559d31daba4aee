"""A notebook that was executed elsewhere, as by plain papermill, published like those of a run."""

from pathlib import Path

from nbformat import reads

from ivvu_analysis.batch.making import parts_of
from ivvu_analysis.errors import SuiteError, refuse_foreign
from ivvu_analysis.places import page_at, write
from ivvu_analysis.report.publish import publish
from ivvu_analysis.report.templates import beginnings
from ivvu_analysis.scales import LANGUAGES


def publish_file(notebook: Path, output: Path, language: str) -> list[Path]:
    """Publish a notebook that was executed elsewhere, and return the files that were written.

    Parameters
    ----------
    notebook
        The executed notebook.
    output
        Its page, whose name ends in .html, or the folder that it goes to; its tables go beside it.
    language
        The language of the page, where the notebook does not say so itself.

    Raises
    ------
    SuiteError
        If that is no executed notebook.
    OutputError
        If a file cannot be written, or one that is there is none of ours.
    """
    try:
        executed = reads(notebook.read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    except Exception as error:  # nbformat has many ways to complain
        raise SuiteError(f"The notebook {notebook} cannot be read: {error}.", "Run it again.") from None
    code = [cell for cell in executed.cells if cell.cell_type == "code"]
    if code and not any(cell.execution_count for cell in code):
        remedy = f"Run `papermill {notebook.name} out.ipynb` first, and publish out.ipynb."
        raise SuiteError(f"The notebook {notebook} was not executed.", remedy)
    told = executed.metadata.get("papermill", {}).get("parameters", {})
    language = told["language"] if told.get("language") in LANGUAGES else language
    page = page_at(output, f"{notebook.stem}.html").with_suffix(".html")
    made = publish(executed, name=page.stem, folder=notebook.parent, language=language, parameters=told)
    kinds = {"html": ".html", "workbook": ".xlsx", "data": ".csv"}
    files = {page.with_suffix(kinds[part]): data for part, data in parts_of(made).items()}
    # Nothing in a csv says whose it is: beside a page of ours, one with the same headings is.
    heads = [(made.data or "").partition("\n")[0] + "\n"] if page.exists() else []
    for path in files:
        refuse_foreign(path, *(heads if path.suffix == ".csv" else beginnings()))
    for path, data in files.items():
        write(path, data)
    return list(files)
