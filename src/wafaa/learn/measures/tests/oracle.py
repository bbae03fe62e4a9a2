"""Every measure in plain Python over plain rows, as slow and as literal as its definition."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import accumulate, pairwise

from wafaa.learn.measures.rules import Period, Question
from wafaa.learn.measures.tests.shops import Shop
from wafaa.science.rfm import find_group


class Oracle:
    def __init__(self, shop: Shop, question: Question) -> None:
        self.shop, self.question = shop, question
        whole = [
            order
            for order in shop.tables["orders"]
            if order["counted"] and order["currency"] == question.currency and order["day"] < question.as_of
        ]
        self.firsts: dict[int, tuple] = {}
        for order in sorted(whole, key=lambda order: order["at"]):
            self.firsts.setdefault(order["customer_id"], (order["at"], order["day"]))
        self.orders = [self._see(order) for order in whole if self._is_in_stores(order)]
        self.refunds = [
            refund
            for refund in shop.tables["refunds"]
            if refund["customer_id"] is not None
            and refund["currency"] == question.currency
            and refund["day"] < question.as_of
            and self._is_in_stores(refund)
        ]
        first = min((day for _, day in self.firsts.values()), default=None)
        self.first_day = first
        self.period = question.period or Period(start=first or question.as_of, end=question.as_of)

    def _is_in_stores(self, row: dict) -> bool:
        return self.question.stores is None or row["store_id"] in self.question.stores

    def _see(self, order: dict) -> dict:
        first_at, first_day = self.firsts[order["customer_id"]]
        return order | {"repeat": order["at"] > first_at, "first_day": first_day}

    def figures(self, period: Period, orders: list[dict], refunds: list[dict]) -> dict:
        """Values of all measures for the given orders and refunds."""
        window = timedelta(days=self.question.lapse_window_days)
        inside = [order for order in orders if period.start <= order["day"] < period.end]
        back = [refund for refund in refunds if period.start <= refund["day"] < period.end]
        gross = sum(order["gross_minor"] for order in inside)
        refunded = sum(refund["amount_minor"] for refund in back)
        people = {order["customer_id"] for order in inside}
        new = {person for person in people if period.start <= self.firsts[person][1] < period.end}
        ever = Counter(order["customer_id"] for order in orders if order["day"] < period.end)
        start, end = live(orders, period.start, window), live(orders, period.end, window)
        known = {order["customer_id"] for order in orders if order["day"] < period.start}
        repeat = sum(order["gross_minor"] for order in inside if order["repeat"])
        return {
            "gross": gross,
            "refunds": refunded,
            "net": gross - refunded,
            "orders": len(inside),
            "lines": sum(order["counted_lines"] for order in inside),
            "customers": len(people),
            "new_customers": len(new),
            "returning_customers": len(people) - len(new),
            "average_order_value": ratio(gross, len(inside)),
            "purchase_frequency": ratio(len(inside), len(people)),
            "repeat_purchase_rate": ratio(sum(count >= 2 for count in ever.values()), len(ever)),
            "repeat_revenue_share": ratio(repeat, gross),
            "live_customers": len(end),
            "retention_rate": ratio(len(start & end), len(start)),
            "churn_rate": ratio(len(start - end), len(start)),
            "retained_customers": len(start & end),
            "won_back_customers": len((end - start) & known),
            "lapsed_customers": len(start - end),
            "textbook_retention_rate": ratio(len(end) - len(new), len(start)),
        }

    def groups(self) -> dict[str, tuple[list[dict], list[dict]]]:
        """group key -> its orders and refunds, by the question's breakdown."""
        by = self.question.by
        found: dict = defaultdict(lambda: ([], []))
        if by == "category":
            for order in self.orders:
                for category, lines in self._lines_by_category("order", order["order_id"]).items():
                    amount = sum(line["amount_minor"] for line in lines)
                    found[category][0].append(order | {"gross_minor": amount, "counted_lines": len(lines)})
            for refund in self.refunds:
                for category, lines in self._lines_by_category("refund", refund["refund_id"]).items():
                    found[category][1].append(
                        refund | {"amount_minor": sum(line["amount_minor"] for line in lines)}
                    )
            return found
        rfm = self.rfm_groups() if by == "rfm_group" else {}
        for index, rows in enumerate((self.orders, self.refunds)):
            for row in rows:
                found[self._key(row, rfm)][index].append(row)
        return found

    def _key(self, row: dict, rfm: dict[int, str]) -> str:
        by, person = self.question.by, row["customer_id"]
        if by == "store":
            return "" if row["store_id"] is None else str(row["store_id"])
        if by == "rfm_group":
            return rfm.get(person, "")
        if by == "acquisition_month":
            return f"{self.firsts[person][1]:%Y-%m}" if person in self.firsts else ""
        return row[by]

    def _lines_by_category(self, kind: str, key: int) -> dict[str, list[dict]]:
        names = {product["product_id"]: product["category"] for product in self.shop.tables["products"]}
        found: dict[str, list[dict]] = defaultdict(list)
        for line in self.shop.tables[f"{kind}_lines"]:
            if line[f"{kind}_id"] == key and line.get("counted", True):
                found[names.get(line["product_id"], "")].append(line)
        return found

    def cohorts(self) -> list[tuple]:
        """(month, customers, active, gross) of each cohort."""
        end = min(self.question.as_of, self.period.end)
        orders = [
            order for order in self.orders if order["first_day"] >= self.period.start and order["day"] < end
        ]
        months = sorted({order["first_day"].replace(day=1) for order in orders})
        result = []
        for month in months:
            own = [order for order in orders if order["first_day"].replace(day=1) == month]
            columns = []
            start = month
            while start < end:
                stop = (start + timedelta(days=32)).replace(day=1)
                then = [order for order in own if start <= order["day"] < stop]
                columns.append(
                    (
                        len({order["customer_id"] for order in then}),
                        sum(order["gross_minor"] for order in then),
                    )
                )
                start = stop
            people = len({order["customer_id"] for order in own})
            result.append(
                (month, people, [column[0] for column in columns], [column[1] for column in columns])
            )
        return result

    def gaps(self) -> list[tuple[int, int]]:
        """(days, how often) between consecutive orders."""
        histogram: Counter = Counter()
        for orders in self._by_customer().values():
            in_time = sorted(orders, key=lambda order: (order["at"], order["order_id"]))
            for before, after in pairwise(in_time):
                if self.question.period is None or self.period.start <= after["day"] < self.period.end:
                    histogram[(after["day"] - before["day"]).days] += 1
        return sorted(histogram.items())

    def pareto(self) -> tuple[list[int], int]:
        """What each customer of the period spent, richest first, and how many make 80 per cent."""
        spent: Counter = Counter()
        for order in self.orders:
            if self.period.start <= order["day"] < self.period.end:
                spent[order["customer_id"]] += order["gross_minor"]
        amounts = sorted(spent.values(), reverse=True)
        total = sum(amounts)
        needed = next((n for n, held in enumerate(accumulate(amounts), start=1) if 5 * held >= 4 * total), 0)
        return amounts, needed if total else 0

    def rfm_scores(self) -> dict[int, tuple[int, int, int]]:
        """customer -> scores, straight from the definition of the cut points."""
        last = self.question.as_of - timedelta(days=1)
        values = {
            person: (
                (last - max(order["day"] for order in orders)).days,
                len(orders),
                sum(order["gross_minor"] for order in orders),
            )
            for person, orders in self._by_customer().items()
        }
        bounds = []
        for column in zip(*values.values(), strict=True):
            ordered = sorted(column)
            bounds.append([ordered[-(-k * len(ordered) // 5) - 1] for k in (1, 2, 3, 4)])
        self.bounds = bounds
        return {
            person: (
                5 - sum(value[0] > bound for bound in bounds[0]),
                1 + sum(value[1] > bound for bound in bounds[1]),
                1 + sum(value[2] > bound for bound in bounds[2]),
            )
            for person, value in values.items()
        }

    def rfm_groups(self) -> dict[int, str]:
        return {person: find_group(*scores) for person, scores in self.rfm_scores().items()}

    def _by_customer(self) -> dict[int, list[dict]]:
        found: dict[int, list[dict]] = defaultdict(list)
        for order in self.orders:
            found[order["customer_id"]].append(order)
        return found


def live(orders: list[dict], at: date, window: timedelta) -> set[int]:
    return {order["customer_id"] for order in orders if at - window <= order["day"] < at}


def ratio(numerator: int, denominator: int) -> float | None:
    return numerator / denominator if denominator else None
