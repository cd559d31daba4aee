"""The front door to the evidence: everything that it is given is checked before anything is read."""

import os
import pickle
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from ivvu_analysis import parameters
from ivvu_analysis.codebook import load as load_codebook
from ivvu_analysis.codebook import standard
from ivvu_analysis.data.evidence import Evidence
from ivvu_analysis.data.history import joined
from ivvu_analysis.errors import ParameterError
from ivvu_analysis.places import SHARED_VARIABLE, digest
from ivvu_analysis.scales import WAVE

Stamp = tuple[str, int, int]
"""A file with its time and size: what changes when the file does."""

# How the names of files end that can be what is asked for.
SHEETS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".tsv", ".txt", ".html", ".htm")
CODEBOOKS = (".yaml", ".yml")


def load(
    *,
    wave: str = "",
    register: str | Path = "",
    phases: str | Path = "",
    corrections: str | Path = "",
    sheet: str = "",
    codebook: str | Path = "",
) -> Evidence:
    """Return what is known at one edition: published figures, joined with a register and phases where given.

    Parameters
    ----------
    wave
        The edition, as YYYY-MM; empty for the latest that there is.
    register
        A project register (xlsx, xls, ods or csv). Its waves take the place of published ones; where it says
        none, its projects are taken for those of `wave`, with a warning.
    phases
        The phases of all regions, a sheet with the columns `region, wave, dimension, phase`.
    corrections
        Accepted corrections of the register, a csv of `column, value, replacement`.
    sheet
        The sheet of the register, where the one with its headings is not meant.
    codebook
        A YAML file laid over our codebook: other themes, regions, holders or ladders.

    Returns
    -------
    Evidence
        Tidy tables up to `wave`; what it displays says which.

    Raises
    ------
    ParameterError
        If a file cannot be read, or the register, the phases or the publication do not have the wave.
    RegisterError, DataError
        If a file is not in the documented form, or phases lack regions.

    Examples
    --------
    >>> evidence = load(wave="2020-10")
    >>> evidence.counts("scalability").query("wave == '2020-10'")["projects"].tolist()
    [54, 86, 58, 77, 43]
    >>> evidence.waves("agreements")
    ('2019-03', '2019-10', '2020-03', '2020-10')
    """
    parameters.check_injected()
    given = {"phases": phases, "register": register, "corrections": corrections, "codebook": codebook}
    for name, value in {"wave": wave, "sheet": sheet, **given}.items():
        if not isinstance(value, str | Path):
            shown = value if isinstance(value, int | float | None) else f"a {type(value).__name__}"
            problem = f"The parameter '{name}' is {shown} and no text."
            raise ParameterError(problem, "Write a name or wave between quotes.")
    if not register and (corrections or sheet):
        name = "corrections" if corrections else "sheet"
        raise ParameterError(f"'{name}' goes with a register, and there is none.", "Give 'register' too.")
    stamps = {name: _stamp(name, str(path)) for name, path in given.items() if path}
    whole = _whole(tuple(stamps.items()), sheet, wave if register else "")
    _check_wave(whole, edition := wave or whole.wave)
    return whole.until(edition)


def _stamp(name: str, path: str) -> Stamp:
    """Return what changes when a file does, and refuse a file that cannot be read."""
    try:
        with Path(path).open("rb"):
            found = Path(path).stat()
    except OSError as error:
        kinds = CODEBOOKS if name == "codebook" else SHEETS
        near = [beside.name for beside in Path(path).parent.glob("*") if beside.suffix.casefold() in kinds]
        remedy = f"Look whether the path is right, from {Path.cwd().name}/."
        like = get_close_matches(Path(path).name, near, 1, 0.75)
        if like and isinstance(error, FileNotFoundError):
            remedy = f"Did you mean '{like[0]}'?"
        raise ParameterError(f"The {name} {path} cannot be read: {error.strerror}.", remedy) from None
    return str(Path(path).resolve()), found.st_mtime_ns, found.st_size


@lru_cache(maxsize=4)
def _whole(stamps: tuple[tuple[str, Stamp], ...], sheet: str, wave: str) -> Evidence:
    """Return the evidence of all waves: read once until a file changes, and once for a whole run."""
    files = {name: Path(stamp[0]) for name, stamp in stamps}
    shared = os.environ.get(SHARED_VARIABLE) if stamps else None
    kept = Path(shared or "") / digest(repr((stamps, sheet, wave)).encode())
    if shared and kept.is_file():
        return pickle.loads(kept.read_bytes())  # type: ignore[no-any-return]
    book = load_codebook(files["codebook"]) if "codebook" in files else standard()
    found = joined(book, files, sheet, wave)
    if shared:
        written = kept.with_suffix(f".{os.getpid()}")
        written.write_bytes(pickle.dumps(found))
        written.replace(kept)
    return found


def _check_wave(whole: Evidence, wave: str) -> None:
    """Refuse a wave of which the register, the phases or the publication know nothing."""
    if not whole.waves():
        problem = "The codebook is that of another programme, of which no figures are published."
        raise ParameterError(problem, "Give its 'register', its 'phases', or both.")
    if not WAVE.fullmatch(wave):
        raise ParameterError(f"'{wave}' is no wave.", "Write year and month, such as 2020-10.")
    known: dict[str, Iterable[str]] = {"The published tables have": whole.waves()}
    if whole.phases_name:
        added = whole.region_phases.query("origin != 'published'")["wave"].unique()
        known = {f"The phases {whole.phases_name} have": added, **known}
    if whole.projects is not None:
        known = {f"The register {whole.register_name} has": whole.projects["wave"].dropna().unique(), **known}
    for who, waves in known.items():
        if not (there := sorted(set(waves))):
            raise ParameterError(f"{who} no projects of any wave.", "`ivvu register check` says why.")
        if wave not in there:
            raise ParameterError(f"{who} nothing on wave '{wave}'.", f"Choose one of: {', '.join(there)}.")
