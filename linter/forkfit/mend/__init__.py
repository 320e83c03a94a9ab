"""Mend what is found: from a finding to the few characters that cure it, tried in memory before they are written."""
