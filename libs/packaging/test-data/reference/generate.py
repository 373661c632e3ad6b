"""Generates cases and what the reference implementation (pinned.txt) answers: one JSON line a case.

    python3 generate.py FAMILY SEED COUNT [--every-target]     generated inputs
    python3 generate.py --given FILE                           inputs of the file: [family, input] a line

A line is [family, input, answer]; an answer of null means that the input is refused.
"""

import json
import sys

import chance
import files
import markers
import metadata
import versions

FAMILIES = {**versions.FAMILIES, **markers.FAMILIES, **files.FAMILIES, **metadata.FAMILIES}


def print_case(family, given):
    answer = FAMILIES[family][1](given)
    sys.stdout.write(json.dumps([family, given, answer], separators=(",", ":")) + "\n")


def main(arguments):
    if arguments[0] == "--given":
        with open(arguments[1], encoding="utf-8") as lines:
            for line in lines:
                print_case(*json.loads(line)[:2])
        return
    family, seed, count = arguments[0], arguments[1], int(arguments[2])
    chance.seed(f"{family} {seed}")
    if "--every-target" in arguments:
        for given in files.all_targets():
            print_case(family, given)
        return
    for _ in range(count):
        print_case(family, FAMILIES[family][0]())


main(sys.argv[1:])
