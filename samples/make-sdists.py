#!/usr/bin/env python3
"""Makes the sdists of the sample packages: python3 make-sdists.py OUTDIR [SAMPLE…]

They need nothing from an index: `requires = []`, and a backend in their own tree. The same sources give the same
bytes. Prints one JSON object a line: name, version, filename, sha256, size, pure.
"""

import gzip
import hashlib
import io
import json
import os
import sys
import tarfile

HERE = os.path.dirname(os.path.abspath(__file__))
EPOCH = 1577836800
PYPROJECT = """[build-system]
requires = []
build-backend = "ironwheel_sample_backend"
backend-path = ["_backend"]

[project]
name = "{name}"
version = "{version}"
description = "{summary}"
requires-python = ">=3.9"
license = {{ text = "Apache-2.0" }}
"""
PKG_INFO = "Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nSummary: {summary}\nRequires-Python: >=3.9\n"


def read(path):
    with open(path, "rb") as file:
        return file.read()


def files_of(directory):
    """Relative path → content of a sample's source tree and what is added to it."""
    settings = json.loads(read(os.path.join(directory, "sample.json")))
    files = {}
    for folder, folders, names in os.walk(directory):
        folders[:] = [name for name in folders if name != "__pycache__"]
        for name in names:
            path = os.path.join(folder, name)
            files[os.path.relpath(path, directory)] = read(path)
    backend = os.path.join(HERE, "backend", "ironwheel_sample_backend.py")
    files["_backend/ironwheel_sample_backend.py"] = read(backend)
    files.setdefault("pyproject.toml", PYPROJECT.format(**settings).encode())
    files.setdefault("PKG-INFO", PKG_INFO.format(**settings).encode())
    return settings, files


def make_sdist(directory, out):
    settings, files = files_of(directory)
    stem = f"{settings['name'].replace('-', '_')}-{settings['version']}"
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name in sorted(files):
            info = tarfile.TarInfo(f"{stem}/{name}")
            info.size, info.mtime, info.mode = len(files[name]), EPOCH, 0o644
            archive.addfile(info, io.BytesIO(files[name]))
    filename = f"{stem}.tar.gz"
    with open(os.path.join(out, filename), "wb") as raw:
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=EPOCH) as packed:
            packed.write(tar.getvalue())
    data = read(os.path.join(out, filename))
    return {
        "name": settings["name"],
        "version": settings["version"],
        "filename": filename,
        "sha256": hashlib.sha256(data).hexdigest(),
        "size": len(data),
        "pure": not settings["extensions"],
    }


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: make-sdists.py OUTDIR [SAMPLE…]; a sample is a name here or a path of a directory with sample.json")
    out = sys.argv[1]
    os.makedirs(out, exist_ok=True)
    known = sorted(name for name in os.listdir(HERE) if os.path.isfile(os.path.join(HERE, name, "sample.json")))
    for sample in sys.argv[2:] or known:
        directory = sample if os.path.isfile(os.path.join(sample, "sample.json")) else os.path.join(HERE, sample)
        print(json.dumps(make_sdist(directory, out)))


if __name__ == "__main__":
    main()
