"""Indices: a recipe applied to a table, from a file, a data frame or the record to scores, ranks and the folder that holds all of it.

Verbs: `assess_table`, `assess_frame` (values in, a result out), `assess_file`, `assess_record` (with all that came out written into a
folder), `replay` (the folder says again what it said). What they are made of: `recipes` (which recipe is meant, and what is wrong with
it), `record_tables` (a table cut out of the record), `result_tables` and `workbook` (what came out, as tables), `folders` (written whole
or not at all), `stored_tables` (a table as it is kept for a replay).

May import: every room below `workspace`, and of `workspace` what opens and keeps files.
To add: a verb is a module here; a method belongs in `assess/`, a format in `sources/` or `publish/`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ekistics.workspace.assessing.replaying import replay
    from ekistics.workspace.assessing.verbs import assess_file, assess_frame, assess_record, assess_table

__all__ = ["assess_file", "assess_frame", "assess_record", "assess_table", "replay"]


def __getattr__(name: str) -> Any:
    if name == "replay":
        from ekistics.workspace.assessing.replaying import replay

        return replay
    if name in __all__:
        from ekistics.workspace.assessing import verbs

        return getattr(verbs, name)
    raise AttributeError(name)
