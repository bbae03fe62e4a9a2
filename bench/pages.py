"""Pages over HTTP from a house of a million customers and ten million orders, and what the served program weighs."""

import random
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import psycopg

from bench.process import run
from bench.report import Limit, Part
from bench.serving import Visitor, weigh
from wafaa.learn.facts.store import read_manifest
from wafaa.run.analyst import REST_AFTER_S
from wafaa.run.home import Home
from wafaa.run.postgres import EmbeddedPostgres
from wafaa.run.tests.processes import Serving

ORDERS_PER_CUSTOMER = 10
BYTES_PER_CUSTOMER = (
    16_000  # with their orders, events and facts, and what making the indexes takes meanwhile
)
REQUESTS = 200
PAGE_S, SEARCH_S = 0.3, 0.2
IDLE_MB, IDLE_AFTER_S = 450, 30
# As docs/pictures.md has them; {customer} is another one each time.
TEN_PAGES = {
    "Today": "/",
    "customers": "/customers/",
    "customer": "/customers/{customer}/",
    "orders": "/orders/",
    "reports": "/reports/",
    "report: retention": "/reports/retention_rate/",
    "report: cohorts": "/reports/cohorts/",
    "report: RFM": "/reports/rfm/",
    "imports": "/imports/",
    "settings": "/settings/",
}
MARKED = ("Today", "customer", "customer: figures", "customer: of the 100 with most orders")
WARM_UP_VIEWS, VIEWS, BROWSERS = 1_000, 10_000, 4
GROWTH_MAX = 0.02
NEW_ORDER = """
INSERT INTO stream_event (message_id, type, name, distinct_id, occurred_at, received_at, properties, context, source)
SELECT
    gen_random_uuid(), 'track', 'Order Completed', distinct_id, now(), now(),
    json_build_object('order_id', gen_random_uuid(), 'currency', 'SAR', 'channel', 'web', 'products', json_build_array(
        json_build_object('sku', 'P1', 'quantity', 1, 'price', 80)
    )), '{}', 'bench'
FROM know_customers_distinctid LIMIT 1;
NOTIFY wafaa_stream
"""
HOW_TIMED = (
    "Over HTTP from `wafaa serve`, signed in as the owner, one request after the other, in Arabic, compressed; customers and "
    "words differ from request to request.\n"
)


@dataclass(frozen=True, kw_only=True)
class Timed:
    """Seconds of requests to one kind of page, and the 95th percentile that it should keep within."""

    name: str
    seconds: list[float]
    mark: float | None

    @property
    def p95(self) -> float:
        return sorted(self.seconds)[int(len(self.seconds) * 0.95)]


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Whom the requests ask for: addresses of customers, and words to search for by kind."""

    anybody: list[str]
    heaviest: list[str]
    searches: dict[str, list[str]]


def measure_pages(folder: Path, customers: int, *, views: int = VIEWS) -> Part:
    """Fills `folder` unless it holds a house already; see the parts for what is measured."""
    house = folder / "house"
    if not house.exists():
        _fill(house, customers)
    shutil.rmtree(house / "facts", ignore_errors=True)
    print("pages: counting for the first time", flush=True)
    with serving(house) as server:
        first_start_s = Visitor(server.port).sign_in().wait_for("/")
        cast = choose_cast(server)
    print("pages: idle", flush=True)
    with serving(house) as server:
        time.sleep(IDLE_AFTER_S)
        idle = weigh(server)
        owner = Visitor(server.port).sign_in()
        restart_s = owner.wait_for("/")
        used = weigh(server)
        print("pages: timing", flush=True)
        timed = [*time_pages(owner, cast), *time_searches(owner, cast), time_while_counting(server, owner)]
        forget_answers(server)
        cold_s = owner.wait_for("/")
        print(f"pages: {views:,} views", flush=True)
        rested, grown = watch_growth(server, owner, cast, views)
        forget_answers(server)  # the next run on this house begins as this one did
    waits = {
        "first start on this database: facts written, all answers counted": first_start_s,
        "after a restart": restart_s,
        "no answer kept, as on a new day before the worker counted ahead": cold_s,
    }
    weights = {
        f"{IDLE_AFTER_S} s after the start": idle,
        "after the first Today": used,
        f"at rest after a new day's count and {WARM_UP_VIEWS * views // VIEWS:,} views": rested,
    }
    return Part(
        heading=f"Pages of a house with {customers:,} customers and {customers * ORDERS_PER_CUSTOMER:,} orders",
        limits=[*judge_times(timed), *judge_idle(idle, used), judge_growth(grown)],
        text=[*tell_times(timed), *tell_waits(waits), *tell_weights(weights), tell_growth(grown, views)],
    )


def _fill(house: Path, customers: int) -> None:
    """On the embedded server, where the program will find its database; fast, as what is lost can be made again."""
    house.parent.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(house.parent).free < customers * BYTES_PER_CUSTOMER:
        raise SystemExit(f"{house.parent} has no {customers * BYTES_PER_CUSTOMER / 1e9:.0f} GB free")
    print(f"pages: filling a house of {customers:,} customers", flush=True)
    draft = house.with_suffix(".draft")
    shutil.rmtree(draft, ignore_errors=True)
    server = EmbeddedPostgres(draft / "postgres", fast=True)
    url = server.start()
    try:
        orders = customers * ORDERS_PER_CUSTOMER
        run("bench.house", str(customers), str(orders), home=draft, WAFAA_DATABASE_URL=url)
    finally:
        server.stop()
    draft.rename(house)


@contextmanager
def serving(house: Path) -> Iterator[Serving]:
    """`wafaa serve` over this data directory."""
    server = Serving(house)
    try:
        yield server.wait()
    finally:
        server.stop()


def connect(server: Serving) -> psycopg.Connection:
    running = Home(server.home).read_running()
    assert running, "nothing runs"
    return psycopg.connect(running.database_url, autocommit=True)


def choose_cast(server: Serving) -> Cast:
    """Always the same for the same house."""
    with connect(server) as database:
        database.execute("SELECT setseed(0.42)")
        named = database.execute(
            "SELECT uuid::text, name, email, phone, external_id FROM know_customers_customer WHERE id IN"
            " (SELECT 1 + floor(random() * (SELECT max(id) FROM know_customers_customer))::bigint"
            "  FROM generate_series(1, %s))",
            [10 * REQUESTS],
        ).fetchall()
        heaviest = database.execute(
            "SELECT uuid::text FROM know_orders_customertotals JOIN know_customers_customer ON id = customer_id"
            " ORDER BY orders DESC LIMIT 100"
        ).fetchall()
    random.Random(42).shuffle(named)
    return Cast(
        anybody=[row[0] for row in named],
        heaviest=[row[0] for row in heaviest],
        searches=choose_searches([row[1:] for row in named if row[1]]),
    )


def choose_searches(people: list[tuple[str, ...]]) -> dict[str, list[str]]:
    """What people type: whole names, one name, beginnings, phones as they are told, numbers."""

    def vary(texts: list[str], *forms: Callable[[str], str]) -> list[str]:
        return [forms[place % len(forms)](text) for place, text in enumerate(texts)][:REQUESTS]

    names = [person[0] for person in people]
    name_forms = (
        str,
        lambda name: name.split()[0],
        lambda name: name.split()[-1][:4],
        lambda name: f"{name.split()[0]} {name.split()[-1]}",
    )
    return {
        "Arabic name": vary(
            [name for name in names if not name.isascii() and name[0] > "\u0600"], *name_forms
        ),
        "Latin name": vary([name for name in names if name[0] < "\u0600"], *name_forms),
        "e-mail": vary([person[1] for person in people], str, lambda mail: mail.partition("@")[0]),
        "phone": vary(
            [person[2] for person in people],
            str,
            lambda phone: f"0{phone[4:]}",
            lambda phone: f"05{phone[5:6]} {phone[6:9]} {phone[9:]}",
            lambda phone: phone[4:10],
        ),
        "customer number": vary([person[3] for person in people], str, lambda number: number[:5]),
    }


def time_pages(owner: Visitor, cast: Cast) -> Iterator[Timed]:
    """The ten pages, and what the customer's consists of besides; one after the other."""
    paths = {name: [path] * REQUESTS for name, path in TEN_PAGES.items()}
    paths["customer"] = [f"/customers/{one}/" for one in cast.anybody[:REQUESTS]]
    paths["customer: figures"] = [f"{path}panels/figures/" for path in paths["customer"]]
    paths["customer: of the 100 with most orders"] = [
        path for one in cast.heaviest for path in (f"/customers/{one}/", f"/customers/{one}/panels/figures/")
    ]
    for name, asked in paths.items():
        owner.wait_for(asked[0])
        mark = PAGE_S if name in MARKED else None
        yield Timed(name=name, seconds=[owner.time(path) for path in asked], mark=mark)


def time_searches(owner: Visitor, cast: Cast) -> Iterator[Timed]:
    for kind, words in cast.searches.items():
        seconds = [owner.time(f"/customers/?q={quote(word)}") for word in words]
        yield Timed(name=f"search: {kind}", seconds=seconds, mark=SEARCH_S)


def time_while_counting(server: Serving, owner: Visitor) -> Timed:
    """An order comes in by the stream; Today is asked for until its figures have turned."""
    facts, seconds = server.home / "facts", []
    before = get_version(facts)
    with connect(server) as database:
        database.execute(NEW_ORDER)
    while get_version(facts) == before:
        seconds.append(owner.time("/"))
    return Timed(name="Today, while its figures are counted anew", seconds=seconds, mark=PAGE_S)


def get_version(facts: Path) -> str:
    manifest = read_manifest(facts)
    assert manifest, "there are no facts"
    return manifest.version


def forget_answers(server: Serving) -> None:
    """So that they have to be counted again, as those of a new day."""
    with connect(server) as database:
        database.execute("DELETE FROM learn_measures_answer")


def watch_growth(
    server: Serving, owner: Visitor, cast: Cast, views: int
) -> tuple[dict[str, float], list[float]]:
    """MB by process after a warm-up and a rest; own memory of all before and after each tenth of the views, which several
    browsers share.
    """
    everybody = [*cast.anybody, *cast.heaviest]

    def view(places: range) -> None:
        browser = Visitor(server.port, owner.cookies)
        for place in places:
            path = list(TEN_PAGES.values())[place % len(TEN_PAGES)]
            browser.time(path.format(customer=everybody[place // len(TEN_PAGES) % len(everybody)]))
        browser.close()

    def view_all(first: int, count: int) -> None:
        with ThreadPoolExecutor(BROWSERS) as browsers:
            list(browsers.map(view, [range(first + one, first + count, BROWSERS) for one in range(BROWSERS)]))

    def weigh_all() -> float:
        return sum(weigh(server, "Pss_Anon").values())

    view_all(0, WARM_UP_VIEWS * views // VIEWS)
    time.sleep(2 * REST_AFTER_S + 5)
    rested, grown = weigh(server), [weigh_all()]
    for first in range(0, views, views // 10):
        view_all(first, views // 10)
        grown.append(weigh_all())
    return rested, grown


def judge_times(timed: list[Timed]) -> list[Limit]:
    searches = [one for one in timed if one.name.startswith("search: ")]
    together = Timed(
        name="search for customers", seconds=[each for one in searches for each in one.seconds], mark=SEARCH_S
    )
    return [
        Limit(
            what=f"{one.name}, 95th percentile",
            measured=f"{one.p95 * 1000:.0f} ms",
            limit=f"below {one.mark * 1000:.0f} ms",
            is_kept=one.p95 < one.mark,
        )
        for one in [*(one for one in timed if one not in searches), together]
        if one.mark
    ]


def judge_idle(idle: dict[str, float], used: dict[str, float]) -> list[Limit]:
    return [
        Limit(
            what=f"idle memory without PostgreSQL, {when}",
            measured=f"{sum(weight.values()):.0f} MB",
            limit=f"below {IDLE_MB} MB",
            is_kept=sum(weight.values()) < IDLE_MB,
        )
        for when, weight in (("after the start", idle), ("after the first Today", used))
    ]


def judge_growth(grown: list[float]) -> Limit:
    """What only ever climbs, from third to third of the views, would not stop either."""
    growth = grown[-1] / grown[0] - 1
    climbs = all(later > earlier for earlier, later in pairwise(grown[::3]))
    return Limit(
        what="growth of memory over the page views",
        measured=f"{growth:+.1%}{', climbing' if climbs else ''}",
        limit=f"below {GROWTH_MAX:.0%}, no steady climb",
        is_kept=growth < GROWTH_MAX and not climbs,
    )


def tell_times(timed: list[Timed]) -> list[str]:
    return [
        HOW_TIMED,
        "| page | requests | median | 95th percentile | slowest |\n|---|---:|---:|---:|---:|",
        *(
            f"| {one.name} | {len(one.seconds)} | {statistics.median(one.seconds) * 1000:.0f} ms | {one.p95 * 1000:.0f} ms "
            f"| {max(one.seconds) * 1000:.0f} ms |"
            for one in timed
        ),
    ]


def tell_waits(waits: dict[str, float]) -> list[str]:
    return [
        "\n| Today, one visit | seconds |\n|---|---:|",
        *(f"| {when} | {seconds:.1f} |" for when, seconds in waits.items()),
    ]


def tell_weights(weights: dict[str, dict[str, float]]) -> list[str]:
    columns = list(weights.values())
    return [
        "\nProportional set size in MB:\n",
        f"| process | {' | '.join(weights)} |\n|---|{'---:|' * len(weights)}",
        *(f"| {name} | {' | '.join(f'{column[name]:.0f}' for column in columns)} |" for name in columns[0]),
        f"| together | {' | '.join(f'{sum(column.values()):.0f}' for column in columns)} |",
    ]


def tell_growth(grown: list[float], views: int) -> str:
    slope = statistics.linear_regression(range(len(grown)), grown).slope * VIEWS / views
    readings = ", ".join(f"{weight:.0f}" for weight in grown)
    return (
        f"\n{views:,} further views of the ten main pages by {BROWSERS} browsers at once, own memory of all processes in MB before and "
        f"after each tenth: {readings}; slope {slope:+.1f} MB per 1,000 views."
    )
