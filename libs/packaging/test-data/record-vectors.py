"""Records what the reference implementation answers on generated input, one JSON line a case.

    pip install packaging==26.3
    python3 record-vectors.py SEED COUNT > reference-vectors.jsonl

`COUNT` cases of each family: [family, input, answer]; an answer of null means that the input is refused.
Left out, because the standard's text decides otherwise (dependency specifiers, version specifiers):
- names that end in a separator (PEP 508: a name ends in a letter or digit; the reference takes `a-_ >= 1`);
- `===` before a comma in a requirement (PEP 508: a comma ends a version; the reference makes it part of it);
- a marker whose version variable meets text that is no version (both sides are text then; the reference answers
  False to `!=` as well, and refuses `===` with white space).
"""

import json
import random
import sys

from packaging import tags
from packaging.markers import InvalidMarker, Marker, UndefinedComparison
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

chance = random.Random(int(sys.argv[1]))
count = int(sys.argv[2])
pick = chance.choice

ENVIRONMENT = {
    "os_name": "posix",
    "sys_platform": "linux",
    "platform_machine": "s390x",
    "platform_python_implementation": "CPython",
    "platform_release": "6.1",
    "platform_system": "Linux",
    "platform_version": "#1 SMP",
    "python_version": "3.12",
    "python_full_version": "3.12.12",
    "implementation_name": "cpython",
    "implementation_version": "3.12.12",
}
VERSION_VARIABLES = ["python_version", "python_full_version", "implementation_version", "platform_release"]
TEXT_VARIABLES = [name for name in ENVIRONMENT if name not in VERSION_VARIABLES] + ["os.name", "python_implementation"]


def maybe(probability, make):
    return make() if chance.random() < probability else ""


def wild_version():
    numbers = ["0", "1", "2", "10", "01", "00", "20240101000000000001", "20240101000000000002"]
    phases = ["a", "b", "c", "rc", "alpha", "beta", "pre", "preview", "RC"]
    return "".join(
        [
            maybe(0.03, lambda: pick(["v", "V", " ", "\t"])),
            maybe(0.1, lambda: pick(["0!", "1!"])),
            ".".join(pick(numbers) for _ in range(pick([1, 2, 2, 3, 4]))),
            maybe(0.3, lambda: pick(["", "-", "_", "."]) + pick(phases) + pick(["", "-", "."]) + pick(["", "0", "2"])),
            maybe(0.25, lambda: pick(["-1", "-2", ".post1", "post", "-r3", ".rev2", "_post2", ".post.0"])),
            maybe(0.2, lambda: pick([".dev0", "dev", ".dev1", "-dev2", "_dev3"])),
            maybe(0.15, lambda: "+" + pick(["a", "1", "a.1", "1.a", "ubuntu-1", "1.2", "001"])),
            maybe(0.05, lambda: pick(["x", "..", "+", ".*", "!", "\u0661", "\u212a", " ", "\n", "-"])),
        ]
    )


def small_version():
    return "".join(
        [
            ".".join(pick("012") for _ in range(pick([1, 2, 2, 3]))),
            maybe(0.3, lambda: pick(["a", "rc"]) + pick("01")),
            maybe(0.25, lambda: pick([".post0", ".post1"])),
            maybe(0.2, lambda: pick([".dev0", ".dev1"])),
        ]
    )


def local_version():
    return small_version() + maybe(0.2, lambda: pick(["+1", "+a"]))


def clause(operators):
    operator = pick(operators)
    version = small_version()
    if operator in ("==", "!=") and chance.random() < 0.3:
        version = ".".join(pick("012") for _ in range(pick([1, 2, 3]))) + ".*"
    elif operator in ("==", "!="):
        version += maybe(0.3, lambda: pick(["+1", "+a"]))
    return operator + pick(["", " "]) + version + maybe(0.03, lambda: pick([".*", "+x", "x"]))


def specifiers(operators=("==", "!=", "<=", ">=", "<", ">", "~=", "===")):
    return pick([",", " , "]).join(clause(operators) for _ in range(pick([1, 1, 1, 2, 3])))


def comparison():
    if chance.random() < 0.15:
        name = pick(["foo", "Foo_Bar", "x"])
        return pick(['extra == "{}"', '"{}" == extra', 'extra != "{}"', '"{}" in extras']).format(name)
    if chance.random() < 0.6:
        variable = pick(VERSION_VARIABLES)
        operator = pick(["==", "!=", "<", "<=", ">", ">=", "in", "not in"])
        value = pick(["3.12", "3.9", "3", "3.13", "3.12.12", "3.12.4", "2.7", "6.1", "6.1.0", "3.13.0a1"])
    else:
        variable = pick(TEXT_VARIABLES)
        operator = pick(["==", "!=", "<", "<=", ">", ">=", "in", "not in", "~=", "==="])
        value = pick(["linux", "s390x", "x86_64", "CPython", "cpython", "posix", "", "3.12", "s390x x86_64"])
    quote = pick("\"'")
    left, right = variable, quote + value + quote
    if chance.random() < 0.3:
        left, right = right, left
    space = pick(["", " "]) if operator not in ("in", "not in") else " "
    return left + space + operator + space + right


def marker(depth=0):
    if depth > 2 or chance.random() < 0.5:
        return comparison()
    text = marker(depth + 1)
    for _ in range(pick([1, 2])):
        text += pick([" and ", " or "]) + marker(depth + 1)
    return "(" + text + ")" if chance.random() < 0.6 else text


def damage(text):
    """Between words only, so that no version becomes a text that is none."""
    spaces = [at for at, character in enumerate(text) if character == " "]
    if not spaces or chance.random() > 0.15:
        return text
    at = pick(spaces)
    return text[:at] + pick(["(", ")", '"', ";", " ", ",", "[", "]", "x"]) + text[at + pick([0, 1]) :]


def version_case():
    text = wild_version()
    try:
        return text, str(Version(text))
    except InvalidVersion:
        return text, None


def order_case():
    while True:
        pair = [wild_version(), wild_version()]
        try:
            left, right = map(Version, pair)
        except InvalidVersion:
            continue
        return pair, (left > right) - (left < right)


def contains_case():
    text, version, prereleases = specifiers(), local_version(), pick([True, False])
    try:
        return [text, version, prereleases], SpecifierSet(text).contains(version, prereleases=prereleases)
    except InvalidSpecifier:
        return [text, version, prereleases], None


def filter_case():
    text, versions = specifiers(), [local_version() for _ in range(5)]
    try:
        return [text, versions], list(SpecifierSet(text).filter(versions))
    except InvalidSpecifier:
        return [text, versions], None


def marker_case():
    text, extras = damage(marker()), pick([[], ["foo"], ["foo-bar"]])
    try:
        environment = dict(ENVIRONMENT, extra="".join(extras), extras=set(extras))
        return [text, extras], Marker(text).evaluate(environment)
    except (InvalidMarker, UndefinedComparison):
        return [text, extras], None


def requirement_case():
    text = pick(["foo", "Foo.Bar", "a", "a-b_c", "x1"])
    text += maybe(0.3, lambda: pick(["", " "]) + "[" + pick(["", "a", "a,b", " a , b", "A_b"]) + "]")
    kind = chance.random()
    plain = ("==", "!=", "<=", ">=", "<", ">", "~=")
    if kind < 0.5:
        text += pick(["", " "]) + specifiers(plain)
    elif kind < 0.6:
        text += " (" + specifiers(plain) + ")"
    elif kind < 0.7:
        text += pick([" @ ", "@"]) + pick(["https://x.example/a-1.0.tar.gz", "git+https://x.example/y.git#egg=a"])
    text += maybe(0.4, lambda: pick([";", " ; ", " ;"]) + marker(2))
    if chance.random() < 0.1:
        text = text.replace(pick(["]", ")", "=", " "]), pick([";", "(", "[", ""]), 1)
    try:
        read = Requirement(text)
    except InvalidRequirement:
        return text, None
    extras = sorted(canonicalize_name(extra) for extra in read.extras)
    return text, [read.name, extras, sorted({str(each) for each in read.specifier}), read.url, read.marker is not None]


def wheel_case():
    filename = "-".join(
        [
            pick(["foo", "Foo_bar", "a__b", "foo.bar"]),
            small_version() + maybe(0.3, lambda: pick(["-1", "-2abc", "-x1", "-"])),
            pick(["py3", "py2.py3", "cp312", "CP312"]),
            pick(["none", "abi3", "cp312", "cp312.abi3"]),
            pick(["any", "manylinux_2_17_s390x.manylinux2014_s390x", "linux_x86_64", "any."]),
        ]
    ) + pick([".whl"] * 9 + [".zip"])
    try:
        name, version, build, tag_set = parse_wheel_filename(filename)
    except InvalidWheelFilename:
        return filename, None
    return filename, [name, str(version), "".join(map(str, build)), sorted(map(str, tag_set))]


def sdist_case():
    name = pick(["foo", "foo-bar", "foo_bar", "Foo.Bar", "x-1"])
    filename = name + pick(["-", "-", "_"]) + small_version() + pick([".tar.gz", ".zip", ".tar.bz2", ".tgz"])
    try:
        project, version = parse_sdist_filename(filename)
    except InvalidSdistFilename:
        return filename, None
    return filename, [project, str(version)]


def tag_cases():
    platforms = ["manylinux_2_28_s390x", "manylinux_2_17_s390x", "manylinux2014_s390x", "linux_s390x"]
    for minor in (9, 12, 15):
        for suffix in ("", "t") if minor >= 13 else ("",):
            interpreter = f"cp3{minor}"
            listed = [
                *tags.cpython_tags((3, minor), [interpreter + suffix], platforms),
                *tags.compatible_tags((3, minor), interpreter, platforms),
            ]
            yield [minor, suffix == "t", platforms], list(map(str, listed))


FAMILIES = {
    "version": version_case,
    "order": order_case,
    "contains": contains_case,
    "filter": filter_case,
    "marker": marker_case,
    "requirement": requirement_case,
    "wheel": wheel_case,
    "sdist": sdist_case,
}

for family, make in FAMILIES.items():
    for _ in range(count):
        print(json.dumps([family, *make()], separators=(",", ":")))
for case in tag_cases():
    print(json.dumps(["tags", *case], separators=(",", ":")))
