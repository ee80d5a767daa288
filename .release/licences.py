#!/usr/bin/env python3
"""Writes the licences of all crates in the program, and its bill of materials (CycloneDX 1.5).

    .release/licences.py FOLDER

Both are made from Cargo.lock and the sources of the crates. The same commit gives the same bytes.
"""

import datetime
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tomllib
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent
TEXTS = re.compile(r"^(licen[cs]e|copying|notice|unlicense|copyright)", re.IGNORECASE)


def metadata():
    """The crates and how they depend on each other, on all systems."""
    command = ["cargo", "metadata", "--format-version", "1", "--locked"]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)


def used(data):
    """The crates that become part of the program, by id, with the ids that each needs."""
    nodes = {node["id"]: node for node in data["resolve"]["nodes"]}
    found, todo = {}, [data["resolve"]["root"]]
    while todo:
        crate = todo.pop()
        if crate in found:
            continue
        needs = [dep["pkg"] for dep in nodes[crate]["deps"] if any(kind["kind"] is None for kind in dep["dep_kinds"])]
        found[crate] = sorted(needs)
        todo += needs
    return found


def texts(package):
    """The files with the licence of a crate, as its authors ship them."""
    folder = pathlib.Path(package["manifest_path"]).parent
    return [path.read_text("utf-8", "replace").strip() for path in sorted(folder.iterdir())
            if path.is_file() and TEXTS.match(path.name)]


def write_licences(packages, target):
    """Each text once, with the crates that it holds for."""
    crates_of = {}
    lines = ["The program kratos-lint contains these crates, under these licences.", ""]
    for package in packages:
        name = f"{package['name']} {package['version']}"
        lines.append(f"{name}: {package['license'] or 'see its file'}")
        for text in texts(package):
            crates_of.setdefault(text, []).append(name)
    for text, names in sorted(crates_of.items(), key=lambda item: item[1]):
        lines += ["", "-" * 80, ", ".join(names), "-" * 80, "", text]
    target.write_text("\n".join(lines) + "\n", "utf-8")


def purl(package):
    return f"pkg:cargo/{package['name']}@{package['version']}"


def component(package, checksums, kind):
    """A crate as CycloneDX describes it."""
    described = {"type": kind, "bom-ref": purl(package), "name": package["name"], "version": package["version"],
                 "purl": purl(package)}
    if package["license"]:
        described["licenses"] = [{"expression": package["license"].replace("/", " OR ")}]
    checksum = checksums.get((package["name"], package["version"]))
    if checksum:
        described["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    return described


def write_bill(root, packages, needs, by_id, target):
    lock = tomllib.loads((ROOT / "Cargo.lock").read_text("utf-8"))
    checksums = {(row["name"], row["version"]): row.get("checksum") for row in lock["package"]}
    time = datetime.datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), datetime.timezone.utc)
    content = hashlib.sha256((ROOT / "Cargo.lock").read_bytes()).hexdigest()
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, purl(root) + content)}",
        "version": 1,
        "metadata": {"timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ"),
                     "component": component(root, checksums, "application")},
        "components": [component(package, checksums, "library") for package in packages],
        "dependencies": [{"ref": purl(by_id[crate]), "dependsOn": sorted({purl(by_id[need]) for need in needs[crate]})}
                         for crate in sorted(needs, key=lambda crate: purl(by_id[crate]))],
    }
    target.write_text(json.dumps(bill, indent=1) + "\n", "utf-8")


def main():
    target = pathlib.Path(sys.argv[1])
    data = metadata()
    needs = used(data)
    by_id = {package["id"]: package for package in data["packages"]}
    root = by_id[data["resolve"]["root"]]
    packages = sorted((by_id[crate] for crate in needs if crate != root["id"]),
                      key=lambda package: (package["name"], package["version"]))
    write_licences(packages, target / "THIRD-PARTY-LICENSES.txt")
    write_bill(root, packages, needs, by_id, target / f"kratos-lint-{root['version']}.cdx.json")
    print(f"release: licences of {len(packages)} crates")


if __name__ == "__main__":
    main()
