"""Names that sound alike."""

from ._soundex import soundex


def sound_alike(one: str, other: str) -> bool:
    return soundex(one) == soundex(other)


__all__ = ["sound_alike", "soundex"]
