"""Agendas as data: one YAML file a framework, the crosswalk from items to indicators, and their loader with its checks.

May import: model.
To add: a YAML file beside these and its rows in `crosswalk.yaml`; a city's own goes into its workspace, with `extends` to add cells.
"""
