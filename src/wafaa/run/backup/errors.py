"""What can go wrong with a backup, and what to do."""

from wafaa.run.errors import RunError
from wafaa.run.words import gettext_lazy as _


class BackupFailed(RunError):
    code = "backup_failed"
    message = _("The backup was not made: {reason}. An earlier backup under this name is untouched.")


class NotABackup(RunError):
    code = "not_a_backup"
    exit_code = 4
    message = _("{file} is not a whole backup of Wafaa ({reason}). Nothing was changed.")


class BackupDamaged(RunError):
    code = "backup_damaged"
    exit_code = 4
    message = _(
        "The backup {file} is damaged: {part} is not what was written. Use another one. Nothing was changed."
    )


class BackupTooNew(RunError):
    code = "backup_too_new"
    exit_code = 4
    message = _(
        "The backup was made by a newer Wafaa ({found}); this one is {own}. Install that version, then restore. "
        "Nothing was changed."
    )


class ProgramsMissing(RunError):
    code = "programs_missing"
    message = _(
        "No {program} fits: PostgreSQL {wanted} or newer is needed, found: {found}. "
        "Install PostgreSQL's client programs of that version, or name their folder in WAFAA_PG_BIN."
    )


class ServerTooOld(RunError):
    code = "server_too_old"
    message = _(
        "The backup was made on PostgreSQL {found}, this database is PostgreSQL {own}. "
        "Restore it into the same or a newer one. Nothing was changed."
    )


class DatabaseInUse(RunError):
    code = "database_in_use"
    exit_code = 3
    message = _("Wafaa is running on this database. Stop it, then restore. Nothing was changed.")


class DatabaseNotEmpty(RunError):
    code = "database_not_empty"
    exit_code = 3
    message = _(
        "This installation already holds data. To lose them and put the backup in their place: "
        "wafaa restore {file} --replace --yes. Nothing was changed."
    )


class ForeignTables(RunError):
    code = "foreign_tables"
    exit_code = 3
    message = _(
        "The database also holds tables that are not Wafaa's ({tables}). "
        "Restore into a database of its own. Nothing was changed."
    )


class RestoreFailed(RunError):
    code = "restore_failed"
    message = _("The backup could not be restored: {reason}. The former data are untouched.")


class FileTaken(RunError):
    code = "file_taken"
    exit_code = 4
    message = _("{file} exists and is not a backup of Wafaa. Choose another name.")
