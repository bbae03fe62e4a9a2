"""What staff know and have promised: notes on a customer, tasks with a due date, attached files."""
