package logs

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// configFlags are the flags that name the configuration file.
var configFlags = map[facts.LogProduct][]string{
	facts.LogFluentBit:     {"-c", "--config"},
	facts.LogOpenTelemetry: {"--config", "-config"},
	facts.LogVector:        {"-c", "--config", "--config-yaml", "--config-toml", "-C", "--config-dir"},
	facts.LogPromtail:      {"-config.file", "--config.file"},
	facts.LogFilebeat:      {"-c"},
	facts.LogLoki:          {"-config.file", "--config.file"},
}

// defaultConfigs are the files that the images of the projects read if no flag names one.
var defaultConfigs = map[facts.LogProduct][]string{
	facts.LogFluentBit: {"/fluent-bit/etc/fluent-bit.conf", "/fluent-bit/etc/fluent-bit.yaml", "/opt/bitnami/fluent-bit/conf/fluent-bit.conf"},
	facts.LogOpenTelemetry: {"/etc/otelcol/config.yaml", "/etc/otelcol-contrib/config.yaml", "/etc/otelcol-k8s/config.yaml",
		"/conf/relay.yaml", "/conf/collector.yaml"},
	facts.LogVector:   {"/etc/vector/vector.yaml", "/etc/vector"},
	facts.LogPromtail: {"/etc/promtail/config.yml", "/etc/promtail/promtail.yaml"},
	facts.LogFilebeat: {"/usr/share/filebeat/filebeat.yml", "/etc/filebeat.yml"},
	facts.LogLoki:     {"/etc/loki/local-config.yaml", "/etc/loki/config/config.yaml", "/etc/loki/config.yaml"},
}

// configs gives the ConfigMap of a namespace and name.
type configs map[[2]string]*facts.LogConfig

// mounted is a file of a container that a volume provides.
type mounted struct {
	config *facts.LogConfig
	file   *facts.LogFile
	dir    string // directory in the container that holds it
}

func (m mounted) field() string { return "data[" + m.file.Key + "]" }

// resolver finds the configuration of one collector or store.
type resolver struct {
	agent   *facts.LogAgent
	shape   *facts.PodShape
	c       *facts.Container
	configs configs
}

func newResolver(a *facts.LogAgent, all configs) resolver {
	s := a.Workload.Shape
	return resolver{agent: a, shape: s, c: &s.Containers[a.Container], configs: all}
}

// main gives the files that the process reads first; why tells, as the end of a sentence, why they are not read.
func (r resolver) main() (files []mounted, why string) {
	args := r.c.Configuration().Args
	paths := flagValues(args, configFlags[r.agent.Product])
	switch {
	case len(paths) > 0:
	case r.agent.Product == facts.LogFluentBit && len(args) > 0:
		// The file that the image names is an argument like any other, which those of the container replace.
		return nil, "its command line names no configuration"
	default:
		return r.first(defaultConfigs[r.agent.Product])
	}
	for _, p := range paths {
		p = strings.TrimPrefix(p, "file:")
		found, why, _ := r.open(p)
		if why != "" {
			return nil, why
		}
		files = append(files, found...)
	}
	return files, ""
}

// first gives the first of several files that a volume provides. Files that are mounted elsewhere are not read by themselves.
func (r resolver) first(paths []string) ([]mounted, string) {
	why := "its configuration is inside the image"
	for _, p := range paths {
		found, reason, _ := r.open(p)
		if len(found) > 0 {
			return found, ""
		}
		if _, _, mounted := r.volumeOf(p); mounted {
			why = reason
		}
	}
	if all := r.everything(); len(all) > 0 {
		why += fmt.Sprintf("; %s of %s is mounted in %s, and nothing tells it to read that", all[0].field(), all[0].config.Ref, all[0].dir)
	}
	return nil, why
}

// open gives the files at a path or, for a directory or a pattern, those in it. absent is true where the volume is read and
// holds no such file that is recognised.
func (r resolver) open(p string) (files []mounted, why string, absent bool) {
	volume, rest, ok := r.volumeOf(p)
	if !ok {
		return nil, fmt.Sprintf("its configuration %s is inside the image", p), false
	}
	switch {
	case volume.Secret != "":
		return nil, fmt.Sprintf("its configuration is in Secret %s/%s, which is not read", r.namespace(), volume.Secret), false
	case volume.ConfigMap == "":
		return nil, fmt.Sprintf("its configuration %s is on volume %s, which is not read", p, volume.Name), false
	}
	config := r.configs[[2]string{r.namespace(), volume.ConfigMap}]
	if config == nil {
		return nil, fmt.Sprintf("ConfigMap %s/%s holds no configuration that is recognised", r.namespace(), volume.ConfigMap), false
	}
	for i := range config.Files {
		f := &config.Files[i]
		for _, name := range namesIn(volume, f.Key) {
			matched, err := path.Match(rest, name)
			if err == nil && matched || rest == "" {
				files = append(files, mounted{config: config, file: f, dir: path.Dir(p)})
				break
			}
		}
	}
	if len(files) == 0 {
		return nil, fmt.Sprintf("%s in ConfigMap %s/%s is not there or not recognised", rest, r.namespace(), volume.ConfigMap), true
	}
	return files, "", false
}

func (r resolver) namespace() string { return r.agent.Workload.Ref.Namespace }

// namesIn gives the names under which a key appears in a volume.
func namesIn(v *facts.Volume, key string) []string {
	if len(v.Items) == 0 {
		return []string{key}
	}
	var out []string
	for name, k := range v.Items {
		if k == key {
			out = append(out, name)
		}
	}
	return out
}

// volumeOf finds the volume that provides a path, by the longest mount path, and the path within it.
func (r resolver) volumeOf(p string) (v *facts.Volume, rest string, ok bool) {
	p = path.Clean(p)
	best := ""
	for _, m := range r.c.Mounts {
		at := path.Clean(m.Path)
		if p != at && !strings.HasPrefix(p, strings.TrimSuffix(at, "/")+"/") || len(at) < len(best) {
			continue
		}
		i := slices.IndexFunc(r.shape.Volumes, func(v facts.Volume) bool { return v.Name == m.Volume })
		if i < 0 {
			continue
		}
		best, v = at, &r.shape.Volumes[i]
		rest = strings.TrimPrefix(strings.TrimPrefix(p, at), "/")
		if sub := r.c.Configuration().SubPaths[m.Path]; sub != "" {
			rest = path.Join(sub, rest)
		}
	}
	return v, rest, v != nil
}

// everything lists the recognised files of the product in all ConfigMaps that the container mounts.
func (r resolver) everything() []mounted {
	var out []mounted
	for _, m := range r.c.Mounts {
		for i := range r.shape.Volumes {
			v := &r.shape.Volumes[i]
			config := r.configs[[2]string{r.namespace(), v.ConfigMap}]
			if v.Name != m.Volume || v.ConfigMap == "" || config == nil {
				continue
			}
			for j := range config.Files {
				f := &config.Files[j]
				sub := r.c.Configuration().SubPaths[m.Path]
				if f.Product == r.agent.Product && (sub == "" || slices.Contains(namesIn(v, f.Key), sub)) {
					out = append(out, mounted{config: config, file: f, dir: m.Path})
				}
			}
		}
	}
	return out
}

// flagValues gives the values of flags, written --flag value or --flag=value.
func flagValues(args, flags []string) []string {
	var out []string
	for i, a := range args {
		name, value, assigned := strings.Cut(a, "=")
		if !slices.Contains(flags, name) {
			continue
		}
		if !assigned && i+1 < len(args) {
			value = args[i+1]
		}
		if value != "" {
			out = append(out, value)
		}
	}
	return out
}
