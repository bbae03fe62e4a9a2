"""What can go wrong with the demo shop."""

from wafaa.run.errors import RunError
from wafaa.run.words import gettext_lazy as _


class RealDataPresent(RunError):
    code = "real_data_present"
    message = _("There is real data here, and demo and real data never mix. Nothing was changed.")


class DemoBusy(RunError):
    code = "demo_busy"
    exit_code = 3
    message = _("Another process is loading or removing the demo shop right now. Wait until it is done.")
