package logs

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// programs are the names of the programs of a product, as patterns of path.Match; products that are not listed run others too.
var programs = map[facts.LogProduct][]string{
	facts.LogFluentBit:     {"fluent-bit", "fluent-bit-watcher", "td-agent-bit", "entrypoint.sh"},
	facts.LogOpenTelemetry: {"*otel*", "awscollector"},
	facts.LogVector:        {"vector"},
	facts.LogPromtail:      {"promtail"},
	facts.LogFilebeat:      {"filebeat", "docker-entrypoint"},
}

// wrappers start another program and stay for as long as it runs.
var wrappers = []string{"tini", "dumb-init", "docker-entrypoint.sh"}

// idlePrograms do nothing with logs, whatever they are given.
var idlePrograms = []string{"sleep", "pause", "true", "false", "tail", "cat", "echo", "yes"}

// idleFlags make a program check or print something and end, or keep it from sending.
var idleFlags = map[facts.LogProduct][]string{
	facts.LogFluentBit: {"--dry-run", "-D", "--version", "-V", "--help", "-h", "--sosreport", "-S"},
	facts.LogPromtail:  {"-dry-run", "--dry-run", "-check-syntax", "--check-syntax", "-version", "--version"},
}

// idleCommands are the words after a program that make it check or print something and end.
var idleCommands = []string{"validate", "test", "components", "version", "help", "export", "list", "graph"}

// pipelineFlags add to what the configuration of Fluent Bit says.
var pipelineFlags = []string{"-i", "--input", "-F", "--filter", "-o", "--output", "-T", "--sp-task"}

// commandOf tells from the command line of a collector whether its program runs at all. idle says why it surely does not,
// doubt why that is not known, both as the end of a sentence; both are empty where nothing speaks against it.
func commandOf(a *facts.LogAgent) (idle, doubt string) {
	c := &a.Workload.Shape.Containers[a.Container]
	args := c.Configuration().Args
	in := fmt.Sprintf("container %s of %s", c.Name, a.Workload.Ref)
	for len(args) > 0 && slices.Contains(wrappers, path.Base(args[0])) {
		for args = args[1:]; len(args) > 0 && strings.HasPrefix(args[0], "-"); args = args[1:] {
			continue
		}
	}
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		program := path.Base(args[0])
		known, listed := programs[a.Product]
		switch {
		case args[0] != "" && slices.Contains(idlePrograms, program):
			return fmt.Sprintf("%s runs %s instead of %s", in, program, a.Product), ""
		case !listed:
			return "", ""
		case args[0] == "" || !slices.ContainsFunc(known, func(p string) bool { ok, _ := path.Match(p, program); return ok }):
			return "", fmt.Sprintf("%s runs %s, and what that does is not read", in, orCommand(args[0]))
		}
		if args = args[1:]; len(args) > 0 && slices.Contains(idleCommands, args[0]) {
			return fmt.Sprintf("%s runs %s %s, which collects nothing", in, program, args[0]), ""
		}
	}
	return flagsOf(a, args, in)
}

// flagsOf tells the same from the flags of the program.
func flagsOf(a *facts.LogAgent, args []string, in string) (idle, doubt string) {
	for _, arg := range args {
		flag, value, _ := strings.Cut(arg, "=")
		if slices.Contains(idleFlags[a.Product], flag) && value != "false" {
			return fmt.Sprintf("%s runs %s with %s, which collects nothing", in, a.Product, flag), ""
		}
		if a.Product == facts.LogFluentBit && slices.Contains(pipelineFlags, flag) {
			doubt = fmt.Sprintf("the command line of %s adds to the configuration by %s", in, flag)
		}
	}
	if owner := a.Workload.Controller; owner != nil && (owner.Group == fluentOperatorGroup || owner.Group == loggingGroup) {
		for _, p := range flagValues(args, configFlags[a.Product]) {
			if !strings.HasPrefix(path.Clean(p), operatorDir) {
				doubt = fmt.Sprintf("the command line of %s names %s, which is not what its operator writes", in, p)
			}
		}
	}
	return "", doubt
}

// operatorDir is the directory below which operators mount the configuration that they write.
const operatorDir = "/fluent-bit/"

func orCommand(program string) string {
	if program == "" {
		return "a command of its own"
	}
	return program
}

// idleRouter stands for a collector whose program does not run.
type idleRouter struct{ at Place }

func (i idleRouter) route(*Record) Outcome       { return refused(NoInput, i.at) }
func (i idleRouter) accept(*Record, tag) Outcome { return refused(NoInput, i.at) }
func (i idleRouter) all() []*Output              { return nil }
