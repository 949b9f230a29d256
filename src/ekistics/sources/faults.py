"""Faults of a table, gathered while it is read and grouped: one sentence for equal faults, with how many and where first."""

from __future__ import annotations

from dataclasses import dataclass, field

from ekistics.model.problems import Problem, Severity

_FIRST_ROWS = 20


@dataclass
class _Group:
    message: str
    severity: Severity
    found: str | None
    expected: str | None
    mend: str | None
    rows: list[int] = field(default_factory=list)
    count: int = 0


class Faults:
    """Gathers the faults of one sheet of one file; those of a kind and column that expect the same are one problem."""

    def __init__(self, file: str, sheet: str | None) -> None:
        self.file, self._sheet = file, sheet
        self._groups: dict[tuple[str, str | None, str, str | None], _Group] = {}

    def add(
        self,
        kind: str,
        message: str,
        severity: Severity,
        row: int | None,
        column: str | None = None,
        *,
        found: str | None = None,
        expected: str | None = None,
        mend: str | None = None,
    ) -> None:
        """Add one fault; the message is a sentence that holds for each of its group."""
        key = (kind, column, message, expected)
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = _Group(message, severity, None if found is None else found[:80], expected, mend)
        group.count += 1
        if row is not None and len(group.rows) < _FIRST_ROWS and (not group.rows or group.rows[-1] != row):
            group.rows.append(row)

    def problems(self) -> tuple[Problem, ...]:
        """Return one problem a group, in the order in which they were met."""
        return tuple(
            Problem(
                kind,
                group.message,
                group.severity,
                self.file,
                self._sheet,
                group.rows[0] if group.rows else None,
                column,
                found=group.found,
                expected=group.expected,
                mend=group.mend,
                count=group.count,
                more_rows=tuple(group.rows[1:]),
            )
            for (kind, column, _, _), group in self._groups.items()
        )
