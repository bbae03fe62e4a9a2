"""The public pages below /s/ on which surveys are answered: plain forms, no cookie, no script."""
