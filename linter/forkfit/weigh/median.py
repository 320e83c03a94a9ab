"""What a library counts as that no table knows: the median of the weighed ones that are built as it is."""

from __future__ import annotations

from forkfit.model.weight import Built
from forkfit.weigh.load import Load

# MiB in the parent, in a child after tasks and before, and of a resident size: over the own shares of all libraries in the
# table but Celery's own. An add-on is one that brings Django along.
MEDIANS = {
    Built.ADDON: Load(main=0.47, child=0.29, idle=0.3, resident=0.47),  # of 21
    Built.PURE: Load(main=4.14, child=2.03, idle=2.04, resident=4.79),  # of 104
    Built.NATIVE: Load(main=5.33, child=1.84, idle=1.84, resident=13.61),  # of 43
    Built.UNKNOWN: Load(main=4.38, child=1.93, idle=1.96, resident=6.34),  # of 147, without the add-ons, which their names tell
}
