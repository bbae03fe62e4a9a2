"""Taking files in: receive, read, stage, publish, cancel; the pure half also without a database."""

from wafaa.listen.connectors.files.actions.erasing import erase_person
from wafaa.listen.connectors.files.actions.preparing import build_fact_tables, prepare_file, read_problems
from wafaa.listen.connectors.files.actions.publishing import (
    mark_counted,
    publish_import,
    resume_publishing,
)
from wafaa.listen.connectors.files.actions.steps import (
    answer_import,
    cancel_import,
    choose_kind,
    clean_files,
    import_file,
    read_import,
    receive_file,
    request_publishing,
    stage_import,
)

__all__ = [
    "answer_import",
    "build_fact_tables",
    "cancel_import",
    "choose_kind",
    "clean_files",
    "erase_person",
    "import_file",
    "mark_counted",
    "prepare_file",
    "publish_import",
    "read_import",
    "read_problems",
    "receive_file",
    "request_publishing",
    "resume_publishing",
    "stage_import",
]
