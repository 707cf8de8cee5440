package fluentbit

// keptSettings are the settings that decide which records are read, dropped and sent where. Whatever is not listed is never
// kept, so that no password reaches a fact.
var keptSettings = map[string]bool{
	// which records
	"tag": true, "tag_regex": true, "kube_tag_prefix": true, "regex_parser": true, "labels": true, "path": true, "exclude_path": true, "match": true, "match_regex": true,
	"processors.logs.name": true,
	// what filters drop or rename
	"k8s-logging.exclude": true, "regex": true, "exclude": true, "logical_op": true, "rule": true, "rate": true, "window": true,
	"discard_logs": true, "action": true, "operation": true,
	// where outputs send
	"host": true, "port": true, "hosts": true, "server": true, "region": true, "bucket": true, "endpoint": true, "uri": true, "url": true,
	"logs_uri": true, "brokers": true, "upstream": true, "domain": true, "site": true, "base_uri": true, "dce_url": true,
	"aws_region": true, "account_name": true, "container_name": true, "ingestion_endpoint": true, "logdna_host": true,
	"location": true, "tenant_id": true, "log_group_name": true, "auto_create_group": true, "log_retention_days": true,
	"tls": true, "tls.verify": true, "retry_limit": true, "storage.total_limit_size": true,
	"cloud_id": true, // name:base64 of the host, without the credentials of cloud_auth
}

// Keep tells whether a setting is kept.
func Keep(key string) bool { return keptSettings[key] }
