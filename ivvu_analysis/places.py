"""Where the files of the project are, wherever it was installed and the command is run; and their hashes."""

import hashlib
import os
from pathlib import Path

from ivvu_analysis.errors import OutputError, writing

PACKAGE = Path(__file__).parent
CHECKOUT = PACKAGE.parent
OURS = CHECKOUT if (CHECKOUT / "pyproject.toml").is_file() else PACKAGE / "_suite"  # in a wheel
DATA_VARIABLE = "IVVU_DATA"  # where the data is, if it is not where the package looks for it
# A folder of a run, where the first process that has read the files of an edition leaves what they hold.
SHARED_VARIABLE = "IVVU_SHARED"


def project_folder(name: str) -> Path:
    """Return the folder `notebooks`, `params` or `data` of the project.

    The one where the command runs, or else of the checkout, or else the one that came with the package.
    """
    return Path(name) if Path(name).is_dir() else OURS / name


def data_folder() -> Path:
    """Return the folder that holds `published/` and `register/`, which is ours unless `IVVU_DATA` names one.

    Examples
    --------
    >>> sorted(path.name for path in data_folder().iterdir() if path.is_dir())
    ['published', 'register']
    """
    return Path(os.environ.get(DATA_VARIABLE) or OURS / "data").absolute()


def page_at(output: Path, name: str) -> Path:
    """Return the page that an output names: itself, or one called `name` where it is a folder or like one.

    Examples
    --------
    >>> page_at(Path("new"), "comparison.html").as_posix()
    'new/comparison.html'
    """
    folder = output.is_dir() if output.exists() else output.suffix.casefold() != ".html"
    return output / name if folder else output


def digest(data: bytes) -> str:
    """Return the sha256 of `data`, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def digest_of(path: Path) -> str:
    """Return the sha256 of a file; nothing if it cannot be read.

    Examples
    --------
    >>> len(digest_of(data_folder() / "published" / "regions.csv"))
    64
    """
    try:
        with path.open("rb") as file:  # in pieces: a register may be large
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def write(path: Path, data: bytes) -> str:
    """Write a file, whole or not at all, and return its sha256.

    Raises
    ------
    OutputError
        If it cannot be written, or its name is that of a workbook and it is none; what was there before is
        still there.

    Examples
    --------
    >>> write(Path("notes.txt"), b"text")[:8]  # doctest: +SKIP
    '982d9e3e'
    """
    if path.suffix.casefold().startswith((".xls", ".ods")) and not data.startswith(b"PK"):
        raise OutputError(f"{path} would be text, and no workbook.", "Give a name that ends in .csv.")
    with writing(path):
        if path.exists() and not path.is_file():  # such as a terminal
            path.write_bytes(data)
            return digest(data)
        path = path.resolve()  # a link stays one
        half = path.with_name(f".{path.name}.half")
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with half.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            half.replace(path)
        finally:
            half.unlink(missing_ok=True)
    return digest(data)
