"""Makes version_1.sql.gz and version_1.json: a small filled database as the end of Stage 1 left it, and its figures.

    WAFAA_DATABASE_URL=postgresql://... python tests/flow/data/make_version_1.py

The server must be PostgreSQL 15, the oldest that is supported, so that the dump goes into every newer one; its pg_dump
must be on the path. The code of that commit is taken from git into a temporary folder and run there with the packages
of this environment: it makes the tables, imports a file of orders, and is given some events after that, which nobody
handles before the dump, one of them broken. So an upgrade meets rows, checkpoints, waiting events and a parked one.
"""

import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

COMMIT = "7d59b2c"
DATABASE = "wafaa_version_1"
HERE = Path(__file__).parent
ROOT = HERE.parents[2]
CLI = "from wafaa.run.cli import main; main()"
WAITING = """
import django; django.setup()
from datetime import UTC, datetime
from wafaa.config.flow import CONSUMERS
from wafaa.stream.actions import record_event
from wafaa.stream.drain import drain_until_quiet
from wafaa.stream.rules import NewEvent


def tell(number, distinct_id, properties):
    record_event(event=NewEvent(
        message_id=f"later-{number}", type="track", name="Order Completed", distinct_id=distinct_id,
        occurred_at=datetime(2025, 6, 20, 12, tzinfo=UTC), properties=properties, source="file"))


def order(number, price):
    return {"order_id": f"L{number}", "currency": "SAR",
            "products": [{"sku": "A1", "name": "Coffee", "quantity": "2", "price": price, "line": 1}]}


tell(0, "broken", order(0, "ten"))
drain_until_quiet(CONSUMERS)  # parks it
for number in range(1, 6):
    tell(number, f"{1000 + number}", order(number, "12.50"))
tell(6, "broken", order(6, "10"))
"""


def write_orders(file: Path) -> None:
    chance = random.Random(2025)
    lines = [
        "order id,date,customer id,customer name,email,sku,product,category,quantity,unit price,store,country"
    ]
    names = ("نورة القحطاني", "James Hill", "سالم العتيبي", "Ana Costa", "هدى الشمري", "Omar Saleh")
    for number in range(400):
        person = int(chance.paretovariate(1.2) * 3) % 70
        moment = datetime(2024, 1, 3, 9, tzinfo=UTC) + timedelta(minutes=chance.randrange(540 * 24 * 60))
        is_refund = number % 23 == 22
        for item in range(chance.choice((1, 1, 2, 3))):
            sku = f"A{chance.randrange(1, 12)}"
            lines.append(
                f"{'C' if is_refund else ''}{5000 + number},{moment:%Y-%m-%d %H:%M:%S},{1000 + person},"
                f"{names[person % 6]} {person},p{person}@example.com,{sku},Product {sku},Kind {len(sku)},"
                f"{'-' if is_refund else ''}{1 + item},{chance.randrange(500, 9000) / 100:.2f},RUH-{1 + person % 2},SA"
            )
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    given = urlsplit(os.environ["WAFAA_DATABASE_URL"])
    url = urlunsplit(given._replace(path=f"/{DATABASE}"))
    with tempfile.TemporaryDirectory() as folder:
        code = Path(folder)
        content = subprocess.run(
            ["git", "-C", str(ROOT), "archive", COMMIT], check=True, capture_output=True
        ).stdout
        subprocess.run(["tar", "-x", "-C", folder], input=content, check=True)
        environment = {
            **os.environ,
            "PYTHONPATH": str(code / "src"),
            "WAFAA_HOME": str(code / "home"),
            "WAFAA_DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "wafaa.config.settings",
            "LANG": "C.UTF-8",
        }

        def run(*command: str, given: str = "") -> str:
            done = subprocess.run(
                command, env=environment, cwd=code, input=given, stdout=subprocess.PIPE, text=True, check=True
            )
            return done.stdout

        subprocess.run(["psql", given.geturl(), "-qc", f"DROP DATABASE IF EXISTS {DATABASE}"], check=True)
        subprocess.run(["psql", given.geturl(), "-qc", f"CREATE DATABASE {DATABASE}"], check=True)
        write_orders(code / "orders.csv")
        python = sys.executable
        create = ("user", "create", "--email", "noura@example.com", "--role", "owner")
        run(python, "-c", CLI, *create, given="saffron and cardamom\n")
        run(
            python,
            "-c",
            CLI,
            "import",
            "orders",
            "orders.csv",
            "--currency",
            "SAR",
            "--time-zone",
            "Asia/Riyadh",
        )
        run(python, "-c", WAITING)
        dump = ("--no-owner", "--no-privileges", "--no-comments", "--no-toast-compression", "--schema=public")
        script = run("pg_dump", *dump, "--restrict-key=wafaa", "--dbname", url)
        told = json.loads(run(python, str(HERE / "figures.py"), "drain"))
        subprocess.run(["psql", given.geturl(), "-qc", f"DROP DATABASE {DATABASE}"], check=True)
    with gzip.GzipFile(HERE / "version_1.sql.gz", "wb", mtime=0) as file:
        file.write(script.encode())
    (HERE / "version_1.json").write_text(
        json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    )


if __name__ == "__main__":
    main()
