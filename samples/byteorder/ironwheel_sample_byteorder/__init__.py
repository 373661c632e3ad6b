"""Byte order of this machine, and numbers in either."""

import sys

from ._byteorder import native, read_be32, swap32

if native() != sys.byteorder:
    raise ImportError("the extension was built for another byte order")

__all__ = ["native", "read_be32", "swap32"]
