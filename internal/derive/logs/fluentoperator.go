package logs

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// fluentOperatorGroup is the group of the Fluent Operator's resources for Fluent Bit.
const fluentOperatorGroup = "fluentbit.fluent.io"

// resources holds the custom resources by kind, each list ordered by namespace and name.
type resources map[[2]string][]*facts.LogPipeline

func (r resources) add(p *facts.LogPipeline) {
	k := [2]string{p.Ref.Group, p.Ref.Kind}
	r[k] = append(r[k], p)
}

func (r resources) get(group, kind, namespace, name string) *facts.LogPipeline {
	for _, p := range r[[2]string{group, kind}] {
		if p.Ref.Namespace == namespace && p.Ref.Name == name {
			return p
		}
	}
	return nil
}

// selected lists the resources of a kind that a selector takes, in a namespace or, where that is empty, anywhere, by name.
func (r resources) selected(kind, namespace string, s *metav1.LabelSelector) []*facts.LogPipeline {
	selector := labels.Everything()
	if s != nil {
		var err error
		if selector, err = metav1.LabelSelectorAsSelector(s); err != nil {
			selector = labels.Nothing() // refused by the adapter already
		}
	}
	var out []*facts.LogPipeline
	for _, p := range r[[2]string{fluentOperatorGroup, kind}] {
		if (namespace == "" || p.Ref.Namespace == namespace) && selector.Matches(labels.Set(p.Labels)) {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b *facts.LogPipeline) int { return strings.Compare(a.Ref.Name, b.Ref.Name) })
	return out
}

// operatorSections puts a configuration together as the Fluent Operator does: inputs, filters, the rules that give records
// of namespaces with a FluentBitConfig tags of their own, the filters and outputs of those namespaces, and the outputs.
func operatorSections(all resources, agent *facts.LogPipeline) (sections []placed, why string) {
	config := all.get(fluentOperatorGroup, "ClusterFluentBitConfig", "", agent.Config)
	if config == nil {
		return nil, fmt.Sprintf("ClusterFluentBitConfig %s, which %s names, does not exist", agent.Config, agent.Ref)
	}
	inputs := all.selected("ClusterInput", "", config.Selectors["input"])
	sections = appendPieces(sections, inputs, "")
	sections = appendPieces(sections, all.selected("ClusterFilter", "", config.Selectors["filter"]), "")
	own := all.selected("FluentBitConfig", "", agent.Selectors["config"])
	sections = append(sections, namespaceTags(own, inputs)...)
	var outputs []placed
	for _, c := range own {
		prefix := namespaceTag(c.Ref.Namespace) + "."
		sections = appendPieces(sections, all.selected("Filter", c.Ref.Namespace, c.Selectors["filter"]), prefix)
		outputs = appendPieces(outputs, all.selected("Output", c.Ref.Namespace, c.Selectors["output"]), prefix)
	}
	outputs = appendPieces(outputs, all.selected("ClusterOutput", "", config.Selectors["output"]), "")
	if len(outputs) == 0 {
		null := facts.LogSection{Kind: "output", Name: "null", Settings: []facts.LogSetting{{Key: "match", Value: "*"}}}
		outputs = []placed{{LogSection: null, Object: config.Ref, Field: "spec.outputSelector"}}
	}
	sections = append(sections, outputs...)
	for _, s := range sections {
		if s.Kind == "unread" {
			return nil, fmt.Sprintf("%s cannot be read: %s", s.Object, s.Name)
		}
	}
	return sections, ""
}

// appendPieces adds the sections of resources, with the prefix of their namespace before what they match.
func appendPieces(to []placed, pieces []*facts.LogPipeline, prefix string) []placed {
	for _, p := range pieces {
		if p.Unread != "" {
			to = append(to, placed{LogSection: facts.LogSection{Kind: "unread", Name: p.Unread}, Object: p.Ref})
		}
		for _, s := range p.Sections {
			if prefix != "" {
				s = prefixed(s, prefix)
			}
			to = append(to, placed{LogSection: s, Object: p.Ref, Field: "spec"})
		}
	}
	return to
}

func prefixed(s facts.LogSection, prefix string) facts.LogSection {
	s.Settings = slices.Clone(s.Settings)
	for i, set := range s.Settings {
		switch set.Key {
		case "match":
			s.Settings[i].Value = prefix + set.Value
		case "match_regex":
			s.Settings[i].Value = "^" + strings.ReplaceAll(prefix, ".", `\.`) + strings.TrimPrefix(set.Value, "^")
		}
	}
	return s
}

// namespaceTag is what the operator puts before the tags of a namespace.
func namespaceTag(namespace string) string {
	sum := md5.Sum([]byte(namespace))
	return hex.EncodeToString(sum[:])
}

// namespaceTags gives the rewrite_tag filters of namespaces that have a configuration of their own: the original record
// goes no further.
func namespaceTags(configs, inputs []*facts.LogPipeline) []placed {
	match := ""
	for _, in := range inputs {
		for i := range in.Sections {
			s := &in.Sections[i]
			if s.Name != "tail" || !strings.Contains(s.Get("path"), "/var/log/containers") {
				continue
			}
			match = ""
			if head, _, dotted := strings.Cut(s.Get("tag"), "."); dotted {
				match = head + ".*"
			}
		}
	}
	if match == "" {
		return nil
	}
	var out []placed
	done := map[string]bool{}
	for _, c := range configs {
		ns := c.Ref.Namespace
		if done[ns] {
			continue
		}
		done[ns] = true
		rule := fmt.Sprintf("$kubernetes['namespace_name'] ^(%s)$ %s.$TAG false", ns, namespaceTag(ns))
		out = append(out, placed{Object: c.Ref, Field: "spec", LogSection: facts.LogSection{Kind: "filter", Name: "rewrite_tag",
			Settings: []facts.LogSetting{{Key: "match", Value: match}, {Key: "rule", Value: rule}}}})
	}
	return out
}
