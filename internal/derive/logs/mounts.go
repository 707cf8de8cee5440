package logs

import (
	"path"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// sight is what a collector's container sees of the files of its node.
type sight struct {
	container string
	mounts    []hostMount
	// unclear is true where a variable decides which directory is mounted.
	unclear bool
}

// hostMount is a mount of a container: the path it is mounted at, and the path of the node that stands there, empty for
// whatever is not of the node.
type hostMount struct{ at, host string }

// sightOf reads the mounts of the container that runs the collector.
func sightOf(a *facts.LogAgent) *sight {
	c := &a.Workload.Shape.Containers[a.Container]
	s := &sight{container: c.Name}
	subPaths := c.Configuration().SubPaths
	for _, m := range c.Mounts {
		made := hostMount{at: path.Clean(m.Path)}
		i := slices.IndexFunc(a.Workload.Shape.Volumes, func(v facts.Volume) bool { return v.Name == m.Volume })
		if i >= 0 && a.Workload.Shape.Volumes[i].HostPath != "" {
			made.host = path.Join(a.Workload.Shape.Volumes[i].HostPath, subPaths[m.Path])
			s.unclear = s.unclear || strings.Contains(subPaths[m.Path], "$(")
		}
		s.mounts = append(s.mounts, made)
	}
	return s
}

// SeesFile tells whether the container of a collector mounts a directory of its node that holds a file.
func SeesFile(a *facts.LogAgent, host string) bool {
	s := sightOf(a)
	return s.unclear || len(s.paths(path.Clean(host))) > 0
}

// below gives what of a path comes after a directory, with its slash.
func below(dir, p string) (rest string, ok bool) {
	if dir == "/" {
		return p, true
	}
	rest, ok = strings.CutPrefix(p, dir)
	return rest, ok && (rest == "" || rest[0] == '/')
}

// host gives the path of the node that a path in the container is, empty where it is none: the longest mount counts.
func (s *sight) host(p string) string {
	best, host := "", ""
	for _, m := range s.mounts {
		rest, ok := below(m.at, p)
		if !ok || len(m.at) < len(best) {
			continue
		}
		if best, host = m.at, ""; m.host != "" {
			host = moved(p, m.at, m.host, rest)
		}
	}
	return host
}

// moved gives the path under another directory of what stands at p, as rest below one. Most directories of a node are mounted
// where the node has them, so that nothing moves.
func moved(p, from, to, rest string) string {
	if from == to && path.Clean(p) == p {
		return p
	}
	return path.Join(to, rest)
}

// paths gives the paths in the container at which a file of the node stands.
func (s *sight) paths(host string) []string {
	var out []string
	for _, m := range s.mounts {
		if m.host == "" {
			continue
		}
		rest, ok := below(path.Clean(m.host), host)
		if !ok {
			continue
		}
		if p := moved(host, m.host, m.at, rest); s.host(p) == host && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// seen gives the files of a node as the container sees them. What stands in /var/log/containers are links to files in
// /var/log/pods, which lead nowhere in a container that does not see those under the same path.
func (s *sight) seen(files []logFile) []logFile {
	if s == nil || s.unclear {
		return files
	}
	var out []logFile
	target := files[podFile].path
	for i, f := range files {
		if i == linkFile && s.host(target) != target {
			continue
		}
		for _, p := range s.paths(f.path) {
			out = append(out, logFile{p, f.exists})
		}
	}
	return out
}

// seesAny tells whether the container sees any log file of a container.
func (r *Record) seesAny() bool { return len(r.files()) > 0 }

// seesPods tells whether the container sees the files of pods where nodes have them.
func (r *Record) seesPods() bool {
	target := r.nodeFiles()[podFile].path
	return r.sight == nil || r.sight.unclear || r.sight.host(target) == target
}

// unseen is the outcome of a record that a configuration would take if its container saw the node's files.
func (c *Collector) unseen(r *Record) (Outcome, bool) {
	all := *r
	all.sight = nil
	if o := c.router.route(&all); o.Why == NoInput || c.sight == nil {
		return o, false
	}
	return refused(NoInput, Place{Object: c.Ref(), Field: "volumeMounts", Text: "container " + c.sight.container +
		" does not see the files that its configuration reads: the node's /var/log must be mounted at the same path"}), true
}
