"""make bench: everything side by side in one run; writes docs/benchmarks.md.

python -m bench [--measures] [--imports] [--pages] [--ingest] [--drain] [--segments] [--mailing] [--effects] [--results] [--answers] [--ledger] [--redeeming]
    [--loyalty] [--vouchers] [--lines N] [--rounds N] [--retail PATH] [--customers N] [--house FOLDER] [--events N] [--mails N]

Without a name of a part all of them are measured; the others keep their place in the document.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.answers import measure_answers
from bench.drain import EVENTS, measure_drain
from bench.effects import measure_effects
from bench.ingest import measure_ingest
from bench.ledger import measure_ledger
from bench.loyalty import measure_loyalty
from bench.mailing import MAILS, measure_mailing
from bench.pages import VIEWS, measure_pages
from bench.process import ROOT, run
from bench.redeeming import measure_redeeming
from bench.report import Limit, Part, merge
from bench.results import measure_results
from bench.segments import measure_segments
from bench.vouchers import measure_vouchers

DOCUMENT = ROOT / "docs" / "benchmarks.md"
LINES, CUSTOMERS_PER_LINE = 10_000_000, 10
CUSTOMERS = 1_000_000
PARTS = (
    "measures",
    "imports",
    "pages",
    "ingest",
    "drain",
    "segments",
    "mailing",
    "effects",
    "results",
    "answers",
    "ledger",
    "redeeming",
    "loyalty",
    "vouchers",
)
WHAT_IS_COUNTED = (
    "Totals and the breakdown by product category over three periods, cohorts, gaps, Pareto and RFM, from the same "
    "Parquet facts, each in a fresh process; all figures are equal to the last digit.\n"
)
CONTESTANTS = {"Wafaa": "by_wafaa", "DuckDB SQL": "by_sql", "pandas": "by_pandas"}


def main() -> int:
    options = read_options()
    parts: dict[str, Callable[[Path], Part]] = {
        "measures": lambda folder: measure_measures(folder, options.lines, options.rounds),
        "imports": lambda folder: measure_import(folder, options.retail),
        "pages": lambda folder: measure_pages(
            options.house or folder, options.customers, views=options.views
        ),
        "ingest": measure_ingest,
        "drain": lambda folder: measure_drain(folder, options.events),
        "segments": lambda folder: measure_segments(folder, options.customers),
        "mailing": lambda folder: measure_mailing(folder, options.mails),
        "effects": measure_effects,
        "results": measure_results,
        "answers": measure_answers,
        "ledger": measure_ledger,
        "redeeming": measure_redeeming,
        "loyalty": measure_loyalty,
        "vouchers": measure_vouchers,
    }
    wanted = [name for name in parts if getattr(options, name)] or list(parts)
    if not options.retail.is_file():
        wanted = [name for name in wanted if name != "imports"]
    kept = True
    for name in wanted:
        with tempfile.TemporaryDirectory(prefix="wafaa-bench-") as folder:
            part = parts[name](Path(folder))
        DOCUMENT.write_text(merge(DOCUMENT.read_text(encoding="utf-8"), [part]), encoding="utf-8")
        print(part.write(), flush=True)
        kept = kept and all(one.is_kept for one in part.limits)
    return 0 if kept else 1


def read_options() -> argparse.Namespace:
    given = argparse.ArgumentParser(prog="python -m bench")
    for name in PARTS:
        given.add_argument(f"--{name}", action="store_true", help="this part only")
    given.add_argument("--lines", type=int, default=LINES)
    given.add_argument("--rounds", type=int, default=2, help="each contestant's best round counts")
    data = Path(os.environ.get("WAFAA_TEST_DATA", ROOT.parent / "shared" / "data"))
    given.add_argument("--retail", type=Path, default=data / "online_retail.csv.gz")
    given.add_argument(
        "--customers",
        type=int,
        default=CUSTOMERS,
        help="of the house whose pages are measured (a million take an hour and 16 GB), and of the shop whose segments are",
    )
    given.add_argument("--events", type=int, default=EVENTS, help="stored ones that are drained")
    given.add_argument("--mails", type=int, default=MAILS, help="mails that are sent")
    given.add_argument("--house", type=Path, help="keep the filled house here, and use it again")
    given.add_argument("--views", type=int, default=VIEWS, help="page views over which memory is watched")
    return given.parse_args()


def measure_measures(folder: Path, lines: int, rounds: int) -> Part:
    """Each contestant in a process of its own, in turns, so that a busy moment hits all of them."""
    facts = folder / "shop"
    print(f"generating {lines:,} order lines", flush=True)
    run("bench.shop", str(facts), str(lines), str(lines // CUSTOMERS_PER_LINE), home=folder / "home")
    best: dict[str, dict[str, Any]] = {}
    for _ in range(rounds):
        for name, module in CONTESTANTS.items():
            print(f"counting: {name}", flush=True)
            result = json.loads(run(f"bench.{module}", str(facts), home=folder / "home"))
            if name not in best or result["seconds"] < best[name]["seconds"]:
                best[name] = result
    answers = {json.dumps(result["figures"], sort_keys=True) for result in best.values()}
    assert len(answers) == 1, "the contestants do not agree on every figure"
    return Part(
        heading=f"All measures of a shop with {lines:,} order lines",
        limits=judge_measures(best),
        text=[
            WHAT_IS_COUNTED,
            "| | seconds | CPU seconds, start included | peak memory |\n|---|---:|---:|---:|",
            *(
                f"| {name} | {result['seconds']:.1f} | {result['cpu_seconds']:.1f} | {result['peak_mb']:,.0f} MB |"
                for name, result in best.items()
            ),
        ],
    )


def measure_import(folder: Path, retail: Path) -> Part:
    """On an embedded server of its own: other databases of a server can hold the stream back."""
    from wafaa.run.postgres import EmbeddedPostgres

    print(f"importing {retail.name}", flush=True)
    server = EmbeddedPostgres(folder / "postgres")
    url = server.start()
    try:
        told: dict[str, Any] = json.loads(
            run("bench.importing", str(retail), home=folder / "import", WAFAA_DATABASE_URL=url)
        )
    finally:
        server.stop()
    return Part(
        heading=f"Importing {told['lines']:,} order lines",
        limits=judge_import(told),
        text=[
            "| step | seconds |\n|---|---:|",
            f"| bare COPY into a table with a primary key and two more indexes | {told['copy']:.2f} |",
            f"| import: read, understand, check, publish as events, apply | {told['import']:.2f} |",
            f"| first facts sync | {told['first_sync']:.2f} |",
            f"| facts sync without changes | {told['idle_sync']:.3f} |",
            f"| facts sync after {told['added_lines']:,} more lines | {told['second_sync']:.3f} |",
        ],
    )


def judge_measures(measures: dict[str, dict[str, Any]]) -> list[Limit]:
    wafaa = measures["Wafaa"]
    to_sql = wafaa["seconds"] / measures["DuckDB SQL"]["seconds"]
    to_pandas = wafaa["seconds"] / measures["pandas"]["seconds"]
    peak_mb = wafaa["peak_mb"]
    return [
        Limit(
            what="all measures, time against hand-written SQL",
            measured=f"{to_sql:.2f}",
            limit="at most 1.30",
            is_kept=to_sql <= 1.3,
        ),
        Limit(
            what="all measures, time against pandas",
            measured=f"{to_pandas:.2f}",
            limit="at most 0.33",
            is_kept=to_pandas <= 1 / 3,
        ),
        Limit(
            what="all measures, peak memory",
            measured=f"{peak_mb:,.0f} MB",
            limit="below 2,000 MB",
            is_kept=peak_mb < 2000,
        ),
    ]


def judge_import(seconds: dict[str, Any]) -> list[Limit]:
    speed = seconds["copy"] / (seconds["import"] + seconds["first_sync"])
    share = seconds["second_sync"] / seconds["first_sync"]
    return [
        Limit(
            what="import with facts, speed against a bare COPY",
            measured=f"{speed:.2f}",
            limit="at least 0.20",
            is_kept=speed >= 0.2,
        ),
        Limit(
            what="facts sync after 1 % new orders against the first",
            measured=f"{share:.3f}",
            limit="at most 0.05",
            is_kept=share <= 0.05,
        ),
    ]


if __name__ == "__main__":
    sys.exit(main())
