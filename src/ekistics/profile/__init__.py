"""What to say of a place: evidence in, documents of blocks out; findings as whole sentences by written rules, no markup.

May import: model, assess.
To add: a page is one module with a function from evidence to `Document`; a new block goes into `blocks.py` and is drawn in `publish/`.
"""
