"""Versions, their order, and specifier sets (PEP 440)."""

from chance import chance, damage, many, maybe, pick, randint
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_version
from packaging.version import InvalidVersion, Version

SPACES = [" ", "\t", "\n", "\r", "\f", "\v", "\x1c", "\x1f", "\x85", "\u00a0", "\u2003", "\u2028", "\u3000"]
ODD = [
    *SPACES, "\ufeff", "\u200b", "\u0661", "\u0967", "\uff11", "\u00b2", "\u212a", "\u017f", "\u0131", "\u00e9",
    "x", "..", "+", ".*", "!", "-", "_", ".", "v", "a", "0", "\0", "\u2010", "/", "\\", "\U0001d7d9",
]
NUMBERS = ["0", "1", "2", "9", "10", "01", "00", "3", "2024", "20240101000000000001", "20240101000000000002"]
HUGE = ["999999999999999", "1000000000000000", "9007199254740993", "9007199254740992", "1" * 60, "0" * 40 + "1"]
PHASES = ["a", "b", "c", "rc", "alpha", "beta", "pre", "preview"]
MARKS = ["", "", "-", "_", "."]
LOCALS = ["a", "1", "a.1", "1.a", "ubuntu-1", "1.2", "001", "A_b", "1a", "g1234abc", "0", "a-b.c_1", "10", "9"]


def number():
    return pick(HUGE) if chance(0.03) else pick(NUMBERS)


def spelled(word):
    return pick([word, word, word, word.upper(), word.capitalize()])


def release(most=5):
    return ".".join(number() for _ in range(randint(1, most)))


def wild_version():
    text = "".join([
        maybe(0.04, lambda: pick(SPACES) * randint(1, 2)),
        maybe(0.06, lambda: pick("vV")),
        maybe(0.12, lambda: number() + "!"),
        release(),
        maybe(0.35, lambda: pick(MARKS) + spelled(pick(PHASES)) + pick(MARKS) + pick(["", number()])),
        maybe(0.3, lambda: pick(["-" + number(), pick(MARKS) + spelled(pick(["post", "rev", "r"])) + pick(MARKS)
                                 + pick(["", number()])])),
        maybe(0.25, lambda: pick(MARKS) + spelled("dev") + pick(MARKS) + pick(["", number()])),
        maybe(0.2, lambda: "+" + pick(LOCALS)),
        maybe(0.04, lambda: pick(SPACES) * randint(1, 2)),
    ])
    return damage(text, ODD) if chance(0.25) else text


def small_version():
    """Of few values, so that two of them are often close or equal."""
    return "".join([
        maybe(0.05, lambda: pick(["0!", "1!"])),
        ".".join(pick("0012") for _ in range(pick([1, 2, 2, 3]))),
        maybe(0.3, lambda: pick(["a", "b", "rc", ".alpha", "-c"]) + pick("01")),
        maybe(0.25, lambda: pick([".post0", ".post1", "-1", "r0"])),
        maybe(0.2, lambda: pick([".dev0", ".dev1", "dev"])),
    ])


def local_version():
    return small_version() + maybe(0.25, lambda: "+" + pick(LOCALS))


def candidate():
    if chance(0.03):
        return pick(["foo", "FOO", "1.0-x", "", "1..0", "1.0 ", " 1.0"])
    return local_version()


def clause():
    operator = pick(["==", "!=", "<=", ">=", "<", ">", "~=", "===", "==", "!="])
    version = small_version()
    if operator in ("==", "!="):
        if chance(0.35):
            version = maybe(0.1, lambda: "1!") + ".".join(pick("012") for _ in range(pick([1, 2, 3]))) + ".*"
        else:
            version += maybe(0.3, lambda: "+" + pick(LOCALS))
    elif operator == "===" and chance(0.3):
        version = pick(["foo", "FOO", "1.0-x", "1.*", "1.0+a/b", ""])
    elif chance(0.03):
        version += pick([".*", "+x", "x", "+1.*"])
    version = maybe(0.03, lambda: pick("vV")) + version
    text = maybe(0.1, lambda: " ") + operator + pick(["", "", " ", "\t", "  "]) + version + maybe(0.1, lambda: " ")
    return damage(text, [*ODD, *"<>=~!;),"]) if chance(0.06) else text


def specifiers(most=3):
    text = ",".join(clause() for _ in range(pick([1, 1, 1, *range(1, most + 1)])))
    return pick([text, text + ",", "," + text, "", " "]) if chance(0.05) else text


def answer_version(text):
    try:
        version = Version(text)
    except InvalidVersion:
        return None
    return [str(version), version.public, version.is_prerelease, canonicalize_version(version)]


def make_order():
    versions = []
    while len(versions) < 6:
        text = pick([wild_version, local_version, local_version])()
        try:
            Version(text)
        except InvalidVersion:
            continue
        versions.append(text)
    return versions


def answer_order(texts):
    versions = [Version(text) for text in texts]
    steps = [(left > right) - (left < right) for left, right in zip(versions, versions[1:])]
    return [steps, sorted(range(len(versions)), key=versions.__getitem__)]


def answer_specifier(text):
    try:
        return sorted({str(each) for each in SpecifierSet(text)})
    except InvalidSpecifier:
        return None


def answer_contains(given):
    text, version, prereleases = given
    try:
        read = SpecifierSet(text)
    except InvalidSpecifier:
        return None
    # Asked of one version, the reference takes "nothing else matches" for true; that is asked by `filter`.
    return read.contains(version, prereleases=bool(read.prereleases) if prereleases is None else prereleases)


def make_filter():
    versions = many(6, local_version)
    if chance(0.3):
        versions = [version for version in versions if Version(version).is_prerelease]
    return [specifiers(), versions, pick([None, None, True, False])]


def answer_filter(given):
    text, versions, prereleases = given
    try:
        return list(SpecifierSet(text).filter(versions, prereleases=prereleases, key=Version))
    except InvalidSpecifier:
        return None


FAMILIES = {
    "version": (wild_version, answer_version),
    "order": (make_order, answer_order),
    "specifier": (lambda: specifiers(5), answer_specifier),
    "contains": (lambda: [specifiers(), candidate(), pick([None, True, False])], answer_contains),
    "filter": (make_filter, answer_filter),
}
