#!/usr/bin/env python3
"""Writes the pages of the site: generate.py PROGRAM FOLDER. Everything about rules, keys, hooks, contracts and upgrades comes from
the program itself; the guides are src/site/pages, and the commands in them are run here (see `guide`).
"""

import concurrent.futures
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# Releases before it have no recorded contract.
CONTRACT = ROOT / "testdata/contract"


class Site:
    """The program, and the folder of the pages."""

    def __init__(self, program, folder):
        self.program = str(pathlib.Path(program).resolve())
        self.folder = pathlib.Path(folder)
        self.versions = [row["kratos"] for row in self.json("versions", "-f", "json", "testdata/sample/kratos.yml")["versions"]]
        self.rules = self.json("rules", "--format", "json")

    def run(self, *args, folder=ROOT, statuses=(0,)):
        done = subprocess.run([self.program, *args], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode not in statuses:
            raise SystemExit(f"site: kratos-lint {' '.join(args)}: status {done.returncode}: {done.stderr or done.stdout}")
        return done.stdout

    def json(self, *args):
        return json.loads(self.run(*args, statuses=(0, 1)))

    def many(self, calls):
        """The outputs of several calls, in their order."""
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            return list(pool.map(lambda args: self.run(*args), calls))

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text if text.endswith("\n") else text + "\n", "utf-8")


def cell(text):
    """Text in a cell of a table, where `code` stays."""
    parts = re.split(r"(`[^`]*`)", str(text).replace("\n", " "))
    plain = [part if at % 2 else re.sub(r"([<>*_\[\]\\])", r"\\\1", part) for at, part in enumerate(parts)]
    return "".join(plain).replace("|", "\\|")


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def filters(*columns):
    """A line of fields that filter the table after it: a search, and a choice for each (column, name, values)."""
    fields = ['<input type="search" placeholder="Search" aria-label="Search in the table">']
    for column, name, values in columns:
        options = "".join(f"<option>{value}</option>" for value in values)
        fields.append(f'<select data-column="{column}" aria-label="{name}"><option value="">{name}: all</option>{options}</select>')
    return f'<div class="filter" role="search">{"".join(fields)}<output aria-live="polite"></output></div>\n\n'


# Rules


def rules(site):
    pages = site.many([("explain", rule["name"]) for rule in site.rules])
    rows = []
    for rule, page in zip(site.rules, pages):
        name = rule["name"]
        site.write(f"rules/{name}.md", rule_page(page))
        level = f'<span class="level-{rule["level"]}">{rule["level"]}</span>'
        fixable = "yes" if rule["fixable"] else ""
        rows.append([f"[`{name}`]({name}.md)", cell(rule["summary"]), level, rule["category"], rule["effect"], fixable])
        for alias in rule["aliases"]:
            site.write(f"rules/{alias}.md", f"---\nsearch:\n  exclude: true\n---\n\n# {alias}\n\nThis rule is now named [`{name}`]({name}.md).\n")
    categories = sorted({rule["category"] for rule in site.rules})
    effects = sorted({rule["effect"] for rule in site.rules})
    head = filters((2, "Level", ["error", "warning", "info"]), (3, "Category", categories), (4, "Effect", effects), (5, "Fix", ["yes"]))
    text = f"# Rules\n\n{len(site.rules)} rules. `kratos-lint explain RULE` prints a page offline.\n\n{head}"
    site.write("rules/index.md", text + table(["rule", "what it finds", "level", "category", "effect", "fix"], rows) + EFFECTS)


EFFECTS = """
## Effects

| effect | what the running server does |
| --- | --- |
| no-boot | Kratos does not start |
| request-fails | every call fails |
| never-runs | a hook never runs |
| no-effect | a setting has no effect |
| unprotected | a protection is off, or a secret is visible |
| advice | anything else |
"""


def rule_page(page):
    """The page that the program prints, with examples that say what they are."""
    titles = {"bad": "reported", "good": "not reported", "fixed": "after the fix"}

    def fence(match):
        language, *words = match.group(2).split()
        named = [titles.get(words[0], words[0])] + [word.replace("kratos=", "Kratos ") for word in words[1:]] if words else []
        return f'{match.group(1)}```{language}' + (f' title="{", ".join(named)}"' if named else "")

    return re.sub(r"(?m)^( *)```([a-z]+ .*)$", fence, page)


# Keys


def keys(site):
    """One page for each key of the top level; each key says its type, default and versions."""
    texts = site.many([("schema", "config", "--kratos", version) for version in site.versions])
    known = {}
    for version, text in zip(site.versions, texts):
        schema = json.loads(text)
        for path, found in walk(schema, schema, "", 0):
            entry = known.setdefault(path, {"versions": [], "about": []})
            if version not in entry["versions"]:
                entry["versions"].append(version)
                entry["about"] = []
            entry["about"].append(found)
    paths = sorted(path for path in known if not path.endswith("[]"))
    calls = [("explain", path.replace(".*", ".any"), "--kratos", known[path]["versions"][-1]) for path in paths]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda args: site.run(*args, statuses=(0, 1, 2)), calls))
    groups = {}
    for path, text in zip(paths, said):
        groups.setdefault(path.split(".")[0].removesuffix("[]"), []).append([path, known[path], text])
    rows = []
    for top, entries in sorted(groups.items()):
        site.write(f"keys/{top}.md", f"# {top}\n\n" + filters() + table(["key", "what it does", "type", "default", "versions"],
                   [key_row(site, *entry) for entry in entries]))
        rows.append([f"[`{top}`]({top}.md)", str(len(entries)), cell(about(entries[0][2])) if entries[0][0] == top else ""])
    text = "# Keys\n\nEvery key of a configuration, with the releases that know it. `kratos-lint explain KEY` prints it offline, and " \
        "`kratos-lint schema config --kratos VERSION` prints all of them as JSON Schema.\n\n"
    site.write("keys/index.md", text + table(["key", "keys in it", "what it does"], rows))


def about(text):
    """What the program says about a key, without its name, its default and its type."""
    lines = [line for line in text.split("\n")[1:] if line and not re.match(r"(Default|One of|New in|Known|Allowed)\b", line)]
    return " ".join(lines)


def key_row(site, path, entry, text):
    kinds = sorted({kind for found in entry["about"] for kind in [kind_of(found)] if kind})
    default = next((json.dumps(found["default"], ensure_ascii=False) for found in entry["about"] if "default" in found), "")
    anchor = re.sub(r"[^a-zA-Z0-9_.-]", "", path)
    return [f'<a id="{anchor}"></a>`{path}`', cell(about(text)), cell(", ".join(kinds)), f"`{default}`" if default else "", releases(site, entry["versions"])]


def kind_of(found):
    if "enum" in found:
        return " or ".join(f"`{value}`" for value in found["enum"][:12])
    if "const" in found:
        return f"`{found['const']}`"
    kind = found.get("type", "")
    return " or ".join(kind) if isinstance(kind, list) else kind


def releases(site, versions):
    """The releases of a key: almost always one stretch."""
    stretches = []
    for version in versions:
        at = site.versions.index(version)
        if stretches and stretches[-1][1] == at - 1:
            stretches[-1][1] = at
        else:
            stretches.append([at, at])
    last = len(site.versions) - 1

    def name(first, end):
        if (first, end) == (0, last):
            return "all"
        if end == last:
            return f"since {site.versions[first]}"
        if first == 0:
            return f"up to {site.versions[end]}"
        return site.versions[first] if first == end else f"{site.versions[first]} to {site.versions[end]}"

    return ", ".join(name(*stretch) for stretch in stretches)


def walk(schema, whole, path, depth):
    """Each key below a schema, with what is said about it."""
    if depth > 24 or not isinstance(schema, dict):
        return
    while "$ref" in schema:
        target = whole
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        schema, depth = target, depth + 1
        if depth > 24:
            return
    for way in ("anyOf", "oneOf", "allOf"):
        for part in schema.get(way, []):
            yield from walk(part, whole, path, depth + 1)
    for way in ("then", "else"):
        yield from walk(schema.get(way), whole, path, depth + 1)
    if isinstance(schema.get("items"), dict):
        yield from walk(schema["items"], whole, path + "[]", depth + 1)
    if isinstance(schema.get("additionalProperties"), dict):
        yield from walk(schema["additionalProperties"], whole, path + ".*", depth + 1)
    for name, value in schema.get("properties", {}).items():
        below = f"{path}.{name}".lstrip(".")
        yield below, resolved(value, whole)
        yield from walk(value, whole, below, depth + 1)


def resolved(schema, whole):
    for _ in range(8):
        if not isinstance(schema, dict) or "$ref" not in schema:
            break
        target = whole
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        schema = target
    return schema if isinstance(schema, dict) else {}


# Hooks


def hooks(site):
    """Which hooks run where, by flow, with a picture of each flow."""
    rows = site.json("hooks", "--table", "-f", "json")["hooks"]
    flows = []
    for row in rows:
        if row["flow"] not in flows:
            flows.append(row["flow"])
    names = sorted({row["hook"] for row in rows})
    index = "# Hooks\n\nWhich hook may be used where, since which release, and when it runs. `kratos-lint hooks FILE` shows what really runs with a " \
        "configuration, and `kratos-lint hooks --table` prints this table.\n\n" + "".join(f"- [{flow}]({flow}.md)\n" for flow in flows)
    site.write("hooks/index.md", index + "\n" + filters((0, "Flow", flows), (3, "Hook", names)) + hook_table(rows))
    for flow in flows:
        own = [row for row in rows if row["flow"] == flow]
        picture = flow_picture(site, flow)
        site.write(f"hooks/{flow}.md", f"# Hooks of {flow}\n\n{picture}## What may be used where\n\n{filters()}{hook_table(own)}")


def hook_table(rows):
    def since(row):
        ends = [f"since {row['since']}" if row["since"] else "", f"up to {row['until']}" if row["until"] else ""]
        return " ".join(part for part in ends if part) or "all"

    cells = [[row["flow"], row["trigger"], row["method"] or "all", f"`{row['hook']}`",
              ", ".join(phase.replace("_", " ") for phase in row["phases"]) or "not known", since(row),
              "commercial" if row["commercial"] else "open source"] for row in rows]
    return table(["flow", "trigger", "method", "hook", "phase", "versions", "edition"], cells)


def flow_picture(site, flow):
    """The picture of an example, as the program draws it."""
    example = HERE / "flows" / f"{flow}.yml"
    if not example.exists():
        return ""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(example, pathlib.Path(folder) / "kratos.yml")
        site.write(f"hooks/{flow}.svg", site.run("hooks", "-f", "svg", "kratos.yml", folder=folder))
        text = site.run("hooks", "kratos.yml", folder=folder)
    source = example.read_text("utf-8")
    return f'## An example\n\n<div class="picture" markdown>![Hooks of {flow} in the order in which they run]({flow}.svg)</div>\n\n' \
        f'```console\n$ kratos-lint hooks kratos.yml\n{text.rstrip()}\n```\n\n```yaml title="kratos.yml"\n{source.rstrip()}\n```\n\n'


# Contract


def contract(site):
    """What a web hook receives and may answer, one page for each release."""
    names = [version for version in site.versions if (CONTRACT / version).is_dir()]
    for version in names:
        shutil.copytree(CONTRACT / version, site.folder / "contract" / version / "schemas")
        document = site.run("schema", "openapi", "testdata/endpoints/kratos.yml", "--kratos", version)
        site.write(f"contract/{version}/openapi.json", document)
        site.write(f"contract/{version}/index.md", contract_page(site, version))
    newest = "".join(f"- [Kratos {version}]({version}/index.md) ([OpenAPI of an example]({version}/openapi.json))\n" for version in reversed(names))
    site.write("contract/index.md", (HERE / "contract.md").read_text("utf-8").replace("VERSIONS", newest))


def contract_page(site, version):
    folder = CONTRACT / version
    points = sorted(path.stem for path in (folder / "request").glob("*.json"))
    samples = site.many([("ctx", point, "--kratos", version) for point in points])
    text = f"# Web hooks of Kratos {version}\n\nWhat the Jsonnet body of a `web_hook` reads as `ctx`, and what the endpoint may answer. " \
        f"All hooks of an example as one document: [openapi.json](openapi.json).\n\n"
    for point, sample in zip(points, samples):
        answer = point if (folder / "response" / f"{point}.json").exists() else ".".join(point.split(".")[:2])
        text += f"## {point}\n\n"
        path = folder / "response" / f"{answer}.json"
        if path.exists():
            schema = json.loads(path.read_text("utf-8"))
            text += cell(schema.get("description", "")) + "\n\n" + answers(schema)
        text += f"[Schema of the request](schemas/request/{point}.json)"
        if path.exists():
            text += f" · [schema of the answer](schemas/response/{answer}.json)" \
                f" · [what the server takes](schemas/response-lenient/{answer}.json)"
        text += f'\n\n```json title="ctx"\n{sample.rstrip()}\n```\n\n'
    return text


def answers(schema):
    """The bodies that an endpoint may send, with examples, and the fields of a change."""
    text = ""
    for kind in schema.get("$defs", {}).values():
        text += f"**{kind.get('title', '')}**: {cell(kind.get('description', ''))}\n\n"
        fields = kind.get("properties", {}).get("identity", {}).get("properties", {})
        if fields:
            rows = [[f"`identity.{name}`", cell(field.get("description", ""))] for name, field in fields.items()]
            text += table(["field", "what it does"], rows) + "\n"
        examples = [example for example in kind.get("examples", []) if example]
        if examples:
            text += f'```json title="answer"\n{json.dumps(examples[0], indent=2, ensure_ascii=False)}\n```\n\n'
    return text


# Upgrades


def upgrades(site):
    """What changes with each release, and with all releases from one to the newest."""
    changes = site.json("upgrade", "--table", "-f", "json", "--to", site.versions[-1])["changes"]
    releases_with = [version for version in site.versions if any(row["release"] == version for row in changes)]
    lines = "".join(f"- [{version}]({version}.md): {sum(row['release'] == version for row in changes)} changes\n" for version in reversed(releases_with))
    site.write("upgrades/index.md", (HERE / "upgrades.md").read_text("utf-8").replace("RELEASES", lines))
    for version in releases_with:
        rows = sorted((row for row in changes if row["release"] == version), key=lambda row: ORDER.index(row["level"]))
        before = site.versions[site.versions.index(version) - 1]
        cells = [[row["level"], cell(row["what"]), cell(row["do"]), "yes" if row["always"] else "", "run" if row["seen"] else "read"] for row in rows]
        text = f"# Upgrade to {version}\n\nWhat the server does in another way than {before}. `kratos-lint upgrade --from {before} --to {version} kratos.yml` " \
            "lists what reaches a configuration, and what must change in it.\n\n"
        site.write(f"upgrades/{version}.md", text + filters((0, "Level", ORDER)) + table(["level", "what changes", "what to do", "everybody", "source"], cells)
                   + "\nSource: `run` was seen on servers of both releases, `read` comes from their source code.\n")


ORDER = ["break", "behaviour", "message", "info"]


# Guides


def guide(site, path):
    """A page written by hand is a small project: a block with `title="NAME"` is a file of it, and each line `$ kratos-lint …` of a
    `console` block is run there; what it prints is put after it. `console clean` must have no findings, `console found` must have some.
    """
    text = path.read_text("utf-8")
    with tempfile.TemporaryDirectory() as folder:
        for block in re.finditer(r'(?ms)^```\w+ title="([^"]+)"\n(.*?)^```$', text):
            file = pathlib.Path(folder) / block.group(1)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.group(2), "utf-8")

        def console(match):
            statuses = {"clean": (0,), "found": (1,)}.get(match.group(1).strip(), (0, 1))
            out = ""
            for line in match.group(2).splitlines():
                out += line + "\n"
                if line.startswith("$ kratos-lint "):
                    out += site.run(*line.split()[2:], folder=folder, statuses=statuses)
            return f"```console\n{out}```"

        text = re.sub(r"(?ms)^```console( \w+)?\n(.*?)^```$", lambda match: console_of(match, console), text)
    return text.replace("RULES", str(len(site.rules))).replace("PLAYGROUND\n", PLAYGROUND)


PLAYGROUND = "- [Playground](playground/index.html): the whole program in the browser; nothing leaves it\n" \
    if (ROOT / "dist/playground/index.html").exists() else ""


def console_of(match, console):
    class Words:
        """A match whose first group is there."""

        @staticmethod
        def group(at):
            return match.group(at) or ""

    return console(Words)


def main():
    program, folder = sys.argv[1:]
    shutil.rmtree(folder, ignore_errors=True)
    site = Site(program, folder)
    for path in sorted((HERE / "pages").rglob("*.md")):
        site.write(str(path.relative_to(HERE / "pages")), guide(site, path))
    shutil.copytree(HERE / "theme", site.folder / "theme")
    for part in (rules, keys, hooks, contract, upgrades):
        part(site)


if __name__ == "__main__":
    main()
