"""The shop's one colour made readable: as ink on paper, and under white words, in the light and in the dark."""

WHITE, INK, NIGHT = (255, 255, 255), (16, 20, 21), (24, 28, 30)
# WCAG 2.2, 1.4.3, with a little to spare for what browsers round.
CONTRAST = 4.6
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
    """What static/portal/portal.css leaves to the shop."""
    told = read_colour(colour)
    light = make_readable(told, on=WHITE, towards=(0, 0, 0))
    dark = make_readable(told, on=NIGHT, towards=WHITE)
    accent = f"light-dark({write_colour(light)}, {write_colour(dark)})"
    return (
        f":root {{ --accent: {accent}; "
        f"--on-accent: light-dark({write_colour(WHITE)}, {write_colour(INK)}); }}\n"
    )
