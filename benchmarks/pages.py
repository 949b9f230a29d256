"""The first page of Las Palmas: with no drawing kept, kept, and after a new figure; its weight with charts and maps."""

from __future__ import annotations

import gzip
import shutil
import tempfile
import time
from pathlib import Path

from benchmarks.las_palmas import DATA, require
from benchmarks.whole import MANIFEST


def main() -> None:
    require()
    from ekistics.workspace.manifest import read_manifest
    from ekistics.workspace.workspace import Workspace

    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "files"
        folder.mkdir()
        for path in (*DATA.iterdir(), *MANIFEST.parent.glob("*.yaml")):
            shutil.copy(path, folder)
        with Workspace.create(Path(temporary) / "w") as city:
            manifest = read_manifest(MANIFEST)
            city.import_manifest(manifest, folder)
            city.measure()
            code = manifest.place.code
            pages = city.pages()
            start = time.perf_counter()
            page = pages.page(code, "glance", {})
            print(f"no drawing kept: {time.perf_counter() - start:.2f} s (limit 3)")
            city.add_place("NEW", "a new place", kind="district")
            start = time.perf_counter()
            pages.page(code, "glance", {})
            print(f"after a new commit: {(time.perf_counter() - start) * 1000:.0f} ms (limit 300)")
            built = Path(__file__).parents[1] / "src" / "ekistics" / "server" / "static" / "built"
            styles = sum(len(gzip.compress(path.read_bytes())) for path in built.rglob("*.css"))
            weight = len(gzip.compress(page.encode()))
            print(f"page {len(page) / 1000:.0f} kB, {weight / 1000:.0f} kB compressed (first view limit 300)")
            print(f"all styles {styles / 1000:.0f} kB compressed")
            data = pages.map_data(code)
            print(f"explorer data {len(data) / 1e6:.2f} MB (limit 2), {len(gzip.compress(data)) / 1000:.0f} kB compressed")
            scripts = sum(len(gzip.compress(path.read_bytes())) for path in built.rglob("*.js"))
            print(f"all scripts {scripts / 1000:.0f} kB compressed (limit 500)")


if __name__ == "__main__":
    main()
