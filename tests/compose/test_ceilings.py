from __future__ import annotations

import pytest

from forkfit.model.memory import Memory
from forkfit.model.value import Absent, Known


def held(app, keys):
    return {one.what: one.size.value if isinstance(one.size, Known) else Absent for one in app(keys).service().ceilings}


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("shm_size: 1g", {"shm_size": Memory.mib(1024)}),
        ("tmpfs: /run", {"tmpfs /run": Absent}),
        ("tmpfs: ['/run:size=64m,mode=755', '/tmp']", {"tmpfs /run": Memory.mib(64), "tmpfs /tmp": Absent}),
        ("tmpfs: '/run:size=50%'", {"tmpfs /run": Absent}),
        ("volumes: [{type: tmpfs, target: /cache, tmpfs: {size: 134217728}}]", {"tmpfs /cache": Memory.mib(128)}),
        ("volumes: [{type: tmpfs, target: /cache}]", {"tmpfs /cache": Absent}),
        ("volumes: [{type: volume, source: data, target: /data}]", {}),
        ("mem_limit: 1g", {}),
    ],
    ids=["shared", "no size", "options", "a share of the host", "volume", "volume without size", "another volume", "nothing"],
)
def test_what_fills_with_files_is_known_with_its_size(app, keys, expected):
    assert held(app, keys) == expected
