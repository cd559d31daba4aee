"""A notebook as the batch sees it: its text, and the parameters it declares."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ivvu_analysis.errors import ParameterError, SuiteError, did_you_mean
from ivvu_analysis.neutral import quote

Value = str | int | float | bool

TYPES: Mapping[str, type[Value]] = {"str": str, "int": int, "float": float, "bool": bool}

KINDS: Mapping[str, str] = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
}

DECLARATION = re.compile(r"^(?P<name>[A-Za-z_]\w*)\s*:\s*(?P<type>\w+)\s*=\s*(?P<rest>.+)$")

REMEDY = "Write one parameter a line: `name: type = literal  # help`, the type being str, int, float or bool."


@dataclass(frozen=True)
class Parameter:
    """One line of a notebook's parameters cell."""

    name: str
    type: str
    default: Value
    help: str

    def accept(self, value: object) -> Value:
        """Return `value` if it is of the declared type; nothing is converted but an int to a float.

        Raises
        ------
        ParameterError
            If it is of another type.
        """
        if self.type == "float" and type(value) is int:
            return float(value)
        if type(value) is TYPES[self.type]:
            return value
        remedy = (
            f'Put it in quotes: {self.name}: "{value}".'
            if self.type == "str" and not isinstance(value, (dict, list))
            else f"Give a value such as {self.default!r}."
        )
        raise ParameterError(
            f"The parameter '{self.name}' must be {KINDS[self.type]}, and {_shown(value)} is not.",
            remedy,
        )


def _shown(value: object) -> str:
    """Return a value as it would stand in a suite, shortened."""
    return quote(json.dumps(value, ensure_ascii=False, default=str))


@dataclass(frozen=True)
class Notebook:
    """A notebook that can be run in batch.

    Parameters
    ----------
    name
        What suites call it: the file's name without `.ipynb`.
    text
        The whole file.
    parameters
        What its parameters cell declares, by name.
    figures_on
        The measures and ladders whose waves the `wave` parameter must be one of.
    """

    name: str
    text: str
    parameters: Mapping[str, Parameter]
    figures_on: tuple[str, ...]


def read_notebook(path: Path) -> Notebook:
    """Read a notebook and what it declares.

    Raises
    ------
    SuiteError
        If the file is no notebook, is not written in Python, or has not exactly one parameters cell
        that declares each parameter on a line of its own.
    """
    try:
        text = path.read_text(encoding="utf-8")
        raw = json.loads(text)
        cells = [cell for cell in raw["cells"] if cell["cell_type"] == "code"]
        metadata = raw["metadata"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SuiteError(
            f"The notebook {path} cannot be read: {error}.", "Open it in JupyterLab and save it again."
        ) from None
    language = metadata.get("kernelspec", {}).get("language", "python")
    if language != "python":
        raise SuiteError(f"The notebook {path} is written in {language}.", "Reports are Python notebooks.")
    tagged = [cell for cell in cells if "parameters" in cell.get("metadata", {}).get("tags", [])]
    if len(tagged) != 1:
        raise SuiteError(
            f"The notebook {path} has {len(tagged)} cells tagged 'parameters', and needs exactly one: "
            "otherwise its own values would win over those asked for.",
            "Tag the cell in JupyterLab: property inspector, Cell Tags, parameters.",
        )
    source = tagged[0]["source"]
    return Notebook(
        name=path.stem,
        text=text,
        parameters=declared("".join(source), str(path)),
        figures_on=tuple(_own_metadata(metadata).get("figures_on", ())),
    )


def _own_metadata(metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    own = metadata.get("ivvu", {})
    return own if isinstance(own, dict) else {}


def declared(source: str, where: str) -> dict[str, Parameter]:
    """Return the parameters that the source of a parameters cell declares, in its order.

    Parameters
    ----------
    source
        The source of the cell.
    where
        What to call the notebook in a message.

    Raises
    ------
    SuiteError
        If a line is anything else than a declaration, a comment or blank.
    """
    parameters: dict[str, Parameter] = {}
    for number, line in enumerate(source.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        at = f"{where}, parameters cell, line {number}"
        parameter = _declaration(line, at)
        if parameter.name in parameters:
            raise SuiteError(f"{at}: '{parameter.name}' is declared twice.", "Remove one of the two lines.")
        parameters[parameter.name] = parameter
    return parameters


def _declaration(line: str, at: str) -> Parameter:
    match = DECLARATION.match(line)
    if match is None:
        raise SuiteError(f"{at}: '{line.strip()}' declares no parameter.", REMEDY)
    name, type_name = match["name"], match["type"]
    if type_name not in TYPES:
        raise SuiteError(f"{at}: the type '{type_name}' is not known.", did_you_mean(type_name, TYPES))
    try:
        statement = ast.parse(line).body[0]
        default = ast.literal_eval(statement.value) if isinstance(statement, ast.AnnAssign) else None  # type: ignore[arg-type]
    except (SyntaxError, ValueError):
        raise SuiteError(f"{at}: the value of '{name}' is not a literal.", REMEDY) from None
    help_text = _comment(line)
    parameter = Parameter(name, type_name, default, help_text)  # type: ignore[arg-type]
    try:
        parameter.accept(default)
    except ParameterError as error:
        raise SuiteError(f"{at}: {error.problem}", error.remedy) from None
    return parameter


def _comment(line: str) -> str:
    """Return the text after the `#` that opens a comment, not one inside a string."""
    for start in (i for i, letter in enumerate(line) if letter == "#"):
        try:
            ast.parse(line[:start])
        except SyntaxError:
            continue
        return line[start + 1 :].strip()
    return ""
