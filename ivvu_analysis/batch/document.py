"""A YAML file to plain values, every complaint with its file and line; what they mean is not known here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from reprlib import repr as short
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ivvu_analysis.errors import SuiteError, did_you_mean

Place = tuple[str | int, ...]
"""The keys and list indices that lead to a value, such as ``("reports", 0, "notebook")``."""

TAG = "tag:yaml.org,2002:"

KINDS: Mapping[str, str] = {
    "null": "nothing",
    "bool": "true or false",
    "int": "a whole number that can be computed with",
    "float": "a number",
    "str": "text",
}

MOST_VALUES = 100_000  # a few anchors within each other make more than any memory holds

# What YAML forbids in a file; an escape such as "\ud800" would still bring it in.
UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Document:
    """A YAML file that has been read.

    Parameters
    ----------
    path
        The file.
    value
        What it holds, as plain values.
    lines
        The line of each key and list item.
    """

    path: Path
    value: Any
    lines: Mapping[Place, int]

    def at(self, place: Place) -> str:
        """Return where `place` is in the file, or else what it is in, for a message."""
        while place and place not in self.lines:
            place = place[:-1]
        return f"{self.path}, line {self.lines[place]}" if place else str(self.path)


def read_document(path: Path) -> Document:
    """Read a YAML file by the rules of version 1.2, with the merge keys of 1.1.

    Raises
    ------
    SuiteError
        If the file is missing, is not YAML, or holds anything else than mappings with text for keys,
        lists, text, numbers, true, false and nothing.
    """
    reader = _Reader(path)
    try:
        value = reader.read(_text(path))
    except RecursionError:
        raise SuiteError(
            f"{path} is nested too deeply, or a part of it holds itself.",
            "Write a suite as README.md shows.",
        ) from None
    return Document(path, value, reader.lines)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        beside = path.parent.glob("[!.]*.yaml") if path.parent.is_dir() else []
        others = sorted(p.name for p in beside)
        raise SuiteError(f"There is no suite {path}.", did_you_mean(path.name, others)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SuiteError(f"The suite {path} cannot be read: {error}.", "Give a readable YAML file.") from None


class _Reader:
    """Turns the nodes of a file into plain values, and notes the line of each."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: dict[Place, int] = {}
        self._values = 0
        self._yaml = YAML(typ="safe", pure=True)
        self._yaml.composer.warn_double_anchors = False  # YAML allows a name to be given anew

    def read(self, text: str) -> Any:
        root = self._composed(text)
        return None if root is None else self._value(root, ())

    def _composed(self, text: str) -> Node | None:
        try:
            root: Node | None = self._yaml.compose(text)
        except RecursionError:
            raise
        except Exception as error:  # on odd input the library raises much more than errors of its own
            mark = getattr(error, "problem_mark", None)
            at = f"{self.path}, line {mark.line + 1}" if mark else str(self.path)
            why = getattr(error, "problem", None) or str(error).partition("\n")[0]
            raise SuiteError(
                f"{at}: this is not valid YAML: {why}.", "Check the indentation, the colons and the quotes."
            ) from None
        return root

    def _value(self, node: Node, place: Place) -> Any:
        self._values += 1
        if self._values > MOST_VALUES:
            why = f"there are more than {MOST_VALUES:,} values, some by names that stand for others"
            raise self._refusal(node, why, "Make several suites of it.")
        if isinstance(node, MappingNode) and node.tag == f"{TAG}map":
            return self._mapping(node, place)
        if isinstance(node, SequenceNode) and node.tag == f"{TAG}seq":
            return self._list(node, place)
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        raise self._refusal(node, f"the tag '{node.tag}' means nothing in a suite", "Leave out the tag.")

    def _mapping(self, node: MappingNode, place: Place) -> dict[str, Any]:
        mapping = {}
        for key_node, value_node in self._entries(node):
            key = self._key(key_node)
            self.lines[(*place, key)] = _line(key_node)
            mapping[key] = self._value(value_node, (*place, key))
        return mapping

    def _list(self, node: SequenceNode, place: Place) -> list[Any]:
        for index, item in enumerate(node.value):
            self.lines[(*place, index)] = _line(item)
        return [self._value(item, (*place, index)) for index, item in enumerate(node.value)]

    def _entries(self, node: Node) -> list[tuple[Node, Node]]:
        """Return the keys and values of a mapping, after those that ``<<`` has it take over from others."""
        if not isinstance(node, MappingNode):
            raise self._refusal(node, "only a mapping can be merged with '<<'", "Write `<<: *name`.")
        taken: list[tuple[Node, Node]] = []
        own: dict[Any, tuple[Node, Node]] = {}
        for key, value in node.value:
            if key.tag == f"{TAG}merge":
                # Of several mappings the first wins, and the own keys win from all.
                for source in reversed(value.value if isinstance(value, SequenceNode) else [value]):
                    taken += self._entries(source)
                continue
            name = self._key(key)
            if name in own:
                why = f"this is not valid YAML: the key {short(name)} is there twice"
                raise self._refusal(key, why, "Leave one of the two out.")
            own[name] = (key, value)
        return [*taken, *own.values()]

    def _key(self, node: Node) -> str:
        key = self._scalar(node) if isinstance(node, ScalarNode) else None
        if not isinstance(key, str):
            raise self._refusal(node, "a key must be text, and this one is not", "Put the key in quotes.")
        return key

    def _scalar(self, node: ScalarNode) -> Any:
        kind = str(node.tag).removeprefix(TAG)
        if kind not in KINDS:
            kind = "date" if kind == "timestamp" else kind
            why = f"{short(node.value)} is of the kind '{kind}', which means nothing in a suite"
            raise self._refusal(node, why, "Put it in quotes, without a tag.")
        try:
            value = self._yaml.constructor.construct_object(node)
        except Exception:  # each kind has its own errors
            why = f"{short(node.value)} is not {KINDS[kind]}"
            raise self._refusal(
                node, why, "Write another value, or put it in quotes to make it text."
            ) from None
        if isinstance(value, str) and UNPRINTABLE.search(value):
            why = f"the text {short(value)} holds a character that cannot be printed"
            raise self._refusal(node, why, "Leave that character out.")
        return value

    def _refusal(self, node: Node, why: str, remedy: str) -> SuiteError:
        return SuiteError(f"{self.path}, line {_line(node)}: {why}.", remedy)


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1
