"""The names of Celery's settings: the new ones of 4.0 and later, and what each was called before."""

from __future__ import annotations

# celery/app/defaults.py of 5.7.0, by how the old name comes from the new one.
_SAME = """
azureblockblob_base_path azureblockblob_connection_timeout azureblockblob_container_name azureblockblob_read_timeout
azureblockblob_retry_increment_base azureblockblob_retry_initial_backoff_sec azureblockblob_retry_max_attempts
broker_channel_error_retry broker_connection_max_retries broker_connection_retry broker_connection_retry_on_startup
broker_connection_timeout broker_failover_strategy broker_heartbeat broker_heartbeat_checkrate broker_host
broker_login_method broker_native_delayed_delivery_queue_type broker_password broker_pool_acquire_timeout
broker_pool_limit broker_port broker_read_url broker_transport broker_transport_options broker_url broker_use_ssl
broker_user broker_vhost broker_write_url cassandra_auth_kwargs cassandra_auth_provider cassandra_bundle_path
cassandra_entry_ttl cassandra_keyspace cassandra_options cassandra_port cassandra_read_consistency cassandra_servers
cassandra_table cassandra_write_consistency control_exchange control_queue_durable control_queue_exclusive
control_queue_expires control_queue_ttl cosmosdbsql_collection_name cosmosdbsql_consistency_level
cosmosdbsql_database_name cosmosdbsql_max_retry_attempts cosmosdbsql_max_retry_wait_time
database_create_tables_at_setup database_engine_callback database_table_schemas enable_utc gcs_base_path gcs_bucket
gcs_project gcs_ttl result_accept_content s3_access_key_id s3_base_path s3_bucket s3_endpoint_url s3_region
s3_secret_access_key
"""
_CELERY = """
accept_content arangodb_backend_settings cache_backend cache_backend_options couchbase_backend_settings
elasticsearch_max_retries elasticsearch_retry_on_timeout elasticsearch_save_meta_as_text elasticsearch_timeout
event_exchange event_queue_durable event_queue_exclusive event_queue_expires event_queue_prefix event_queue_ttl
event_serializer imports include mongodb_backend_settings redis_backend_use_ssl redis_db redis_host
redis_max_connections redis_password redis_port redis_retry_on_timeout redis_socket_connect_timeout
redis_socket_keepalive redis_socket_timeout redis_username result_backend result_backend_always_retry
result_backend_base_sleep_between_retries_ms result_backend_max_retries
result_backend_max_sleep_between_retries_ms result_backend_transport_options result_chord_expires
result_chord_join_timeout result_chord_retry_interval result_compression result_exchange result_exchange_type
result_extended result_failure_expires result_persistent result_serializer security_cert_store security_certificate
security_digest security_key security_key_password task_protocol task_publish_retry task_publish_retry_policy
task_serializer timezone worker_direct
"""
_TASK = """
acks_late acks_on_failure acks_on_failure_or_timeout acks_on_timeout allow_error_cb_on_chord_header always_eager
annotations create_missing_queue_exchange_type create_missing_queue_type create_missing_queues default_delivery_mode
default_exchange default_exchange_type default_priority default_queue default_queue_type default_rate_limit
default_routing_key ignore_result inherit_parent_priority queue_max_priority queues reject_on_worker_lost
remote_tracebacks repr_maxlevels retry_on_worker_lost routes store_eager_result store_errors_even_if_ignored
track_started
"""
_WORKER = """
agent autoscaler cancel_long_running_tasks_on_connection_loss concurrency consumer deduplicate_successful_tasks
detect_quorum_queues disable_prefetch enable_prefetch_count_reduction enable_soft_shutdown_on_idle eta_task_limit
hijack_root_logger log_color log_datefmt log_format max_memory_per_child max_tasks_per_child pool pool_putlocks
pool_restarts pool_start_method prefetch_multiplier proc_alive_timeout soft_shutdown_timeout state_db task_log_datefmt
task_log_format timer timer_precision
"""
_BEAT = """
cron_starting_deadline enable_remote_control max_loop_interval remote_control_max_tick_age schedule schedule_filename
scheduler sync_every
"""
_OTHER = {
    "database_engine_options": "CELERY_RESULT_ENGINE_OPTIONS",
    "database_short_lived_sessions": "CELERY_RESULT_DB_SHORT_LIVED_SESSIONS",
    "database_table_names": "CELERY_RESULT_DB_TABLENAMES",
    "database_url": "CELERY_RESULT_DBURI",
    "result_cache_max": "CELERY_MAX_CACHED_RESULTS",
    "result_expires": "CELERY_TASK_RESULT_EXPIRES",
    "task_compression": "CELERY_MESSAGE_COMPRESSION",
    "task_eager_propagates": "CELERY_EAGER_PROPAGATES_EXCEPTIONS",
    "task_send_sent_event": "CELERY_SEND_TASK_SENT_EVENT",
    "task_soft_time_limit": "CELERYD_TASK_SOFT_TIME_LIMIT",
    "task_time_limit": "CELERYD_TASK_TIME_LIMIT",
    "worker_disable_rate_limits": "CELERY_DISABLE_RATE_LIMITS",
    "worker_enable_remote_control": "CELERY_ENABLE_REMOTE_CONTROL",
    "worker_lost_wait": "CELERYD_WORKER_LOST_WAIT",
    "worker_redirect_stdouts": "CELERY_REDIRECT_STDOUTS",
    "worker_redirect_stdouts_level": "CELERY_REDIRECT_STDOUTS_LEVEL",
    "worker_send_task_events": "CELERY_SEND_EVENTS",
}

OLD_OF: dict[str, str] = (
    {name: name.upper() for name in _SAME.split()}
    | {name: f"CELERY_{name.upper()}" for name in _CELERY.split()}
    | {f"task_{name}": f"CELERY_{name.upper()}" for name in _TASK.split()}
    | {f"worker_{name}": f"CELERYD_{name.upper()}" for name in _WORKER.split()}
    | {f"beat_{name}": f"CELERYBEAT_{name.upper()}" for name in _BEAT.split()}
    | _OTHER
)
NEW_OF: dict[str, str] = {old: new for new, old in OLD_OF.items()}


def may_name_setting(name: str) -> bool:
    """Tell whether a name is that of a setting, new or old, or may be one under a namespace of Celery's own name."""
    return name in OLD_OF or name in NEW_OF or name.lower().startswith("celery")
