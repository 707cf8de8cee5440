package facts

import "testing"

func TestLogProductOf(t *testing.T) {
	for image, want := range map[string]LogProduct{
		"cr.fluentbit.io/fluent/fluent-bit:4.1.1":                                                     LogFluentBit,
		"fluent/fluent-bit":                                                                           LogFluentBit,
		"ghcr.io/fluent/fluent-operator/fluent-bit:4.1":                                               LogFluentBit,
		"public.ecr.aws/aws-observability/aws-for-fluent-bit:stable":                                  LogFluentBit,
		"registry.example.org:5000/rancher/mirrored-fluent-fluent-bit:3.0":                            LogFluentBit,
		"ghcr.io/kube-logging/logging-operator/fluentd:5.3-full":                                      LogFluentd,
		"fluent/fluentd-kubernetes-daemonset:v1":                                                      LogFluentd,
		"ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-k8s:0.120.0": LogOpenTelemetry,
		"otel/opentelemetry-collector-contrib":                                                        LogOpenTelemetry,
		"public.ecr.aws/aws-observability/aws-otel-collector:v0.43":                                   LogOpenTelemetry,
		"timberio/vector:0.50.0-distroless-libc":                                                      LogVector,
		"docker.io/grafana/alloy:v1.9.0":                                                              LogAlloy,
		"grafana/promtail:3.5.0":                                                                      LogPromtail,
		"docker.elastic.co/beats/filebeat-wolfi:9.0.0":                                                LogFilebeat,
		"docker.elastic.co/elastic-agent/elastic-agent:9.0.0":                                         LogElasticAgent,
		"gcr.io/datadoghq/agent:7":                                                                    LogDatadog,
		"grafana/loki@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855":        LogLoki,
		"nginx":              "",
		"example.org/vector": "",
		"ghcr.io/open-telemetry/opentelemetry-operator/target-allocator:0.1": "",
		"registry.example.org/aula/fluentd-exporter":                         "",
		"": "", "UPPER case": "",
	} {
		if got, ok := LogProductOf(image); got != want || ok != (want != "") {
			t.Errorf("%s: got %q, %v, want %q", image, got, ok, want)
		}
	}
}

func TestLogAgentOf(t *testing.T) {
	shape := func(hostPath string, images ...string) *Workload {
		s := &PodShape{Volumes: []Volume{{Name: "logs", HostPath: hostPath}}}
		for i, image := range images {
			c := Container{Name: image, Type: ContainerMain, Image: image}
			if i == len(images)-1 {
				c.Mounts = []Mount{{Volume: "logs", Path: "/var/log"}}
			}
			s.Containers = append(s.Containers, c)
		}
		return &Workload{Shape: s}
	}
	for name, c := range map[string]struct {
		workload  *Workload
		product   LogProduct
		container int
		reads     bool
	}{
		"a collector with /var/log mounted reads the node's logs": {shape("/var/log", "fluent/fluent-bit"), LogFluentBit, 0, true},
		"a trailing slash does not matter":                        {shape("/var/log/", "fluent/fluent-bit"), LogFluentBit, 0, true},
		"the whole host holds the logs":                           {shape("/", "grafana/promtail"), LogPromtail, 0, true},
		"another directory does not":                              {shape("/var/lib/kubelet/pods", "fluent/fluent-bit"), LogFluentBit, 0, false},
		"the container that reads the logs counts":                {shape("/var/log/pods", "grafana/loki", "nginx", "grafana/promtail"), LogPromtail, 2, true},
		"another product that mounts / is no collector":           {shape("/", "prom/node-exporter"), "", 0, false},
		"a store counts before a collector beside it":             {shape("/tmp", "grafana/promtail", "grafana/loki"), LogLoki, 1, false},
	} {
		a := LogAgentOf(c.workload)
		if c.product == "" {
			if a != nil {
				t.Errorf("%s: recognised %+v", name, a)
			}
			continue
		}
		if a == nil || a.Product != c.product || a.Container != c.container || a.ReadsNodeLogs != c.reads {
			t.Errorf("%s: got %+v", name, a)
		}
	}
	if LogAgentOf(nil) != nil || LogAgentOf(&Workload{}) != nil {
		t.Error("a workload without shape has no agent")
	}
}

func TestMayBeSecret(t *testing.T) {
	for name, c := range map[string]struct {
		key, value string
		want       bool
	}{
		"a password":               {"HTTP_Passwd", "x", true},
		"a token":                  {"LOKI_TOKEN", "x", true},
		"credentials in a URL":     {"LOKI_URL", "https://u:p@logs.example.org/loki", true},
		"an @ in the path is none": {"URL", "https://logs.example.org/a@b", false},
		"a host":                   {"LOKI_HOST", "logs.example.org", false},
		"a region":                 {"AWS_REGION", "eu-north-1", false},
	} {
		if got := MayBeSecret(c.key, c.value); got != c.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}
