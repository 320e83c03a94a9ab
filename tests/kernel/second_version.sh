#!/bin/sh
# The first process of a kernel that runs as a program (User Mode Linux): it mounts the cgroups of version 2, which no other
# system uses in it, runs the tests that are named to it, and says how they ended. The files of the machine are read only.
mount -t proc none /proc
mount -t sysfs none /sys
mkdir -p /dev/shm
mount -t tmpfs none /dev/shm
mount -t tmpfs none /mnt
mount -t cgroup2 none /sys/fs/cgroup
# As a service manager hands memory on to the groups below its own.
echo +memory >/sys/fs/cgroup/cgroup.subtree_control
export HOME=/mnt TMPDIR=/mnt PYTHONDONTWRITEBYTECODE=1 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ip link set lo up
cd "$FOLDER" || exit
"$PYTHON" -m pytest -q -rs --color=no -p no:cacheprovider "$TESTS"
echo "the tests ended with $?"
echo "left behind: $(find /sys/fs/cgroup -name 'compose-lint-*')."
halt -f || echo o >/proc/sysrq-trigger
