"""The pages of campaigns and automations."""
