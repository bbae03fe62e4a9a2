"""The console's own pages, one file per page."""
