"""Everything that speaks against applying a recipe to a table, all at once and before anything is computed."""

from __future__ import annotations

from collections.abc import Sequence

from ekistics.assess.index.choosing import Chosen, chosen
from ekistics.assess.index.data_faults import column_faults, figure_faults, label_notes, reference_faults, row_faults, without_figures
from ekistics.assess.index.design_faults import design_faults
from ekistics.assess.index.recipe_faults import benchmark_faults, method_faults, number_faults, sign_faults, tree_faults, weighting_faults
from ekistics.model.errors import InvalidInput
from ekistics.model.index_tables import IndexTable
from ekistics.model.problems import Problem, Severity
from ekistics.model.recipes import Recipe


def check_recipe(recipe: Recipe) -> tuple[Problem, ...]:
    """Return everything wrong with a recipe by itself."""
    if found := tuple(tree_faults(recipe)):
        return found
    if found := (*method_faults(recipe), *number_faults(recipe)):
        return found
    return (*benchmark_faults(recipe), *sign_faults(recipe), *weighting_faults(recipe), *design_faults(recipe))


def check(recipe: Recipe, table: IndexTable) -> tuple[Problem, ...]:
    """Return everything wrong with a recipe, a table, and the one on the other; nothing where they can be used.

    `column` of a problem names the indicator, the column of the table, or the key of the recipe.
    """
    return examined(recipe, table)[0]


def examined(recipe: Recipe, table: IndexTable) -> tuple[tuple[Problem, ...], Chosen | None]:
    """Return everything wrong, and the figures that were chosen on the way where it came to that."""
    found = check_recipe(recipe)
    if any(one.kind in _BREAKS for one in found):
        return found, None
    if columns := tuple(column_faults(recipe, table)):
        return (*found, *columns), None
    figures = tuple(figure_faults(recipe, table))
    if figures:
        return (*found, *figures), None
    try:
        start = chosen(recipe, table)
    except InvalidInput as error:
        told = Problem(
            "screened-out", error.message, Severity.REJECTED, None, None, None, error.column, None, error.found, error.expected, error.mend
        )
        return (*found, told), None
    rows = (*row_faults(recipe, start.values, start.screened), *without_figures(recipe, start.values, start.screened))
    return (*found, *reference_faults(recipe, start.table.units), *rows, *label_notes(recipe, table)), start


def refuse(recipe: Recipe, problems: Sequence[Problem]) -> None:
    """Raise InvalidInput with the first problem and the number of the others, where there is one that rejects."""
    rejected = [one for one in problems if one.severity is Severity.REJECTED]
    if not rejected:
        return
    first = rejected[0]
    more = f" (and {len(rejected) - 1} more)" if len(rejected) > 1 else ""
    raise InvalidInput(
        first.message.rstrip(".") + more,
        file=first.file,
        row=first.row,
        column=first.column,
        found=first.found,
        expected=first.expected,
        mend=first.mend or f"see all faults of {recipe.code} with: ekistics recipe check",
    )


_BREAKS = frozenset(
    {
        "duplicate-code", "unknown-level", "empty-group", "no-top", "no-parent", "unknown-parent", "level-order", "duplicate-parent",
        "unknown-method", "unknown-version", "unknown-option", "bad-option", "missing-option",
    }
)  # fmt: skip
"""With these nothing further can be looked at."""
