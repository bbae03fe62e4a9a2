"""Reads about imports."""

import csv
import hashlib
import uuid
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import msgspec
from django.conf import settings
from django.db.models import QuerySet

from wafaa.access.business.queries import get_business
from wafaa.kit.errors import WafaaError
from wafaa.kit.text import fold
from wafaa.know.customers.models import DistinctId
from wafaa.know.orders.models import Order, Refund
from wafaa.listen.connectors.files.errors import FileError, ImportFailed, ImportNotFound
from wafaa.listen.connectors.files.models import Import, RememberedMapping, Told
from wafaa.listen.connectors.files.rules import Counts, Mapping, Options, Understanding
from wafaa.stream.queries import count_waiting
from wafaa.stream.rules import Consumer

# Who turns a file's events into orders and customers; named as in config.flow, which lies above this room.
APPLIERS: tuple[Consumer, ...] = (
    Consumer(name="know.customers", hears=("identify",), handle=lambda heads: None),
    Consumer(
        name="know.orders",
        hears=("Order Completed", "Order Updated", "Order Cancelled", "Order Refunded", "Product Updated"),
        handle=lambda heads: None,
        lanes=2,
    ),
)


# Staged events whose last telling is kept as a fingerprint in this room.
TOLD_KINDS = frozenset({"customer", "profile", "product"})


def get_import(import_uuid: uuid.UUID) -> Import:
    """Raises ImportNotFound."""
    found = Import.objects.select_related("staff").filter(uuid=import_uuid).first()
    if found is None:
        raise ImportNotFound
    return found


def list_imports(*, state: str = "") -> QuerySet[Import]:
    """Newest first, those in `state` or all."""
    imports = Import.objects.select_related("staff").order_by("-created_at", "-id")
    return imports.filter(state=state) if state else imports


def is_publishing() -> bool:
    """Whether an import is on its way into the orders: figures taken now would show half of it."""
    return Import.objects.filter(state=Import.State.PUBLISHING).exists() or (
        Import.objects.filter(state=Import.State.APPLYING).exists() and has_waiting_events()
    )


def has_waiting_events() -> bool:
    """Whether recorded events are not yet applied to orders and customers."""
    return count_waiting(APPLIERS, limit=1) > 0


def get_folder(imported: Import) -> Path:
    """Where the import's files lie."""
    return Path(settings.FILES_ROOT) / "imports" / str(imported.uuid)


def get_upload(imported: Import) -> Path:
    """The file as it came; its name is ours, so that no name can lead elsewhere."""
    return get_folder(imported) / "upload"


def get_progress(imported: Import) -> tuple[int, int]:
    """(done, total) of the step that runs; total 0 where it is not known."""
    if imported.state == Import.State.PUBLISHING:
        return imported.events_done, int(imported.counts.get("events", 0))
    try:
        done, total = (get_folder(imported) / "progress").read_text().split()
        return int(done), int(total)
    except (OSError, ValueError):
        return 0, 0


def get_understanding(imported: Import) -> Understanding:
    """The guess about the file as it was read."""
    return msgspec.convert(imported.guess["understanding"], Understanding)


def get_options(imported: Import) -> Options:
    return msgspec.convert(imported.options, Options) if imported.options else get_default_options()


def get_counts(imported: Import) -> Counts | None:
    return msgspec.convert(imported.counts, Counts) if imported.counts else None


def get_default_options() -> Options:
    """What the business's settings say about its files."""
    business = get_business()
    return Options(time_zone=business.time_zone)


def fingerprint_headings(headings: Sequence[str]) -> str:
    """The same for files whose headings are the same but for case, marks and letter variants."""
    return hashlib.sha256("\x1f".join(fold(heading) for heading in headings).encode()).hexdigest()


def find_remembered(headings: Sequence[str]) -> tuple[Mapping, Options] | None:
    """What was answered the last time for a file with these headings."""
    found = RememberedMapping.objects.filter(headings=fingerprint_headings(headings)).first()
    if found is None:
        return None
    return msgspec.convert(found.mapping, Mapping), msgspec.convert(found.options, Options)


def find_error(imported: Import) -> WafaaError | None:
    """The error that stopped the import, as it can be raised or shown in the reader's language."""
    if not imported.error:
        return None
    kinds: list[type[WafaaError]] = [*FileError.__subclasses__(), ImportFailed]
    for kind in kinds:
        if kind.code == imported.error:
            return kind(**imported.error_facts)
    return ImportFailed()


def list_problems(imported: Import, *, limit: int | None = None) -> Iterator[tuple[int, str, str, str]]:
    """(line, column, code, value) of the rows that could not be taken, in the file's order."""
    path = get_folder(imported) / "problems.csv"
    if not path.is_file():
        return
    with path.open(encoding="utf-8", newline="") as lines:
        for count, (line, column, code, value) in enumerate(csv.reader(lines)):
            if limit is not None and count >= limit:
                return
            yield int(line), column, code, value


def find_fingerprints(kind: str, source: str, keys: Collection[str]) -> dict[str, uuid.UUID | None]:
    """What was told under these keys: of orders and refunds the database's rows say it, of all else the room's own."""
    if kind in TOLD_KINDS:
        by_digest = {digest_told(kind, source, key): key for key in keys}
        told = Told.objects.filter(key__in=by_digest).values_list("key", "fingerprint")
        return {by_digest[digest]: fingerprint for digest, fingerprint in told}
    model = Order if kind == "order" else Refund
    rows = model.objects.filter(source=source, external_id__in=keys).values_list("external_id", "fingerprint")
    return dict(rows)


def find_bought(source: str, wanted: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of the (order number, distinct id) that are an order of that customer."""
    numbers = [number for number, _ in wanted]
    owners = dict(
        Order.objects.filter(source=source, external_id__in=numbers).values_list("external_id", "customer_id")
    )
    ids = dict(
        DistinctId.objects.filter(distinct_id__in=[one for _, one in wanted]).values_list(
            "distinct_id", "customer_id"
        )
    )
    return {(number, one) for number, one in wanted if one in ids and owners.get(number) == ids[one]}


def digest_told(kind: str, source: str, key: str) -> uuid.UUID:
    """The key of Told; customers as orders name them and as a list of customers does are compared apart."""
    text = "\x1f".join((source, key) if kind == "customer" else (kind, source, key))
    return uuid.UUID(bytes=hashlib.md5(text.encode(), usedforsecurity=False).digest())
