"""``python -m forkfit``: the same as ``compose-lint``."""

from forkfit.cli import main

raise SystemExit(main())
