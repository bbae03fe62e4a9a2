"""Templates become what one person reads: Liquid for the values, MJML for mails, isolates between the directions."""
