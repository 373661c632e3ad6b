"""Checksums in C."""

from ._checksum import adler32, crc32c

__all__ = ["adler32", "crc32c"]
