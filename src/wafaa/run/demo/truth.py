"""The truth of the demo shop as files beside the data, so that later estimates can be checked against it."""

import csv
import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import timedelta
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np

from wafaa.run.demo.catalogue import BRANCHES
from wafaa.run.demo.process import CHANNELS, LEAVING, Truth
from wafaa.run.demo.shop import CURRENCY, Shop

_ABOUT = {
    "truth.json": "parameters of the process and what they come to",
    "customers.csv": "each customer's own rate per day of season time, chance of leaving after a purchase,"
    " mean spend (halalas), when they came and left (season time and UTC), alive at the end or not",
    "orders.csv": "each known order: what was meant to be spent and what was charged (halalas), promise and"
    " delay in days, experience, the satisfaction (1 to 5) rounded from it, chance of leaving, left or not",
    "days.csv": "each local day: how busy it was (mean 1), its season, the couriers' extra delay in days",
    "hours.csv": "season time at the end of each calendar hour from the shop's first midnight",
}


def write_truth(shop: Shop, folder: Path) -> None:
    """Replaces the folder as a whole; a kill leaves the old one, the new one, or none."""
    draft = folder.with_name(folder.name + ".draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    text = json.dumps(_describe(shop.truth), ensure_ascii=False, indent=1)
    (draft / "truth.json").write_text(text + "\n", encoding="utf-8")
    _write_customers(shop, draft / "customers.csv")
    _write_orders(shop, draft / "orders.csv")
    _write_calendar(shop.truth, draft)
    shutil.rmtree(folder, ignore_errors=True)
    draft.replace(folder)


def _describe(truth: Truth) -> dict[str, Any]:
    parameters = truth.parameters
    made = truth.purchases
    left = np.zeros(parameters.customers, dtype=bool)
    left[made.customer[made.left]] = True
    return {
        "files": _ABOUT,
        "first_day": truth.calendar.first.isoformat(),
        "end": (truth.calendar.first + timedelta(days=truth.calendar.days)).isoformat(),
        "time_zone": "Asia/Riyadh",
        "currency": CURRENCY,
        "parameters": asdict(parameters),
        "mean_rate_per_day": parameters.mean_rate_per_day,
        "mean_leave_probability": parameters.mean_leave_probability,
        "mean_spend_minor": parameters.mean_spend_minor,
        "leaving_by_satisfaction": dict(zip(range(1, 6), LEAVING, strict=True)),
        "branch_service": {branch.code: branch.service for branch in BRANCHES},
        "orders": len(made.customer),
        "walk_ins": len(truth.walk_in_hours),
        "customers_alive": int((~left).sum()),
        "season_end": truth.season_end,
    }


def _write_customers(shop: Shop, path: Path) -> None:
    truth = shop.truth
    people, made = truth.population, truth.purchases
    first = np.full(truth.parameters.customers, -1)
    first[made.customer[made.number == 1]] = np.flatnonzero(made.number == 1)
    last = np.full(truth.parameters.customers, -1)
    last[made.customer[made.left]] = np.flatnonzero(made.left)
    header = (
        "customer_number", "language", "rate_per_day", "leave_probability", "mean_spend_minor", "harshness",
        "acquired_season", "acquired_at", "left_season", "left_at", "alive",
    )  # fmt: skip
    rows = (
        (
            person.number,
            person.language,
            f"{people.rate_per_day[index]:.9f}",
            f"{people.leave_probability[index]:.9f}",
            f"{people.mean_spend_minor[index]:.3f}",
            f"{people.harshness[index]:.6f}",
            f"{people.acquired[index]:.9f}",
            shop.orders[first[index]].at.isoformat(),
            "" if last[index] < 0 else f"{made.season_time[last[index]]:.9f}",
            "" if last[index] < 0 else shop.orders[last[index]].at.isoformat(),
            int(last[index] < 0),
        )
        for index, person in enumerate(shop.people)
    )
    _write_csv(path, header, rows)


def _write_orders(shop: Shop, path: Path) -> None:
    made = shop.truth.purchases
    leave = shop.truth.population.leave_probability
    header = (
        "order_id", "customer_number", "at", "season_time", "channel", "branch", "spend_minor", "gross_minor",
        "promised_days", "delay_days", "experience", "satisfaction", "leave_probability", "left", "refunded",
    )  # fmt: skip
    rows = (
        (
            order.number,
            shop.people[made.customer[index]].number,
            order.at.isoformat(),
            f"{made.season_time[index]:.9f}",
            CHANNELS[made.channel[index]],
            order.branch,
            f"{made.spend_minor[index]:.3f}",
            order.gross_minor,
            _number(made.promised_days[index]),
            _number(made.delay_days[index]),
            f"{made.experience[index]:.6f}",
            made.satisfaction[index],
            f"{min(1.0, leave[made.customer[index]] * LEAVING[made.satisfaction[index] - 1]):.9f}",
            int(made.left[index]),
            int(order.refund is not None),
        )
        for index, order in enumerate(shop.orders[: len(made.customer)])
    )
    _write_csv(path, header, rows)


def _write_calendar(truth: Truth, folder: Path) -> None:
    calendar = truth.calendar
    days = (
        (
            (calendar.first + timedelta(days=day)).isoformat(),
            f"{calendar.weight[day]:.9f}",
            calendar.season[day],
            calendar.rush[day],
        )
        for day in range(calendar.days)
    )
    _write_csv(folder / "days.csv", ("day", "weight", "season", "rush_days"), days)
    _write_csv(folder / "hours.csv", ("season_time",), ((f"{moment:.9f}",) for moment in truth.season_clock))


def _number(value: float) -> str:
    return "" if isnan(value) else f"{value:.6f}"


def _write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
