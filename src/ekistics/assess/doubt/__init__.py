"""How sure an index is: many runs with other choices, weights and draws, and which of them matters.

`designs` (which runs there are to be), `drawn_figures` (figures drawn within their errors), `many_runs` (the runs), `run_failures` (runs
that give no index, and why), `drawing` (the door: scores and ranks with intervals), `sensitivity` (which choice moves them),
`told_apart` (which units differ in nearly all runs).

May import: `index`, `methods`. To add: a source of doubt is an axis in `designs` and what it changes in `many_runs`.
"""
