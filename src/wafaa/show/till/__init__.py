"""What does the cashier do with a member: find, greet, earn, stamp, redeem, enrol, undo; also while the line is down."""
