package core

import (
	"encoding/base64"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/tilsyn-dev/tilsyn/internal/envvar"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// settings are environment variables without secrets that some control looks at in any container.
var settings = []string{
	"DD_LOGS_ENABLED",
	"DD_LOGS_CONFIG_CONTAINER_COLLECT_ALL",
	"DD_CONTAINER_EXCLUDE",
	"DD_CONTAINER_EXCLUDE_LOGS",
	"DD_CONTAINER_INCLUDE",
	"DD_CONTAINER_INCLUDE_LOGS",
	"OTEL_SDK_DISABLED",
	"OTEL_LOGS_EXPORTER",
	"OTEL_METRICS_EXPORTER",
	"OTEL_TRACES_EXPORTER",
	"BACKUP_ANNOTATION",
	"BACKUP_SKIP_WITHOUT_ANNOTATION",
	"BACKUP_GLOBALS3BUCKET",
	"BACKUP_GLOBALS3ENDPOINT",
	"BACKUP_GLOBALRESTORES3BUCKET",
	"BACKUP_GLOBALRESTORES3ENDPOINT",
	"TZ",
	"PGSSLMODE",
	"LINKERD2_PROXY_INBOUND_DEFAULT_POLICY",
}

// ofCollectors are ends of variable names that hold settings in containers with a known image (see KnownImage), where
// their configuration refers to them.
var ofCollectors = []string{"REGION", "BUCKET", "BUCKET_NAME", "BUCKETNAME", "ENDPOINT", "HOST", "HOSTS", "URL", "BROKERS", "SITE", cloudID, "PORT"}

// cloudID ends the names of variables that hold an Elastic cloud id.
const cloudID = "CLOUD_ID"

// environment gives what is known of the environment of a container. Hosts are lower case; several are joined by commas.
func environment(vars []corev1.EnvVar, knownImage bool) (c facts.ContainerConfig, stores map[string]string) {
	placed := map[int]bool{}
	for _, v := range vars {
		value, readable := resolve(v, vars, 0)
		if readable && setting(v.Name, value, knownImage) {
			c.Settings = with(c.Settings, v.Name, settingValue(v.Name, value))
		}
		if v.Value == "" && v.ValueFrom == nil { // an empty value is as good as none
			continue
		}
		i, host, known := envvar.Service(v.Name)
		if hosts, is := dataStoreOf(v, value, readable); is && !known {
			stores = with(stores, v.Name, hosts)
			if tls := envvar.StoreTLS(value); readable && tls != "" {
				c.StoreTLS = with(c.StoreTLS, v.Name, tls)
			}
			c.From = fromConfigMap(c.From, v)
		}
		if !known || !host {
			continue
		}
		placed[i] = true
		c.Telemetry = with(c.Telemetry, v.Name, "")
		c.From = fromConfigMap(c.From, v)
		if readable {
			c.Telemetry[v.Name] = envvar.HostsOf(value)
		}
	}
	for _, v := range vars {
		if i, host, known := envvar.Service(v.Name); known && !host && !placed[i] && (v.Value != "" || v.ValueFrom != nil) {
			c.Telemetry = with(c.Telemetry, v.Name, "")
		}
	}
	return c, stores
}

// dataStoreOf gives the hosts of a variable that names a data store, none where they cannot be read; is is false for others,
// and for what is in a Secret as a whole.
func dataStoreOf(v corev1.EnvVar, value string, readable bool) (hosts string, is bool) {
	if readable || v.ValueFrom == nil { // a password may be what is not read, and the host be there
		return envvar.Store(v.Name, value)
	}
	unread := v.ValueFrom.ConfigMapKeyRef != nil || *v.ValueFrom == (corev1.EnvVarSource{}) // as a snapshot writes it
	return "", envvar.IsStore(v.Name) && unread
}

// fromConfigMap notes from which key of which ConfigMap the value of a variable comes.
func fromConfigMap(from map[string]string, v corev1.EnvVar) map[string]string {
	if v.ValueFrom == nil || v.ValueFrom.ConfigMapKeyRef == nil {
		return from
	}
	return with(from, v.Name, v.ValueFrom.ConfigMapKeyRef.Name+"/"+v.ValueFrom.ConfigMapKeyRef.Key)
}

// configMaps gives those whose keys all become variables, as prefix/name, in order.
func configMaps(sources []corev1.EnvFromSource) []string {
	var out []string
	for _, s := range sources {
		if s.ConfigMapRef != nil && s.ConfigMapRef.Name != "" {
			out = append(out, s.Prefix+"/"+s.ConfigMapRef.Name)
		}
	}
	return out
}

func with(m map[string]string, key, value string) map[string]string {
	if m == nil {
		m = map[string]string{}
	}
	m[key] = value
	return m
}

func setting(name, value string, knownImage bool) bool {
	if slices.Contains(settings, name) {
		return true
	}
	connection := strings.ContainsAny(value, "=; \t\n") && !strings.HasSuffix(name, cloudID)
	plain := !secretLike(name) && !connection
	return knownImage && plain && slices.ContainsFunc(ofCollectors, func(end string) bool {
		return name == end || strings.HasSuffix(name, "_"+end)
	})
}

func settingValue(name, value string) string {
	if strings.HasSuffix(name, cloudID) {
		return cloudIDHost(value)
	}
	return stripCredentials(value)
}

// node stands for the addresses of the pod's own node and pod, which are inside the cluster.
const node = "localhost"

// resolve gives the value of a variable with references to other variables filled in, as the kubelet does; false where
// some part of it is not in the object, and of such a value the references stay.
func resolve(v corev1.EnvVar, vars []corev1.EnvVar, depth int) (string, bool) {
	if v.ValueFrom != nil {
		if f := v.ValueFrom.FieldRef; f != nil {
			switch f.FieldPath {
			case "status.hostIP", "status.podIP", "status.hostIPs", "status.podIPs", "spec.nodeName":
				return node, true
			}
		}
		return "", false
	}
	if !strings.Contains(v.Value, "$(") {
		return v.Value, true
	}
	if depth > 5 {
		return v.Value, false
	}
	var out strings.Builder
	rest, whole := v.Value, true
	for {
		before, after, found := strings.Cut(rest, "$(")
		out.WriteString(before)
		if !found {
			return out.String(), whole
		}
		name, tail, closed := strings.Cut(after, ")")
		i := slices.IndexFunc(vars, func(o corev1.EnvVar) bool { return o.Name == name })
		if !closed || strings.HasSuffix(before, "$") { // $$( is an escape: not worth following
			return v.Value, false
		}
		value, ok := "", false
		if i >= 0 {
			value, ok = resolve(vars[i], vars, depth+1)
		}
		if !ok {
			value, whole = "$("+name+")", false
		}
		out.WriteString(value)
		rest = tail
	}
}

// cloudIDHost gives the host in an Elastic cloud id, which is name:base64(host$...). A bare host stays as it is.
func cloudIDHost(id string) string {
	_, encoded, found := strings.Cut(id, ":")
	if !found {
		return envvar.HostOf(id)
	}
	decoded, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return ""
	}
	host, _, _ := strings.Cut(string(decoded), "$")
	return envvar.HostOf(host)
}
