"""What a library counts as that no table knows: the median of the weighed ones that are built as it is."""

from __future__ import annotations

from forkfit.model.weight import Built
from forkfit.weigh.load import Load

# MiB in the parent, in a child after tasks and before, and of a resident size: over the own shares of all libraries in the
# table but Celery's own. An add-on is one that brings Django along.
MEDIANS = {
    Built.ADDON: Load(main=0.47, child=0.29, idle=0.3, resident=0.47),  # of 21
    Built.PURE: Load(main=3.41, child=1.82, idle=1.82, resident=4.61),  # of 74
    Built.NATIVE: Load(main=5.92, child=1.86, idle=1.85, resident=14.95),  # of 40
    Built.UNKNOWN: Load(main=4.36, child=1.86, idle=1.86, resident=6.26),  # of 114, without the add-ons, which their names tell
}
