"""What a suite file and its notebooks say: checked, and every complaint with its file and line."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from reprlib import repr as short
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import ConstructorError, SafeConstructor
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ivvu_analysis.errors import SuiteError, did_you_mean, placed
from ivvu_analysis.neutral import UNPRINTABLE
from ivvu_analysis.parameters import Parameter, declared
from ivvu_analysis.scales import LANGUAGES, Language

# A suite and a report are named after these, so they must make good file names everywhere; no file
# system takes more than 255 characters, and some are for the notebook's name and the file's ending.
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,99}")
REMEDY = "Use letters, digits, dots, dashes and underscores, at most 100."

MOST_VALUES = 100_000  # a few anchors within each other make more than any memory holds

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


# What is expected under each key.
EXPECTED = {
    "title": "text, or a mapping to text in English, in Dutch or in both, such as {en: Regions, nl: Regio's}",
    "parameters": 'a mapping of names, as text, to values, such as {wave: "2020-10"}',
    "previous": "the output folder of an earlier run",
    "reports": "a list of mappings, such as `- notebook: impact`",
    "notebook": "the name of a notebook, as text",
    "for_each": "one parameter, with values that can be told apart, such as {region: all}, "
    "{region: [twente, zeeland]} or {region: {holder: vgz}}",
}


class TextAndNumbers(SafeConstructor):
    """Reads plain values by the rules of YAML 1.2, which knows no dates."""

    def construct_scalar(self, node: ScalarNode) -> Any:
        """Refuse what YAML forbids in a file, and an escape would still bring in."""
        if UNPRINTABLE.search(node.value):
            why = f"the text {short(node.value)} holds a character that cannot be printed"
            raise ConstructorError(problem=why, problem_mark=node.start_mark)
        return super().construct_scalar(node)


TextAndNumbers.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


@dataclass
class Suite:
    """A suite file: where it is, the nodes of its YAML, which know their lines, and what it says."""

    path: Path
    node: Node
    contents: Contents = field(init=False)

    def at(self, *place: str | int) -> str:
        """Return the file and the line of a key or list item, or of the nearest around it that has one.

        Parameters
        ----------
        *place
            The keys and list indices that lead there, such as ``"reports", 0, "notebook"``.
        """
        node, line = self.node, ""
        for part in place:
            pairs = node.value if isinstance(node, MappingNode) else enumerate(getattr(node, "value", ()))
            entries = {str(getattr(key, "value", key)): (key, value) for key, value in pairs}
            if str(part) not in entries:
                break
            key, node = entries[str(part)]
            line = f", line {getattr(key, 'start_mark', node.start_mark).line + 1}"
        return f"{self.path}{line}"


def refuse_name(name: str, what: str) -> None:
    """Refuse what makes no good file name everywhere."""
    if not FILE_NAME.fullmatch(name):
        raise SuiteError(f"{short(name)} cannot name {what}.", REMEDY)


def read_suite(path: Path) -> Suite:
    """Read a suite file by the rules of YAML 1.2.

    Raises
    ------
    SuiteError
        If the file is missing, is not YAML, or says something that a suite cannot say.
    """
    refuse_name(path.stem, "an output folder")
    reader = YAML(typ="safe", pure=True)
    reader.Constructor = TextAndNumbers
    try:
        text = path.read_text(encoding="utf-8")
        suite, value = Suite(path, reader.compose(text)), reader.load(text)
    except FileNotFoundError:
        remedy = did_you_mean(path.name, [beside.name for beside in path.parent.glob("[!.]*.yaml")])
        raise SuiteError(f"There is no suite {path}.", remedy) from None
    except Exception as error:  # on odd input the library raises much more than errors of its own
        mark = getattr(error, "problem_mark", None)
        at = f"{path}, line {mark.line + 1}" if mark else str(path)
        why = getattr(error, "problem", None) or str(error).partition("\n")[0]
        remedy = "Save it as UTF-8." if isinstance(error, UnicodeError) else "Look at indents and quotes."
        raise SuiteError(f"{at}: this cannot be read as YAML: {why}.", remedy) from None
    _refuse_endless(suite)
    try:
        suite.contents = Contents.model_validate(value if isinstance(value, dict) else {})
    except ValidationError as error:
        # A misspelt key also leaves the right one missing; the misspelling is what to tell.
        first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
        with placed(suite.at(*first["loc"])):
            raise _misfit(first["type"], *first["loc"]) from None
    return suite


def _refuse_endless(suite: Suite) -> None:
    """Refuse names within names that multiply to more values than any memory holds."""
    waiting, number = [suite.node], 0
    while waiting:
        number, part = number + 1, waiting.pop()
        if number > MOST_VALUES:
            said = f"{suite.path}: there are more than {MOST_VALUES:,} values."
            raise SuiteError(said, "Make several suites of it.")
        if isinstance(part, MappingNode):
            waiting += chain.from_iterable(part.value)
        elif isinstance(part, SequenceNode):
            waiting += part.value


def _misfit(kind: str, *place: str | int) -> SuiteError:
    """Return what to say of something that a suite cannot say at a place."""
    form, key = (Entry, place[2]) if place[0] == "reports" and len(place) > 2 else (Contents, place[0])
    if key not in form.model_fields:
        return SuiteError(f"the key '{key}' is not known here.", did_you_mean(str(key), form.model_fields))
    said = "is missing" if kind == "missing" else f"must be {EXPECTED[str(key)]}"
    return SuiteError(f"'{key}' {said}.", "README.md shows what a suite looks like.")


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
