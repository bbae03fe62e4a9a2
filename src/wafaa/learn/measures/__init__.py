"""How loyal the customers are: measures with margins and receipts, cohorts, RFM, Pareto."""
