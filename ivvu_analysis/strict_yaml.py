"""YAML files that people write, held against a form: every complaint has its file and line."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from reprlib import repr as short
from typing import Any

from pydantic import TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import BaseConstructor, SafeConstructor
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ivvu_analysis.errors import UserError, did_you_mean, placed
from ivvu_analysis.neutral import UNPRINTABLE

MOST_VALUES = 100_000  # a few anchors within each other make more than any memory holds
UNKNOWN = ("extra_forbidden", "unexpected_keyword_argument")  # what pydantic calls a key that there is not
Texts = BaseConstructor
"""Reads every value as the text that is written."""


class TextsAndNumbers(SafeConstructor):
    """Reads plain values by the rules of YAML 1.2, which knows no dates."""


TextsAndNumbers.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


@dataclass(frozen=True)
class Form:
    """What files of a kind look like.

    Parameters
    ----------
    what
        What such a file is called.
    type
        What pydantic makes of it.
    expected
        What is expected under each key; under ``""``, of the whole file.
    remedy
        Where somebody can see one.
    error
        What is raised where it is something else.
    reader
        How its values are read.
    """

    what: str
    type: Any
    expected: Mapping[str, str]
    remedy: str
    error: type[UserError]
    reader: type[BaseConstructor] = TextsAndNumbers


@dataclass
class Written:
    """A file: where it is, its nodes, which know their lines, what is written, and what it means."""

    path: Path
    node: Node
    said: Any
    contents: Any = None

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


def read(path: Path, form: Form) -> Written:
    """Read a file and hold it against a form.

    Raises
    ------
    UserError
        That of the form, if the file is missing, is not YAML, or says something that such a file cannot say.
    """
    reader = YAML(typ="safe", pure=True)
    reader.Constructor = form.reader
    try:
        text = path.read_text(encoding="utf-8")
        written = Written(path, reader.compose(text), reader.load(text))
    except FileNotFoundError:
        remedy = did_you_mean(path.name, [beside.name for beside in path.parent.glob("[!.]*.yaml")])
        raise form.error(f"There is no {form.what} {path}.", remedy) from None
    except OSError as error:
        remedy = "Name a file that you may read, such as one that ends in .yaml."
        raise form.error(f"The {form.what} {path} cannot be read: {error.strerror}.", remedy) from None
    except Exception as error:  # on odd input the library raises much more than errors of its own
        mark = getattr(error, "problem_mark", None)
        at = f"{path}, line {mark.line + 1}" if mark else str(path)
        why = getattr(error, "problem", None) or str(error).partition("\n")[0]
        remedy = "Save it as UTF-8." if isinstance(error, UnicodeError) else "Look at indents and quotes."
        raise form.error(f"{at}: this {form.what} cannot be read as YAML: {why}.", remedy) from None
    _refuse_harmful(written, form)
    try:
        written.contents = TypeAdapter(form.type).validate_python(written.said)
    except ValidationError as error:
        # A misspelt key also leaves the right one missing; the misspelling is what to tell.
        first = min(error.errors(), key=lambda one: one["type"] not in UNKNOWN)
        with placed(written.at(*first["loc"])):
            raise form.error(*_misfit(form, first["type"], *first["loc"])) from None
    return written


def _refuse_harmful(written: Written, form: Form) -> None:
    """Refuse names within names that multiply beyond any memory, and what only an escape could bring in."""
    waiting, number = [written.node], 0
    while waiting:
        number, part = number + 1, waiting.pop()
        if number > MOST_VALUES:
            said = f"{written.path}: there are more than {MOST_VALUES:,} values."
            raise form.error(said, "Make several files of it.")
        if isinstance(part, MappingNode):
            waiting += chain.from_iterable(part.value)
        elif isinstance(part, SequenceNode):
            waiting += part.value
        elif isinstance(part, ScalarNode) and UNPRINTABLE.search(part.value):
            said = f"the text {short(part.value)} holds a character that cannot be printed."
            raise form.error(f"{written.path}, line {part.start_mark.line + 1}: {said}", "Leave it out.")


def _misfit(form: Form, kind: str, *place: str | int) -> tuple[str, str]:
    """Return what to say of something that does not fit at a place, by the nearest key that is known."""
    keys = [str(part) for part in place if isinstance(part, str)]
    if kind in UNKNOWN:
        return f"the key '{keys[-1]}' is not known here.", did_you_mean(keys[-1], _known(form, *place[:-1]))
    if kind == "missing":
        return f"'{keys[-1]}' is missing.", form.remedy
    key = next((key for key in reversed(keys) if key in form.expected), "")
    subject = f"'{key}'" if key else f"a {form.what}"
    return f"{subject} must be {form.expected[key]}.", form.remedy


def _known(form: Form, *place: str | int) -> list[str]:
    """Return the keys that are expected at a place, by the schema of the form."""
    there = schema = TypeAdapter(form.type).json_schema()
    for part in place:
        there = there.get("properties", {}).get(part) or there.get("additionalProperties") or there["items"]
        there = schema["$defs"][there["$ref"].rpartition("/")[2]] if "$ref" in there else there
    return [key for key in there["properties"] if key in form.expected]
