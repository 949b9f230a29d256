"""What an index says of one unit beside others, beside a benchmark, and beside an earlier year.

Beside others: `peers` (and `size_classes`), `strengths`, `contributions`, `indicator_shares`. Beside a benchmark: `distances`. Beside an
earlier year: `changes`, taken apart by `attribution`, `code_values` and `mixed_tables`. Below them: `scales` and `figure_errors`.

May import: `index`, `methods`. To add: a comparison is a module that takes assessments and gives a dataclass of arrays.
"""
