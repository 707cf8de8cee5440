package once

import (
	"errors"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// served is what discovery says of the API server.
type served struct {
	resources map[schema.GroupVersionResource]bool
	versions  map[schema.GroupResource][]string
	failed    map[string]error // by group
}

func servedBy(d discovery.DiscoveryInterface) (*served, error) {
	s := &served{
		resources: map[schema.GroupVersionResource]bool{}, versions: map[schema.GroupResource][]string{}, failed: map[string]error{},
	}
	_, lists, err := d.ServerGroupsAndResources()
	var partial *discovery.ErrGroupDiscoveryFailed
	switch {
	case errors.As(err, &partial):
		for gv, cause := range partial.Groups {
			s.failed[gv.Group] = cause
		}
	case err != nil:
		return nil, err
	}
	for _, list := range lists {
		gv, err := schema.ParseGroupVersion(list.GroupVersion)
		if err != nil {
			return nil, err
		}
		for _, r := range list.APIResources {
			s.resources[gv.WithResource(r.Name)] = true
			gr := schema.GroupResource{Group: gv.Group, Resource: r.Name}
			s.versions[gr] = append(s.versions[gr], gv.Version)
		}
	}
	return s, nil
}

// find gives the resource to list, with a state that is Synced, or the state of a source that cannot be listed.
func (s *served) find(k adapter.Kind) (schema.GroupVersionResource, facts.SourceState) {
	state := facts.SourceState{ID: k.SourceID(), Condition: facts.SourceSynced}
	versions := []string{k.GVK.Version}
	if k.New == nil { // a typed object is of one version
		versions = append(versions, k.Versions...)
	}
	for _, v := range versions {
		if gvr := k.GVR().GroupResource().WithVersion(v); s.resources[gvr] {
			return gvr, state
		}
	}
	others := s.versions[k.GVR().GroupResource()]
	switch cause := s.failed[k.GVK.Group]; {
	case cause != nil:
		state.Condition, state.Reason = facts.SourceUnreadable, facts.ReasonDiscoveryFailed
		state.Message = fmt.Sprintf("the API server cannot say whether it serves %s: %v", k.SourceID(), cause)
	case len(others) > 0:
		state.Condition, state.Reason = facts.SourceUnreadable, facts.ReasonVersion
		state.Message = fmt.Sprintf("%s is served in %v only, and understood in %v", k.SourceID(), slices.Sorted(slices.Values(others)), versions)
	default:
		state.Condition = facts.SourceAbsent
	}
	return schema.GroupVersionResource{}, state
}
