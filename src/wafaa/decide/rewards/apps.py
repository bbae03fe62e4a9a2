from django.apps import AppConfig


class DecideRewardsConfig(AppConfig):
    name = "wafaa.decide.rewards"
    label = "decide_rewards"
