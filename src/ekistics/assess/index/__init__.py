"""An index: a recipe and a table become stages, scores and ranks, or a list of everything that stands in the way.

`pipeline` (the door: assess a table by a recipe), `running` (many weightings at once), `stages` and `variants` (what is worked out once
and used again), `choosing` (which method stands at each step), `composing` (scores up the tree),
`leaving_out` and `what_if` (the same index a little different). Faults, all at once and before anything is computed: `refusals` (the
door), `recipe_faults`, `data_faults`, `design_faults`, `refused_composites`.

May import: `methods`. To add: a stage stands in `stages`, and what can be wrong with it in the faults of what it is wrong with.
"""
