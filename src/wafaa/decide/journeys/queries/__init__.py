"""Reading campaigns and automations: which there are, whom they would reach, how they go, what they brought."""

from wafaa.decide.journeys.queries.automations import (
    count_runs,
    export_customer,
    get_automation,
    get_automation_results,
    list_automations,
    list_ready,
    list_runs,
    list_runs_of,
)
from wafaa.decide.journeys.queries.campaigns import (
    CampaignResults,
    count_dry_run,
    foresee_campaign,
    foresee_parts,
    get_approval_above,
    get_campaign,
    get_progress,
    get_results,
    iterate_dry_run,
    list_campaigns,
    list_dry_run,
)
from wafaa.decide.journeys.queries.simulating import Simulated, Simulation, simulate

__all__ = [
    "CampaignResults",
    "Simulated",
    "Simulation",
    "count_dry_run",
    "count_runs",
    "export_customer",
    "foresee_campaign",
    "foresee_parts",
    "get_approval_above",
    "get_automation",
    "get_automation_results",
    "get_campaign",
    "get_progress",
    "get_results",
    "iterate_dry_run",
    "list_automations",
    "list_campaigns",
    "list_dry_run",
    "list_ready",
    "list_runs",
    "list_runs_of",
    "simulate",
]
