"""Markers and requirements (dependency specifiers, PEP 508)."""

import json
from pathlib import Path

from chance import chance, damage, maybe, pick, randint
from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from versions import small_version, specifiers

ENVIRONMENTS = json.loads(Path(__file__).with_name("environments.json").read_text())
VERSION_VARIABLES = ["python_version", "python_full_version", "implementation_version", "platform_release"]
TEXT_VARIABLES = [
    "os_name", "sys_platform", "platform_machine", "platform_python_implementation", "platform_system",
    "platform_version", "implementation_name", "os.name", "sys.platform", "platform.version", "platform.machine",
    "platform.python_implementation", "python_implementation",
]
VERSIONS = ["3.12", "3.9", "3", "3.13", "3.12.12", "3.12.4", "2.7", "6.1", "6.1.0", "3.14.0", "3.14.0rc1", "7.3", "0"]
TEXTS = sorted({value for environment in ENVIRONMENTS for value in environment.values()}) + [
    "win", "linux2", "x86_64", "s390x x86_64", "3.12 3.13", "3.12, 3.9", "darwin", "cpython pypy",
]
OPERATORS = ["==", "!=", "<", "<=", ">", ">=", "in", "not in"]
NAMES = ["foo", "Foo_Bar", "foo.bar", "x", "a--b", "test"]
SPACE = ["", "", " ", " ", "\t", "  "]


def quoted(text):
    return "'" + text + "'" if chance(0.4) or '"' in text else '"' + text + '"'


def joined(left, operator, right):
    if operator[0] in "in":
        operator = operator.replace(" ", pick([" ", "\t", "  "]))
        left_space = pick(SPACE) if left[-1] in "\"'" else pick([" ", "\t"])
        return left + left_space + operator + (pick(SPACE) if right[0] in "\"'" else pick([" ", "\t"])) + right
    return left + pick(SPACE) + operator + pick(SPACE) + right


def set_comparison(tame):
    if chance(0.6):
        left, right = "extra", quoted(pick(NAMES))
        operator = pick(["==", "==", "!="]) if tame or chance(0.97) else pick(OPERATORS)
        return joined(right, operator, left) if chance(0.3) else joined(left, operator, right)
    operator = pick(["in", "not in"]) if tame or chance(0.97) else pick(OPERATORS)
    return joined(quoted(pick(NAMES)), operator, pick(["extras", "dependency_groups"]))


def comparison(tame):
    if chance(0.2):
        return set_comparison(tame)
    if chance(0.6):
        variable = pick(VERSION_VARIABLES[:3] if tame else VERSION_VARIABLES)
        operator = pick(OPERATORS) if tame or chance(0.85) else pick(["~=", "==="])
        value = pick(VERSIONS) if tame or chance(0.8) else pick([*VERSIONS, *TEXTS, "3.*", "3.12.*", " 3.12", "3.12 "])
    else:
        variable = pick(TEXT_VARIABLES)
        operator = pick(OPERATORS) if tame or chance(0.97) else pick(["~=", "==="])
        value = pick(TEXTS)
    left, right = variable, quoted(value)
    if not tame and chance(0.02):
        left, right = pick([(variable, pick(VERSION_VARIABLES)), (right, quoted(pick(TEXTS))), (right, '"os_name"')])
    if chance(0.25):
        left, right = right, left
    return joined(left, operator, right)


def marker(depth=0, tame=False):
    if depth > 4 or chance(0.45 + 0.1 * depth):
        text = comparison(tame)
    else:
        text = marker(depth + 1, tame)
        for _ in range(pick([1, 1, 2, 3])):
            text += pick([" ", "\t", "  "]) + pick(["and", "or"]) + pick([" ", "\t"]) + marker(depth + 1, tame)
    if chance(0.3):
        text = "(" + pick(SPACE) + text + pick(SPACE) + ")"
    return text


def make_marker():
    text = pick(["", "", "", " ", "\t"]) + marker() + maybe(0.1, lambda: " ")
    if chance(0.12):
        text = damage(text, ["(", ")", '"', "'", ";", " ", ",", "[", "x", "\n", "=", "\u00a0", "and", " or ", "\\", "\u00e9"])
    extras = pick([[], ["foo"], ["foo-bar"], ["X"]])
    return [text, randint(0, len(ENVIRONMENTS) - 1), extras, pick([[], ["foo-bar", "test"], ["FOO"]])]


def evaluated(read, environment, extras=(), groups=()):
    """`extra` is one name to the reference; a set of several is evaluated name by name by its callers."""
    values = dict(ENVIRONMENTS[environment], extra="".join(extras), extras=set(extras), dependency_groups=set(groups))
    try:
        return read.evaluate(values)
    except (UndefinedComparison, UndefinedEnvironmentName):
        return None


def answer_marker(given):
    text, environment, extras, groups = given
    try:
        read = Marker(text)
    except InvalidMarker:
        return None
    return evaluated(read, environment, extras, groups)


def make_requirement():
    name = pick(["foo", "Foo.Bar", "a", "a-b_c", "x1", "1x", "A", "a--b", "zope.interface"])
    text = maybe(0.05, lambda: pick([" ", "\t"])) + name
    text += maybe(0.3, lambda: pick(SPACE) + "[" + pick(SPACE)
                  + pick(["", "a", "a,b", " a , b", "A_b", "a\t,\ta", "b,A.c"]) + pick(SPACE) + "]")
    kind = randint(0, 9)
    if kind < 5:
        text += pick(SPACE) + specifiers(4)
    elif kind < 6:
        text += pick(SPACE) + "(" + pick(SPACE) + specifiers(2) + ")"
    elif kind < 8:
        text += pick([" @ ", "@", " @", "\t@\t"]) + pick([
            "https://x.example/a-1.0.tar.gz", "git+https://x.example/y.git@main#egg=a&subdirectory=b",
            "file:///srv/a.whl", "https://x.example/a;b.zip", "https://u:p@x.example/%20.whl#sha256=00",
        ]) + pick(["", "", " "])
    text += maybe(0.4, lambda: pick([";", " ; ", " ;", "\t;"]) + marker(2, tame=True))
    if chance(0.15):
        text = damage(text, [";", "(", ")", "[", "]", ",", " ", "@", "=", "_", "-", ".", "#", "\n", "\u00a0", '"'])
    return text


def answer_requirement(text):
    try:
        read = Requirement(text)
    except InvalidRequirement:
        return None
    extras = sorted({canonicalize_name(extra) for extra in read.extras})
    holds = [] if read.marker is None else [evaluated(read.marker, at, ["foo"]) for at in (0, 2)]
    return [read.name, extras, sorted({str(each) for each in read.specifier}), read.url, holds]


FAMILIES = {
    "marker": (make_marker, answer_marker),
    "requirement": (make_requirement, answer_requirement),
}
