"""Tell quickly whether a model may break the Compose specification's schema; only then is the schema itself loaded."""

from __future__ import annotations

from forkfit.model.document import Mapping, Node, Scalar, Sequence

# What a key takes, a letter a kind: t text, b boolean, z nothing, i whole number, f other number; u a list of different
# texts, l a list of texts, a any list; e values by name or a list of different texts, m any mapping. A dictionary is a
# mapping with those keys and x- keys, or with any where it has *; a tuple is any of its members, a list a list of it.
Shape = str | dict[str, "Shape"] | tuple["Shape", ...] | list["Shape"]

_SIZE, _COUNT, _SWITCH, _COMMAND = "tif", "ti", "tb", "tzl"
_MOUNTED: Shape = [("t", {"source": "t", "target": "t", "uid": "t", "gid": "t", "mode": _SIZE})]
_PORTS: Shape = [
    ("tif", {**dict.fromkeys(("name", "mode", "host_ip", "protocol", "app_protocol"), "t"), "target": _COUNT, "published": _COUNT})
]
_VOLUMES: Shape = [
    (
        "t",
        {
            **dict.fromkeys(("type", "source", "target", "consistency"), "t"),
            "read_only": _SWITCH,
            "bind": {"propagation": "t", "create_host_path": _SWITCH, "recursive": "t", "selinux": "t"},
            "volume": {"labels": "e", "nocopy": _SWITCH, "subpath": "t"},
            "tmpfs": {"size": _COUNT, "mode": _SIZE},
            "image": {"subpath": "t"},
        },
    )
]
_ULIMITS: Shape = {"*": (_COUNT, {"soft": _COUNT, "hard": _COUNT})}
_UPDATE: Shape = {
    "parallelism": _COUNT,
    "delay": "t",
    "failure_action": "t",
    "monitor": "t",
    "max_failure_ratio": _SIZE,
    "order": "t",
}
_DEPLOY: Shape = (
    "z",
    {
        "mode": "t",
        "endpoint_mode": "t",
        "replicas": _COUNT,
        "labels": "e",
        "rollback_config": _UPDATE,
        "update_config": _UPDATE,
        "resources": {
            "limits": {"cpus": _SIZE, "memory": "t", "pids": _COUNT},
            "reservations": {"cpus": _SIZE, "memory": "t", "generic_resources": "a", "devices": "a"},
        },
        "restart_policy": {"condition": "t", "delay": "t", "max_attempts": _COUNT, "window": "t"},
        "placement": {"constraints": "l", "preferences": "a", "max_replicas_per_node": _COUNT},
    },
)
_BUILD: Shape = (
    "t",
    {
        **dict.fromkeys(("context", "dockerfile", "dockerfile_inline", "network", "target", "isolation"), "t"),
        **dict.fromkeys(("entitlements", "cache_from", "cache_to", "tags", "platforms"), "l"),
        **dict.fromkeys(("args", "ssh", "labels", "additional_contexts"), "e"),
        **dict.fromkeys(("no_cache", "pull", "privileged", "provenance", "sbom"), _SWITCH),
        "no_cache_filter": "tu",
        "shm_size": _COUNT,
        "extra_hosts": "mu",
        "secrets": _MOUNTED,
        "ulimits": _ULIMITS,
    },
)
_HEALTHCHECK: Shape = {
    **dict.fromkeys(("interval", "timeout", "start_period", "start_interval"), "t"),
    "disable": _SWITCH,
    "retries": _SIZE,
    "test": "tl",
}
_KEYS: tuple[tuple[str, Shape], ...] = (
    ("cgroup cgroup_parent container_name cpuset domainname hostname image ipc isolation mac_address network_mode platform", "t"),
    ("pull_policy pull_refresh_after restart runtime stop_grace_period stop_signal user uts userns_mode working_dir", "t"),
    ("attach init oom_kill_disable privileged read_only stdin_open tty", _SWITCH),
    ("cpu_shares cpu_quota cpu_period cpu_rt_period cpu_rt_runtime cpus mem_limit memswap_limit pids_limit shm_size", _SIZE),
    ("cpu_count cpu_percent mem_reservation mem_swappiness oom_score_adj scale", _COUNT),
    ("annotations environment labels sysctls", "e"),
    ("cap_add cap_drop device_cgroup_rules dns_opt external_links links profiles security_opt volumes_from", "u"),
    ("dns dns_search tmpfs", "tu"),
    ("devices expose group_add post_start pre_start pre_stop", "a"),
    ("blkio_config credential_spec provider storage_opt", "m"),
    ("extra_hosts depends_on models networks", "mu"),
)
SERVICE: dict[str, Shape] = {
    **{key: shape for keys, shape in _KEYS for key in keys.split()},
    "build": _BUILD,
    "command": _COMMAND,
    "entrypoint": _COMMAND,
    "deploy": _DEPLOY,
    "develop": "mz",
    "configs": _MOUNTED,
    "secrets": _MOUNTED,
    "env_file": ("t", [("t", {"path": "t", "format": "t", "required": _SWITCH})]),
    "extends": ("t", {"service": "t", "file": "t"}),
    "gpus": "ta",
    "healthcheck": _HEALTHCHECK,
    "label_file": "tl",
    "logging": {"driver": "t", "options": "m"},
    "pid": "tz",
    "ports": _PORTS,
    "ulimits": _ULIMITS,
    "volumes": _VOLUMES,
    "use_api_socket": "b",
}
_TOP: dict[str, Shape] = {
    **dict.fromkeys(("networks", "volumes", "secrets", "configs", "models"), "m"),
    "version": "t",
    "name": "t",
    "include": "a",
    "services": "m",
}
_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")


def fits(model: Mapping) -> bool:
    """Tell whether every key is known and takes the kind of value it has, as far as this linter looks."""
    if not _fits(model, _TOP):
        return False
    services = model.get("services")
    if services is None:
        return True
    return isinstance(services, Mapping) and all(
        e.key.raw and _NAME.issuperset(e.key.raw) and isinstance(e.value, Mapping) and _fits(e.value, SERVICE) for e in services.entries
    )


def _fits(node: Node, shape: Shape) -> bool:
    if type(shape) is str:
        return _is(node, shape)
    if type(shape) is tuple:
        return any(_fits(node, s) for s in shape)
    if type(shape) is list:
        return type(node) is Sequence and all(_fits(item, shape[0]) for item in node.items)
    if type(node) is not Mapping or type(shape) is not dict:
        return False
    anything = shape.get("*")
    for entry in node.entries:
        wanted = shape.get(entry.key.raw, anything)
        if wanted is None:
            if not entry.key.raw.startswith("x-"):
                return False
        elif not _fits(entry.value, wanted):
            return False
    return True


def _is(node: Node, letters: str) -> bool:
    if type(node) is Scalar:
        return _letter(node) in letters
    if type(node) is Sequence:
        if "a" in letters:
            return True
        texts = [item.value for item in node.items if type(item) is Scalar and type(item.value) is str]
        if len(texts) != len(node.items):
            return False
        return "l" in letters or (("u" in letters or "e" in letters) and len(set(texts)) == len(texts))
    if "m" in letters:
        return True
    return "e" in letters and type(node) is Mapping and all(e.key.raw and _is_value(e.value) for e in node.entries)


def _is_value(node: Node) -> bool:
    return type(node) is Scalar and (not isinstance(node.value, float) or node.value - node.value == 0.0)


def _letter(node: Scalar) -> str:
    value = node.value
    if isinstance(value, str):
        return "t"
    if value is None:
        return "z"
    if isinstance(value, bool):
        return "b"
    if isinstance(value, int):
        return "i"
    return "?" if value - value != 0.0 else "i" if value == int(value) else "f"
