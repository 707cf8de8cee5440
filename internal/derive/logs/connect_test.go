package logs

import (
	"reflect"
	"testing"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func TestResolve(t *testing.T) {
	p := &painter{
		namespaces: map[string]*facts.Namespace{"monitoring": {Name: "monitoring"}},
		external: map[[2]string][]*facts.ExternalService{
			{"logging", "relay"}:   {{Namespace: "logging", Name: "relay", Host: "Logs.Example.org."}},
			{"logging", "written"}: {{Namespace: "logging", Name: "written", Addresses: []string{"192.0.2.7"}}},
			{"logging", "several"}: {{Namespace: "logging", Name: "several"}, {Namespace: "logging", Name: "several", Addresses: []string{"192.0.2.8", "192.0.2.9"}},
				{Namespace: "logging", Name: "several", Addresses: []string{"203.0.113.9"}}},
			{"logging", "nowhere"}: {{Namespace: "logging", Name: "nowhere"}},
		},
	}
	service := func(name string) facts.Ref { return facts.Ref{Kind: "Service", Namespace: "logging", Name: name} }
	for host, want := range map[string]Destination{
		"loki":                         {Host: "loki", InCluster: true, Service: facts.Ref{Kind: "Service", Namespace: "logging", Name: "loki"}},
		"loki.monitoring":              {Host: "loki.monitoring", InCluster: true, Service: facts.Ref{Kind: "Service", Namespace: "monitoring", Name: "loki"}},
		"loki.other.svc.cluster.local": {Host: "loki.other.svc.cluster.local", InCluster: true, Service: facts.Ref{Kind: "Service", Namespace: "other", Name: "loki"}},
		"a.loki.other.svc":             {Host: "a.loki.other.svc", InCluster: true, Service: facts.Ref{Kind: "Service", Namespace: "other", Name: "loki"}},
		"example.org":                  {Host: "example.org"},
		"192.0.2.1":                    {Host: "192.0.2.1"},
		"localhost":                    {Host: "localhost"},
		"relay.logging.svc":            {Host: "logs.example.org", Service: service("relay"), Called: "relay.logging.svc", Hosts: []string{"logs.example.org"}},
		"written":                      {Host: "192.0.2.7", Service: service("written"), Called: "written", Hosts: []string{"192.0.2.7"}},
		"several":                      {Host: "192.0.2.8", Service: service("several"), Called: "several", Hosts: []string{"192.0.2.8", "192.0.2.9", "203.0.113.9"}},
		"nowhere":                      {Host: "nowhere", Service: service("nowhere"), Called: "nowhere", Unread: "Service logging/nowhere has no selector, and where it leads is not known"},
	} {
		got := Destination{Host: host}
		p.resolve(&got, "logging")
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", host, got, want)
		}
	}
}

func TestStoreBehind(t *testing.T) {
	one := &Store{Namespace: "logging", Workloads: []facts.Ref{{Kind: "StatefulSet", Namespace: "logging", Name: "loki"}}}
	other := &Store{Namespace: "logging", Workloads: []facts.Ref{{Kind: "StatefulSet", Namespace: "logging", Name: "audit"}}}
	at := func(plugin, service string) *Destination {
		return &Destination{Plugin: plugin, Service: facts.Ref{Kind: "Service", Namespace: "logging", Name: service}}
	}
	for name, c := range map[string]struct {
		stores []*Store
		to     *Destination
		want   *Store
	}{
		"a gateway of the only store":         {[]*Store{one}, at("loki", "gateway"), one},
		"a Service named like the store":      {[]*Store{one}, at("otlphttp", "loki-write"), one},
		"another store in the same namespace": {[]*Store{one}, at("es", "elasticsearch"), nil},
		"the one of two that is named":        {[]*Store{one, other}, at("loki", "audit"), other},
		"a store in another namespace":        {[]*Store{{Namespace: "x"}}, at("loki", "loki"), nil},
	} {
		p := &painter{picture: &Picture{Stores: c.stores}}
		if got := p.storeBehind(c.to); got != c.want {
			t.Errorf("%s: got %+v", name, got)
		}
	}
	if s := (&painter{picture: &Picture{Stores: []*Store{one, other}}}).storeBehind(at("loki", "gateway")); s == nil || s.Unread == "" {
		t.Errorf("one of two stores was picked by chance: %+v", s)
	}
}

func TestOpenFollowsMounts(t *testing.T) {
	config := &facts.LogConfig{Ref: facts.Ref{Kind: "ConfigMap", Namespace: "logging", Name: "c"}, Files: []facts.LogFile{
		{Key: "fluent-bit.conf", Product: facts.LogFluentBit}, {Key: "out.conf", Product: facts.LogFluentBit},
	}}
	agent := func(c facts.Container, v ...facts.Volume) resolver {
		w := &facts.Workload{Ref: facts.Ref{Kind: "DaemonSet", Namespace: "logging", Name: "a"}, Shape: &facts.PodShape{Containers: []facts.Container{c}, Volumes: v}}
		return newResolver(&facts.LogAgent{Workload: w, Product: facts.LogFluentBit}, configs{{"logging", "c"}: config})
	}
	mount := func(path, volume string) []facts.Mount { return []facts.Mount{{Volume: volume, Path: path}} }
	cm := facts.Volume{Name: "config", ConfigMap: "c"}
	for name, c := range map[string]struct {
		r    resolver
		keys int
		why  string
	}{
		"a directory holds the default file": {agent(facts.Container{Mounts: mount("/fluent-bit/etc", "config")}, cm), 1, ""},
		"a flag names the file":              {agent(facts.Container{Config: &facts.ContainerConfig{Args: []string{"-c", "/x/out.conf"}}, Mounts: mount("/x/", "config")}, cm), 1, ""},
		"a flag with an equals sign":         {agent(facts.Container{Config: &facts.ContainerConfig{Args: []string{"--config=/x/out.conf"}}, Mounts: mount("/x", "config")}, cm), 1, ""},
		"one file is mounted by subPath": {agent(facts.Container{Mounts: mount("/fluent-bit/etc/fluent-bit.conf", "config"),
			Config: &facts.ContainerConfig{SubPaths: map[string]string{"/fluent-bit/etc/fluent-bit.conf": "fluent-bit.conf"}}}, cm), 1, ""},
		"a key appears under another name": {agent(facts.Container{Config: &facts.ContainerConfig{Args: []string{"-c", "/x/main.conf"}}, Mounts: mount("/x", "config")},
			facts.Volume{Name: "config", ConfigMap: "c", Items: map[string]string{"main.conf": "out.conf"}}), 1, ""},
		"a key that is not among the items": {agent(facts.Container{Config: &facts.ContainerConfig{Args: []string{"-c", "/x/out.conf"}}, Mounts: mount("/x", "config")},
			facts.Volume{Name: "config", ConfigMap: "c", Items: map[string]string{"main.conf": "out.conf"}}), 0, "out.conf in ConfigMap logging/c is not there or not recognised"},
		"a Secret is not read": {agent(facts.Container{Mounts: mount("/fluent-bit/etc", "config")}, facts.Volume{Name: "config", Secret: "s"}), 0,
			"its configuration is in Secret logging/s, which is not read"},
		"nothing is mounted":                {agent(facts.Container{Config: &facts.ContainerConfig{Args: []string{"-c", "/y/z.conf"}}}), 0, "its configuration /y/z.conf is inside the image"},
		"arguments without a configuration": {agent(facts.Container{Config: &facts.ContainerConfig{Args: []string{"-v"}}, Mounts: mount("/fluent-bit/etc", "config")}, cm), 0, "its command line names no configuration"},
		"another directory than the default": {agent(facts.Container{Mounts: mount("/x", "config")}, cm), 0,
			"its configuration is inside the image; data[fluent-bit.conf] of ConfigMap logging/c is mounted in /x, and nothing tells it to read that"},
		"another volume":    {agent(facts.Container{Config: &facts.ContainerConfig{Args: []string{"-c", "/y/z.conf"}}, Mounts: mount("/y", "v")}, facts.Volume{Name: "v", EmptyDir: true}), 0, "its configuration /y/z.conf is on volume v, which is not read"},
		"another ConfigMap": {agent(facts.Container{Config: &facts.ContainerConfig{Args: []string{"-c", "/y/z.conf"}}, Mounts: mount("/y", "v")}, facts.Volume{Name: "v", ConfigMap: "d"}), 0, "ConfigMap logging/d holds no configuration that is recognised"},
		"the longest mount wins": {agent(facts.Container{Config: &facts.ContainerConfig{Args: []string{"-c", "/x/y/out.conf"}}, Mounts: append(mount("/x", "v"), mount("/x/y", "config")...)},
			facts.Volume{Name: "v", Secret: "s"}, cm), 1, ""},
	} {
		files, why := c.r.main()
		if len(files) != c.keys || why != c.why {
			t.Errorf("%s: got %d files, %q", name, len(files), why)
		}
	}
}

func TestWhetherTheProgramRuns(t *testing.T) {
	for name, c := range map[string]struct {
		product     facts.LogProduct
		args        []string
		idle, doubt bool
	}{
		"the image's own program":             {facts.LogFluentBit, nil, false, false},
		"the program with flags":              {facts.LogFluentBit, []string{"/fluent-bit/bin/fluent-bit", "-c", "/x"}, false, false},
		"flags alone":                         {facts.LogFluentBit, []string{"--config=/x"}, false, false},
		"a program that waits":                {facts.LogFluentBit, []string{"sleep", "infinity"}, true, false},
		"a program that waits behind another": {facts.LogFluentBit, []string{"/sbin/tini", "-s", "--", "/bin/sleep", "infinity"}, true, false},
		"a shell":                             {facts.LogFluentBit, []string{"/bin/sh", "-c", ""}, false, true},
		"what is left out for safety":         {facts.LogFluentBit, []string{""}, false, true},
		"a dry run":                           {facts.LogFluentBit, []string{"-D"}, true, false},
		"a dry run that is switched off":      {facts.LogPromtail, []string{"-dry-run=false"}, false, false},
		"a dry run of Promtail":               {facts.LogPromtail, []string{"-dry-run"}, true, false},
		"an output beside the configuration":  {facts.LogFluentBit, []string{"-c", "/x", "-o", "null"}, false, true},
		"a collector under another name":      {facts.LogOpenTelemetry, []string{"/otelcol-contrib", "--config=/x"}, false, false},
		"a check of the configuration":        {facts.LogOpenTelemetry, []string{"/otelcol", "validate"}, true, false},
		"an agent of several programs":        {facts.LogDatadog, []string{"trace-agent"}, false, false},
	} {
		w := &facts.Workload{Ref: facts.Ref{Kind: "DaemonSet", Namespace: "logging", Name: "a"},
			Shape: &facts.PodShape{Containers: []facts.Container{{Name: "c", Config: &facts.ContainerConfig{Args: c.args}}}}}
		idle, doubt := commandOf(&facts.LogAgent{Workload: w, Product: c.product})
		if (idle != "") != c.idle || (doubt != "") != c.doubt {
			t.Errorf("%s: idle %q, doubt %q", name, idle, doubt)
		}
	}
}

func TestAnOperatorsAgentReadsWhatTheOperatorWrites(t *testing.T) {
	for config, doubt := range map[string]bool{"/fluent-bit/config/fluent-bit.conf": false, "/fluent-bit/../own/fluent-bit.conf": true, "/own/fluent-bit.conf": true} {
		w := &facts.Workload{Ref: facts.Ref{Kind: "DaemonSet", Namespace: "logging", Name: "a"}, Controller: &facts.Ref{Group: fluentOperatorGroup, Kind: "FluentBit", Name: "a"},
			Shape: &facts.PodShape{Containers: []facts.Container{{Name: "c", Config: &facts.ContainerConfig{Args: []string{"-c", config}}}}}}
		if _, why := commandOf(&facts.LogAgent{Workload: w, Product: facts.LogFluentBit}); (why != "") != doubt {
			t.Errorf("%s: %q", config, why)
		}
	}
}
