"""Figures held against agendas: which voice is shown, scores and bands, ratings, trends, findings. On values handed in.

May import: model, stats.
To add: a form of score is a function in `scores.py` under its `Form`; an order or a threshold is a line in a YAML rule beside it.
"""
