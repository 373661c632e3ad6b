"""Core metadata (1.0 to 2.5) and dependency groups (PEP 735)."""

import re

from chance import chance, damage, maybe, pick, randint
from packaging.dependency_groups import (
    CyclicDependencyGroup,
    DependencyGroupResolver,
)
from packaging.errors import ExceptionGroup
from packaging.metadata import InvalidMetadata, Metadata, parse_email
from packaging.utils import canonicalize_name
from markers import make_requirement, marker
from versions import small_version, specifiers, wild_version

# What planning reads; a field that only people read is no reason to refuse a file.
FIELDS = ["metadata_version", "name", "version", "requires_dist", "requires_python", "provides_extra"]
FIELD_NAMES = {field.replace("_", "-") for field in [*FIELDS, "dynamic"]}


def spelled(name):
    return pick([name, name, name, name, name.lower(), name.upper()])


def field(name, value):
    return spelled(name) + ":" + pick([" ", " ", " ", "", "  ", "\t"]) + value + (" " if chance(0.05) else "") + "\n"


def name():
    good = ["foo", "Foo.Bar", "a-b_c", "x1", "A"]
    return pick(good) if chance(0.95) else pick(["", "foo-", "_foo", "f\u00f6\u00f6", "foo bar"])


def tame_requirement():
    return pick(["a", "B.c", "x-1"]) + maybe(0.3, lambda: "[" + pick(["a", "a,b"]) + "]") + maybe(
        0.6, lambda: pick([" (>=1.0)", ">=1,<2", " ==1.*", "~=1.4"])) + maybe(
        0.4, lambda: pick([";", " ; "]) + marker(3, tame=True))


def folded(text):
    """Breaks the line at one of its spaces."""
    spaces = [at for at, character in enumerate(text) if character == " "]
    if not spaces:
        return text
    at = pick(spaces)
    return text[:at] + "\n" + pick([" ", "        ", "\t"]) + text[at + 1 :]


def requirement():
    text = tame_requirement() if chance(0.95) else make_requirement().replace("\n", " ")
    return folded(text) if chance(0.1) else text


def make_metadata():
    version = (small_version if chance(0.9) else lambda: wild_version().replace("\n", ""))()
    if chance(0.96):
        version = version.encode("ascii", "ignore").decode().strip("\r\x0b\x0c\x1c\x1d\x1e\x1f\0")
    lines = [
        field("Metadata-Version", pick(["1.0", "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5"]) if chance(0.97)
              else pick(["2.0", "2.9", "3.0", "1.3", "", "2", "x", "2.x"])),
        field("Name", name()),
        field("Version", version),
    ]
    lines += [field("Requires-Dist", requirement()) for _ in range(pick([0, 1, 2, 3]))]
    lines += [field("Provides-Extra", pick(["a", "A_b", "test.x", "a"])) for _ in range(pick([0, 0, 1, 2]))]
    lines += [field("Dynamic", pick(["Requires-Dist", "License", "requires-python"])) for _ in range(pick([0, 0, 1]))]
    if chance(0.4):
        lines.append(field("Requires-Python", specifiers(2) if chance(0.15) else pick([">=3.8", ">=3.9,<4", "!=3.0.*"])))
    if chance(0.4):
        lines.append(field("Summary", pick(["A thing.", "S\u00fc\u00dfes: ja", "", "two\n  lines"])))
    if chance(0.2):
        lines.append("Description: one\n        two\n        |three\n        \n        Name: bar\n")
    if chance(0.1):
        lines.append(field("X-Unknown", "y"))
    if chance(0.3):
        lines[2:] = sorted(lines[2:], key=lambda line: hash_of(line))
    if chance(0.04):
        del lines[randint(0, len(lines) - 1)]
    if chance(0.04):
        lines.append(pick(lines))
    text = "".join(lines)
    if chance(0.05):
        text = damage(text, ["\n", ":", " ", "\t", "x", "\n\n", "garbage\n", "\n ", "From me\n"])
    if chance(0.1):
        text = text.replace("\n", "\r\n")
    return text + maybe(0.3, lambda: "\nBody: text\nRequires-Dist: no\n")


def hash_of(line):
    """An order that is no accident of the run, as `hash` of a text would be."""
    return sum(map(ord, line)) % 17


def unfolded(value):
    """The e-mail parser leaves folds, and white space at the end of a line, to its caller (RFC 5322, 2.2.3)."""
    if isinstance(value, list):
        return [unfolded(each) for each in value]
    return re.sub(r"\r?\n(?=[ \t])", "", value).strip() if isinstance(value, str) else value


def read_fields(text):
    raw, unparsed = parse_email(text.encode())
    if FIELD_NAMES & unparsed.keys():
        return None
    raw = {field: unfolded(value) for field, value in raw.items()}
    read = Metadata.from_raw(raw, validate=False)
    try:
        # Which fields there are grows with the versions of the standard; a name that is not known yet is none of ours.
        return [*(getattr(read, field) for field in FIELDS), [name.lower() for name in raw.get("dynamic", [])]]
    except InvalidMetadata:
        return None


def answer_metadata(text):
    read = read_fields(text)
    if read is None:
        return None
    version, project, release, requires, python, extras, dynamic = read
    return [
        version,
        project,
        str(release),
        [[canonicalize_name(each.name), sorted({canonicalize_name(extra) for extra in each.extras}),
          sorted({str(one) for one in each.specifier}), each.url, each.marker is not None] for each in requires or []],
        sorted({str(one) for one in python or ""}) or None,
        list(dict.fromkeys(extras or [])),
        dynamic,
    ]


GROUPS = ["test", "Test", "docs", "type-check", "type_check", "lint", "all"]


def make_groups():
    names = [pick(GROUPS) for _ in range(randint(1, 5))]
    table = {}
    for at, group in enumerate(names):
        items = []
        for _ in range(randint(0, 3)):
            kind = randint(0, 99)
            if kind < 65 or at == len(names) - 1 and kind < 96:
                items.append(tame_requirement())
            elif kind < 97:
                # Mostly of groups that stand further down, so that cycles stay few.
                items.append({"include-group": pick(names[at + 1 :] or [names[-1]]) if chance(0.95) else pick(GROUPS)})
            else:
                items.append(pick([7, {"include-group": 7}, {"include": "test"}, {}, "not a requirement",
                                   {"include-group": "test", "x": "y"}, ["test"], True]))
        table[group] = items if chance(0.98) else pick(["test", 7, {}])
    return [table, pick(names)]


def answer_groups(given):
    table, group = given
    try:
        resolved = DependencyGroupResolver(table).resolve(group)
    except (ExceptionGroup, CyclicDependencyGroup):
        return None
    return [[canonicalize_name(each.name), sorted({canonicalize_name(extra) for extra in each.extras}),
             sorted({str(one) for one in each.specifier}), each.marker is not None] for each in resolved]


FAMILIES = {
    "metadata": (make_metadata, answer_metadata),
    "groups": (make_groups, answer_groups),
}
