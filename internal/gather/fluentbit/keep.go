package fluentbit

import (
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// keptSettings are the settings that decide which records are read, dropped and sent where. Whatever is not listed is never
// kept, so that no password reaches a fact.
var keptSettings = map[string]bool{
	// which records
	"tag": true, "tag_regex": true, "kube_tag_prefix": true, "regex_parser": true, "labels": true, "path": true, "exclude_path": true, "match": true, "match_regex": true,
	"processors.logs.name": true, "ignore_older": true,
	// under which key the text of a container stands
	"parser": true, "multiline.parser": true, "merge_log": true, "keep_log": true, "key_name": true, "reserve_data": true, "preserve_key": true,
	"wildcard": true, "nest_under": true, "nested_under": true,
	// what filters drop, take out of a record or rename
	"k8s-logging.exclude": true, "regex": true, "exclude": true, "logical_op": true, "rule": true, "rate": true, "window": true,
	"discard_logs": true, "action": true, "operation": true,
	"remove": true, "remove_wildcard": true, "remove_regex": true, "remove_key": true, "allowlist_key": true, "whitelist_key": true,
	"rename": true, "hard_rename": true, "hard_copy": true, "set": true, "record": true, "condition": true,
	"processors.logs.remove": true, "processors.logs.remove_wildcard": true, "processors.logs.remove_regex": true, "processors.logs.remove_key": true,
	"processors.logs.allowlist_key": true, "processors.logs.whitelist_key": true, "processors.logs.set": true, "processors.logs.action": true,
	"processors.logs.key": true,
	// what outputs leave out of a record
	"log_key": true, "remove_keys": true, "body_key": true, "logs_body_key": true, "event_key": true,
	// where outputs send
	"host": true, "port": true, "hosts": true, "server": true, "region": true, "bucket": true, "endpoint": true, "uri": true, "url": true,
	"logs_uri": true, "brokers": true, "upstream": true, "domain": true, "site": true, "base_uri": true, "dce_url": true,
	"aws_region": true, "account_name": true, "container_name": true, "ingestion_endpoint": true, "logdna_host": true,
	"location": true, "tenant_id": true, "log_group_name": true, "auto_create_group": true, "log_retention_days": true,
	"tls": true, "tls.verify": true, "retry_limit": true, "storage.total_limit_size": true,
	"cloud_id": true, // name:base64 of the host, without the credentials of cloud_auth
}

// nameOnly are settings of the form NAME VALUE whose values may be secret: only the name is kept.
var nameOnly = map[string]bool{"set": true, "record": true, "condition": true, "processors.logs.set": true}

// Keep tells whether a setting is kept.
func Keep(key string) bool { return keptSettings[key] }

// Trim leaves out what settings of the form NAME VALUE set. It changes the list it is given.
func Trim(all []facts.LogSetting) []facts.LogSetting {
	for i := range all {
		if nameOnly[all[i].Key] {
			all[i].Value, _ = cutSpace(strings.TrimSpace(all[i].Value))
		}
	}
	return all
}
