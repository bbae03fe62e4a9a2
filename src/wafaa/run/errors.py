"""What can go wrong when Wafaa starts, in words that say what to do."""

from wafaa.kit.errors import WafaaError
from wafaa.run.words import gettext_lazy as _


class RunError(WafaaError):
    """A start that failed: `exit_code` is what the command line returns."""

    exit_code = 1


class AlreadyRunning(RunError):
    code = "already_running"
    exit_code = 3
    message = _("Wafaa already runs on {folder} (process {pid}). Use it, or stop it first.")


class PortTaken(RunError):
    code = "port_taken"
    exit_code = 3
    message = _(
        "Wafaa cannot listen on {host}:{port} ({reason}). Stop what runs there, "
        "or choose another: wafaa serve --port {other}"
    )


class PrepareFailed(RunError):
    code = "prepare_failed"
    message = "{reason}"

    def __init__(self, *, reason: str, exit_code: int) -> None:
        super().__init__(reason=reason)
        self.exit_code = exit_code if exit_code > 0 else 1


class FolderNotWritable(RunError):
    code = "folder_not_writable"
    message = _(
        "The folder {folder} cannot be written ({reason}). "
        "Make it writable, or set WAFAA_HOME to another one."
    )


class DatabaseUnreachable(RunError):
    code = "database_unreachable"
    message = _("The database does not answer: {reason}")


class DatabaseMissing(RunError):
    code = "database_missing"
    message = _("There is none yet: wafaa serve makes it.")


class DatabaseTooOld(RunError):
    code = "database_too_old"
    message = _("The database is PostgreSQL {found}; Wafaa needs 15 or newer.")


class PostgresFailed(RunError):
    code = "postgres_failed"
    message = _("The embedded PostgreSQL did not start: {reason} (its log: {log})")


class PostgresDiskFull(RunError):
    code = "postgres_disk_full"
    message = _("The disk of {folder} is full. Nothing is lost: free some space and start again.")


class PostgresWrongVersion(RunError):
    code = "postgres_wrong_version"
    message = _(
        "The data in {folder} was written by PostgreSQL {found}, this Wafaa brings PostgreSQL {expected}. "
        "Start the older Wafaa, or set WAFAA_HOME to another folder."
    )


class PostgresMissing(RunError):
    code = "postgres_missing"
    message = _(
        "There is no embedded PostgreSQL for this machine ({folder}). "
        "Give a database of your own in WAFAA_DATABASE_URL."
    )


class PostgresAccount(RunError):
    code = "postgres_account"
    message = _(
        "PostgreSQL refuses to run as root, and the user {account} cannot reach {folder}. "
        "Start Wafaa as an ordinary user, "
        "or move WAFAA_HOME and .venv out of folders that only root may enter."
    )


class ImportUnderway(RunError):
    code = "import_underway"
    exit_code = 3
    message = _("An import is being published. The figures follow when it is done.")


class NothingRuns(RunError):
    code = "nothing_runs"
    message = _(
        "No Wafaa runs on {folder}. Start one by: wafaa serve. A worker on another machine needs WAFAA_DATABASE_URL."
    )


class UnknownRole(RunError):
    code = "unknown_role"
    exit_code = 2
    message = _("There is no role {role}; choose one of: {roles}")


class UnknownScope(RunError):
    code = "unknown_scope"
    exit_code = 2
    message = _("There is no scope {scope}; choose one of: {scopes}")


class UnknownAnswer(RunError):
    code = "unknown_answer"
    exit_code = 2
    message = _("{name}={value} is no answer about the file; the names are: {names}")
