"""PEP 517 backend of the sample packages: the standard library and the system's C compiler, nothing from an index.

It reads `sample.json` beside it in the source tree: name, version, package, and the extension modules with their
sources. The wheel has one order and one time, so that the same sources give the same bytes.
"""

import base64
import csv
import hashlib
import io
import json
import os
import shlex
import subprocess
import sys
import sysconfig
import tempfile
import time
import zipfile


def _settings():
    with open("sample.json", encoding="utf-8") as file:
        return json.load(file)


def _compile(module, sources, directory):
    variables = sysconfig.get_config_vars()
    flags = shlex.split(f"{variables.get('CFLAGS') or ''} {variables.get('CCSHARED') or '-fPIC'} {os.environ.get('CFLAGS', '')}")
    include = f"-I{sysconfig.get_path('include')}"
    objects = []
    for source in sources:
        target = os.path.join(directory, os.path.basename(source) + ".o")
        command = [*shlex.split(os.environ.get("CC") or variables.get("CC") or "cc"), *flags, include, "-c", source, "-o", target]
        print(shlex.join(command), flush=True)
        subprocess.run(command, check=True)
        objects.append(target)
    output = os.path.join(directory, module + variables["EXT_SUFFIX"])
    link = [*shlex.split(os.environ.get("LDSHARED") or variables.get("LDSHARED") or "cc -shared"), *objects, "-o", output]
    print(shlex.join(link), flush=True)
    subprocess.run(link, check=True)
    with open(output, "rb") as file:
        return os.path.basename(output), file.read()


def _tag(settings):
    if not settings["extensions"]:
        return "py3-none-any"
    short = f"cp{sys.version_info[0]}{sys.version_info[1]}"
    abi = short + ("t" if sysconfig.get_config_var("Py_GIL_DISABLED") else "")
    return f"{short}-{abi}-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"


def _metadata(settings):
    fields = [("Metadata-Version", "2.1"), ("Name", settings["name"]), ("Version", settings["version"])]
    fields += [("Summary", settings["summary"]), ("License", "Apache-2.0"), ("Requires-Python", ">=3.9")]
    return "".join(f"{key}: {value}\n" for key, value in fields).encode()


def get_requires_for_build_wheel(config_settings=None):
    return []


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    settings = _settings()
    package, tag = settings["package"], _tag(settings)
    files = {}
    for name in sorted(os.listdir(package)):
        if name.endswith(".py"):
            with open(os.path.join(package, name), "rb") as file:
                files[f"{package}/{name}"] = file.read()
    with tempfile.TemporaryDirectory(dir=".") as directory:
        for module, sources in sorted(settings["extensions"].items()):
            name, data = _compile(module, sources, os.path.relpath(directory))
            files[f"{package}/{name}"] = data
    stem = f"{settings['name'].replace('-', '_')}-{settings['version']}"
    pure = "false" if settings["extensions"] else "true"
    files[f"{stem}.dist-info/METADATA"] = _metadata(settings)
    files[f"{stem}.dist-info/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: ironwheel-sample-backend 1\nRoot-Is-Purelib: {pure}\nTag: {tag}\n".encode()
    )
    rows = io.StringIO()
    writer = csv.writer(rows, lineterminator="\n")
    for name, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        writer.writerow([name, f"sha256={digest}", len(data)])
    writer.writerow([f"{stem}.dist-info/RECORD", "", ""])
    files[f"{stem}.dist-info/RECORD"] = rows.getvalue().encode()
    wheel = f"{stem}-{tag}.whl"
    date = time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", "1577836800")))[:6]
    with zipfile.ZipFile(os.path.join(wheel_directory, wheel), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, date)
            info.external_attr = 0o100644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return wheel
