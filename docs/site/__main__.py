"""``python -m docs.site``: run the lessons that changed, and build the site from them.

The pages are in ``build/site/html``; ``index.html`` opens without a server.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

from sphinx.cmd.build import main as sphinx

from course_utils import places
from docs.site import assemble, execute, inspect_pages

SITE = places.ROOT / "build" / "site"
EPOCH = "1767225600"  # 1 January 2026: no page says when it was built, unless told to


def build(source: Path, static: Path, html: Path) -> int:
    """Let Sphinx build; a warning is an error, and the order of nothing depends on chance."""
    os.environ["COURSE_SITE_STATIC"] = str(static)
    os.environ.setdefault("SOURCE_DATE_EPOCH", EPOCH)
    conf = str(places.ROOT / "docs")
    shutil.rmtree(html, ignore_errors=True)  # a page that is no longer made
    doctrees = str(html.with_name(html.name + "-doctrees"))
    status = sphinx(["-b", "html", "-q", "-W", "--keep-going", "-E", "-c", conf, "-d", doctrees,
                     str(source), str(html)])  # fmt: skip
    (html / ".buildinfo").unlink(missing_ok=True)  # a digest of where the folders happened to lie
    return status


def main(arguments: list[str] | None = None) -> int:
    """Run, lay out, build, look; the exit status."""
    parser = argparse.ArgumentParser(prog="docs.site", description=__doc__.splitlines()[0])
    parser.add_argument("--pace", default="standard", choices=("quick", "standard", "full"))
    parser.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--stale", action="store_true", help="run nothing: take the last outputs")
    options = parser.parse_args(arguments)
    lessons = places.lessons()
    if options.stale:
        ran = [execute.KEPT / options.pace / path.name for path in lessons]
    else:
        ran = execute.all_executed(lessons, options.pace, options.processes)
    assemble.lay_out(ran, options.pace, SITE / "source", SITE / "static")
    if status := build(SITE / "source", SITE / "static", SITE / "html"):
        return status
    found = list(inspect_pages.faults(SITE / "html"))
    for fault in found:
        print(fault)
    print(f"{SITE / 'html' / 'index.html'}: {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
