"""How a budget is shown, one form a file."""
