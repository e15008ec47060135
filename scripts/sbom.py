#!/usr/bin/env python3
"""Writes the bill of materials of the release program (CycloneDX 1.6, JSON) to standard output.

What goes into the program is read from `cargo metadata` along normal and build dependencies, without those of tests; the
checksums are those of Cargo.lock. The same commit gives the same bytes: the time is SOURCE_DATE_EPOCH.
"""

import datetime
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tomllib
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent
PLATFORM = "x86_64-unknown-linux-gnu"


def metadata():
    cargo = os.environ.get("CARGO", "cargo")
    command = [cargo, "metadata", "--locked", "--format-version", "1", "--filter-platform", PLATFORM]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)


def reached(graph, root):
    """Every package the program is built from, each with what it asks for itself."""
    nodes = {node["id"]: node for node in graph["nodes"]}
    found, waiting = {}, [root]
    while waiting:
        one = waiting.pop()
        if one in found:
            continue
        asked = [
            dep["pkg"]
            for dep in nodes[one]["deps"]
            if any(kind["kind"] in (None, "build") for kind in dep["dep_kinds"])
        ]
        found[one] = sorted(set(asked))
        waiting.extend(asked)
    return found


def purl(package):
    return f"pkg:cargo/{package['name']}@{package['version']}"


def component(package, checksums):
    about = {
        "type": "library",
        "bom-ref": purl(package),
        "name": package["name"],
        "version": package["version"],
        "purl": purl(package),
    }
    if package.get("license"):
        about["licenses"] = [{"expression": package["license"].replace("/", " OR ")}]
    checksum = checksums.get((package["name"], package["version"]))
    if checksum:
        about["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    if package.get("repository"):
        about["externalReferences"] = [{"type": "vcs", "url": package["repository"]}]
    return about


def main():
    lock = (ROOT / "Cargo.lock").read_bytes()
    checksums = {
        (one["name"], one["version"]): one.get("checksum") for one in tomllib.loads(lock.decode())["package"]
    }
    read = metadata()
    packages = {package["id"]: package for package in read["packages"]}
    root = read["resolve"]["root"]
    found = reached(read["resolve"], root)
    program = packages[root]
    when = datetime.datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), datetime.timezone.utc)
    serial = uuid.UUID(bytes=hashlib.sha256(lock).digest()[:16], version=4)
    libraries = sorted((packages[one] for one in found if one != root), key=lambda one: (one["name"], one["version"]))
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "timestamp": when.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {
                "type": "application",
                "bom-ref": purl(program),
                "name": program["name"],
                "version": program["version"],
                "purl": purl(program),
                "licenses": [{"expression": program["license"]}],
            },
        },
        "components": [component(package, checksums) for package in libraries],
        "dependencies": sorted(
            (
                {"ref": purl(packages[one]), "dependsOn": sorted(purl(packages[dep]) for dep in asked)}
                for one, asked in found.items()
            ),
            key=lambda one: one["ref"],
        ),
    }
    json.dump(bill, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
