"""The card's icons for a phone's start screen, drawn here: `python -m scripts.card_icons` → static/card-*.png.

A card with a portrait, lines and a check, in the house's colours; no emblem of any office. The maskable one keeps its drawing within
the inner four fifths, which every launcher shows.
"""

from PIL import Image, ImageDraw

from scripts.environment import ROOT

DEEP, LIGHT, LINE, GOOD = "#0d3547", "#ffffff", "#9dbfcc", "#1a7431"
FINE = 4  # drawn so many times larger, then made small


def draw(size: int, *, maskable: bool = False) -> Image.Image:
    """A square icon of `size` px."""
    whole = size * FINE
    picture = Image.new("RGBA", (whole, whole), DEEP if maskable else (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    if not maskable:
        pen.rounded_rectangle((0, 0, whole - 1, whole - 1), radius=whole * 0.2, fill=DEEP)
    room = 0.6 if maskable else 0.74
    wide, high = whole * room, whole * room * 0.66
    left, top = (whole - wide) / 2, (whole - high) / 2
    pen.rounded_rectangle((left, top, left + wide, top + high), radius=wide * 0.08, fill=LIGHT)
    head = wide * 0.09
    across, down = left + wide * 0.24, top + high * 0.36
    pen.ellipse((across - head, down - head, across + head, down + head), fill=DEEP)
    pen.pieslice((across - head * 1.8, down + head * 1.15, across + head * 1.8, down + head * 4.75), 180, 360, fill=DEEP)
    for n, part in enumerate((0.38, 0.3, 0.34)):
        y = top + high * (0.26 + n * 0.17)
        pen.rounded_rectangle((left + wide * 0.48, y, left + wide * (0.48 + part), y + high * 0.075), radius=high * 0.03, fill=DEEP if n == 0 else LINE)
    ring = wide * 0.13
    x, y = left + wide * 0.88, top + high * 0.94
    pen.ellipse((x - ring * 1.25, y - ring * 1.25, x + ring * 1.25, y + ring * 1.25), fill=DEEP)
    pen.ellipse((x - ring, y - ring, x + ring, y + ring), fill=GOOD)
    pen.line(((x - ring * 0.5, y), (x - ring * 0.1, y + ring * 0.4), (x + ring * 0.55, y - ring * 0.4)), fill=LIGHT, width=int(ring * 0.24), joint="curve")
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def main() -> None:
    for size in (192, 512):
        draw(size).save(ROOT / "static" / f"card-{size}.png", optimize=True)
    draw(512, maskable=True).convert("RGB").save(ROOT / "static" / "card-maskable-512.png", optimize=True)


if __name__ == "__main__":
    main()
