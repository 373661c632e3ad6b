"""Names, tags, and the names of wheels and sdists (PEP 425, 427, 503, 600, 625, 656)."""

import hashlib
from unittest import mock

from chance import chance, damage, maybe, pick, randint
from packaging import _manylinux, _musllinux, tags
from packaging.utils import (
    InvalidName,
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    is_normalized_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from versions import small_version, wild_version

MACHINES = ["s390x", "x86_64", "i686", "aarch64", "ppc64le", "riscv64", "armv7l"]
INTERPRETERS = ["py3", "py2", "py2.py3", "py312", "py39", "cp312", "cp313", "cp39", "cp37", "cp32", "cp315", "pp39",
                "CP312", "cp312.cp313", "py2.py3.cp310"]
ABIS = ["none", "abi3", "abi3t", "cp312", "cp313t", "cp39", "abi3.cp312", "none.abi3", "pypy39_pp73", "ABI3"]


def platform():
    machine = pick(MACHINES)
    return pick([
        "any", "any", f"linux_{machine}", f"manylinux_2_{randint(4, 40)}_{machine}",
        f"manylinux_2_17_{machine}.manylinux2014_{machine}", f"manylinux2010_{machine}", f"manylinux1_{machine}",
        f"musllinux_1_{randint(0, 3)}_{machine}", "win_amd64", "macosx_11_0_arm64", "macosx_10_9_x86_64",
        f"linux_{machine}.any",
    ])


def tag_set():
    return f"{pick(INTERPRETERS)}-{pick(ABIS)}-{platform()}"


def make_tag():
    text = tag_set()
    return damage(text, [".", "-", "_", "0", "a", "A", "", "..", "--"]) if chance(0.3) else text


def answer_tag(text):
    try:
        return sorted(map(str, tags.parse_tag(text)))
    except tags.InvalidTag:
        return None


def platforms_of(machine, family, minor):
    """The reference asks its own host for machine and C library; both are stated here, so that it knows no host."""
    glibc = _manylinux._GLibCVersion(2, minor) if family == "glibc" else _manylinux._GLibCVersion(-1, -1)
    musl = _musllinux._MuslVersion(1, minor) if family == "musl" else None
    with (
        mock.patch("sysconfig.get_platform", lambda: f"linux-{machine}"),
        mock.patch.object(_manylinux, "_get_glibc_version", lambda: glibc),
        mock.patch.object(_manylinux, "_have_compatible_abi", lambda *_: family == "glibc"),
        mock.patch.object(_musllinux, "_get_musl_version", lambda _: musl),
    ):
        return list(tags._linux_platforms(is_32bit=False))


def make_target():
    minor = randint(8, 15)
    machine = pick(MACHINES)
    family = pick(["glibc", "glibc", "musl"])
    oldest = 5 if machine in ("x86_64", "i686") else 17
    libc = randint(oldest, 42) if family == "glibc" else randint(0, 4)
    return [minor, minor >= 13 and chance(0.5), machine, family, libc]


def target_tags(target):
    """With the plain tag last, as in every release before the pinned one: see accepted-differences.ts."""
    minor, is_free_threaded, machine, family, libc = target
    first, *rest = platforms_of(machine, family, libc)
    platforms = [*rest, first]
    interpreter = f"cp3{minor}"
    abi = interpreter + ("t" if is_free_threaded else "")
    return [
        *tags.cpython_tags((3, minor), [abi], platforms),
        *tags.compatible_tags((3, minor), interpreter, platforms),
    ]


def all_targets():
    """Every target there is, rather than some by chance."""
    for minor in range(8, 16):
        for is_free_threaded in (False, True) if minor >= 13 else (False,):
            for machine in MACHINES:
                oldest = 5 if machine in ("x86_64", "i686") else 17
                for libc in range(oldest, 43):
                    yield [minor, is_free_threaded, machine, "glibc", libc]
                for libc in range(5):
                    yield [minor, is_free_threaded, machine, "musl", libc]


def answer_platforms(target):
    return platforms_of(*target[2:])


def answer_target(target):
    listed = [str(tag) for tag in target_tags(target)]
    digest = hashlib.sha256("\n".join(listed).encode()).hexdigest()
    return [len(listed), listed[:3], listed[-2:], digest]


RANKS = {}


def ranks_of(target):
    key = tuple(target)
    if key not in RANKS:
        if len(RANKS) > 400:
            RANKS.clear()
        RANKS[key] = {tag: rank for rank, tag in reversed(list(enumerate(target_tags(target))))}
    return RANKS[key]


TARGETS = [[12, False, "s390x", "glibc", 28], [9, False, "x86_64", "glibc", 17], [13, True, "s390x", "glibc", 34],
           [15, True, "aarch64", "musl", 2], [15, False, "s390x", "glibc", 39], [8, False, "i686", "glibc", 12]]


def make_rank():
    target = pick(TARGETS)
    if chance(0.2):
        return [target, tag_set()]
    listed = list(ranks_of(target))
    one, other = pick(listed), pick(listed)
    parts = zip((one.interpreter, one.abi, one.platform), (other.interpreter, other.abi, other.platform))
    return [target, "-".join(".".join(dict.fromkeys(pair if chance(0.4) else pair[:1])) for pair in parts)]


def answer_rank(given):
    target, text = given
    ranks = ranks_of(target)
    found = [ranks[tag] for tag in tags.parse_tag(text) if tag in ranks]
    return min(found, default=None)


def make_name():
    length = pick([1, 1, 2, 3, 5, 8])
    text = "".join(pick("abzAZ019-_.") for _ in range(length))
    if chance(0.1):
        text = damage(text, [" ", "\n", "\u00e9", "\u212a", "\u0131", "\u017f", "\u0661", "+", "/", "\0", "\ufeff", ""])
    return text


def answer_name(text):
    try:
        return [canonicalize_name(text, validate=True), is_normalized_name(text)]
    except InvalidName:
        return None


def file_version():
    return pick([small_version, small_version, lambda: wild_version()])()


def make_wheel():
    filename = "-".join([
        pick(["foo", "Foo_bar", "a__b", "foo.bar", "f", "zope.interface", "A1", "foo_", "_foo", "f\u00f6\u00f6", ""])
        if chance(0.3) else pick(["foo", "Foo_bar", "x1"]),
        file_version() + maybe(0.2, lambda: "-" + pick(["1", "2abc", "x1", "", "007_b", "20240101120000", "1.2"])),
        pick(INTERPRETERS),
        pick(ABIS),
        platform(),
    ]) + pick([".whl"] * 19 + [".zip", ".WHL", ""])
    if chance(0.1):
        filename = damage(filename, ["-", "_", ".", "__", "1", "a"])
    return filename


def answer_wheel(filename):
    try:
        name, version, build, tag_list = parse_wheel_filename(filename)
    except InvalidWheelFilename:
        return None
    return [name, str(version), "".join(map(str, build)), sorted(map(str, tag_list))]


def make_sdist():
    name = pick(["foo", "foo-bar", "foo_bar", "Foo.Bar", "x-1", "a__b", "f1", "x-1.0"])
    filename = name + pick(["-", "-", "-", "_"]) + file_version()
    filename += pick([".tar.gz", ".tar.gz", ".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.GZ"])
    if chance(0.1):
        filename = damage(filename, ["-", "_", ".", " ", "1", "a", "/"])
    return filename


def answer_sdist(filename):
    try:
        project, version = parse_sdist_filename(filename)
    except InvalidSdistFilename:
        return None
    return [project, str(version)]


FAMILIES = {
    "name": (make_name, answer_name),
    "tag": (make_tag, answer_tag),
    "platforms": (make_target, answer_platforms),
    "target": (make_target, answer_target),
    "rank": (make_rank, answer_rank),
    "wheel": (make_wheel, answer_wheel),
    "sdist": (make_sdist, answer_sdist),
}
