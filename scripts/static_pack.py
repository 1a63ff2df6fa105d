"""Lay a .gz and a .br beside every static file worth it: `python -m scripts.static_pack`.

gunicorn does not compress and WhiteNoise serves what lies there, so this runs at every start: a changed file is packed
anew and a pack whose file is gone is taken away. A stale pack would be served in place of the file.
"""

from collections.abc import Iterator
from pathlib import Path

from whitenoise.compress import Compressor

STATIC = Path(__file__).resolve().parent.parent / "static"
WORTH_IT = {".css", ".js", ".mjs", ".json", ".svg", ".txt", ".wasm", ".webmanifest"}
PACKS = {".gz", ".br"}


def sources(static: Path) -> Iterator[Path]:
    """The files of `static` that shrink when packed."""
    return (path for path in sorted(static.rglob("*")) if path.suffix in WORTH_IT and path.is_file())


def ensure(static: Path = STATIC) -> int:
    """Pack what is new or changed, drop orphans; the number of files packed."""
    compressor, packed = Compressor(quiet=True), 0
    for pack in [path for path in static.rglob("*") if path.suffix in PACKS]:
        source = pack.with_suffix("")
        if not source.exists() or abs(source.stat().st_mtime - pack.stat().st_mtime) > 0.001:
            pack.unlink()
    for path in sources(static):
        if not path.with_name(path.name + ".br").exists() and not path.with_name(path.name + ".gz").exists():
            packed += bool(compressor.compress(str(path)))
    return packed


if __name__ == "__main__":
    print(f"{ensure()} static files packed")
