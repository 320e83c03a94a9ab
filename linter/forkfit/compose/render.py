"""A loaded project as ``docker compose config --format json`` prints it: each key by the type that the reference gives it."""

from __future__ import annotations

from forkfit.compose.nodes import Json, plain
from forkfit.compose.refusal import about
from forkfit.compose.render_types import (
    Type,
    any_of,
    by_name,
    command,
    count,
    counted,
    device_count,
    duration,
    each,
    env_files,
    flag,
    health_test,
    hosts,
    keys,
    mode,
    natural,
    opted_out,
    pairs,
    real,
    size_in_bytes,
    struct,
    structured,
    switch,
    text,
    texts,
    ulimit,
    variables,
    waiting,
)
from forkfit.model.document import Mapping, Node
from forkfit.model.trouble import Tell


def rendered(service: Mapping, name: str, refuse: Tell) -> dict[str, Json]:
    """Return one service; keys without effect are left out, x- keys are kept. What no type can take is refused."""
    refuse = about(name, refuse)
    made = structured(service, SERVICE, refuse)
    made.update({e.key.raw: plain(e.value) for e in service.entries if e.key.raw.startswith("x-")})
    return made


def resources(node: Node | None, kind: str, refuse: Tell) -> dict[str, Json]:
    """Return the resources of one kind, such as volumes."""
    fields = {"networks": NETWORK, "volumes": VOLUME}.get(kind, FILE)
    entries = node.entries if isinstance(node, Mapping) else ()
    base: dict[str, Json] = {"ipam": {}} if kind == "networks" else {}
    return {e.key.raw: base | (structured(e.value, fields, refuse) if isinstance(e.value, Mapping) else {}) for e in entries}


_UPDATE = struct(parallelism=natural, delay=waiting, failure_action=text, monitor=waiting, max_failure_ratio=real, order=text)
_DEVICES = each(struct(capabilities=texts, driver=text, count=device_count, device_ids=texts, options=pairs))
_MOUNTED = each(struct(source=text, target=text, uid=text, gid=text, mode=mode))
_HOOK = struct(command=command, image=text, user=text, privileged=flag, working_dir=text, environment=variables, per_replica=flag)
_NETWORK = struct(
    aliases=texts,
    driver_opts=pairs,
    gw_priority=count,
    interface_name=text,
    ipv4_address=text,
    ipv6_address=text,
    link_local_ips=texts,
    mac_address=text,
    priority=count,
)
_RATES = each(struct(path=text, rate=size_in_bytes))
DEPLOY: dict[str, Type] = {
    "mode": text,
    "replicas": counted,
    "labels": pairs,
    "update_config": _UPDATE,
    "rollback_config": _UPDATE,
    "resources": struct(
        limits=struct(cpus=real, memory=size_in_bytes, pids=count),
        reservations=struct(cpus=real, memory=size_in_bytes, pids=count, devices=_DEVICES, generic_resources=any_of),
    ),
    "restart_policy": struct(condition=text, delay=duration, max_attempts=natural, window=duration),
    "placement": struct(constraints=texts, preferences=each(struct(spread=text)), max_replicas_per_node=count),
    "endpoint_mode": text,
}
BUILD: dict[str, Type] = {
    **dict.fromkeys(("context", "dockerfile", "dockerfile_inline", "provenance", "sbom", "isolation", "network", "target"), text),
    **dict.fromkeys(("entitlements", "cache_from", "cache_to", "no_cache_filter", "tags", "platforms"), texts),
    **dict.fromkeys(("no_cache", "pull", "privileged"), flag),
    "args": variables,
    "ssh": keys,
    "labels": pairs,
    "additional_contexts": pairs,
    "extra_hosts": hosts,
    "secrets": _MOUNTED,
    "shm_size": size_in_bytes,
    "ulimits": by_name(ulimit),
}
SERVICE: dict[str, Type] = {
    **dict.fromkeys(
        (
            *("cgroup_parent", "cgroup", "cpuset", "container_name", "dockerfile", "domainname", "hostname", "image", "ipc", "isolation"),
            *("mac_address", "net", "network_mode", "pid", "platform", "pull_policy", "restart", "runtime", "stop_signal", "user"),
            *("userns_mode", "uts", "volume_driver", "working_dir"),
        ),
        text,
    ),
    **dict.fromkeys(
        (
            *("profiles", "cap_add", "cap_drop", "device_cgroup_rules", "dns", "dns_opt", "dns_search", "expose", "external_links"),
            *("group_add", "links", "security_opt", "tmpfs", "volumes_from"),
        ),
        texts,
    ),
    **dict.fromkeys(("attach", "init"), switch),
    **dict.fromkeys(("oom_kill_disable", "privileged", "read_only", "stdin_open", "tty", "use_api_socket"), flag),
    **dict.fromkeys(
        ("cpu_count", "cpu_period", "cpu_quota", "cpu_rt_period", "cpu_rt_runtime", "cpu_shares", "oom_score_adj", "pids_limit"), count
    ),
    **dict.fromkeys(("cpu_percent", "cpus"), real),
    **dict.fromkeys(("mem_limit", "mem_reservation", "memswap_limit", "mem_swappiness", "shm_size"), size_in_bytes),
    **dict.fromkeys(("annotations", "labels", "sysctls", "storage_opt"), pairs),
    **dict.fromkeys(("pre_start", "post_start", "pre_stop"), each(_HOOK)),
    "blkio_config": struct(
        weight=count,
        weight_device=each(struct(path=text, weight=count)),
        device_read_bps=_RATES,
        device_read_iops=_RATES,
        device_write_bps=_RATES,
        device_write_iops=_RATES,
    ),
    "build": struct(**BUILD),
    "command": command,
    "configs": _MOUNTED,
    "credential_spec": struct(config=text, file=text, registry=text),
    "depends_on": by_name(struct(condition=text, restart=flag, required=switch)),
    "deploy": struct(**DEPLOY),
    "develop": any_of,
    "devices": each(struct(source=text, target=text, permissions=text)),
    "entrypoint": command,
    "env_file": env_files,
    "environment": variables,
    "extends": struct(file=text, service=text),
    "extra_hosts": hosts,
    "gpus": _DEVICES,
    "healthcheck": struct(
        test=health_test, timeout=duration, interval=duration, retries=natural, start_period=duration, start_interval=duration, disable=flag
    ),
    "logging": struct(driver=text, options=pairs),
    "models": by_name(struct(endpoint_var=text, model_var=text)),
    "networks": by_name(_NETWORK),
    "ports": each(
        struct(name=text, mode=text, host_ip=text, target=count, published=text, protocol=text, app_protocol=text),
    ),
    "provider": any_of,
    "scale": counted,
    "secrets": _MOUNTED,
    "stop_grace_period": duration,
    "ulimits": by_name(ulimit),
    "volumes": each(
        struct(
            type=text,
            source=text,
            target=text,
            read_only=flag,
            consistency=text,
            bind=struct(propagation=text, selinux=text, create_host_path=opted_out, recursive=text),
            volume=struct(labels=pairs, nocopy=flag, subpath=text),
            tmpfs=struct(size=size_in_bytes, mode=count),
            image=struct(subpath=text),
        )
    ),
}
NETWORK: dict[str, Type] = {
    "name": text,
    "driver": text,
    "driver_opts": pairs,
    "ipam": struct(driver=text, config=each(struct(subnet=text, gateway=text, ip_range=text, aux_addresses=pairs)), options=pairs),
    "external": flag,
    "internal": flag,
    "attachable": flag,
    "labels": pairs,
    "enable_ipv4": switch,
    "enable_ipv6": switch,
}
VOLUME: dict[str, Type] = {"name": text, "driver": text, "driver_opts": pairs, "external": flag, "labels": pairs}
FILE: dict[str, Type] = {
    **dict.fromkeys(("name", "file", "environment", "content", "driver", "template_driver"), text),
    "external": flag,
    "labels": pairs,
    "driver_opts": pairs,
}
