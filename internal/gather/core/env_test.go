package core

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/tilsyn-dev/tilsyn/internal/envvar"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func fromSecret(name string) corev1.EnvVar {
	return corev1.EnvVar{Name: name, ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{Key: "k"}}}
}

func fromField(name, path string) corev1.EnvVar {
	return corev1.EnvVar{Name: name, ValueFrom: &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: path}}}
}

func environmentOf(vars []corev1.EnvVar, knownImage bool) facts.ContainerConfig {
	config, _ := environment(vars, knownImage)
	return config
}

func TestTelemetryThatVariablesShow(t *testing.T) {
	tests := map[string]struct {
		vars []corev1.EnvVar
		want map[string]string
	}{
		"an address":                          {[]corev1.EnvVar{{Name: "OTEL_EXPORTER_OTLP_ENDPOINT", Value: "https://Otel.example.org:4317/v1"}}, map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "otel.example.org"}},
		"an address of one signal":            {[]corev1.EnvVar{{Name: "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", Value: "collector:4317"}}, map[string]string{"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT": "collector"}},
		"headers of the protocol":             {[]corev1.EnvVar{{Name: "OTEL_EXPORTER_OTLP_HEADERS", Value: "api-key=geheim"}}, nil},
		"a key in an address":                 {[]corev1.EnvVar{{Name: "SENTRY_DSN", Value: "https://geheim@o1.ingest.de.sentry.io/4"}}, map[string]string{"SENTRY_DSN": "o1.ingest.de.sentry.io"}},
		"a connection string":                 {[]corev1.EnvVar{{Name: "APPLICATIONINSIGHTS_CONNECTION_STRING", Value: "InstrumentationKey=geheim;IngestionEndpoint=https://northeurope-2.in.applicationinsights.azure.com/"}}, map[string]string{"APPLICATIONINSIGHTS_CONNECTION_STRING": "northeurope-2.in.applicationinsights.azure.com"}},
		"one without a place":                 {[]corev1.EnvVar{{Name: "APPLICATIONINSIGHTS_CONNECTION_STRING", Value: "InstrumentationKey=geheim"}}, map[string]string{"APPLICATIONINSIGHTS_CONNECTION_STRING": "dc.services.visualstudio.com"}},
		"one with a suffix":                   {[]corev1.EnvVar{{Name: "APPLICATIONINSIGHTS_CONNECTION_STRING", Value: "InstrumentationKey=geheim;EndpointSuffix=ai.example.org"}}, map[string]string{"APPLICATIONINSIGHTS_CONNECTION_STRING": "dc.ai.example.org"}},
		"several addresses":                   {[]corev1.EnvVar{{Name: "ELASTIC_APM_SERVER_URLS", Value: "https://a.example.org,https://b.example.org:8200"}}, map[string]string{"ELASTIC_APM_SERVER_URLS": "a.example.org,b.example.org"}},
		"a site":                              {[]corev1.EnvVar{{Name: "DD_SITE", Value: "datadoghq.eu"}, fromSecret("DD_API_KEY")}, map[string]string{"DD_SITE": "datadoghq.eu"}},
		"a key alone, at the default place":   {[]corev1.EnvVar{fromSecret("DD_API_KEY")}, map[string]string{"DD_API_KEY": ""}},
		"a key in the open":                   {[]corev1.EnvVar{{Name: "NEW_RELIC_LICENSE_KEY", Value: "geheim"}}, map[string]string{"NEW_RELIC_LICENSE_KEY": ""}},
		"a value in a Secret":                 {[]corev1.EnvVar{fromSecret("SENTRY_DSN")}, map[string]string{"SENTRY_DSN": ""}},
		"an empty value is none":              {[]corev1.EnvVar{{Name: "SENTRY_DSN"}}, nil},
		"the node's agent":                    {[]corev1.EnvVar{fromField("DD_AGENT_HOST", "status.hostIP")}, map[string]string{"DD_AGENT_HOST": "localhost"}},
		"the node's agent in an address":      {[]corev1.EnvVar{fromField("HOST_IP", "status.hostIP"), {Name: "OTEL_EXPORTER_OTLP_ENDPOINT", Value: "http://$(HOST_IP):4317"}}, map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "localhost"}},
		"a part that is in a Secret":          {[]corev1.EnvVar{fromSecret("H"), {Name: "LOKI_URL", Value: "https://$(H)/x"}}, map[string]string{"LOKI_URL": ""}},
		"a part that is nowhere":              {[]corev1.EnvVar{{Name: "LOKI_URL", Value: "https://$(H)/x"}}, map[string]string{"LOKI_URL": ""}},
		"parts that refer to each other":      {[]corev1.EnvVar{{Name: "A", Value: "$(B)"}, {Name: "B", Value: "$(A)"}, {Name: "LOKI_URL", Value: "$(A)"}}, map[string]string{"LOKI_URL": ""}},
		"an address of IPv6":                  {[]corev1.EnvVar{{Name: "LOKI_URL", Value: "http://[fd00::1]:3100/loki"}}, map[string]string{"LOKI_URL": "fd00::1"}},
		"what is no host":                     {[]corev1.EnvVar{{Name: "LOKI_URL", Value: "http://a b/c"}}, map[string]string{"LOKI_URL": ""}},
		"a variable of the application's own": {[]corev1.EnvVar{{Name: "DATABASE_URL", Value: "postgres://u:geheim@db"}}, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := environmentOf(tt.vars, false).Telemetry
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			for _, hosts := range got {
				if again := envvar.HostsOf(hosts); again != hosts {
					t.Errorf("of hosts %q become %q", hosts, again)
				}
			}
		})
	}
}

func TestSettings(t *testing.T) {
	vars := []corev1.EnvVar{
		{Name: "BACKUP_GLOBALS3ENDPOINT", Value: "https://u:geheim@s3.example.org/?x=geheim"}, {Name: "TZ", Value: "Europe/Copenhagen"},
		{Name: "DD_CONTAINER_EXCLUDE", Value: "kube_namespace:^shop$ image:x"}, fromSecret("BACKUP_GLOBALS3BUCKET"),
		{Name: "BACKUP_GLOBALREPOPASSWORD", Value: "geheim"}, {Name: "S3_BUCKET", Value: "logs"}, {Name: "AWS_REGION", Value: "eu-north-1"},
		{Name: "ES_PASSWORD_HOST", Value: "geheim"}, {Name: "STORE_URL", Value: "AccountKey=geheim"},
		{Name: "ELASTIC_CLOUD_ID", Value: "prod:bG9jYWxob3N0LmV4YW1wbGUub3JnJGFiYyRkZWY="},
	}
	ordinary := map[string]string{
		"BACKUP_GLOBALS3ENDPOINT": "https://s3.example.org/", "TZ": "Europe/Copenhagen", "DD_CONTAINER_EXCLUDE": "kube_namespace:^shop$ image:x",
	}
	got := environmentOf(vars, false).Settings
	if diff := cmp.Diff(ordinary, got); diff != "" {
		t.Error(diff)
	}
	got = environmentOf(vars, true).Settings
	ordinary["S3_BUCKET"], ordinary["AWS_REGION"], ordinary["ELASTIC_CLOUD_ID"] = "logs", "eu-north-1", "localhost.example.org"
	if diff := cmp.Diff(ordinary, got); diff != "" {
		t.Error("with a known image", diff)
	}
}

func TestKnownImages(t *testing.T) {
	for image, want := range map[string]bool{
		"cr.fluentbit.io/fluent/fluent-bit:4.0": true, "fluent/fluentd-kubernetes-daemonset:v1": true, "grafana/promtail": true,
		"registry.example.org:5000/mirror/grafana/alloy@sha256:" + digest64: true, "timberio/vector:0.5-alpine": true,
		"docker.elastic.co/beats/filebeat-wolfi:9": true, "gcr.io/datadoghq/agent:7": true, "datadog/agent": true, "grafana/agent": true,
		"otel/opentelemetry-collector-contrib:1": true, "velero/velero:v1.18": true, "ghcr.io/k8up-io/k8up:v2": true, "grafana/loki": true,
		"nginx": false, "example.org/shop/agent": false, "example.org/vectors": false, "registry.example.org/loki/app": false, "": false, "Bad Image": false,
	} {
		if got := KnownImage(image); got != want {
			t.Errorf("%q is known: %t, want %t", image, got, want)
		}
	}
}

const digest64 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

func TestKnownAnnotations(t *testing.T) {
	got := annotations(map[string]string{
		"backup.velero.io/backup-volumes": "data", "velero.io/exclude-from-backup": "true", "pre.hook.backup.velero.io/command": "geheim",
		"k8up.io/backup": "false", "k8up.io/backupcommand": "geheim", "k8up.io/backupcommand-container": "db",
		"fluentbit.io/exclude_stdout-app": "true", "co.elastic.logs.app/enabled": "false", "co.elastic.logs/processors.1": "geheim",
		"ad.datadoghq.com/app.logs_exclude": "true", "ad.datadoghq.com/app.logs": "geheim", "ad.datadoghq.com/app.checks": "geheim",
		"io.opentelemetry.discovery.logs.80/enabled": "true", "tilsyn.dev/environment": "e", "example.org/token": "geheim",
		corev1.LastAppliedConfigAnnotation: "geheim",
	})
	want := map[string]string{
		"backup.velero.io/backup-volumes": "data", "velero.io/exclude-from-backup": "true", "pre.hook.backup.velero.io/command": "",
		"k8up.io/backup": "false", "k8up.io/backupcommand": "", "k8up.io/backupcommand-container": "db",
		"fluentbit.io/exclude_stdout-app": "true", "co.elastic.logs.app/enabled": "false",
		"ad.datadoghq.com/app.logs_exclude": "true", "ad.datadoghq.com/app.logs": "", "io.opentelemetry.discovery.logs.80/enabled": "true",
		"tilsyn.dev/environment": "e",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestArgumentsWithoutSecrets(t *testing.T) {
	tests := map[string]struct{ in, want []string }{
		"flags stay":                     {[]string{"-config.file=/etc/loki.yaml", "--features=EnableCSI", "run"}, []string{"-config.file=/etc/loki.yaml", "--features=EnableCSI", "run"}},
		"values of telling flags go":     {[]string{"--api-key=geheim", "-client.basic-auth=geheim", "-p", "x"}, []string{"--api-key=", "-client.basic-auth=", "-p", "x"}},
		"so do they as the next one":     {[]string{"--token", "geheim", "--verbose"}, []string{"--token", "", "--verbose"}},
		"a switch takes no next one":     {[]string{"--use-token", "--x", "y"}, []string{"--use-token", "--x", "y"}},
		"credentials in addresses go":    {[]string{"--url=https://u:geheim@h/x", "https://geheim@h/"}, []string{"--url=https://h/x", "https://h/"}},
		"scripts and configurations go":  {[]string{"sh", "-c", "export A=geheim; run", "--config=yaml:exporters::x: {token: geheim}"}, []string{"sh", "-c", "", ""}},
		"a connection of another scheme": {[]string{"jdbc:postgresql://u:geheim@h/db", "u:geheim@h"}, []string{"", "h"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := safeArguments(tt.in)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(got, safeArguments(got)); diff != "" {
				t.Error("not stable:", diff)
			}
		})
	}
}

func TestParametersWithoutSecrets(t *testing.T) {
	got := withoutSecrets(map[string]string{
		"csi.storage.k8s.io/provisioner-secret-name": "s", "csi.storage.k8s.io/node-stage-secret-namespace": "n", "adminpassword": "geheim",
		"kmsKeyId": "arn:aws:kms:eu-north-1:1:key/2", "skuName": "Standard_ZRS", "server": "nfs.example.org:/x@y", "source": "https://u:geheim@h/x",
	})
	want := map[string]string{"kmsKeyId": "arn:aws:kms:eu-north-1:1:key/2", "skuName": "Standard_ZRS", "server": "nfs.example.org:/x@y", "source": "https://h/x"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"vers=4", "password=", "region eu-north-1"}, mountOptions([]string{"vers=4", "password=geheim", "region eu-north-1"})); diff != "" {
		t.Error(diff)
	}
}
