"""What the text of one cell stands for: a code, no answer, or something that a person must look at."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ivvu_analysis.codebook import Codebook, Scale, squeeze, standard
from ivvu_analysis.errors import DataError, did_you_mean
from ivvu_analysis.neutral import quote
from ivvu_analysis.register import dates

RATED_TWICE = ("impact", "sharing", "scalability")
SECOND_RATER = tuple(f"{measure}_2" for measure in RATED_TWICE)
ABOUT = ("region", "holder", "theme", "start", "status", "participation")
SCALES = (*ABOUT, *RATED_TWICE, *SECOND_RATER, "origin")
CODED = (*SCALES, "wave")  # the columns whose cells are codes; the others are free text
HALVES = ("impact_scale", "impact_meaning")  # two columns that together are the impact
# What has an answer at each wave, so that a heading may name one.
AT_A_WAVE = ("status", "participation", *RATED_TWICE, *SECOND_RATER, *HALVES)
NUMBERED = ("region", "holder", "theme", "status", *RATED_TWICE)  # answers that a list may have numbered

NOTHING = re.compile(r"[\s\-–—_.…?/*]*")
ERROR = re.compile(
    r"#(?:N/[AB]|NV|NAME\?|NAAM\?|(?:REF|VERW|VALUE|WAARDE|NUM|GETAL|NULL|LEEG|SPILL|CALC)!|(?:DIV|DEEL)/0!)"
)
DITTO = frozenset(('"', "''", "〃", ",,", "idem", "id.", "id", "ditto", "do.", "″", "”", "''"))
# Three noughts after a point are not decimals: 1.000 is a thousand to one reader and one to another.
NUMBER = re.compile(
    r"(\d{1,6})(?:[.,]0{1,2})?(?:\s*(?:zorg)?(?:organisaties?|organisations?))?", re.IGNORECASE
)
AT_LEAST = re.compile(
    r"(?:≥|>=|minimaal|minstens|at least|min\.?)\s*(\d{1,3})|(\d{1,3})\s*(?:\+|of meer|or more)", re.I
)
BETWEEN = re.compile(r"(\d{1,3})\s*(?:-|tot|t/m|to|tot en met)\s*(\d{1,3})", re.IGNORECASE)
# Without its blanks and dashes '4.6' or '1 3' would read as a class, so figures need a mark between them.
FIGURES = re.compile(r"(\d+\s*[-–—/]\s*\d+|\d{4})")
MANY = 999  # no project has more organisations; a number of five figures is a date
DOUBT = re.compile(r"^(?:ca\.?|circa|ongeveer|±|~|vermoedelijk|wrsch\.?)\s*|\s*\??$", re.IGNORECASE)
LIST_MARK = re.compile(r"\(?(?:\d{1,2}|[a-zA-Z])\s*[.):]\s*(?=\D)|\d{1,2}\s*[-–]\s+")
BRACKETS = re.compile(r"\s*[(\[][^)\]]*[)\]]")
AROUND = re.compile(r"\s*(?:e\.?\s?o\.?|en omstreken|-stad|\(.*\))\s*$", re.IGNORECASE)
SEVERAL = re.compile(r"[,;/+&]| en ")
KIND = re.compile(r"^(provincie|gemeente|zorgkantoor(regio)?|zkr)\s+", re.IGNORECASE)
WHAT_FOLLOWS = re.compile(r"^(?:projecten|projects|register|regio|overzicht)\b[\s:_-]*", re.IGNORECASE)
OF_THE_FILE = re.compile(  # a date that is not that of the projects
    r"versie|version|gewijzigd|bijgewerkt|opgesteld|afgedrukt|printed|updated", re.IGNORECASE
)
MEANT_AS_TEXT = 200  # characters; longer than this is no misspelt label, and gets no suggestion
HYPHENS = str.maketrans(dict.fromkeys("‐‑‒", "-"))


class Reading(NamedTuple):
    """The code that a cell stands for (empty: no answer), or else the problem."""

    code: str
    problem: str = ""


class Heading(NamedTuple):
    """The register column under a heading, and the wave or the answer that the heading names too."""

    column: str
    wave: str = ""
    answer: str = ""


def tidy(text: str) -> str:
    """Return `text` without what cannot be seen: zero-width characters, odd blanks and hyphens."""
    seen = "".join(c for c in text.translate(HYPHENS) if unicodedata.category(c) != "Cf")
    return " ".join(seen.split())


def required(text: str, scale: Scale, where: str, what: str = "", known: Iterable[str] = ()) -> str:
    """Return the code of one of the `known`, by default of all codes of the scale.

    Raises
    ------
    DataError
        If it is none of them, with the place and what may be meant.
    """
    if (code := scale.recognise(text) or "") in (known or scale.codes):
        return code
    remedy = did_you_mean(quote(text), known or scale.codes)
    raise DataError(f"{where}: '{quote(text)}' is no {what or scale.name}.", remedy)


class Speller:
    """The spellings of one codebook: what cells and headings stand for. Nothing is ever guessed.

    Parameters
    ----------
    codebook
        Whose codes and spellings, by default ours.
    headings
        Headings that a person has said the register column of.

    Examples
    --------
    >>> Speller().read("theme", "1. Technologie")
    Reading(code='technology', problem='')
    """

    def __init__(self, codebook: Codebook | None = None, headings: Mapping[str, str] | None = None) -> None:
        self.scale = (codebook or standard()).scale
        self._headings = {squeeze(text): column for text, column in (headings or {}).items()}
        self._met: dict[tuple[str, str], Reading] = {}
        self._under: dict[str, Heading | None] = {}

    def scale_of(self, column: str) -> Scale:
        """Return the scale on which the cells of a coded column are positions."""
        return self.scale(column.removesuffix("_2"))

    def no_answer(self, column: str) -> str:
        """Return the code for a missing answer: ``"unknown"``, or empty where the scale has none."""
        if column == "wave":
            return ""
        return next((level.code for level in self.scale_of(column) if level.missing), "")

    def read(self, column: str, text: str) -> Reading:
        """Return what `text` stands for in `column`, one of `CODED`."""
        if (column, text) not in self._met:
            self._met[column, text] = self._read(column, tidy(text))
        return self._met[column, text]

    def answers(self, column: str, text: str) -> bool:
        """Return whether a cell says something that is understood, be it that nothing is known."""
        return not NOTHING.fullmatch(text) and not self.read(column, text).problem

    def unanswered(self, text: str) -> bool:
        """Return whether a cell holds no answer, such as a dash or "n.v.t."."""
        unsaid = self.scale("unanswered").recognise
        return all(NOTHING.fullmatch(half) or unsaid(half) for half in text.split(" / "))

    def suggest(self, column: str, text: str) -> str:
        """Return the code that `text` is most like or part of, for a person to accept; empty without one."""
        text = tidy(text)
        if len(text) > MEANT_AS_TEXT:
            return ""
        if column in ("wave", "start", "participation"):
            sure = self._read(column, DOUBT.sub("", text)).code.replace("unknown", "")
            return sure or (self._class_made_a_date(text) if column == "participation" else "")
        known = self.scale_of(column)
        if column in ("region", "holder"):
            part, bare = self.scale(f"{column}_part").recognise, AROUND.sub("", text)
            if found := part(text) or part(bare) or known.recognise(bare):
                return found.replace("none", "")
            if len({known.recognise(piece) for piece in SEVERAL.split(text)} - {None}) > 1:
                return ""
            text = KIND.sub("", text)
        return known.recognise(text) or known.suggest(text) or ""

    def says(self, column: str, text: str) -> str:
        """Return the code that a title, subheading or the name of a sheet or file says, or an empty text."""
        if column == "wave" and OF_THE_FILE.search(text):
            return ""
        if column == "wave":
            return next(iter(dates.mentioned(text)), dates.wave(text) or "")
        recognise = self.scale_of(column).recognise
        label = re.sub(r"\s*[(:].*$", "", text)
        return recognise(text) or recognise(label) or recognise(WHAT_FOLLOWS.sub("", label)) or ""

    def heading(self, text: str) -> Heading | None:
        """Return what stands under a heading: numbering, brackets and marks make no difference."""
        if text not in self._under:
            self._under[text] = self._heading(tidy(text)) if len(text) <= MEANT_AS_TEXT else None
        return self._under[text]

    def column_like(self, heading: str) -> str:
        """Return the register column that an unknown heading may be meant as; empty without one."""
        return (self.scale("column").suggest(heading) or "") if len(heading) <= MEANT_AS_TEXT else ""

    def _heading(self, text: str) -> Heading | None:
        if column := self._column(text):
            return Heading(column)
        for wave, words in dates.mentioned(text).items():
            if (column := self._column(text.replace(words, ""))) in AT_A_WAVE:
                return Heading(column, wave=wave)
        head, *answer = re.split(r": ?| [-–] ", text, maxsplit=1)
        column = self._column(head) if answer else ""
        if column in CODED[:-1] and self.scale_of(column).recognise(answer[0]):
            return Heading(column, answer=answer[0].strip())
        return None

    def _column(self, text: str) -> str:
        known = self.scale("column")
        bare = BRACKETS.sub("", text)
        unmarked = [LIST_MARK.sub("", written, count=1) for written in (text, bare)]
        for written in dict.fromkeys((text, bare, *unmarked)):
            given = self._headings.get(squeeze(written)) if self._headings else None
            if column := given or known.recognise(written):
                return column
        return ""

    def _read(self, column: str, text: str) -> Reading:
        none = self.no_answer(column)
        if ERROR.fullmatch(text):
            return Reading(none, "error_value")
        if self.unanswered(text):
            return Reading(none, "wave_missing" if column == "wave" else "")
        code = dates.wave(text) if column == "wave" else self._spelt(column, text)
        problem = "not_recognised"
        if column == "participation" and (NUMBER.fullmatch(text) or not code):
            code, problem = self._participation(text)
        if column == "start" and not code and (moment := dates.moment(text)):
            code, problem = self.scale("start").recognise(str(moment.year)), "out_of_range"
        return Reading(code) if code else Reading(none, problem)

    def _spelt(self, column: str, text: str) -> str:
        """Return the code that a text is a known spelling of, be it with its number in a list."""
        known = self.scale_of(column).recognise
        if squeeze(text).isdecimal() and not FIGURES.fullmatch(text):
            return ""
        code = known(text) or (column in NUMBERED and known(LIST_MARK.sub("", text, count=1)))
        if column == "impact" and not code and " / " in text:
            pairs = zip(HALVES, text.split(" / "), strict=False)
            halves = [self.scale(half).recognise(part) for half, part in pairs]
            code = "_".join(map(str, halves)) if all(halves) else ""
        return code or ""

    def _participation(self, text: str) -> tuple[str, str]:
        """Return the class in which a number of organisations lies, or what is the matter with it."""
        number = NUMBER.fullmatch(text)
        if bounds := number or AT_LEAST.fullmatch(text) or BETWEEN.fullmatch(text):
            least = int(bounds[1] or bounds[2])
            most = MANY if bounds.re is AT_LEAST else int(bounds[2] if bounds.re is BETWEEN else bounds[1])
            # A class that is wider than ours has no place, one within ours has.
            for code in self.scale("participation").rated:
                first, _, last = code.rstrip("+").partition("-")
                if int(first) <= least and most <= int(last or MANY):
                    return code, ""
        if self._class_made_a_date(text):
            return "", "made_a_date"
        return "", "out_of_range" if number else "not_recognised"

    def _class_made_a_date(self, text: str) -> str:
        """Return the class that a spreadsheet has turned into a date, as it does with 4-6: 4 June."""
        day = dates.iso(text) or text
        full = re.fullmatch(r"\d{4}-(\d\d)-(\d\d)", day)
        pieces = full.groups() if full else re.split(r"[-. ]", day.casefold().rstrip("."))
        if not full and not dates.MONTHS.keys() & set(pieces):
            return ""
        pair = sorted(dates.MONTHS.get(p) or int(p) for p in pieces if p in dates.MONTHS or p.isdecimal())
        code = "-".join(map(str, pair))
        return code if code in self.scale("participation").rated else ""
