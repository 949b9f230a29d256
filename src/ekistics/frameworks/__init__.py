"""Agendas as data: one YAML file a framework, the crosswalk from items to indicators, recipes of indices, and their loaders with checks.

May import: model.
To add: a YAML file beside these and its rows in `crosswalk.yaml`, or a recipe in `recipes/` and its name in `recipe_loader.py`; a city's
own agenda goes into its workspace, with `extends` to add cells.
"""
