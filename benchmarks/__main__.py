"""`make bench`: every benchmark in its own process, one after the other; each prints its figures and its yardstick."""

from __future__ import annotations

import subprocess
import sys

ALL = ("osm", "whole", "reach", "siblings", "record", "start", "pages", "settlements", "extent", "assess")

if __name__ == "__main__":
    wanted = sys.argv[1:] or ALL
    for name in wanted:
        print(f"== {name}", flush=True)
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False)
