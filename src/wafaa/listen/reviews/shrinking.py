"""Small pictures of photos, drawn anew without anything but what is seen.

What a stranger sent is decoded in a process of its own (`python -m wafaa.listen.reviews.shrinking`), which ends with the picture
and takes nothing with it when it breaks. No Django here.
"""

import os
import subprocess
import sys
from base64 import b64encode

from wafaa.listen.reviews.pictures import MEDIA_TYPES, Picture, PictureBroken, clean_picture, drop_turn

SMALL_SIDE, QUALITY = 360, 80  # twice the places of pages, for sharp screens
PATIENCE_S, CPU_S = 60, 30
# Larger ones are shown as they came: decoded they take four bytes a pixel.
PIXELS_SHRUNK_MAX = 40_000_000
# A picture that is made so much smaller at once loses what lies between the points that are looked at.
STEP = 4
# How a picture of sides w and h is turned, as SVG's matrix; from 5 on the sides change places.
_TURNS = {
    2: "-1 0 0 1 {w} 0",
    3: "-1 0 0 -1 {w} {h}",
    4: "1 0 0 -1 0 {h}",
    5: "0 1 1 0 0 0",
    6: "0 1 -1 0 {h} 0",
    7: "0 -1 -1 0 {h} {w}",
    8: "0 -1 1 0 0 {w}",
}


def shrink(content: bytes, side: int = SMALL_SIDE) -> bytes | None:
    """A JPEG whose longer side is at most so long; None where the picture can't be drawn."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "wafaa.listen.reviews.shrinking", str(side)],
            input=content,
            capture_output=True,
            timeout=PATIENCE_S,
            check=False,
            env={"PYTHONPATH": os.pathsep.join(sys.path)},
        )
    except subprocess.TimeoutExpired:
        return None
    is_drawn = done.returncode == 0 and done.stdout.startswith(b"\xff\xd8\xff")
    return done.stdout if is_drawn else None


def write_svg(picture: Picture, longest: int, *, is_blank: bool = False) -> str:
    """The picture upright on white, its longer side at most so long; or the white alone."""
    scale = min(1.0, longest / max(picture.width, picture.height))
    width, height = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    across, down = (height, width) if picture.turned > 4 else (width, height)
    turn = _TURNS.get(picture.turned, "1 0 0 1 0 0").format(w=width, h=height)
    told = "" if is_blank else b64encode(drop_turn(picture)).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{across}" height="{down}"><rect width="100%" height="100%" fill="#fff"/>'
        f'<image transform="matrix({turn})" width="{width}" height="{height}" preserveAspectRatio="none" '
        f'href="data:{MEDIA_TYPES[picture.kind]};base64,{told}"/></svg>'
    )


def draw(content: bytes, side: int = SMALL_SIDE) -> bytes:
    """In steps, so that nothing between is lost. Raises PictureBroken, ValueError."""
    import vl_convert

    picture = clean_picture(content)
    if picture.width * picture.height > PIXELS_SHRUNK_MAX:
        raise PictureBroken
    while (longest := max(picture.width, picture.height)) > side * STEP:
        picture = clean_picture(vl_convert.svg_to_png(write_svg(picture, longest // STEP)))
    drawn, blank = (
        bytes(vl_convert.svg_to_jpeg(write_svg(picture, side, is_blank=one), quality=QUALITY))
        for one in (False, True)
    )
    if drawn == blank:  # what it can't read the drawer leaves out without a word
        raise PictureBroken
    return drawn


def main() -> int:
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    try:
        drawn = draw(sys.stdin.buffer.read(), int(sys.argv[1]))
    except (PictureBroken, ValueError):
        return 1
    sys.stdout.buffer.write(drawn)
    return 0


if __name__ == "__main__":
    sys.exit(main())
