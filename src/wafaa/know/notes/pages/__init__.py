"""The panels of a customer's page and the page of tasks."""
