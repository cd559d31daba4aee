"""The shape of what was written earlier and is read back: proved once, where it is read."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationError


def _moment(text: str) -> str:
    if text:
        datetime.fromisoformat(text)
    return text


Wave = Annotated[str, Field(pattern=r"^([1-9][0-9]{3}-(0[1-9]|1[0-2]))?$")]
Moment = Annotated[str, AfterValidator(_moment)]
Seconds = Annotated[float, Field(ge=0, lt=1e9)]


def complaint(error: OSError | ValidationError) -> str:
    """Return why a file cannot be read, in one line: what is wrong first, and where in the file."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}" if place else first["msg"]
