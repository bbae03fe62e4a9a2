"""Failures of the machine, not of the program: what happened, what was kept, what to do."""

import errno

import psycopg
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError

# SQLSTATEs: a connection that failed or was refused; a server that shuts down or starts.
_GONE_STATES = ("08", "57P")
_DISK_FULL_STATE, _READ_ONLY_STATE, _IO_STATE = "53100", "25006", "58030"
_FULL_NUMBERS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# An error is wrapped by Django, by a transaction, by a step of an import; never by more.
_DEPTH_MAX = 8


class MachineTrouble(WafaaError):
    """Nobody's mistake; it goes away when the machine is well again."""

    code = "machine_trouble"
    status = 503


class DatabaseGone(MachineTrouble):
    code = "database_gone"
    message = _(
        "The database does not answer. What you sent last was not saved; everything before it is kept. "
        "Wafaa connects again by itself: try once more in a minute. If it stays so, start Wafaa again."
    )


class DiskFull(MachineTrouble):
    code = "disk_full"
    status = 507
    message = _(
        "The disk is full. What you sent last was not saved; everything before it is kept. "
        "Free some space on the disk, then do it again."
    )


class DiskReadOnly(MachineTrouble):
    code = "disk_read_only"
    message = _(
        "The disk can only be read, not written. What you sent last was not saved; everything before it is kept. "
        "Look at the disk: it may be damaged, or was mounted read-only. Then do it again."
    )


def explain(error: BaseException | None) -> MachineTrouble | None:
    """The trouble behind an error; None where it is something else."""
    for _depth in range(_DEPTH_MAX):
        if error is None or isinstance(error, MachineTrouble):
            return error
        if found := _explain_one(error):
            return found
        error = error.__cause__ or error.__context__
    return None


def _explain_one(error: BaseException) -> MachineTrouble | None:
    if isinstance(error, psycopg.Error):
        return _explain_state(error)
    if isinstance(error, OSError):
        if error.errno in _FULL_NUMBERS:
            return DiskFull()
        if error.errno == errno.EROFS:
            return DiskReadOnly()
    # Django's own, which no error of the driver stands behind
    if isinstance(error, InterfaceError | OperationalError) and error.__cause__ is None:
        return DatabaseGone()
    return None


def _explain_state(error: psycopg.Error) -> MachineTrouble | None:
    state = error.sqlstate
    if state is None:
        return (
            DatabaseGone() if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) else None
        )
    if state == _DISK_FULL_STATE or (state == _IO_STATE and "No space" in str(error)):
        return DiskFull()
    if state == _READ_ONLY_STATE or (state == _IO_STATE and "Read-only" in str(error)):
        return DiskReadOnly()
    return DatabaseGone() if state.startswith(_GONE_STATES) else None
