"""Published pages on paper: each report as a PDF, and one pack of a suite with its contents, by Chromium."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from ivvu_analysis.batch.output import report_files
from ivvu_analysis.batch.plan import Plan
from ivvu_analysis.batch.processes import kill_tree
from ivvu_analysis.errors import OutputError, ParameterError
from ivvu_analysis.places import write

FOLDER = "pdf"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
HOW = (
    *("--headless", "--disable-gpu", "--no-pdf-header-footer", "--generate-pdf-document-outline"),
    *("--no-first-run", "--disable-background-networking"),  # what is printed lies here
)
SECONDS, GLANCE = 300, 0.1  # that one page may take, and between two looks whether the run is to stop
REFERENCE = re.compile(r'\b(id|for|headers|aria-labelledby|aria-describedby)="([^"]+)"')
MAIN = re.compile(r"<main[^>]*>(.*)</main>", re.DOTALL)
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


def print_suites(plans: Sequence[Plan], output: Path, check: Callable[[], None]) -> Iterator[Path]:
    """Print the published reports of suites, each by itself and each suite as one pack.

    Parameters
    ----------
    plans
        The suites; a report that is not there is left out.
    output
        The folder that each suite has a folder in.
    check
        Raises what stops the run, if it is to stop.

    Yields
    ------
    Path
        Each file when it is there: ``<suite>/pdf/<report>.pdf``, and ``<suite>/pdf/<suite>.pdf`` at last.

    Raises
    ------
    ParameterError
        If Chromium is not installed.
    OutputError
        If a page cannot be printed, or a file cannot be written.
    """
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        problem = "PDF needs the Chromium browser, which is not here."
        raise ParameterError(problem, "Install it, such as with: apt install chromium.")
    bare = ["--no-sandbox"] if os.geteuid() == 0 else []  # there is none for root
    with TemporaryDirectory() as room:
        source, printed = Path(room, "page.html"), Path(room, "page.pdf")
        command = [browser, *HOW, *bare, f"--user-data-dir={room}", f"--print-to-pdf={printed}", str(source)]
        for plan in plans:
            folder = output / plan.name
            found = {job.name: folder / report_files(job.name)["html"] for job in plan.jobs}
            pages = {name: file.read_text(encoding="utf-8") for name, file in found.items() if file.is_file()}
            for name, html in {**pages, **({plan.name: pack(plan.title, pages)} if pages else {})}.items():
                source.write_text(html, encoding="utf-8")
                _print(command, check)
                file = folder / FOLDER / f"{name}.pdf"
                if not printed.is_file():
                    problem = f"Chromium could not print {file}."
                    raise OutputError(problem, "Run again without --pdf, and print the page in a browser.")
                write(file, printed.read_bytes())
                printed.unlink()  # never taken for the next one
                yield file


def _print(command: list[str], check: Callable[[], None]) -> None:
    """Run the browser until it ends, for as long as it may take, and leave nothing of it running."""
    ending = time.monotonic() + SECONDS
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as browser:
        try:
            while browser.poll() is None and time.monotonic() < ending:
                check()
                time.sleep(GLANCE)
        finally:
            kill_tree(browser.pid)


def pack(title: str, pages: Mapping[str, str]) -> str:
    """Return pages as one, each on a sheet of its own, after a cover that lists them.

    The head is that of the first page, with its language, its style and its ban on whatever lies elsewhere.
    """
    head = next(iter(pages.values())).partition("</head>")[0]
    listed, parts = [], []
    for name, html in pages.items():
        body, heading = MAIN.search(html), TITLE.search(html)
        if body and heading:
            listed.append(f'<li><a href="#{name}">{heading[1]}</a></li>')
            parts.append(f'<section id="{name}">{_apart(body[1], name)}</section>')
    return (
        f"{TITLE.sub(lambda _: f'<title>{escape(title)}</title>', head, count=1)}"
        "<style>main > section { break-before: page; counter-reset: chapter }</style></head>"
        f"<body><main><h1>{escape(title)}</h1><ol>{''.join(listed)}</ol>{''.join(parts)}</main></body></html>"
    )


def _apart(body: str, name: str) -> str:
    """Return a page whose ids, and whatever points to them, begin with its name: styles of tables as well."""
    known = {found[2] for found in REFERENCE.finditer(body) if found[1] == "id"}

    def named(found: re.Match[str]) -> str:
        return f'{found[1]}="{" ".join(f"{name}-{one}" for one in found[2].split())}"'

    pointed = re.sub(r"#([\w.-]+)", lambda to: f"#{name}-{to[1]}" if to[1] in known else to[0], body)
    return REFERENCE.sub(named, pointed)
