"""The errors a user can mend: a sentence that says what is wrong, where, and what to do.

Everything that is not a `UserError` is a bug, and may show its traceback.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from errno import ENOSPC
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from rapidfuzz import process

# Properties of our workbooks: somebody who saves one leaves another name, or another moment.
SIGNED: Mapping[str, Any] = {"author": "ivvu-analysis", "created": datetime(2000, 1, 1)}


class UserError(Exception):
    """Report a fault in what the user gave, with its remedy.

    Parameters
    ----------
    problem
        What is wrong and where, as a sentence.
    remedy
        What the user can do about it, as a sentence.
    """

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem, remedy)
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.problem} {self.remedy}"


class ParameterError(UserError):
    """A parameter that is unknown, has the wrong type or names something that is not there."""


class SuiteError(UserError):
    """A suite file or a notebook that cannot be run as written."""


class DataError(UserError):
    """A data file that is missing, unreadable or not in the documented form."""


class RegisterError(UserError):
    """A project register that cannot be read at all."""


class OutputError(UserError):
    """An output folder that cannot be written, is locked, or is damaged."""


class StartError(UserError):
    """Processes that cannot be started here."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a remedy that names the closest known word, or all of them.

    Parameters
    ----------
    word
        What the user wrote.
    known
        The words that would have been accepted.
    """
    options = sorted(set(known))
    if match := process.extractOne(word, options, score_cutoff=61):  # one letter alone makes 60
        return f"Did you mean '{match[0]}'?"
    if len(options) > 12:
        return f"Choose one of the {len(options)} known names, such as {', '.join(options[:5])}."
    return f"Choose one of: {', '.join(options)}." if options else "Nothing of the kind is known here."


def refuse_unknown(what: str, word: object, known: Iterable[object]) -> None:
    """Refuse a word that is none of those that are known.

    Parameters
    ----------
    what
        What such a word names, such as ``"wave"``.
    word
        What the user wrote.
    known
        The words that are accepted.

    Raises
    ------
    ParameterError
        If the word is not among them, with the one that was probably meant.
    """
    if word not in known:
        raise ParameterError(f"There is no {what} '{word}'.", did_you_mean(str(word), map(str, known)))


@contextmanager
def placed(at: str) -> Iterator[None]:
    """Say what is complained of in here with its place, such as a file and a line, before it."""
    try:
        yield
    except UserError as error:
        raise type(error)(f"{at}: {error.problem}", error.remedy) from None


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Tell the user, as an `OutputError`, what keeps a file from being written in here."""
    try:
        yield
    except OSError as error:
        remedy = "Give another name, or another folder that you may write to."
        if error.errno == ENOSPC:
            remedy = "The disk is full: make room and try again; what was there before is untouched."
        raise OutputError(f"{path} cannot be written: {error.strerror or error}.", remedy) from None


def refuse_foreign(path: Path, *beginnings: str) -> None:
    """Refuse to write to a file that is there and is not what a command writes to it.

    A register named by mistake would be lost for good; the output of an earlier run may go.

    Parameters
    ----------
    path
        Where the output is to go.
    beginnings
        How the outputs of that command begin, such as a line of headings; with any, a workbook of ours that
        nobody has saved since may go as well.

    Raises
    ------
    OutputError
        If another file is there.
    """
    with writing(path):
        there = path.read_text(encoding="utf-8-sig", errors="replace") if path.is_file() else ""
    if there and not there.startswith(beginnings) and not (beginnings and _untouched(path)):
        problem = f"{path} exists, and is not an earlier output of this command."
        raise OutputError(problem, "Give another name, or move that file first.")


def _untouched(path: Path) -> bool:
    """Return whether a file is a workbook as we wrote it."""
    with suppress(Exception), ZipFile(path) as book:  # there is no end to what is no workbook
        said = book.read("docProps/core.xml").decode()
        moment = f"{SIGNED['created'].isoformat()}Z"
        return said.count(SIGNED["author"]) == said.count(moment) == 2  # as made and as last saved
    return False
