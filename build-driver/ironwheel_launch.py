#!/usr/bin/env python3
"""Watches one step of the build driver that runs as a bare process.

    python3 ironwheel_launch.py SPEC.json

Started by `runner-process` in a session of its own, so that it lives on when the worker ends. It starts the step,
holds it to its limits, ends everything that the step started, and writes how it went. Standard library only.

SPEC.json: {"command": [...], "work": DIR, "isolate": [command that makes the namespaces] or [],
"user": null or {"uid", "gid"}, "timeout_s", "memory_bytes", "pids", "disk_bytes", "grace_s"}

Beside it: `started.json` {"pid", "start_time"} and `result.json` {"reason", "exit_code", "detail",
"max_rss_bytes", "cpu_s"}, each written whole.
"""

import ctypes
import json
import os
import resource
import signal
import stat
import subprocess
import sys
import time

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
TICK_S, DISK_EVERY_S = 0.1, 2.0


def write_whole(path, value):
    with open(path + ".part", "w", encoding="utf-8") as file:
        json.dump(value, file)
    os.replace(path + ".part", path)


def process_table():
    """pid → (parent, session, start time, resident bytes), of all processes that can be seen."""
    table = {}
    page = os.sysconf("SC_PAGE_SIZE")
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        table[int(name)] = (int(fields[1]), int(fields[3]), int(fields[19]), int(fields[21]) * page)
    return table


def family_of(root, table):
    """The process, its descendants, and what shares its session."""
    family = {pid for pid, fields in table.items() if pid == root or fields[1] == root}
    grown = True
    while grown:
        more = {pid for pid, fields in table.items() if fields[0] in family} - family
        family |= more
        grown = bool(more)
    return family


def bytes_below(directory):
    """Bytes on disk; links are not followed, hard links count once."""
    total, seen, todo = 0, set(), [directory]
    while todo:
        try:
            entries = list(os.scandir(todo.pop()))
        except OSError:
            continue
        for entry in entries:
            try:
                found = entry.stat(follow_symlinks=False)
            except OSError:
                continue
            if stat.S_ISDIR(found.st_mode):
                todo.append(entry.path)
            elif (found.st_dev, found.st_ino) not in seen:
                seen.add((found.st_dev, found.st_ino))
                total += found.st_blocks * 512
    return total


class Step:
    def __init__(self, spec, directory):
        self.spec, self.directory = spec, directory
        self.stop_asked = False
        self.max_rss = 0

    def run(self):
        spec = self.spec
        inner = [sys.executable, "-I", os.path.abspath(__file__), "--inner", os.path.join(self.directory, "spec.json")]
        with open(os.path.join(self.directory, "stray.log"), "ab") as stray:
            child = subprocess.Popen(
                [*spec["isolate"], *inner],
                stdin=subprocess.DEVNULL,
                stdout=stray,
                stderr=stray,
                start_new_session=True,
                cwd=spec["work"],
            )
        start_time = process_table().get(child.pid, (0, 0, 0, 0))[2]
        write_whole(os.path.join(self.directory, "started.json"), {"pid": child.pid, "start_time": start_time})
        reason, detail, status, usage = self.watch(child)
        kill_family(child.pid)
        exit_code = os.waitstatus_to_exitcode(status) if status is not None else None
        if reason == "exited" and (exit_code is None or exit_code < 0):
            reason, detail = killed_reason(exit_code)
        elif reason == "exited" and exit_code != 0:
            detail = self.last_words() or detail
        write_whole(
            os.path.join(self.directory, "result.json"),
            {
                "reason": reason,
                "exit_code": exit_code if reason == "exited" else None,
                "detail": detail,
                "max_rss_bytes": max(self.max_rss, usage.ru_maxrss * 1024 if usage else 0),
                "cpu_s": round(usage.ru_utime + usage.ru_stime, 3) if usage else None,
            },
        )

    def last_words(self):
        """What was said outside of the driver's own events: why it could not even begin, for one."""
        with open(os.path.join(self.directory, "stray.log"), "rb") as stray:
            stray.seek(max(0, os.path.getsize(stray.name) - 2000))
            lines = stray.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1].strip()[:300] if lines else None

    def watch(self, child):
        """(reason, sentence, wait status, usage) at the end."""
        spec = self.spec
        deadline = time.monotonic() + spec["timeout_s"]
        next_disk = time.monotonic() + DISK_EVERY_S
        while True:
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            if pid:
                child.returncode = 0
                return "exited", "the step ended by itself", status, usage
            trouble = None
            table = process_table()
            rss = sum(table[p][3] for p in family_of(child.pid, table))
            self.max_rss = max(self.max_rss, rss)
            if self.stop_asked:
                trouble = ("stopped", "the step was stopped on request")
            elif time.monotonic() > deadline:
                trouble = ("timeout", f"the step ran longer than {spec['timeout_s']:g} s")
            elif rss > spec["memory_bytes"]:
                trouble = ("out_of_memory", f"the step used {rss} bytes of memory; {spec['memory_bytes']} are allowed")
            elif time.monotonic() > next_disk:
                next_disk = time.monotonic() + DISK_EVERY_S
                used = bytes_below(spec["work"])
                if used > spec["disk_bytes"]:
                    trouble = ("disk_full", f"the attempt uses {used} bytes of disk; {spec['disk_bytes']} are allowed")
            if trouble:
                hard = trouble[0] in ("out_of_memory", "disk_full")
                status, usage = end_child(child, 0 if hard else spec["grace_s"])
                return (*trouble, status, usage)
            time.sleep(TICK_S)


def end_child(child, grace_s):
    """SIGTERM, then SIGKILL, to all that belongs to the step."""
    end_at = time.monotonic() + grace_s
    send(child.pid, signal.SIGTERM)
    while time.monotonic() < end_at:
        pid, status, usage = os.wait4(child.pid, os.WNOHANG)
        if pid:
            child.returncode = 0
            return status, usage
        time.sleep(TICK_S)
    kill_family(child.pid)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = 0
    return status, usage


def send(leader, number):
    try:
        os.killpg(leader, number)
    except ProcessLookupError:
        pass


def kill_family(leader):
    table = process_table()
    send(leader, signal.SIGKILL)
    for pid in family_of(leader, table) - {leader}:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def killed_reason(exit_code):
    if exit_code == -signal.SIGKILL:
        return "out_of_memory", "the step was killed from outside, as the kernel does when memory runs out"
    return "vanished", f"the step was ended by signal {-exit_code if exit_code else '?'}"


def inner(spec):
    """In the namespaces, if any: limits, another user, and the driver takes this process's place."""
    libc = ctypes.CDLL(None, use_errno=True)
    memory = spec["memory_bytes"]
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    size = spec["disk_bytes"] if hard == resource.RLIM_INFINITY else min(hard, spec["disk_bytes"])
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    user = spec["user"]
    if user:
        # Counted by user: only sensible for one that runs nothing else.
        resource.setrlimit(resource.RLIMIT_NPROC, (spec["pids"], spec["pids"]))
        os.setgroups([])
        os.setgid(user["gid"])
        os.setuid(user["uid"])
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    os.umask(0o022)
    os.execvp(spec["command"][0], spec["command"])


def main():
    arguments = sys.argv[1:]
    path = arguments[-1]
    with open(path, encoding="utf-8") as file:
        spec = json.load(file)
    if arguments[0] == "--inner":
        inner(spec)
        return
    step = Step(spec, os.path.dirname(os.path.abspath(path)))

    def ask_stop(_signal, _frame):
        step.stop_asked = True

    signal.signal(signal.SIGTERM, ask_stop)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        step.run()
    except Exception as error:
        write_whole(
            os.path.join(step.directory, "result.json"),
            {"reason": "runner_failed", "exit_code": None, "detail": str(error)[:500], "max_rss_bytes": None, "cpu_s": None},
        )
        raise


if __name__ == "__main__":
    main()
