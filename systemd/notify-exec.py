#!/usr/bin/python3 -I
# The same as notify-exec.pl, for hosts without perl.
import os
import socket
import sys

path = os.environ.get("NOTIFY_SOCKET")
if path is not None:
    notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notify.connect("\0" + path[1:] if path.startswith("@") else path)
    os.set_inheritable(notify.fileno(), True)
    os.environ["IRONWHEEL_NOTIFY_FD"] = str(notify.fileno())
os.execv(sys.argv[1], sys.argv[1:])
