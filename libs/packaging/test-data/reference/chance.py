"""The one source of chance of the generated cases: the same seed gives the same cases."""

import random

_random = random.Random(0)
pick = _random.choice
randint = _random.randint


def seed(text):
    _random.seed(text)


def chance(probability):
    return _random.random() < probability


def maybe(probability, make):
    return make() if chance(probability) else ""


def many(most, make):
    return [make() for _ in range(randint(0, most))]


def damage(text, marks):
    """Puts in, takes out or doubles one piece of the text."""
    at = randint(0, len(text))
    kind = randint(0, 3)
    if kind == 0:
        return text[:at] + pick(marks) + text[at:]
    if kind == 1:
        return text[:at] + text[at + 1 :]
    if kind == 2:
        return text[:at] + pick(marks) + text[at + 1 :]
    return text[:at] + text[at : at + 3] + text[at:]
