"""The built-in rules by id, so that a run imports only those it needs. Generated: python docs/generate.py."""

from __future__ import annotations

from forkfit.api import Rule, Severity

RULES = (
    Rule("FF101", "forks-exceed-memory", Severity.ERROR, "forkfit_rules.forks_exceed_memory", needs="shortage"),
    Rule("FF102", "warm-forks-exceed-memory", Severity.ERROR, "forkfit_rules.warm_forks_exceed_memory", needs="shortage"),
    Rule("FF103", "tasks-exceed-memory", Severity.WARNING, "forkfit_rules.tasks_exceed_memory", needs="shortage"),
    Rule("FF104", "little-headroom", Severity.INFO, "forkfit_rules.little_headroom", needs="shortage"),
    Rule("FF105", "memory-limit-missing", Severity.INFO, "forkfit_rules.memory_limit_missing", needs="no limit"),
    Rule("FF106", "child-cap-exceeds-memory", Severity.WARNING, "forkfit_rules.child_cap_exceeds_memory", needs="cap"),
    Rule("FF107", "child-cap-below-idle", Severity.WARNING, "forkfit_rules.child_cap_below_idle", needs="cap"),
    Rule("FF108", "host-memory-exceeded", Severity.WARNING, "forkfit_rules.host_memory_exceeded", needs="host"),
    Rule("FF201", "concurrency-unset", Severity.WARNING, "forkfit_rules.concurrency_unset", needs="count of the host"),
    Rule("FF202", "concurrency-overridden", Severity.INFO, "forkfit_rules.concurrency_overridden", needs="two counts"),
    Rule("FF203", "autoscale-with-concurrency", Severity.INFO, "forkfit_rules.autoscale_with_concurrency", needs="two counts"),
    Rule("FF204", "setting-ignored-by-pool", Severity.WARNING, "forkfit_rules.setting_ignored_by_pool", needs="remark"),
    Rule("FF205", "setting-without-effect", Severity.WARNING, "forkfit_rules.setting_without_effect", needs="remark"),
    Rule("FF206", "setting-stops-the-worker", Severity.ERROR, "forkfit_rules.setting_stops_the_worker", needs="remark"),
    Rule("FF301", "model-loaded-per-process", Severity.INFO, "forkfit_rules.model_loaded_per_process", advises=True, needs="model"),
    Rule("FF302", "heavy-import-at-start", Severity.INFO, "forkfit_rules.heavy_import_at_start", advises=True, needs="code"),
    Rule("FF303", "heap-not-frozen", Severity.INFO, "forkfit_rules.heap_not_frozen", advises=True, needs="code"),
    Rule("FF304", "probe-imports-the-app", Severity.INFO, "forkfit_rules.probe_imports_the_app", advises=True, needs="probe"),
    Rule("FF305", "heavy-import-in-task", Severity.INFO, "forkfit_rules.heavy_import_in_task", advises=True, needs="code"),
    Rule("FF306", "model-breaks-after-fork", Severity.ERROR, "forkfit_rules.model_breaks_after_fork", needs="model"),
    Rule("FF401", "limit-lost", Severity.ERROR, "forkfit_rules.limit_lost", needs="lost size"),
    Rule("FF402", "limits-disagree", Severity.ERROR, "forkfit_rules.limits_disagree", needs="two sizes"),
    Rule("FF403", "command-cut", Severity.ERROR, "forkfit_rules.command_cut", needs="cut"),
    Rule("FF404", "dotenv-read-differently", Severity.WARNING, "forkfit_rules.dotenv_read_differently", needs="differing"),
    Rule("FF901", "unreadable-file", Severity.ERROR, "forkfit_rules.unreadable_file", needs="trouble"),
    Rule("FF902", "worker-not-seen-through", Severity.INFO, "forkfit_rules.worker_not_seen_through", fails=False, needs="unseen"),
    Rule("FF903", "value-unknown", Severity.INFO, "forkfit_rules.value_unknown", needs="open value"),
    Rule("FF904", "unused-suppression", Severity.WARNING, "forkfit_rules.unused_suppression", comes_last=True),
    Rule("FF905", "measurement-stale", Severity.INFO, "forkfit_rules.measurement_stale", needs="trouble"),
)
