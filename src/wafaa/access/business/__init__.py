"""What kind of business this is: its name, language, currency, calendar, tax and lapse window."""
