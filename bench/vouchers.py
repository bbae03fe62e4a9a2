"""A hundred thousand codes, made and kept; and many clients at once on what has few places."""

import json
from pathlib import Path

from bench.process import run
from bench.report import Limit, Part
from wafaa.run.postgres import EmbeddedPostgres

CODES = 100_000
SECONDS_MAX = 5.0
ROUNDS, CLIENTS = 50, 200
HOW = (
    "Codes of the pattern SUMMER-####-#### are drawn by the operating system's randomness with a check sign each, copied in "
    "chunks of 25,000 and kept under a unique constraint; what was there already is drawn again. Then 200 clients over 16 "
    "connections ask at the same moment for one code with k uses, for many codes with k uses together, or as one customer with "
    "k uses; some places are held by reservations that are over. `python -m tests.racing code` runs 1,000 rounds.\n"
)


def measure_vouchers(folder: Path) -> Part:
    """On an embedded server of its own."""
    server = EmbeddedPostgres(folder / "postgres")
    url = server.start()
    try:
        home = folder / "home"
        run("wafaa.run", "prepare", home=home, WAFAA_DATABASE_URL=url)
        told = json.loads(
            run(
                "bench.vouchers_made", str(CODES), str(ROUNDS), str(CLIENTS), home=home, WAFAA_DATABASE_URL=url,
                DJANGO_SETTINGS_MODULE="wafaa.config.settings",
            )
        )  # fmt: skip
    finally:
        server.stop()
    return Part(
        heading="Vouchers: codes made, and raced for",
        limits=[
            Limit(
                what=f"{CODES:,} codes",
                measured=f"{told['seconds']:.1f} s",
                limit=f"under {SECONDS_MAX:.0f} s",
                is_kept=told["seconds"] < SECONDS_MAX,
            ),
            Limit(
                what=f"rounds of {CLIENTS} clients at once in which more or fewer got a place than there were, of {told['rounds']}",
                measured=str(told["faults"]),
                limit="0",
                is_kept=not told["faults"],
            ),
        ],
        text=[HOW, f"{told['asked'] / told['race_seconds']:,.0f} asked a second in the race.\n"],
    )
