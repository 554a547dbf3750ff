"""Look at the pages that were built: links that lead nowhere, pictures without words, strangers.

Nothing is fetched: every address on a page is held against the files beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {("img", "src"), ("script", "src"), ("link", "href"), ("iframe", "src"),
          ("source", "src"), ("video", "src"), ("audio", "src")}  # fmt: skip
CSS_ADDRESS = re.compile(r"url\(\s*['\"]?([^'\")]+)")


class Page(HTMLParser):
    """What a page links to, loads, and can be linked at."""

    def __init__(self, text: str):
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.places: set[str] = set()
        self.pictures: list[tuple[str, str | None]] = []  # address, alt text
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if given.get("id"):
            self.places.add(given["id"])
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag == "img" and given.get("aria-hidden") != "true":
            self.pictures.append((given.get("src", ""), given.get("alt")))
        for name, value in given.items():
            if (tag, name) in LOADED and value and given.get("rel") != "canonical":
                self.loads.append(value)


def faults(folder: Path) -> Iterator[str]:
    """Everything wrong with a built site, in words."""
    pages = {p: Page(p.read_text(encoding="utf-8")) for p in sorted(folder.rglob("*.html"))
             if "_static" not in p.relative_to(folder).parts}  # fmt: skip
    for path, page in pages.items():
        name = path.relative_to(folder).as_posix()
        for address in page.loads:
            if urlsplit(address).scheme not in ("", "data") or address.startswith("//"):
                yield f"{name} loads {address}"
        for src, alt in page.pictures:
            if not (alt or "").strip():
                yield f"{name}: no text alternative for {src[:60]}"
        for address in (*page.links, *page.loads):
            parts = urlsplit(address)
            if parts.scheme or address.startswith("//"):
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.exists():
                yield f"{name} leads to {address}, which is not there"
            elif (
                parts.fragment
                and target in pages
                and unquote(parts.fragment) not in pages[target].places
            ):
                yield f"{name} leads to {address}: no such place on that page"
    for sheet in sorted(folder.rglob("*.css")):
        for address in CSS_ADDRESS.findall(sheet.read_text(encoding="utf-8")):
            if urlsplit(address).scheme in ("http", "https") or address.startswith("//"):
                yield f"{sheet.relative_to(folder)} loads {address}"
