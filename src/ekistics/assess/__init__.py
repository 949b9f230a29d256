"""Figures held against agendas and put together by recipes: preference, scores, ratings, trends, findings; stages, ranks, how sure.

May import: model, stats.
To add: a method of a stage is a function with `@register` (see `methods.py`); a form of score stands in `scores.py` under its `Form`.
"""
