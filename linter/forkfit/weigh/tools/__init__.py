"""What the programs need that tasks start."""
