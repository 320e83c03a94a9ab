"""A loaded project as ``docker compose config --format json`` prints it: each key by the type that the reference gives it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from forkfit.compose.casts import truth
from forkfit.compose.environment import declared
from forkfit.compose.nodes import Json, is_null, plain, string
from forkfit.compose.numbers import single
from forkfit.compose.quantity import nanoseconds_of, number, size
from forkfit.compose.refusal import about
from forkfit.compose.service import words
from forkfit.model.document import Mapping, Node, Scalar, Sequence
from forkfit.model.project import Variable
from forkfit.model.trouble import Kind, Tell, Trouble
from forkfit.model.value import Known
from forkfit.syntax.yaml_scalars import spell

Type = Callable[[Node, Tell], Json]  # None stands for a value that is left out


def rendered(service: Mapping, name: str, refuse: Tell) -> dict[str, Json]:
    """Return one service; keys without effect are left out, x- keys are kept. What no type can take is refused."""
    refuse = about(name, refuse)
    made = _struct(service, SERVICE, refuse)
    made.update({e.key.raw: plain(e.value) for e in service.entries if e.key.raw.startswith("x-")})
    return made


def resources(node: Node | None, kind: str, refuse: Tell) -> dict[str, Json]:
    """Return the resources of one kind, such as volumes."""
    fields = {"networks": NETWORK, "volumes": VOLUME}.get(kind, FILE)
    entries = node.entries if isinstance(node, Mapping) else ()
    base: dict[str, Json] = {"ipam": {}} if kind == "networks" else {}
    return {e.key.raw: base | (_struct(e.value, fields, refuse) if isinstance(e.value, Mapping) else {}) for e in entries}


def environment(variables: tuple[Variable, ...]) -> Json:
    """Return variables by name; null is one that is declared and has no value."""
    return {v.name: v.value.value.plain if isinstance(v.value, Known) else None for v in variables} or None


def _struct(node: Mapping, fields: dict[str, Type], refuse: Tell) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for entry in node.entries:
        kind = fields.get(entry.key.raw)
        made = kind(entry.value, _about_key(entry.key.raw, refuse)) if kind is not None else None
        if made is not None:
            found[entry.key.raw] = made
    return found


def _about_key(key: str, refuse: Tell) -> Tell:
    """Return a listener that names the key; the words of a warning are the reference's own."""
    return lambda trouble: refuse(trouble if trouble.kind is Kind.WARNING else trouble.replace(message=f"{key}: {trouble.message}"))


def text(node: Node, refuse: Tell) -> Json:
    """A text; empty is left out."""
    del refuse
    return spell(node.value) or None if isinstance(node, Scalar) else None


def texts(node: Node, refuse: Tell) -> Json:
    """A list of texts; a text is the only one."""
    del refuse
    if string(node) is not None:
        return [string(node)]
    return [spell(i.value) for i in node.items if isinstance(i, Scalar)] or None if isinstance(node, Sequence) else None


def command(node: Node, refuse: Tell) -> Json:
    """A command; one without words is printed, and one that is null left out."""
    value, _ = words(node, "", refuse)
    return [word.plain for word in value.value] if isinstance(value, Known) else None


def health_test(node: Node, refuse: Tell) -> Json:
    """A test; a text is run by a shell."""
    return ["CMD-SHELL", string(node)] if string(node) is not None else texts(node, refuse)


def flag(node: Node, refuse: Tell) -> Json:
    """A boolean; false is left out."""
    return _truth(node, refuse) or None


def switch(node: Node, refuse: Tell) -> Json:
    """A boolean that is printed whatever it is."""
    return _truth(node, refuse)


def opted_out(node: Node, refuse: Tell) -> Json:
    """A boolean that is true unless it is turned off; true is left out."""
    return False if _truth(node, refuse) is False else None


def env_files(node: Node, refuse: Tell) -> Json:
    """Nothing: the files are in the environment already; whether each is required must be a boolean all the same."""
    for item in node.items if isinstance(node, Sequence) else ():
        required = item.get("required") if isinstance(item, Mapping) else None
        if required is not None:
            _truth(required, refuse)
    return None


def _truth(node: Node, refuse: Tell) -> bool | None:
    if not isinstance(node, Scalar) or node.value is None:
        return None
    if not isinstance(node.value, str):
        return bool(node.value)
    try:
        return truth(node.value, node, refuse)
    except ValueError as error:
        refuse(Trouble(Kind.CAST, f"{node.raw!r} is {error}", node.at, "Write true or false."))
        return None


def count(node: Node, refuse: Tell) -> Json:
    """A whole number; nought is left out."""
    return counted(node, refuse) or None


def counted(node: Node, refuse: Tell) -> Json:
    """A whole number that is printed whatever it is."""
    if string(node) is not None and isinstance(node, Scalar):
        from forkfit.compose.casts import whole as cast

        try:
            return cast(node.raw, node, refuse)
        except ValueError as error:
            refuse(Trouble(Kind.CAST, f"{node.raw!r} is {error}", node.at, "Write a whole number."))
            return None
    # A fraction loses what stands behind its point.
    return int(node.value) if isinstance(node, Scalar) and isinstance(node.value, int | float) else None


def natural(node: Node, refuse: Tell) -> Json:
    """A whole number from nought on, that is printed whatever it is."""
    value = counted(node, refuse)
    if isinstance(value, int) and value < 0:
        refuse(Trouble(Kind.STRUCTURE, f"{value} is negative", node.at, "Write 0 or more."))
    return value


def real(node: Node, refuse: Tell) -> Json:
    """A number of single precision; nought is left out."""
    value = number(node, "")
    if isinstance(value, Known):
        return single(value.value) or None
    if string(node) is not None:
        refuse(Trouble(Kind.CAST, f"{string(node)!r} is no number", node.at, "Write a number."))
    return None


def size_in_bytes(node: Node, refuse: Tell) -> Json:
    """A size in bytes, as text; nought is left out."""
    value = size(node, "", refuse)
    return str(value.value.bytes) if isinstance(value, Known) and value.value.bytes else None


def duration(node: Node, refuse: Tell) -> Json:
    """A duration as Go prints it."""
    written = spell(node.value) if isinstance(node, Scalar) else ""
    nanoseconds = nanoseconds_of(written)
    if nanoseconds is None:
        refuse(Trouble(Kind.DURATION, f"{written!r} is no duration", node.at, "Write a number with ms, s, m or h, such as 30s."))
        return None
    return _printed_duration(nanoseconds)


def waiting(node: Node, refuse: Tell) -> Json:
    """A duration; nought is left out."""
    made = duration(node, refuse)
    return None if made == "0s" else made


def _printed_duration(nanoseconds: int) -> str:
    sign, left = ("-", -nanoseconds) if nanoseconds < 0 else ("", nanoseconds)
    if left < 1_000_000_000:
        for unit, length in (("ms", 1_000_000), ("µs", 1_000), ("ns", 1)):
            if left >= length:
                return f"{sign}{_decimal(Fraction(left, length))}{unit}"
        return "0s"
    hours, left = divmod(left, 3_600_000_000_000)
    minutes, left = divmod(left, 60_000_000_000)
    seconds = f"{_decimal(Fraction(left, 1_000_000_000))}s"
    return sign + (f"{hours}h{minutes}m{seconds}" if hours else f"{minutes}m{seconds}" if minutes else seconds)


def _decimal(value: Fraction) -> str:
    whole_part, rest = divmod(value, 1)
    digits = f"{int(rest * 10**9):09d}".rstrip("0")
    return f"{whole_part}.{digits}" if digits else str(whole_part)


def pairs(node: Node, refuse: Tell) -> Json:
    """Texts by name, of a mapping or of a list of KEY=VALUE; nothing is an empty text."""
    found = environment(declared(node, {}, _unmoved(refuse)))
    return {key: value if value is not None else "" for key, value in found.items()} if isinstance(found, dict) else None


def _unmoved(refuse: Tell) -> Tell:
    """Return a listener that takes a blank before an equals sign, which matters in environments alone."""
    return lambda trouble: None if trouble.kind is Kind.ENVIRONMENT_SYNTAX else refuse(trouble)


def variables(node: Node, refuse: Tell) -> Json:
    """Variables by name."""
    return environment(declared(node, {}, refuse))


def hosts(node: Node, refuse: Tell) -> Json:
    """Host names and their addresses, as sorted NAME=ADDRESS."""
    found: list[str] = []
    if isinstance(node, Mapping):
        for entry in node.entries:
            value = entry.value
            addresses = value.items if isinstance(value, Sequence) else (value,)
            found.extend(f"{entry.key.raw}={_bare(spell(a.value))}" for a in addresses if isinstance(a, Scalar))
    for item in node.items if isinstance(node, Sequence) else ():
        written = spell(item.value) if isinstance(item, Scalar) else ""
        separator = next((s for s in "=:" if s in written), None)
        if separator is None:
            refuse(Trouble(Kind.STRUCTURE, f"the host {written!r} has no address", item.at, "Write NAME=ADDRESS."))
            continue
        name, _, addresses_of = written.partition(separator)
        found.extend(f"{name}={_bare(address)}" for address in addresses_of.split(","))
    return sorted(found) or None


def _bare(address: str) -> str:
    return address[1:-1] if len(address) > 2 and address[0] == "[" and address[-1] == "]" else address


def ulimit(node: Node, refuse: Tell) -> Json:
    """A limit for both, or a soft and a hard one."""
    return _struct(node, {"soft": count, "hard": count}, refuse) if isinstance(node, Mapping) else counted(node, refuse) or {}


def mode(node: Node, refuse: Tell) -> Json:
    """The rights of a file, as octal text."""
    if isinstance(node, Scalar) and isinstance(node.value, int):
        return f"0{node.value:o}"
    try:
        return f"0{int(string(node) or '', 8):o}"
    except ValueError:
        refuse(Trouble(Kind.CAST, f"{string(node)!r} is no octal number", node.at, "Write an octal number."))
        return None


def device_count(node: Node, refuse: Tell) -> Json:
    """A number of devices; all is -1."""
    return -1 if (string(node) or "").lower() == "all" else count(node, refuse)


def keys(node: Node, refuse: Tell) -> Json:
    """SSH keys: their names, with a path where there is one."""
    del refuse
    entries = node.entries if isinstance(node, Mapping) else ()
    return [e.key.raw if is_null(e.value) else f"{e.key.raw}: {plain(e.value)}" for e in entries] or None


def any_of(node: Node, refuse: Tell) -> Json:
    """Whatever is written."""
    del refuse
    return plain(node)


def struct(**fields: Type) -> Type:
    """Return the type of a mapping with these keys."""
    return lambda node, refuse: _struct(node, fields, refuse) if isinstance(node, Mapping) else None


def each(kind: Type) -> Type:
    """Return the type of a list."""
    return lambda node, refuse: [kind(item, refuse) for item in node.items] or None if isinstance(node, Sequence) else None


def by_name(kind: Type) -> Type:
    """Return the type of a mapping of names."""

    def made(node: Node, refuse: Tell) -> Json:
        entries = node.entries if isinstance(node, Mapping) else ()
        return {e.key.raw: kind(e.value, refuse) for e in entries if not e.key.raw.startswith("x-")} or None

    return made


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
