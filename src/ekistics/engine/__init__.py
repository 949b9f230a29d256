"""Where work runs: on local cores, part by part with progress and cancelling, or in a child process with limits.

May import: model (its errors only). Work comes in as functions and values.
To add: one module a way of running; it takes the `Steps` of `steps.py`, or a function and its arguments.
"""
