from django.urls import URLPattern, URLResolver, path

from wafaa.decide.journeys.pages import automations, campaign, campaigns, dry_run, planning, simulating

_C = "campaigns/<uuid:campaign_uuid>/"
_A = "campaigns/automations/<uuid:automation_uuid>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/new/", campaigns.add, name="campaign-add"),
    path("campaigns/approval/", campaigns.approval, name="campaign-approval"),
    path(_C, campaign.campaign, name="campaign"),
    path(f"{_C}edit/", campaigns.edit, name="campaign-edit"),
    path(f"{_C}copy/", campaigns.copy, name="campaign-copy"),
    path(f"{_C}remove/", campaigns.remove, name="campaign-remove"),
    path(f"{_C}brought/", campaigns.brought, name="campaign-brought"),
    path(f"{_C}dry-run/", dry_run.dry_run, name="campaign-dry-run"),
    path(f"{_C}dry-run/export/", dry_run.export, name="campaign-dry-run-export"),
    path(f"{_C}dry-run/again/", dry_run.count_anew, name="campaign-count-anew"),
    path(f"{_C}count/", campaign.count, name="campaign-count"),
    path(f"{_C}launch/", campaign.launch, name="campaign-launch"),
    path(f"{_C}approve/", campaign.approve, name="campaign-approve"),
    path(f"{_C}state/", campaign.turn, name="campaign-state"),
    path(f"{_C}progress/", campaign.progress, name="campaign-progress"),
    path("campaigns/automations/", automations.automations, name="automations"),
    path("campaigns/automations/new/", planning.add, name="automation-add"),
    path(_A, automations.automation, name="automation"),
    path(f"{_A}edit/", planning.edit, name="automation-edit"),
    path(f"{_A}state/", automations.turn, name="automation-state"),
    path(f"{_A}runs/", automations.runs, name="automation-runs"),
    path(f"{_A}simulation/", simulating.simulation, name="automation-simulation"),
    path(f"{_A}simulation/ask/", simulating.ask, name="automation-simulation-ask"),
    path(f"{_A}simulation/state/", simulating.state, name="automation-simulation-state"),
]
