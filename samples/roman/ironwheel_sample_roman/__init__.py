"""Roman numerals from 1 to 3999."""

_VALUES = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip


def to_roman(number: int) -> str:
    if not 0 < number < 4000:
        raise ValueError("expected a number from 1 to 3999")
    text = ""
    for value, letters in _VALUES:
        count, number = divmod(number, value)
        text += letters * count
    return text


def from_roman(text: str) -> int:
    number, rest = 0, text.upper()
    for value, letters in _VALUES:
        while rest.startswith(letters):
            number += value
            rest = rest[len(letters) :]
    if rest or to_roman(number) != text.upper():
        raise ValueError(f"not a Roman numeral: {text!r}")
    return number


__all__ = ["from_roman", "to_roman"]
