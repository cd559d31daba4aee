"""What a notebook can be asked: the names, types and defaults in its cell tagged `parameters`.

Suites check what they give against it before anything runs. Plain papermill checks nothing, so `load` and
`Report` look back at the cell that papermill put in, and complain in the same words.
"""

import ast
import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ivvu_analysis.errors import ParameterError, did_you_mean
from ivvu_analysis.neutral import quote

KINDS: Mapping[str, str] = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "list": "a list",
    "dict": "a mapping",
    "None": "nothing",
}
UNSET = object()  # the default of a parameter whose value only Python can work out
INJECTED = "# Parameters\n"  # how the cell begins that papermill puts in


@dataclass(frozen=True)
class Parameter:
    """What a notebook can be given for one name.

    Parameters
    ----------
    types
        The names of the types that it may have, such as ``("str",)``; empty where anything will do.
    default
        What it is if nothing is given; `UNSET` where that is no literal.
    """

    types: tuple[str, ...]
    default: Any


def declared(source: str) -> dict[str, Parameter]:
    """Return the parameters that the source of a parameters cell declares, in its order.

    Parameters
    ----------
    source
        The cell: assignments, annotated or not; whatever else it holds declares nothing.

    Raises
    ------
    ParameterError
        If it is no Python, or declares a default that is not of the declared type.

    Examples
    --------
    >>> declared("seed = 1")["seed"].types
    ('int',)
    >>> declared('day: str | None = None  # of the count')["day"].types
    ('str', 'None')
    """
    try:
        statements = ast.parse(source).body
    except SyntaxError as error:
        raise ParameterError(
            f"Line {error.lineno} of the parameters cell is not valid Python: {error.msg}.",
            "Correct it, or run the notebook in JupyterLab to see where it stops.",
        ) from None
    found: dict[str, Parameter] = {}
    for statement in statements:
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            default = UNSET
            with suppress(ValueError, TypeError, SyntaxError):
                default = ast.literal_eval(statement.value or "")
            said, targets = (
                "" if default is None else type(default).__name__,
                getattr(statement, "targets", ()),
            )
            if isinstance(statement, ast.AnnAssign):
                said, targets = ast.unparse(statement.annotation), [statement.target]
            types = tuple(part.strip().partition("[")[0] for part in said.split("|"))
            types = types if set(types) <= KINDS.keys() else ()  # any other annotation is not checked
            found |= {one.id: Parameter(types, default) for one in targets if isinstance(one, ast.Name)}
    check({name: one.default for name, one in found.items() if one.default is not UNSET}, found)
    return found


def check(
    given: Mapping[str, Any], parameters: Mapping[str, Parameter], notebook: str = ""
) -> dict[str, Any]:
    """Return a value for each parameter: what is given, or else its default where that is a literal.

    Parameters
    ----------
    given
        Values by name.
    parameters
        What the notebook declares.
    notebook
        Its name, for the message.

    Raises
    ------
    ParameterError
        If a name is not declared, or a value is of another type; an int will do for a float.

    Examples
    --------
    >>> check({"wave": "2020-03"}, declared("wave = '2020-10'; seed = 1"))
    {'wave': '2020-03', 'seed': 1}
    >>> check({"seed": 1.5}, declared("seed = 1"))
    Traceback (most recent call last):
    ...
    ivvu_analysis.errors.ParameterError: The parameter 'seed' must be a whole number, and 1.5 is not. \
Give a value such as 1.
    """
    values = {name: p.default for name, p in parameters.items() if p.default is not UNSET}
    for name, value in given.items():
        if name not in parameters:
            where = f"the notebook '{notebook}'" if notebook else "this notebook"
            remedy = did_you_mean(name, parameters)
            raise ParameterError(f"There is no parameter '{name}' in {where}.", remedy)
        types, default = parameters[name].types, parameters[name].default
        kind = "None" if value is None else type(value).__name__
        if kind == "int" and "float" in types and "int" not in types:
            value, kind = float(value), "float"
        values[name] = value
        if types and kind not in types:
            wanted = " or ".join(KINDS[one] for one in types)
            shown = quote(json.dumps(value, ensure_ascii=False, default=str))
            remedy = "Give another value." if default in (UNSET, "") else f"Give a value such as {default!r}."
            if "str" in types and kind in ("int", "float"):
                remedy = f'Put it in quotes: {name}: "{value}" (with papermill: -r {name} {value}).'
                if (name, kind) == ("wave", "float"):  # of 2020.10 the nought is lost
                    remedy = 'Write it in quotes, as "2020-10" (with papermill: -r wave 2020-10).'
            raise ParameterError(f"The parameter '{name}' must be {wanted}, and {shown} is not.", remedy)
    return values


def check_injected() -> None:
    """Check what plain papermill put into the notebook that runs; outside of a notebook, do nothing.

    Raises
    ------
    ParameterError
        If it gave a parameter that the notebook does not declare, or one of another type.
    """
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    cells = list(shell.user_ns.get("In", ())) if shell else []
    for tagged, injected in reversed([*pairwise(cells)]):
        if injected.startswith(INJECTED) and _only_declares(tagged):
            given = {name: parameter.default for name, parameter in declared(injected).items()}
            check(given, declared(tagged))
            break


def _only_declares(source: str) -> bool:
    """Return whether a cell is nothing but assignments, as one that is tagged `parameters` is."""
    with suppress(SyntaxError):  # a magic, or a question such as `load?`
        body = ast.parse(source).body
        return bool(body) and all(isinstance(one, ast.Assign | ast.AnnAssign) for one in body)
    return False
