"""Run the rules and sign what they find."""
