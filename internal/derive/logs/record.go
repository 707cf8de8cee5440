package logs

import (
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Record stands for what one container writes to standard output and error.
type Record struct {
	Namespace, Pod, Container string
	Image                     string
	// Labels and Annotations of the pod and of its namespace; nil where they are not known.
	Labels                                *facts.Labels
	Annotations                           map[string]string
	NamespaceLabels, NamespaceAnnotations map[string]string
	// IgnoreOptOut leaves out what pods and namespaces say themselves about log collection.
	IgnoreOptOut bool
	// sight of the collector that the record is followed through; nil: all files of the node, where the node has them.
	sight *sight
}

// noLabels are those of a pod that is known to have none.
var noLabels = &facts.Labels{}

// containerID stands for the identifier of the container, which is not known in advance.
const containerID = "0000000000000000000000000000000000000000000000000000000000000000"

// podUID stands for the identifier of the pod.
const podUID = "00000000-0000-0000-0000-000000000000"

// logFile is a path under which a node shows the log of a container; whether it does is not known for Docker's own.
type logFile struct {
	path   string
	exists date.Tri
}

// Indices of nodeFiles.
const (
	linkFile = iota
	podFile
)

// files are those that the collector's container sees, under the paths that it sees them at.
func (r *Record) files() []logFile { return r.sight.seen(r.nodeFiles()) }

// nodeFiles are the files under which a node shows the log.
func (r *Record) nodeFiles() []logFile {
	return []logFile{
		{"/var/log/containers/" + r.Pod + "_" + r.Namespace + "_" + r.Container + "-" + containerID + ".log", date.Yes},
		{"/var/log/pods/" + r.Namespace + "_" + r.Pod + "_" + podUID + "/" + r.Container + "/0.log", date.Yes},
		{"/var/lib/docker/containers/" + containerID + "/" + containerID + "-json.log", date.Maybe},
	}
}

// field gives the value that the metadata of Kubernetes hold under a record accessor of Fluent Bit, such as
// $kubernetes['labels']['app']. present is Maybe where neither the value nor its absence is known.
func (r *Record) field(accessor string) (value string, present date.Tri) {
	keys, ok := accessorKeys(accessor)
	if !ok || len(keys) < 2 || keys[0] != "kubernetes" {
		return "", date.Maybe
	}
	if len(keys) == 2 {
		switch keys[1] {
		case "namespace_name":
			return r.Namespace, date.Yes
		case "pod_name":
			return r.Pod, date.Yes
		case "container_name":
			return r.Container, date.Yes
		case "container_image":
			return r.Image, date.Yes
		}
		return "", date.Maybe
	}
	switch {
	case len(keys) != 3:
	case keys[1] == "labels" && r.Labels != nil:
		v, ok := r.Labels.Lookup(keys[2])
		return v, tri(ok)
	case keys[1] == "namespace_labels" && r.NamespaceLabels != nil:
		v, ok := r.NamespaceLabels[keys[2]]
		return v, tri(ok)
	}
	return "", date.Maybe // annotations are kept only in part
}

// accessorKeys splits $a['b']['c'], and $a.b as older configurations write it is not split.
func accessorKeys(accessor string) (keys []string, ok bool) {
	rest, ok := strings.CutPrefix(accessor, "$")
	if !ok {
		return nil, false
	}
	head, rest, more := strings.Cut(rest, "[")
	keys = append(keys, head)
	for more {
		var key string
		key, rest, ok = strings.Cut(rest, "]")
		if !ok || len(key) < 2 || key[0] != key[len(key)-1] || key[0] != '\'' && key[0] != '"' {
			return nil, false
		}
		keys = append(keys, key[1:len(key)-1])
		if rest == "" {
			return keys, true
		}
		if rest[0] != '[' {
			return nil, false
		}
		rest = rest[1:]
	}
	return keys, head != ""
}
