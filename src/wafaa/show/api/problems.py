"""How every failure is told to programs: application/problem+json (RFC 9457) with a code that never changes."""

import logging
from http import HTTPStatus
from typing import Any

import msgspec
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DataError
from django.http import Http404, HttpResponse
from django.http.request import UnreadablePostError

from wafaa.access.keys.errors import KeyExpired, KeyMissing, KeyRevoked, KeyWrong, ScopeMissing
from wafaa.access.limits.errors import TooManyAttempts
from wafaa.act.points.errors import ALL as LEDGER
from wafaa.act.vouchers.errors import (
    REFUSALS,
    BatchMissing,
    CardBlocked,
    CardMissing,
    CardMistyped,
    CartNeeded,
    CodeMissing,
    CountWrong,
    KeyReused,
    LimitTooLow,
    ListEmpty,
    ListTooLong,
    PatternTooShort,
    PatternWrong,
    PoolEmpty,
    PoolMissing,
    TermsWrong,
    TooMuchBack,
    UseMissing,
    UseOver,
)
from wafaa.decide.loyalty.errors import CartWrong, ProgrammeMissing, ProgrammeNotLive
from wafaa.decide.rewards.errors import ALL as REWARDS
from wafaa.kit.cursors import InvalidCursor
from wafaa.kit.errors import BodyBroken, BodyTooLarge, WafaaError
from wafaa.kit.remote import AnalystUnavailable
from wafaa.kit.trouble import DatabaseGone, DiskFull, DiskReadOnly, explain
from wafaa.know.customers.errors import CustomerMissing, OwnValueWrong
from wafaa.know.orders.errors import OrderMissing
from wafaa.learn.facts.errors import FactsMissing
from wafaa.learn.measures.errors import PeriodWrong
from wafaa.learn.segments.errors import (
    NotAList,
    SegmentFixed,
    SegmentMissing,
    SegmentsCircle,
    SegmentUnreadable,
)
from wafaa.listen.reviews.errors import ReasonUnknown, ReviewMissing, ReviewNotThere
from wafaa.show.api.errors import (
    AddressTooLong,
    IdempotencyKeyInUse,
    IdempotencyKeyReused,
    IdempotencyKeyWrong,
    InternalError,
    MethodNotAllowed,
    NothingHere,
    NotJson,
    RequestBroken,
    ValidationFailed,
    ValueNotStorable,
)
from wafaa.show.api.rules import BODY_BYTES_MAX
from wafaa.show.checkout.errors import ALL as CHECKOUT

log = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
# What a program may meet, for the reference page.
KNOWN: tuple[type[WafaaError], ...] = (
    RequestBroken, BodyBroken, InvalidCursor, IdempotencyKeyWrong, KeyMissing, KeyWrong, KeyRevoked, KeyExpired,
    ScopeMissing, NothingHere, CustomerMissing, OrderMissing, MethodNotAllowed, IdempotencyKeyInUse, BodyTooLarge,
    AddressTooLong, NotJson, ValidationFailed, OwnValueWrong, ValueNotStorable, PeriodWrong, IdempotencyKeyReused,
    SegmentMissing, SegmentUnreadable, SegmentsCircle, SegmentFixed, NotAList,
    ReviewMissing, ReviewNotThere, ReasonUnknown, *LEDGER,
    *REWARDS, ProgrammeMissing, ProgrammeNotLive, CartWrong, *CHECKOUT,
    PoolMissing, CodeMissing, BatchMissing, UseMissing, UseOver, KeyReused, PoolEmpty, TermsWrong, LimitTooLow, PatternWrong,
    PatternTooShort, CountWrong, ListTooLong, ListEmpty, CartNeeded, TooMuchBack, *REFUSALS.values(),
    CardMissing, CardMistyped, CardBlocked,
    TooManyAttempts, InternalError, FactsMissing, AnalystUnavailable, DatabaseGone, DiskReadOnly, DiskFull,
)  # fmt: skip
# A first count of a large shop takes some seconds.
RETRY_AFTER_S = 3


def find_error(exception: Exception) -> WafaaError:
    """What a program is told of an exception; what it must not know is logged instead."""
    if trouble := explain(exception):
        log.error("%s", trouble.code, exc_info=exception)
        return trouble
    if isinstance(exception, WafaaError):
        # 503 says to wait; any other failure of ours may carry words from the inside
        is_open = exception.status < HTTPStatus.INTERNAL_SERVER_ERROR
        if is_open or exception.status == HTTPStatus.SERVICE_UNAVAILABLE:
            return exception
    elif isinstance(exception, Http404):
        return NothingHere()
    elif isinstance(exception, RequestDataTooBig):
        return BodyTooLarge(limit=BODY_BYTES_MAX)
    elif isinstance(exception, (SuspiciousOperation, UnreadablePostError)):
        return RequestBroken()
    elif isinstance(exception, DataError):
        log.warning("a value of a request could not be stored: %s", type(exception.__cause__).__name__)
        return ValueNotStorable()
    log.error("a request to the API failed", exc_info=exception)
    return InternalError()


def say_problem(error: WafaaError) -> HttpResponse:
    """The error as RFC 9457 has it; `type` leads to its explanation on the reference page."""
    problem: dict[str, Any] = {
        "type": f"/v1/docs#{error.code}",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "code": error.code,
        "detail": str(error),
    }
    # figures that a program may reckon with, such as what is available
    figures = {name: fact for name, fact in error.facts.items() if type(fact) is int}
    problem = {**figures, **problem}
    if isinstance(error, ValidationFailed):
        problem["errors"] = error.errors
    response = HttpResponse(msgspec.json.encode(problem), status=error.status, content_type=CONTENT_TYPE)
    if error.status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="Wafaa", charset="UTF-8"'
    if isinstance(error, TooManyAttempts):
        response["Retry-After"] = str(error.retry_after_s)
    if error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = str(RETRY_AFTER_S)
    if isinstance(error, MethodNotAllowed):
        response["Allow"] = str(error.facts["allowed"])
    return response
