"""Figures held against agendas, and put together by recipes.

Against agendas, module by module: preference, scores, ratings, trends, findings, the matrix of a framework. By recipes, in sub-packages
from below to above: `methods`, `index` (scores and ranks), then beside each other `audit`, `comparing` and `doubt`.

May import: model, stats.
To add: a method of a stage is a function with `@register` (see `methods/catalogue.py`); a form of score stands in `scores.py` under its
`Form`.
"""
