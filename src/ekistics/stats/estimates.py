"""Estimates: what a formula gives for many rows at once; values with terms, error, status and reason as equal columns.

A row that cannot be computed is a row with a status and a reason, never an exception. A wrong shape is a ValueError here; the
registry of indicators checks shapes and units first and says which input is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

Column = NDArray[np.float64]
"""One row a place x period x breakdown, in the unit of the parameter; NaN is missing."""
Texts = NDArray[np.str_]


class Status(StrEnum):
    """The SDMX statuses that a method gives by itself; the record knows more."""

    NORMAL = "A"
    MISSING = "O"
    UNDEFINED = "M"
    UNSTABLE = "U"


_ROUNDING = 1e-9
"""Relative slack before a part counts as larger than its whole: sums of floats in another order."""


@dataclass(frozen=True)
class InUnit:
    """A column that says its unit (UCUM), so that a formula can refuse the wrong one."""

    values: Column
    unit: str


def col(*values: float) -> Column:
    """Return numbers as a column.

    Examples
    --------
    >>> col(1, 2.5)
    array([1. , 2.5])
    """
    return np.array(values, dtype=np.float64)


@dataclass(frozen=True)
class Estimates:
    """Equal columns, one row a place x period x breakdown; what a method cannot give is None.

    `value`, `numerator`, `denominator`, `standard_error`, `lower` and `upper` stand in the unit of the card, terms in their own;
    `level` is the level of the interval (0 to 1); `error_source` and `status` hold codes (SDMX).
    A row without a value has NaN, a status and a reason in words.
    """

    value: Column
    status: Texts
    reason: Texts
    numerator: Column | None = None
    denominator: Column | None = None
    standard_error: Column | None = None
    degrees_of_freedom: Column | None = None
    sample_size: Column | None = None
    lower: Column | None = None
    upper: Column | None = None
    level: Column | None = None
    error_source: Texts | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            column = getattr(self, field.name)
            if column is not None and column.shape != self.value.shape:
                raise ValueError(f"the column {field.name} of estimates has the shape {column.shape}, the values have {self.value.shape}")

    def __len__(self) -> int:
        return len(self.value)

    @classmethod
    def quantity(cls, values: ArrayLike, *, reason: ArrayLike | None = None) -> Estimates:
        """Return counted or measured amounts.

        Parameters
        ----------
        values : (rows,)
            Amounts in the unit of the card; NaN is missing.
        reason : (rows,) text, optional
            Why a value is missing; empty elsewhere.
        """
        value = _column("values", values)
        missing = ~np.isfinite(value)
        given = _texts(reason, len(value))
        told = np.where(given == "", "no value was given", given)
        return cls(np.where(missing, np.nan, value), _status(missing, Status.MISSING, len(value)), np.where(missing, told, ""))

    @classmethod
    def ratio(
        cls, numerator: ArrayLike, denominator: ArrayLike, *, times: float = 1.0, unstable_below: ArrayLike | None = None
    ) -> Estimates:
        """Return `times` x numerator / denominator, with both as terms.

        Parameters
        ----------
        numerator, denominator : (rows,)
            The terms; NaN is missing. The sign is kept.
        times : finite
            100 for per cent.
        unstable_below : (rows,) or one number, at least 0, optional
            Rows whose denominator is smaller in size than this are unstable: the value is kept and marked.

        Returns
        -------
        Estimates, (rows,)
            Missing where a term is; undefined where the denominator is 0.
        """
        n, d = _column("numerator", numerator), _column("denominator", denominator)
        if n.shape != d.shape:
            raise ValueError(f"numerator and denominator differ in length: {n.shape} and {d.shape}")
        absent = ~(np.isfinite(n) & np.isfinite(d))
        zero = ~absent & (d == 0)
        value = np.full(n.shape, np.nan)
        np.divide(times * n, d, out=value, where=~(absent | zero))
        status = _status(absent, Status.MISSING, len(n))
        status[zero] = str(Status.UNDEFINED)
        reason = np.where(absent, "a term is missing", np.where(zero, "the denominator is 0", "")).astype(np.str_)
        made = cls(value, status, reason, numerator=n, denominator=d)
        if unstable_below is None:
            return made
        shaky = ~(absent | zero) & (np.abs(d) < np.asarray(unstable_below, dtype=np.float64))
        return made.marked(shaky, Status.UNSTABLE, "the denominator is smaller than its own rounding error")

    @classmethod
    def share(cls, numerator: ArrayLike, denominator: ArrayLike) -> Estimates:
        """Return a share in per cent: 100 x numerator / denominator. A part larger than its whole is marked unstable."""
        made = cls.ratio(numerator, denominator, times=100.0)
        above = made.value > 100.0 * (1 + _ROUNDING)
        return made.marked(above, Status.UNSTABLE, "the part is larger than the whole")

    def marked(self, rows: NDArray[np.bool_], status: Status, reason: str) -> Estimates:
        """Return the same with a status and a reason on some rows; rows whose status allows no value lose it."""
        if not rows.any():
            return self
        value = self.value if status in _KEEPS_VALUE else np.where(rows, np.nan, self.value)
        return replace(
            self, value=value, status=np.where(rows, str(status), self.status), reason=np.where(rows, reason, self.reason).astype(np.str_)
        )

    def reworded(self, words: Mapping[str, str]) -> Estimates:
        """Return the same with reasons put in the words of the indicator; others stay."""
        reason = self.reason
        for old, new in words.items():
            reason = np.where(self.reason == old, new, reason).astype(np.str_)
        return replace(self, reason=reason)

    def with_interval(self, lower: ArrayLike, upper: ArrayLike, *, level: float, source: str) -> Estimates:
        """Return the same with an interval, shown and never computed with.

        Parameters
        ----------
        lower, upper : (rows,) in the unit of the value
        level : 0 to 1
        source : where the error comes from, a code of the model's `ErrorSource`
        """
        size = len(self)
        return replace(
            self,
            lower=_column("lower", lower),
            upper=_column("upper", upper),
            level=np.full(size, level),
            error_source=np.full(size, source),
        )


_KEEPS_VALUE = {Status.NORMAL, Status.UNSTABLE}


def _column(name: str, values: ArrayLike) -> Column:
    column = np.atleast_1d(np.asarray(values, dtype=np.float64))
    if column.ndim != 1:
        raise ValueError(f"a column has one dimension; {name} has the shape {column.shape}")
    return column


def _texts(texts: ArrayLike | None, size: int) -> Texts:
    if texts is None:
        return np.full(size, "", dtype=np.str_)
    return np.asarray(texts, dtype=np.str_)


def _status(rows: NDArray[np.bool_], status: Status, size: int) -> Texts:
    column = np.full(size, str(Status.NORMAL), dtype="<U1")
    column[rows] = str(status)
    return column
