"""What differs between two factor libraries."""

from dataclasses import dataclass

from handprint.factors.factor import Factor, Library

__all__ = ["Change", "LibraryDiff", "diff"]

_COMPARED = (
    "value",
    "unit_text",
    "distribution",
    "p1",
    "p2",
    "dq",
    "reference",
    "status",
    "year_to",
)


@dataclass(frozen=True, slots=True)
class Change:
    """One row that is in both libraries and differs in ``fields``."""

    old: Factor
    new: Factor
    fields: tuple[str, ...]

    @property
    def ratio(self) -> float | None:
        """New value over old, in the same unit; None where the old value is 0."""
        old = self.old.value * self.old.unit.scale
        return self.new.value * self.new.unit.scale / old if old else None


@dataclass(frozen=True, slots=True)
class LibraryDiff:
    """Rows only in the second library, only in the first, and changed ones."""

    added: tuple[Factor, ...]
    removed: tuple[Factor, ...]
    changed: tuple[Change, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def diff(old: Library, new: Library) -> LibraryDiff:
    """Compare two libraries row by row; a row is known by its key, whatever file it stands in."""
    before = {row.key: row for row in old.factors}
    after = {row.key: row for row in new.factors}
    pairs = [(before[key], after[key]) for key in before if key in after]
    changes = [Change(a, b, _fields(a, b)) for a, b in pairs]
    return LibraryDiff(
        added=tuple(row for key, row in after.items() if key not in before),
        removed=tuple(row for key, row in before.items() if key not in after),
        changed=tuple(change for change in changes if change.fields),
    )


def _fields(old: Factor, new: Factor) -> tuple[str, ...]:
    return tuple(name for name in _COMPARED if getattr(old, name) != getattr(new, name))
