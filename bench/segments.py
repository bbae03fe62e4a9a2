"""Segments of a large shop: what a full count, a midnight and an event cost, with the marks that they have to keep."""

import json
from pathlib import Path
from typing import Any

from bench.process import run
from bench.report import Limit, Part
from wafaa.run.postgres import EmbeddedPostgres

CUSTOMERS, EVENTS_PER_CUSTOMER = 1_000_000, 20
SEGMENTS, RATE, SECONDS = 50, 500, 60
FULL_LIMIT, FLIPS_LIMIT, FRESH_LIMIT_S = 1.5, 0.05, 1.0
WORDS = {
    "many": "six conditions that hold for nearly everybody; a hundredth leave",
    "silent": "the opposite; a hundredth enter",
    "lately": "one condition: bought in the last 30 days",
}


def measure_segments(folder: Path, customers: int) -> Part:
    """In an embedded server of its own, which goes with the folder; filled without waiting for the disk."""
    events = customers * EVENTS_PER_CUSTOMER
    size = ("--customers", str(customers), "--events", str(events))
    filled = run_with(folder, "--fill", *size, is_fast=True)
    print(f"{customers:,} customers and {events:,} events stored in {filled['fill_s']:,.0f} s", flush=True)
    told = run_with(
        folder,
        *size,
        *("--segments", str(SEGMENTS), "--rate", str(RATE), "--seconds", str(SECONDS)),
        *("--files", str(folder / "postgres")),
    )
    return Part(
        heading=f"Segments over {customers:,} customers and {events:,} events",
        limits=judge(told),
        text=write(told),
    )


def run_with(folder: Path, *arguments: str, is_fast: bool = False) -> dict[str, Any]:
    server = EmbeddedPostgres(folder / "postgres", fast=is_fast)
    url = server.start()
    try:
        output = run("bench.segmenting", *arguments, home=folder / "home", WAFAA_DATABASE_URL=url)
    finally:
        server.stop()
    told: dict[str, Any] = json.loads(output.splitlines()[-1])
    return told


def judge(told: dict[str, Any]) -> list[Limit]:
    full, fresh = told["full"], told["fresh"]
    flips = {name: told["flips"][name] for name in ("many", "silent")}
    shares = {name: one["flips_s"] / one["full_s"] for name, one in flips.items()}
    return [
        Limit(
            what="a full count of six conditions, time against hand-written SQL",
            measured=f"{full['times']:.2f}",
            limit=f"at most {FULL_LIMIT:.2f}",
            is_kept=full["times"] <= FULL_LIMIT,
        ),
        *(
            Limit(
                what=f"{flips[name]['flipped']:,} flips of a midnight ({word}), time against a full evaluation",
                measured=f"{shares[name]:.3f}",
                limit=f"at most {FLIPS_LIMIT:.2f}",
                is_kept=shares[name] <= FLIPS_LIMIT,
            )
            for name, word in (("many", "leaving"), ("silent", "entering"))
        ),
        Limit(
            what=f"from an event to the changed membership, {fresh['segments']} segments, {fresh['rate']} events a second, "
            "95th percentile",
            measured=f"{fresh['p95_s'] * 1000:,.0f} ms",
            limit=f"at most {FRESH_LIMIT_S * 1000:,.0f} ms",
            is_kept=fresh["p95_s"] <= FRESH_LIMIT_S and fresh["seen"] == fresh["told"],
        ),
    ]


def write(told: dict[str, Any]) -> list[str]:
    fresh = told["fresh"]
    return [
        (
            "Six conditions: city, age, consent, orders ever, orders in the last 60 days, products viewed in the last year; PostgreSQL "
            "by itself, best of 3 in turns, both find the same. Ours also says when each membership would change.\n"
        ),
        "| a full count | members | rows to keep | hand-written | ours |\n|---|---:|---:|---:|---:|",
        *(
            f"| {word} | {told[name]['members']:,} | {told[name]['rows']:,} | {told[name]['by_hand_s']:.2f} s "
            f"| {told[name]['ours_s']:.2f} s |"
            for name, word in (("full", "all six"), ("full_of_all_cities", "without the city"))
        ),
        "",
        (
            "| the flips of a midnight | members before | looked at | told of | full evaluation | the same, written "
            "| flips | the first ones |\n|---|---:|---:|---:|---:|---:|---:|---:|"
        ),
        *(
            f"| {WORDS[name]} | {one['members']:,} | {one['flipped']:,} | {one['crossed']:,} | {one['full_s']:.2f} s "
            f"| {one['build_s']:.2f} s | {one['flips_s']:.2f} s | {one['first_s']:.2f} s |"
            for name, one in told["flips"].items()
        ),
        "",
        (
            "Flips are judged, written and told as events; afterwards the members are those that a full evaluation finds. The median "
            "of three midnights counts; the first one also pays for pages of the stream that nobody touched since the last checkpoint. "
            f"An estimate while typing took {told['estimate_s']:.2f} s.\n"
        ),
        (
            f"Events: recorded every 10 ms at {fresh['rate']} a second for {fresh['seconds']} s, a tenth of them let their customer enter, "
            f"a tenth are orders, two tenths are asked for by the other {fresh['segments'] - 1} segments; one worker on the same two "
            f"cores, which used {fresh['cpu_share']:.0%} of one. Of {fresh['told']:,} who had to enter {fresh['seen']:,} were seen: "
            f"median {fresh['median_s'] * 1000:,.0f} ms, longest {fresh['max_s'] * 1000:,.0f} ms. Looked for every 20 ms. The server's "
            f"{fresh['warm_bytes'] / 2**30:.1f} GB had been read once before: what is not in memory comes from a disk, whose speed decides "
            "then.\n"
        ),
    ]
