"""How long until something is seen: `ekistics --help` beside `import typer`, and the first page of `serve`."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

RUNS = 7


def _seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    program = shutil.which("ekistics", path=str(Path(sys.executable).parent)) or "ekistics"
    pairs = [(_seconds([program, "--help"]), _seconds([sys.executable, "-c", "import typer"])) for _ in range(RUNS)]
    best_help, best_typer = min(one for one, _ in pairs), min(one for _, one in pairs)
    print(f"--help {best_help:.3f} s, import typer {best_typer:.3f} s, ratio {best_help / best_typer:.2f} (limit 3)")
    with tempfile.TemporaryDirectory() as temporary:
        subprocess.run([program, "init", f"{temporary}/w"], check=True, stdout=subprocess.DEVNULL)
        start = time.perf_counter()
        server = subprocess.Popen([program, "serve", "-w", f"{temporary}/w", "--port", "8650"], stdout=subprocess.PIPE, text=True)
        address = server.stdout.readline().split()[2]
        urllib.request.urlopen(address, timeout=10).read()
        print(f"serve, first page: {time.perf_counter() - start:.2f} s (limit 3)")
        server.terminate()
        server.wait(10)


if __name__ == "__main__":
    main()
