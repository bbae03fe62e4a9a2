"""The demo shop: coffee and gifts in Riyadh, simulated from a known process whose truth is kept."""
