"""Reading campaigns and automations: which there are, whom they would reach, how they go, what they brought."""

from wafaa.decide.journeys.queries.automations import (
    count_runs,
    export_customer,
    get_automation,
    list_automations,
    list_ready,
    list_runs,
)
from wafaa.decide.journeys.queries.campaigns import (
    foresee_campaign,
    foresee_parts,
    get_approval_above,
    get_campaign,
    get_progress,
    iterate_dry_run,
    list_campaigns,
    list_dry_run,
)
from wafaa.decide.journeys.queries.simulating import Simulated, Simulation, simulate

__all__ = [
    "Simulated",
    "Simulation",
    "count_runs",
    "export_customer",
    "foresee_campaign",
    "foresee_parts",
    "get_approval_above",
    "get_automation",
    "get_campaign",
    "get_progress",
    "iterate_dry_run",
    "list_automations",
    "list_campaigns",
    "list_dry_run",
    "list_ready",
    "list_runs",
    "simulate",
]
