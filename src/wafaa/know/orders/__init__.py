"""What the customer bought and gave back: orders, lines, refunds, products, stores."""
