"""All indicators of Las Palmas from raw files with no layer kept, beside the yardstick; imports and compilation printed apart.

The limit is 12 times the yardstick and 1 GB. Measured on the default variant and on all named variants.
"""

from __future__ import annotations

import resource
import shutil
import tempfile
import time
from pathlib import Path

from benchmarks.las_palmas import DATA, require, yardstick

MANIFEST = Path(__file__).parents[1] / "tests" / "acceptance" / "manifests" / "las_palmas.yaml"


def main() -> None:
    require()
    start = time.perf_counter()
    from ekistics.workspace.manifest import read_manifest
    from ekistics.workspace.workspace import Workspace

    print(f"importing Ekistics: {time.perf_counter() - start:.2f} s")
    with tempfile.TemporaryDirectory() as temporary, Workspace.create(Path(temporary) / "w") as city:
        start = time.perf_counter()
        manifest = read_manifest(MANIFEST)
        # files of the manifest lie in the data folder; its mappings beside the manifest
        folder = Path(temporary) / "files"
        folder.mkdir()
        for path in (*DATA.iterdir(), *MANIFEST.parent.glob("*.yaml")):
            shutil.copy(path, folder)
        city.import_manifest(manifest, folder)
        print(f"importing the files: {time.perf_counter() - start:.2f} s")
        start = time.perf_counter()
        city.measure(variants=["default"])
        print(f"first measurement, with one-time compilation or its loading: {time.perf_counter() - start:.2f} s")
        for names in (["default"], None):
            ratios = []
            for _ in range(3):
                shutil.rmtree(city.session.folder.layers)
                city.session.folder.layers.mkdir()
                stick = yardstick()
                start = time.perf_counter()
                done = city.measure(variants=names)
                took = time.perf_counter() - start
                ratios.append(took / stick)
                print(f"  {done.figures} figures in {took:.2f} s; yardstick {stick:.2f} s; ratio {took / stick:.1f}")
            print(f"{'default variant' if names else 'all variants'}: best ratio {min(ratios):.1f} (limit 12 for all indicators)")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB (limit 1)")


if __name__ == "__main__":
    main()
