"""The names of key figures, such as `scalability.2020-10.any`, in the words of a reader."""

import re

from ivvu_analysis.data.references import period
from ivvu_analysis.report.words import Words

WAVE = re.compile(r"\b\d{4}-(?:0[1-9]|1[0-2])\b")
OURS = ("phases", "regions", "themes", "register", "claims")  # names of ours begin so, or with a measure
TITLED = ("region", "holder", "theme", "start")  # scales that are named themselves, beside what is rated
# Scales whose codes stand in the names of key figures; of one code in several, the last counts.
PARTS = ("claim_verdict", "pair", "dimension", "measure", "theme", "holder", "region", "key_figure")


def in_words(name: str, words: Words) -> str:
    """Return the name of a key figure of ours in words, its waves last; others stay as they are.

    Examples
    --------
    >>> in_words("scalability.2020-10.any", Words("en"))
    'Scalability, can be scaled up, October 2020'
    """
    book, waves = words.book, WAVE.findall(name)
    parts = [part for part in WAVE.sub("", name).split(".") if part]
    if parts[:1] and parts[0] not in (*OURS, *book.measures):
        return name
    titled = (*book.dimensions, *book.measures, *TITLED)
    known = {code: book.scale(code).title[words.language] for code in titled}
    for scale in (*(part for part in parts if part in titled), *PARTS):
        known |= words.by_code(scale)
    said = []
    while parts:
        long = next((n for n in range(len(parts), 0, -1) if ".".join(parts[:n]) in known), 1)
        said.append(known.get(".".join(parts[:long])) or parts[0].replace("_", " "))
        parts = parts[long:]
    return ", ".join([*said, *([period(waves, words.language)] if waves else [])])
