"""The results page of a survey with a million answers, over HTTP, beside the same counts by hand-written SQL."""

import shutil
import statistics
import time
from pathlib import Path

import duckdb

from bench.pages import connect, forget_answers, serving
from bench.process import run
from bench.report import Limit, Part
from bench.serving import Visitor
from wafaa.learn.facts.store import read_manifest
from wafaa.run.analyst import REST_AFTER_S
from wafaa.run.postgres import EmbeddedPostgres
from wafaa.run.tests.processes import Serving

RESPONSES = 106_000  # of ten answers each, of those who stopped five: a million
ROUNDS = 10
PAGE_S = 0.5
# What the page cannot do without: every question's answers by month, and what became of the responses.
BY_HAND = (
    (
        "SELECT question, type, points, value, choice, date_trunc('month', day), count(*) FROM read_parquet({answers})"
        " WHERE survey_id = {survey} AND NOT is_test GROUP BY ALL"
    ),
    (
        "SELECT channel, touchpoint, agent, store_id, language, version, state, is_flagged, count(*) FROM read_parquet({responses})"
        " WHERE survey_id = {survey} AND NOT is_test GROUP BY ALL"
    ),
    "SELECT seconds, count(*) FROM read_parquet({responses}) WHERE survey_id = {survey} AND state = 'complete' GROUP BY ALL",
    (
        "SELECT question, count(*) FROM (SELECT arg_max(question, answer_id) AS question FROM read_parquet({answers})"
        " WHERE survey_id = {survey} AND NOT is_complete GROUP BY response_id) GROUP BY ALL"
    ),
)


def measure_results(folder: Path, responses: int = RESPONSES) -> Part:
    house = folder / "house"
    survey = _fill(house, responses)
    with serving(house) as server:
        owner = Visitor(server.port).sign_in()
        page = f"/surveys/{survey}/results/"
        first_s = owner.wait_for(page)
        owner = rest(server, owner)
        rested, rested_filtered = [owner.time(page)], [owner.time(f"{page}?language=en")]
        warm = [owner.time(page) for _ in range(ROUNDS)]
        cold = []
        for _ in range(ROUNDS):
            forget_answers(server)
            cold.append(owner.time(page))
        filtered = [owner.time(f"{page}?agent=Agent+{number}") for number in range(ROUNDS)]
        groups = [
            owner.time(f"{page}groups/?question=q1&by=agent&channel={way}")
            for way in ("email", "link", "sms")
        ]
        satisfaction = []
        for _ in range(3):
            forget_answers(server)
            satisfaction.append(owner.time("/satisfaction/?period=all"))
        owner = rest(server, owner)
        forget_answers(server)
        rested_anew = [owner.time(page)]
        with connect(server) as database:
            row = database.execute("SELECT id FROM listen_surveys_survey").fetchone()
            assert row
    answers, by_hand = _count_by_hand(house / "facts", row[0])
    timed = {
        "results, counted anew": cold,
        "results, counted already": warm,
        "results of one agent, counted for the first time": filtered,
        "results after a rest of the analyst, counted ahead by the sync": rested,
        "results of one language after a rest: facts opened, counted for the first time": rested_filtered,
        "results after a rest with no answer kept: facts opened, counted anew": rested_anew,
    }
    return Part(
        heading=f"Results of a survey with {answers:,} answers",
        limits=[
            Limit(
                what=f"{name}, slowest of {len(seconds)}",
                measured=f"{max(seconds) * 1000:.0f} ms",
                limit=f"below {PAGE_S * 1000:.0f} ms",
                is_kept=max(seconds) < PAGE_S,
            )
            for name, seconds in timed.items()
        ],
        text=[
            (
                "Over HTTP from `wafaa serve`, signed in as the owner, in Arabic, compressed. “Counted anew” has no kept answer: the\n"
                "survey's answers are reduced from their files, scores, margins and trends made, the page written. After a rest\n"
                "the engine has given its memory back; what the sync counted ahead is read from the database, all else is counted from the\n"
                "files, which are opened anew.\n"
            ),
            "| | median |\n|---|---:|",
            *(f"| {name} | {statistics.median(seconds) * 1000:.0f} ms |" for name, seconds in timed.items()),
            f"| one question by agents, counted anew | {statistics.median(groups) * 1000:.0f} ms |",
            f"| satisfaction over the shop, counted anew | {statistics.median(satisfaction) * 1000:.0f} ms |",
            f"| the same counts by hand-written DuckDB SQL, no page | {by_hand * 1000:.0f} ms |",
            f"| the first page after the start, facts written from PostgreSQL meanwhile | {first_s:.1f} s |",
        ],
    )


def rest(server: Serving, owner: Visitor) -> Visitor:
    """When the analyst has given its memory back; with a new connection, since the old one is closed by then."""
    print("results: waiting until the analyst rests", flush=True)
    time.sleep(2 * REST_AFTER_S + 5)
    return Visitor(server.port, owner.cookies)


def _fill(house: Path, responses: int) -> str:
    """The public id of the survey."""
    print(f"results: filling a survey with {responses:,} responses", flush=True)
    shutil.rmtree(house, ignore_errors=True)
    server = EmbeddedPostgres(house / "postgres", fast=True)
    url = server.start()
    try:
        return run("bench.answered", str(responses), home=house, WAFAA_DATABASE_URL=url).strip()
    finally:
        server.stop()


def _count_by_hand(facts: Path, survey: int) -> tuple[int, float]:
    """How many answers there are, and the median seconds of the hand-written queries on the same files, opened already."""
    manifest = read_manifest(facts)
    assert manifest
    files = {
        name: str([str(facts / part.file) for part in manifest.tables[name].parts])
        for name in ("answers", "responses")
    }
    database, seconds = duckdb.connect(config={"threads": 2}), []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for query in BY_HAND:
            database.sql(query.format(**files, survey=survey)).fetchall()
        seconds.append(time.perf_counter() - started)
    return manifest.tables["answers"].rows, statistics.median(seconds)
