"""The list of cases, one of them, and the panel on a customer's page."""
