"""PEP 517 backend of the failures: runs the commands of sample.json, then builds as the samples' own backend does."""

import json
import subprocess

import ironwheel_sample_backend
from ironwheel_sample_backend import get_requires_for_build_wheel  # noqa: F401


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    with open("sample.json", encoding="utf-8") as file:
        commands = json.load(file)["commands"]
    for command in commands:
        print("$ " + command, flush=True)
        subprocess.run(command, shell=True, check=True)
    return ironwheel_sample_backend.build_wheel(wheel_directory, config_settings, metadata_directory)
