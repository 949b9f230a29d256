"""One family of errors: each says what, where and what to do, in fields and in one sentence."""

from __future__ import annotations


class EkisticsError(Exception):
    """A broken promise, with the place where it was broken and how to mend it.

    Parameters
    ----------
    message : what is wrong, in one sentence; may be empty when found and expected say it
    file, sheet, row, column, feature : where, as far as it is known (rows count from 1, as a person counts them)
    found, expected : what stood there and what should
    mend : what to do next
    """

    def __init__(
        self,
        message: str = "",
        *,
        file: str | None = None,
        sheet: str | None = None,
        row: int | None = None,
        column: str | None = None,
        feature: str | None = None,
        found: str | None = None,
        expected: str | None = None,
        mend: str | None = None,
    ) -> None:
        self.message = message
        self.file, self.sheet, self.row, self.column, self.feature = file, sheet, row, column, feature
        self.found, self.expected, self.mend = found, expected, mend
        super().__init__(self.sentence())

    def sentence(self) -> str:
        """Say it in one line, for a terminal or a page."""
        where = ", ".join(
            part
            for part in (
                self.file,
                self.sheet and f"sheet {self.sheet}",
                self.row is not None and f"row {self.row}",
                self.column and f"column {self.column}",
                self.feature and f"feature {self.feature}",
            )
            if part
        )
        parts = [self.message.rstrip(".")] if self.message else []
        if self.found is not None:
            parts.append(f"found {self.found}")
        if self.expected is not None:
            parts.append(f"expected {self.expected}")
        if self.mend:
            parts.append(f"to mend: {self.mend}")
        text = " ".join("; ".join(parts).split())  # what a library says may hold line breaks
        return f"{where}: {text}" if where else text


class InvalidInput(EkisticsError):
    """A file, an argument or a table is not what it must be."""


class NotFound(EkisticsError):
    """What was asked for is not here."""


class Conflict(EkisticsError):
    """What was asked for contradicts what is on record."""


class Unavailable(EkisticsError):
    """Something outside (a registry, a server, a lock) cannot be reached now."""


class Damaged(EkisticsError):
    """Stored bytes are not the bytes that were stored."""


class Cancelled(EkisticsError):
    """The user stopped the work; nothing half-done is visible."""
