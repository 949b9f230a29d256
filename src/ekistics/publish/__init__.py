"""Documents made visible: charts, maps and pages as text, tables and exchange files as bytes.

May import: model, profile, assess.
To add: a block gets a macro in `templates/blocks.html`; a chart a function in `charts.py`; a file format a module with one writer.
"""
