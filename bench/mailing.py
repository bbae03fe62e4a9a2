"""Mails from a list of customers to a mail server, gate and outbox included, against a bare smtplib loop with the same bytes.

python -m bench.mailing [--mails N] [--drains]: on the database of WAFAA_DATABASE_URL, which must be one to be thrown away.
`python -m bench --mailing` does it on an embedded server of its own.
"""

import argparse
import json
import os
import smtplib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.process import run
from bench.report import Limit, Part
from wafaa.run.postgres import EmbeddedPostgres

MAILS = 100_000
RATIO_LIMIT = 0.5
# What a sender may weigh more at the end than when a quarter was sent: its list of mails would weigh several times that.
GROWTH_LIMIT_MB = 30
# While they go out somebody buys something, again and again.
RECEIPT_EVERY_S, RECEIPT_LIMIT_S = 0.2, 1.0
# The bare loop's best, as what else the machine does makes it slower by half.
BARE_RUNS = 3

SENDER = """
import threading, time, resource, sys
sys.setswitchinterval(0.0005)
import django
django.setup()
from django.conf import settings
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(sys.argv[1])
from wafaa.act.messages.delivering import LANES
from wafaa.run.outbox import make_senders
from wafaa.run.releasing import Releases
ending = threading.Event()
for one in [*make_senders(LANES, ending), Releases(ending)]:
    threading.Thread(target=one.run, daemon=True).start()
if sys.argv[2] == "1":
    from wafaa.run.draining import Drains
    threading.Thread(target=Drains().run, daemon=True).start()
print("ready", flush=True)
for line in sys.stdin:
    now = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmRSS")][0]
    print(now, time.process_time(), flush=True)
"""
# A template as shops have them: two languages, a few values, an address; some 6 KB as it leaves.
FILLER = " ".join(["ندعوك لاكتشاف محاصيل هذا الموسم من القهوة المختصة."] * 25)
TEXTS = {
    "en": {
        "email": {
            "subject": "{{ customer.first_name | default: 'Hello' }}, winter coffee is here",
            "html": "<html lang='en'><body><p>Dear {{ customer.first_name | default: 'customer' }}</p><p>"
            + "Beans of this season, roasted on Sunday. " * 60
            + "</p><a href='{% _address %}https://shop.example/winter{% end_address %}'>See them</a></body></html>",
            "text": "Dear {{ customer.first_name | default: 'customer' }}\n"
            + "Beans of this season. " * 30
            + "{{ links.unsubscribe }}",
        }
    },
    "ar": {
        "email": {
            "subject": "{{ customer.first_name | default: 'أهلًا' }}، وصلت قهوة الشتاء",
            "html": "<html lang='ar' dir='rtl'><body><p>عزيزنا {{ customer.first_name | default: 'العميل' }}</p><p>"
            + FILLER
            + "</p></body></html>",
            "text": "عزيزنا {{ customer.first_name | default: 'العميل' }}\n"
            + FILLER[:600]
            + "\n{{ links.unsubscribe }}",
        }
    },
}


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def ask(process: subprocess.Popen[str], question: str = "") -> str:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(question + "\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


def read_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def prepare(mails: int) -> tuple[Any, list[int]]:
    """An empty house with so many customers, half of them reading Arabic, all of whom have said yes."""
    from django.core.management import call_command
    from django.db import connection

    from wafaa.act.messages.models import Template, TemplateVersion
    from wafaa.kit import clock
    from wafaa.know.consents.models import ConsentState
    from wafaa.know.customers.models import Customer, DistinctId

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE know_customers_customer, stream_destination, act_messages_sending, stream_event, stream_messageid,"
            " act_messages_template, know_consents_consentstate, stream_checkpoint, act_messages_pace CASCADE"
        )
    now = clock.now()
    people = Customer.objects.bulk_create(
        (
            Customer(
                external_id=f"C{number}",
                name=f"نورة الحربي {number}" if number % 2 else f"Emma Clarke {number}",
                email=f"c{number}@shop{number % 7}.example",
                language="ar" if number % 2 else "en",
                created_at=now,
                changed_in=1,
            )
            for number in range(mails)
        ),
        batch_size=5_000,
    )
    DistinctId.objects.bulk_create(
        (DistinctId(distinct_id=one.external_id, customer=one) for one in people), batch_size=5_000
    )
    ConsentState.objects.bulk_create(
        (
            ConsentState(distinct_id=one.external_id, channel="email", purpose="marketing", given_at=now)
            for one in people
        ),
        batch_size=5_000,
    )
    template = Template.objects.create(
        name="Winter", purpose="marketing", state="ready", created_at=now, changed_at=now
    )
    template.latest = TemplateVersion.objects.create(
        template=template, number=1, content={}, compiled=TEXTS, names=["customer.first_name"], created_at=now
    )
    template.save()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return template, [one.pk for one in people]


def send_bare(port: int, mails: list[tuple[str, bytes]]) -> float:
    """Seconds for all of them over one kept connection."""
    began = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for to, mail in mails:
            smtp.sendmail("wafaa@localhost", [to], mail)
    return time.perf_counter() - began


def measure_bare(mails: int) -> float:
    """Seconds of its best run."""
    bare, runs = write_bare(mails), []
    for _ in range(BARE_RUNS):
        with running("-m", "bench.mail_sink") as sink:
            runs.append(send_bare(int(read_line(sink)), bare))
            told = json.loads(ask(sink))
        print(f"bare: {mails / runs[-1]:,.0f}/s, {told['bytes'] / told['mails']:,.0f} bytes a mail")
    return min(runs)


def write_bare(mails: int) -> list[tuple[str, bytes]]:
    """What our mails weigh, ready made."""
    from wafaa.act.messages.channels.email.mime import write_mail, write_mailbox
    from wafaa.kit import clock

    written = []
    for number in range(mails):
        email = TEXTS["ar" if number % 2 else "en"]["email"]
        mail = write_mail(
            sender=write_mailbox("Palm Roastery", "wafaa@localhost"),
            to=f"c{number}@shop.example",
            subject="winter coffee is here",
            text=email["text"],
            html=email["html"],
            message_id=f"bare-{number}@localhost",
            boundary=f"b-{number}",
            at=clock.now(),
            language="en",
            headers={"List-Unsubscribe": "<http://127.0.0.1:8000/u/aaaaaaaaaaaaaaaaaaaaaaaaaaaa/>"},
        )
        written.append((f"c{number}@shop.example", mail))
    return written


def main() -> None:
    given = argparse.ArgumentParser(prog="python -m bench.mailing")
    given.add_argument("--mails", type=int, default=20_000)
    given.add_argument("--drains", action="store_true", help="with all consumers of the stream beside it")
    options = given.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wafaa.config.settings")
    import django

    django.setup()
    template, people = prepare(options.mails)
    found: dict[str, Any] = {"mails": options.mails}
    bare_s = measure_bare(options.mails)
    with running("-m", "bench.mail_sink") as sink:
        port = int(read_line(sink))
        with running("-c", SENDER, str(port), str(int(options.drains))) as sender:
            read_line(sender)
            ours_s, asked_s, weights, receipts = send_ours(template, people, sink, sender)
            memory, cpu = ask(sender).split()
            told = json.loads(ask(sink))
            waits = receipts.read_waits(json.loads(ask(sink, "names"))["times"])
        print(
            f"ours: {options.mails / ours_s:,.0f}/s (asked in {asked_s:.1f} s), {told['bytes'] / told['mails']:,.0f} bytes a mail,"
            f" {told['mails']} taken, {told['different']} different; sender {int(memory) / 1024:,.0f} MB, {float(cpu):.1f} s of CPU"
        )
    print(f"ratio: {bare_s / ours_s:.2f} of the bare loop")
    print(f"{len(waits)} receipts beside them, 95th percentile {waits[int(len(waits) * 0.95)]:.2f} s")
    found |= {
        "bare_s": bare_s,
        "ours_s": ours_s,
        "asked_s": asked_s,
        "cpu_s": float(cpu),
        "weights_mb": weights,
        "receipt_s": waits,
        **told,
    }
    print(json.dumps(found))


class Receipts(threading.Thread):
    """Asks for one after the other until it is ended."""

    def __init__(self, template: Any, person: int) -> None:
        super().__init__(daemon=True)
        self._template, self._person, self._ending = template.uuid, person, threading.Event()
        self.asked_at: list[float] = []

    def run(self) -> None:
        from django.db import connection

        from wafaa.act.messages.actions import send
        from wafaa.act.messages.rules import Person

        try:
            while not self._ending.wait(RECEIPT_EVERY_S):
                self.asked_at.append(time.time())
                send(
                    reason="receipts",
                    step=str(len(self.asked_at) - 1),
                    template=self._template,
                    people=[Person(customer_id=self._person)],
                    purpose="service",
                    lane="urgent",
                )
        finally:
            connection.close()

    def end(self) -> None:
        self._ending.set()
        self.join()

    def read_waits(self, times: dict[str, float]) -> list[float]:
        """Seconds from asking for each until the server had it, in order."""
        from wafaa.act.messages.models import Message

        asked = Message.objects.filter(sending__reason="receipts").values_list("uuid", "step")
        return sorted(times[f"{name}@localhost"] - self.asked_at[int(step)] for name, step in asked)


def send_ours(
    template: Any, people: list[int], sink: subprocess.Popen[str], sender: subprocess.Popen[str]
) -> tuple[float, float, list[float], Receipts]:
    """Seconds until the last one had come, and until all were asked for; what the sender weighed at each quarter; the
    receipts that went out meanwhile.
    """
    from wafaa.act.messages.actions import change_settings, send
    from wafaa.act.messages.rules import Person

    change_settings(
        changes={
            "windows": [{"opens": "00:00", "closes": "24:00", "country": country} for country in ("", "SA")]
        },
        by=None,
    )
    receipts = Receipts(template, people[0])
    receipts.start()
    began = time.time()
    sent = send(
        reason=f"bench:{began}",
        step="1",
        template=template.uuid,
        people=[Person(customer_id=one) for one in people],
        purpose="marketing",
        lane="bulk",
    )
    asked_s = time.time() - began
    assert sent.counts == {"queued": len(people)}, sent
    weights: list[float] = []
    while (told := json.loads(ask(sink)))["different"] < len(people):
        time.sleep(0.1)
        if told["different"] * 4 // len(people) > len(weights):  # memory must not grow with the list
            weights.append(int(ask(sender).split()[0]) / 1024)
            print(f"  {told['different']:,} sent, sender {weights[-1]:,.0f} MB")
    receipts.end()
    while (told := json.loads(ask(sink)))["different"] < len(people) + len(receipts.asked_at):
        time.sleep(0.1)
    return (
        told["last_at"] - began,
        asked_s,
        [*weights, int(ask(sender).split()[0]) / 1024],
        receipts,
    )


def measure_mailing(folder: Path, mails: int) -> Part:
    """On an embedded server of its own, which goes with the folder."""
    print(f"sending {mails:,} mails", flush=True)
    server = EmbeddedPostgres(folder / "postgres")
    url = server.start()
    try:
        output = run("bench.mailing", "--mails", str(mails), home=folder / "home", WAFAA_DATABASE_URL=url)
    finally:
        server.stop()
    told: dict[str, Any] = json.loads(output.splitlines()[-1])
    ratio, weights = told["bare_s"] / told["ours_s"], told["weights_mb"]
    growth, waits = weights[-1] - weights[0], told["receipt_s"]
    receipt_s = waits[int(len(waits) * 0.95)]
    weighed = ", ".join(f"{one:,.0f}" for one in weights)
    return Part(
        heading=f"Mailing {mails:,} personalised mails in two languages",
        limits=[
            Limit(
                what="rate against a bare smtplib loop with the same bytes over a kept connection",
                measured=f"{ratio:.2f}",
                limit=f"at least {RATIO_LIMIT:.2f}",
                is_kept=ratio >= RATIO_LIMIT,
            ),
            Limit(
                what="what the sender weighs more at the end than after the first quarter",
                measured=f"{growth:,.0f} MB",
                limit=f"at most {GROWTH_LIMIT_MB} MB",
                is_kept=growth <= GROWTH_LIMIT_MB,
            ),
            Limit(
                what="a receipt while they go out, from asking to the mail server, 95th percentile",
                measured=f"{receipt_s:.2f} s",
                limit=f"at most {RECEIPT_LIMIT_S:.2f} s",
                is_kept=receipt_s <= RECEIPT_LIMIT_S,
            ),
        ],
        text=[
            (
                f"From a list of customers through gate, outbox and rendering to an SMTP server on the same machine: "
                f"{mails / told['ours_s']:,.0f} a second against {mails / told['bare_s']:,.0f} of the bare loop's best of {BARE_RUNS} runs, "
                f"{told['bytes'] / told['mails']:,.0f} bytes each. All were asked for within {told['asked_s']:.1f} s; "
                f"{told['mails']:,} mails came, {told['different']:,} different. The sender used {told['cpu_s']:,.0f} s of CPU and weighed "
                f"{weighed} MB at each quarter and at the end. {len(waits)} receipts went out meanwhile, half of them within "
                f"{waits[len(waits) // 2]:.2f} s, the slowest after {waits[-1]:.2f} s.\n"
            )
        ],
    )


if __name__ == "__main__":
    main()
