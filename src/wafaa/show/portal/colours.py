"""The shop's one colour made readable: as ink on paper, and under white words, in the light and in the dark."""

WHITE, PAPER, INK, NIGHT = (255, 255, 255), (246, 245, 242), (16, 20, 21), (24, 28, 30)
# WCAG 2.2, 1.4.3, with a little to spare for what browsers round.
CONTRAST = 4.6
# A light yellow button is one still; a white one is none.
STANDS_OUT = 1.3
Colour = tuple[int, int, int]


def read_colour(text: str) -> Colour:
    """Of #rrggbb, as the look of messages keeps it."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def write_colour(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def find_contrast(one: Colour, other: Colour) -> float:
    darker, lighter = sorted((_find_luminance(one), _find_luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _find_luminance(colour: Colour) -> float:
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (part / 255 for part in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def make_readable(colour: Colour, *, on: Colour, towards: Colour) -> Colour:
    """The nearest to it, on the way to black or white, that can be read on the ground."""
    for step in range(21):
        mixed = _mix(colour, towards, step / 20)
        if find_contrast(mixed, on) >= CONTRAST:
            return mixed
    return towards


def write_styles(colour: str) -> str:
    """What static/portal/portal.css leaves to the shop: the colour as ink, and as a ground with what is written on it."""
    told = read_colour(colour)
    light = make_readable(told, on=WHITE, towards=(0, 0, 0))
    dark = make_readable(told, on=NIGHT, towards=WHITE)
    pairs = {"accent": (light, dark)}
    pairs["fill"], pairs["on-fill"] = zip(
        make_fill(told, light, on=PAPER), make_fill(told, dark, on=NIGHT), strict=True
    )
    written = (
        f"--{name}: light-dark({write_colour(one)}, {write_colour(other)});"
        for name, (one, other) in pairs.items()
    )
    return f":root {{ {' '.join(written)} }}\n"


def make_fill(told: Colour, readable: Colour, *, on: Colour) -> tuple[Colour, Colour]:
    """The shop's colour as it is, where it stands out from the page, and what is written on it in white or black."""
    fill = told if find_contrast(told, on) >= STANDS_OUT else readable
    words = max((WHITE, INK), key=lambda one: find_contrast(one, fill))
    if find_contrast(words, fill) < CONTRAST:
        fill = make_readable(fill, on=words, towards=INK if words == WHITE else WHITE)
    return fill, words
