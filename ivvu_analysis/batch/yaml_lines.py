"""A YAML file to plain values, every complaint with its file and line; what they mean is not known here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from reprlib import repr as short
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ivvu_analysis.errors import SuiteError, did_you_mean

Place = tuple[str | int, ...]
"""The keys and list indices that lead to a value, such as ``("reports", 0, "notebook")``."""

TAG = "tag:yaml.org,2002:"
KINDS = ("null", "bool", "int", "float", "str")
MOST_VALUES = 100_000  # a few anchors within each other make more than any memory holds

# What YAML forbids in a file; an escape such as "\ud800" would still bring it in.
UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass
class Document:
    """A YAML file that has been read: what it holds, and the line of each key and list item."""

    path: Path
    value: Any = None
    lines: dict[Place, int] = field(default_factory=dict)

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
    document = Document(path)
    try:
        _Reader(document).read(_text(path))
    except RecursionError:
        raise SuiteError(
            f"{path} is nested too deeply, or a part of it holds itself.", "Write a suite as README.md shows."
        ) from None
    return document


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        beside = path.parent.glob("[!.]*.yaml") if path.parent.is_dir() else []
        remedy = did_you_mean(path.name, sorted(p.name for p in beside))
        raise SuiteError(f"There is no suite {path}.", remedy) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SuiteError(f"The suite {path} cannot be read: {error}.", "Give a readable YAML file.") from None


class _Reader:
    """Turns the nodes of a file into plain values, and notes the line of each."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._values = 0
        self._yaml = YAML(typ="safe", pure=True)
        self._yaml.composer.warn_double_anchors = False  # YAML allows a name to be given anew

    def read(self, text: str) -> None:
        try:
            root = self._yaml.compose(text)
        except RecursionError:
            raise
        except Exception as error:  # on odd input the library raises much more than errors of its own
            mark = getattr(error, "problem_mark", None)
            at = f"{self.document.path}, line {mark.line + 1}" if mark else str(self.document.path)
            why = getattr(error, "problem", None) or str(error).partition("\n")[0]
            raise SuiteError(
                f"{at}: this is not valid YAML: {why}.", "Check the indentation, the colons and the quotes."
            ) from None
        self.document.value = None if root is None else self._value(root, ())

    def _value(self, node: Node, place: Place) -> Any:
        if place:
            self.document.lines.setdefault(place, _line(node))
        self._values += 1
        if self._values > MOST_VALUES:
            why = f"there are more than {MOST_VALUES:,} values, some by names that stand for others"
            raise self._refusal(node, why, "Make several suites of it.")
        if isinstance(node, MappingNode) and node.tag == f"{TAG}map":
            entries = [(self._key(key), key, value) for key, value in self._entries(node)]
            self.document.lines |= {(*place, name): _line(key) for name, key, _ in entries}
            return {name: self._value(value, (*place, name)) for name, _, value in entries}
        if isinstance(node, SequenceNode) and node.tag == f"{TAG}seq":
            return [self._value(item, (*place, index)) for index, item in enumerate(node.value)]
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        raise self._refusal(node, f"the tag '{node.tag}' means nothing in a suite", "Leave out the tag.")

    def _entries(self, node: Node) -> Iterator[tuple[Node, Node]]:
        """Yield the keys and values of a mapping, after those that ``<<`` has it take over from others."""
        if not isinstance(node, MappingNode):
            raise self._refusal(node, "only a mapping can be merged with '<<'", "Write `<<: *name`.")
        own: dict[Any, tuple[Node, Node]] = {}
        for key, value in node.value:
            if key.tag == f"{TAG}merge":
                # Of several mappings the first wins, and the own keys win from all.
                for source in reversed(value.value if isinstance(value, SequenceNode) else [value]):
                    yield from self._entries(source)
                continue
            name = self._key(key)
            if name in own:
                why = f"this is not valid YAML: the key {short(name)} is there twice"
                raise self._refusal(key, why, "Leave one of the two out.")
            own[name] = (key, value)
        yield from own.values()

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
            why = f"{short(node.value)} is not a value of the kind '{kind}' that can be computed with"
            remedy = "Write another value, or put it in quotes to make it text."
            raise self._refusal(node, why, remedy) from None
        if isinstance(value, str) and UNPRINTABLE.search(value):
            why = f"the text {short(value)} holds a character that cannot be printed"
            raise self._refusal(node, why, "Leave that character out.")
        return value

    def _refusal(self, node: Node, why: str, remedy: str) -> SuiteError:
        return SuiteError(f"{self.document.path}, line {_line(node)}: {why}.", remedy)


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1
