#!/usr/bin/env python3
"""Checks a built site: links.py FOLDER RULES. Every link inside it leads somewhere, every rule has its page, and no page loads
anything from another host.
"""

import html.parser
import json
import pathlib
import sys
import urllib.parse


class Page(html.parser.HTMLParser):
    """The links, the loaded files and the anchors of a page."""

    def __init__(self, text):
        super().__init__()
        self.links, self.loaded, self.anchors = [], [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = {name: value or "" for name, value in attrs}
        if "id" in attrs:
            self.anchors.add(attrs["id"])
        if tag == "a" and "href" in attrs:
            self.links.append(attrs["href"])
        if "src" in attrs:
            self.loaded.append(attrs["src"])
        if tag == "link" and attrs.get("rel") in ("stylesheet", "icon", "preload"):
            self.loaded.append(attrs.get("href", ""))


def main():
    folder, rules = pathlib.Path(sys.argv[1]).resolve(), json.loads(pathlib.Path(sys.argv[2]).read_text("utf-8"))
    base = rules[0]["url"].split("rules/")[0]
    prefix = urllib.parse.urlsplit(base).path
    pages = {path: Page(path.read_text("utf-8")) for path in folder.rglob("*.html")}
    faults, count = [], 0
    for path, page in pages.items():
        name = path.relative_to(folder)
        faults += [f"{name} loads {address}" for address in page.loaded if address.startswith(("http:", "https:", "//"))]
        for link in page.links + page.loaded:
            parts = urllib.parse.urlsplit(link.removeprefix(base) if link.startswith(base) else link)
            if parts.scheme or parts.netloc or name.name == "404.html":
                continue
            target = path
            if parts.path:
                own = urllib.parse.unquote(parts.path)
                start = folder if own.startswith("/") or link.startswith(base) else path.parent
                target = (start / own.removeprefix(prefix).lstrip("/")).resolve()
            if target.is_dir():
                target /= "index.html"
            count += 1
            if not target.is_file():
                faults.append(f"{name}: {link} leads nowhere")
            elif parts.fragment and target in pages and urllib.parse.unquote(parts.fragment) not in pages[target].anchors:
                faults.append(f"{name}: {link} names no anchor")
    for rule in rules:
        if not (folder / rule["url"].removeprefix(base) / "index.html").is_file():
            faults.append(f"{rule['name']} has no page at {rule['url']}")
    print("\n".join(faults[:40]) or f"{len(pages)} pages, {count} links, {len(rules)} rules")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
