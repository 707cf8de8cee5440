package velero

import (
	"fmt"
	"path"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// backupSpec is what a Backup and the template of a Schedule say, as far as it decides what is taken.
type backupSpec struct {
	IncludedNamespaces               []string               `json:"includedNamespaces,omitempty"`
	ExcludedNamespaces               []string               `json:"excludedNamespaces,omitempty"`
	IncludedResources                []string               `json:"includedResources,omitempty"`
	ExcludedResources                []string               `json:"excludedResources,omitempty"`
	IncludeClusterResources          *bool                  `json:"includeClusterResources,omitempty"`
	IncludedClusterScopedResources   []string               `json:"includedClusterScopedResources,omitempty"`
	ExcludedClusterScopedResources   []string               `json:"excludedClusterScopedResources,omitempty"`
	IncludedNamespaceScopedResources []string               `json:"includedNamespaceScopedResources,omitempty"`
	ExcludedNamespaceScopedResources []string               `json:"excludedNamespaceScopedResources,omitempty"`
	LabelSelector                    *metav1.LabelSelector  `json:"labelSelector,omitempty"`
	OrLabelSelectors                 []metav1.LabelSelector `json:"orLabelSelectors,omitempty"`
	SnapshotVolumes                  *bool                  `json:"snapshotVolumes,omitempty"`
	DefaultVolumesToFsBackup         *bool                  `json:"defaultVolumesToFsBackup,omitempty"`
	DefaultVolumesToRestic           *bool                  `json:"defaultVolumesToRestic,omitempty"`
	SnapshotMoveData                 *bool                  `json:"snapshotMoveData,omitempty"`
	StorageLocation                  string                 `json:"storageLocation,omitempty"`
	VolumeSnapshotLocations          []string               `json:"volumeSnapshotLocations,omitempty"`
	TTL                              *metav1.Duration       `json:"ttl,omitempty"`
	ResourcePolicy                   *struct {
		Kind string `json:"kind,omitempty"`
		Name string `json:"name,omitempty"`
	} `json:"resourcePolicy,omitempty"`
	Hooks *hooks `json:"hooks,omitempty"`
}

// hooks without their commands, which can hold passwords.
type hooks struct {
	Resources []struct {
		IncludedNamespaces []string              `json:"includedNamespaces,omitempty"`
		ExcludedNamespaces []string              `json:"excludedNamespaces,omitempty"`
		LabelSelector      *metav1.LabelSelector `json:"labelSelector,omitempty"`
		Pre                []struct{}            `json:"pre,omitempty"`
	} `json:"resources,omitempty"`
}

// scope says what the spec selects; at is the path of the spec in its object.
func (s *backupSpec) scope(namespace, at string) facts.BackupScope {
	out := facts.BackupScope{
		IncludedNamespaces: s.IncludedNamespaces,
		ExcludedNamespaces: s.ExcludedNamespaces,
		LeavesOut:          s.leavesOut(at),
		Files:              tristate(s.DefaultVolumesToFsBackup),
		Snapshots:          facts.Yes, // also where it is not set
		SnapshotsMoved:     tristate(s.SnapshotMoveData),
	}
	if s.DefaultVolumesToFsBackup == nil {
		out.Files = tristate(s.DefaultVolumesToRestic)
	}
	if s.SnapshotVolumes != nil && !*s.SnapshotVolumes {
		out.Snapshots = facts.No
	}
	switch {
	case s.LabelSelector != nil:
		out.Selectors, out.SelectorField = []metav1.LabelSelector{*s.LabelSelector}, at+".labelSelector"
	case len(s.OrLabelSelectors) > 0:
		out.Selectors, out.SelectorField = s.OrLabelSelectors, at+".orLabelSelectors"
	}
	if s.ResourcePolicy != nil && s.ResourcePolicy.Name != "" {
		out.VolumePolicy = "ConfigMap " + namespace + "/" + s.ResourcePolicy.Name
	}
	if s.Hooks != nil {
		for _, h := range s.Hooks.Resources {
			if len(h.Pre) > 0 {
				out.Hooks = append(out.Hooks, facts.BackupHook{IncludedNamespaces: h.IncludedNamespaces,
					ExcludedNamespaces: h.ExcludedNamespaces, Selector: h.LabelSelector})
			}
		}
	}
	return out
}

func tristate(b *bool) facts.Tristate {
	switch {
	case b == nil:
		return facts.NotKnown
	case *b:
		return facts.Yes
	default:
		return facts.No
	}
}

// invalid says why Velero will refuse the spec, where that can be seen without its status.
func (s *backupSpec) invalid(at string) (problem, field string) {
	older := len(s.IncludedResources)+len(s.ExcludedResources) > 0 || s.IncludeClusterResources != nil
	newer := len(s.IncludedClusterScopedResources)+len(s.ExcludedClusterScopedResources)+
		len(s.IncludedNamespaceScopedResources)+len(s.ExcludedNamespaceScopedResources) > 0
	switch {
	case older && newer:
		return "the filters includedResources, excludedResources and includeClusterResources do not go with those per scope", at
	case s.LabelSelector != nil && len(s.OrLabelSelectors) > 0:
		return "labelSelector and orLabelSelectors do not go together", at + ".orLabelSelectors"
	}
	for i, sel := range slices.Concat(pointers(s.LabelSelector), s.OrLabelSelectors) {
		if _, err := metav1.LabelSelectorAsSelector(&sel); err != nil {
			if s.LabelSelector != nil {
				return err.Error(), at + ".labelSelector"
			}
			return err.Error(), fmt.Sprintf("%s.orLabelSelectors[%d]", at, i)
		}
	}
	for field, list := range map[string][]string{"includedNamespaces": s.IncludedNamespaces, "excludedNamespaces": s.ExcludedNamespaces} {
		for _, p := range list {
			if !validPattern(p) {
				return fmt.Sprintf("%q is not a namespace pattern", p), at + "." + field
			}
		}
	}
	return "", ""
}

func pointers(s *metav1.LabelSelector) []metav1.LabelSelector {
	if s == nil {
		return nil
	}
	return []metav1.LabelSelector{*s}
}

// validPattern tells whether Velero accepts a namespace pattern: *, ? and [abc], no ** and none of the characters of other
// dialects.
func validPattern(p string) bool {
	if strings.Contains(p, "**") || strings.ContainsAny(p, `{}!|()\`) {
		return false
	}
	_, err := path.Match(p, "")
	return err == nil && p != ""
}

// leavesOut finds the field that keeps pods, claims or volumes out of the backup. Volumes come in with their claims unless
// they are named as excluded.
func (s *backupSpec) leavesOut(at string) facts.ResourceFilter {
	return facts.ResourceFilter{
		Pods:   s.namespacedOut(at, "pods", "pod", "po"),
		Claims: s.namespacedOut(at, "persistentvolumeclaims", "persistentvolumeclaim", "pvc"),
		Volumes: firstOf(
			listed(s.ExcludedResources, at+".excludedResources", "persistentvolumes", "persistentvolume", "pv"),
			listed(s.ExcludedClusterScopedResources, at+".excludedClusterScopedResources", "persistentvolumes", "persistentvolume", "pv"),
			ifFalse(s.IncludeClusterResources, at+".includeClusterResources")),
	}
}

func (s *backupSpec) namespacedOut(at string, names ...string) string {
	return firstOf(
		listed(s.ExcludedResources, at+".excludedResources", names...),
		listed(s.ExcludedNamespaceScopedResources, at+".excludedNamespaceScopedResources", names...),
		unlisted(s.IncludedResources, at+".includedResources", names...),
		unlisted(s.IncludedNamespaceScopedResources, at+".includedNamespaceScopedResources", names...))
}

func firstOf(fields ...string) string {
	for _, f := range fields {
		if f != "" {
			return f
		}
	}
	return ""
}

func ifFalse(b *bool, field string) string {
	if b != nil && !*b {
		return field
	}
	return ""
}

func listed(list []string, field string, names ...string) string {
	if slices.ContainsFunc(list, func(entry string) bool { return meansResource(entry, names) }) {
		return field
	}
	return ""
}

func unlisted(list []string, field string, names ...string) string {
	if len(list) == 0 || listed(list, field, names...) != "" {
		return ""
	}
	return field
}

// meansResource tells whether an entry of a resource filter means the core resource with these names (plural, singular,
// short). Velero resolves names as kubectl does, so pvc, PersistentVolumeClaims and persistentvolumeclaims.v1. are the same;
// patterns match the plural.
func meansResource(entry string, names []string) bool {
	entry = strings.ToLower(strings.TrimSpace(entry))
	if ok, err := path.Match(entry, names[0]); err == nil && ok {
		return true
	}
	name, rest, dotted := strings.Cut(entry, ".")
	if dotted && rest != "" && rest != "v1." && rest != "v1" {
		return false // of a named group, which the core resources do not have
	}
	return slices.Contains(names, name)
}
