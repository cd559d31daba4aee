"""What a suite file and its notebooks say: checked, and every complaint with its file and line."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from reprlib import repr as short
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue

from ivvu_analysis.errors import SuiteError, placed
from ivvu_analysis.parameters import Parameter, declared
from ivvu_analysis.scales import LANGUAGES, Language
from ivvu_analysis.strict_yaml import Form, Written, read

# A suite and a report are named after these, so they must make good file names everywhere; no file
# system takes more than 255 characters, and some are for the notebook's name and the file's ending.
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,99}")
REMEDY = "Use letters, digits, dots, dashes and underscores, at most 100."

Value = str | int | float | bool
Several = Annotated[list[Value], BeforeValidator(lambda one: one if isinstance(one, list) else [one])]
Choice = Literal["all"] | list[Value] | dict[Literal["holder"], Several]
Title = Annotated[str, Field(min_length=1)]
Titles = Annotated[
    dict[Language, Title],
    BeforeValidator(lambda one: dict.fromkeys(LANGUAGES, one) if isinstance(one, str) else one),
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Entry(_Strict):
    """One report of a suite, or one for each of several values of a parameter."""

    notebook: str
    for_each: dict[str, Choice] = Field(default_factory=dict, max_length=1)
    parameters: dict[str, JsonValue] = {}


class Contents(_Strict):
    """What a suite file says."""

    title: Titles = {}
    parameters: dict[str, JsonValue] = {}
    previous: str = ""
    reports: list[Entry] = Field(min_length=1)


SUITE = Form(
    "suite",
    Contents,
    {
        "": "a mapping, with the list of its reports under `reports`",
        "title": "text, or a mapping to text in English, in Dutch or in both: {en: Regions, nl: Regio's}",
        "parameters": 'a mapping of names, as text, to values, such as {wave: "2020-10"}',
        "previous": "the output folder of an earlier run",
        "reports": "a list of mappings, such as `- notebook: impact`",
        "notebook": "the name of a notebook, as text",
        "for_each": "one parameter, with values that can be told apart, such as {region: all}, "
        "{region: [twente, zeeland]} or {region: {holder: vgz}}",
    },
    "README.md shows what a suite looks like.",
    SuiteError,
)


def refuse_name(name: str, what: str) -> None:
    """Refuse what makes no good file name everywhere."""
    if not FILE_NAME.fullmatch(name):
        raise SuiteError(f"{short(name)} cannot name {what}.", REMEDY)


def read_suite(path: Path) -> Written:
    """Read a suite file, whose contents are `Contents`.

    Raises
    ------
    SuiteError
        If the file is missing, is not YAML, or says something that a suite cannot say.
    """
    if not os.path.isdir(path):  # whatever it is called, that is no suite
        refuse_name(path.stem, "an output folder")
    return read(path, SUITE)


@dataclass(frozen=True)
class Notebook:
    """A notebook that can be run in batch.

    Parameters
    ----------
    path, text
        Where it is, and what it holds.
    parameters
        What its parameters cell declares, by name.
    """

    path: Path
    text: str
    parameters: Mapping[str, Parameter]


def read_notebook(path: Path) -> Notebook:
    """Read a notebook and what it declares.

    Raises
    ------
    SuiteError
        If the file is no notebook, is not written in Python, is interactive, or has not exactly one
        parameters cell.
    ParameterError
        If that cell is not as it should be.
    """
    try:
        text = path.read_text(encoding="utf-8")
        raw = json.loads(text)
        language = raw["metadata"].get("kernelspec", {}).get("language") or "python"
        code = [cell for cell in raw["cells"] if cell["cell_type"] == "code"]
        source = "\n".join("".join(cell["source"]) for cell in code)
        tagged = [cell["source"] for cell in code if "parameters" in cell["metadata"].get("tags", ())]
    except Exception as error:  # there is no end to what is no notebook
        raise SuiteError(f"The notebook {path} cannot be read: {error}.", "Save it in JupyterLab.") from None
    if language != "python":
        raise SuiteError(f"The notebook {path} is written in {language}.", "Reports are Python notebooks.")
    if "ivvu_analysis.explorer" in source or " import explorer" in source:
        raise SuiteError(f"The notebook {path} is there to be worked in.", "Open it with `ivvu lab`.")
    if len(tagged) != 1:
        remedy = "Tag the cell in JupyterLab: property inspector, Cell Tags, parameters."
        raise SuiteError(
            f"The notebook {path} has {len(tagged)} cells tagged 'parameters' and not one.", remedy
        )
    with placed(str(path)):
        return Notebook(path.absolute(), text, declared("".join(tagged[0])))
