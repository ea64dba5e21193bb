"""All classes of inputs, with how often each is tried among a thousand."""

from tests.fuzz.classes import CLASSES, Trial

__all__ = ["EVERY_CLASS"]

EVERY_CLASS: dict[str, tuple[int, Trial]] = {**CLASSES}
