package check

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/config/profiles"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
	"github.com/tilsyn-dev/tilsyn/internal/gather/files"
)

// BuiltIn gives the profiles that the program carries, by name.
func BuiltIn() (map[string]*v1alpha1.ControlProfile, error) {
	out := map[string]*v1alpha1.ControlProfile{}
	entries, err := fs.ReadDir(profiles.Files, ".")
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		raw, err := fs.ReadFile(profiles.Files, entry.Name())
		if err != nil {
			return nil, err
		}
		p := &v1alpha1.ControlProfile{}
		if err := yaml.UnmarshalStrict(raw, p); err != nil {
			return nil, fmt.Errorf("built-in profile %s: %w", entry.Name(), err)
		}
		p.TypeMeta = metav1.TypeMeta{}
		out[p.Name] = p
	}
	return out, nil
}

// FindProfile gives the profile that a flag names: a file that holds one, one of known, or a built-in one. Faults are
// those of a file of which not everything could be understood.
func FindProfile(ctx context.Context, name string, known []*v1alpha1.ControlProfile) (*v1alpha1.ControlProfile, []*files.Error, error) {
	if looksLikeFile(name) {
		return profileOfFile(ctx, name)
	}
	for _, p := range known {
		if p.Name == name {
			return p, nil, nil
		}
	}
	builtIn, err := BuiltIn()
	if err != nil {
		return nil, nil, err
	}
	if p := builtIn[name]; p != nil {
		return p, nil, nil
	}
	var names []string
	for _, p := range known {
		names = append(names, p.Name)
	}
	for n := range builtIn {
		names = append(names, n)
	}
	slices.Sort(names)
	return nil, nil, fmt.Errorf("--profile %s: there is no such file and no such profile; profiles are %s", name, strings.Join(slices.Compact(names), ", "))
}

func looksLikeFile(name string) bool {
	if strings.ContainsRune(name, filepath.Separator) || strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml") || strings.HasSuffix(name, ".json") {
		return true
	}
	info, err := os.Stat(name)
	return err == nil && !info.IsDir()
}

func profileOfFile(ctx context.Context, path string) (*v1alpha1.ControlProfile, []*files.Error, error) {
	kinds := profileKinds()
	store := gather.NewStore(kinds)
	result, err := files.Load(ctx, store, kinds, []string{path}, files.Options{})
	if err != nil {
		return nil, nil, fmt.Errorf("--profile: %w", err)
	}
	var found []*v1alpha1.ControlProfile
	store.Read(func(v facts.View) { found = facts.List[v1alpha1.ControlProfile](v) })
	switch {
	case len(found) == 1:
		return found[0], result.Errors, nil
	case len(found) == 0 && len(result.Errors) > 0:
		return nil, nil, fmt.Errorf("--profile: %w", result.Errors[0])
	case len(found) == 0:
		return nil, nil, errors.New("--profile " + path + ": the file holds no ControlProfile")
	default:
		return nil, nil, errors.New("--profile " + path + ": the file holds several ControlProfiles; keep one")
	}
}

func profileKinds() []adapter.Kind {
	return slices.DeleteFunc(gather.Kinds(), func(k adapter.Kind) bool {
		return k.GVK.GroupKind() != v1alpha1.GroupVersion.WithKind("ControlProfile").GroupKind()
	})
}

// addBuiltIn adds the built-in profiles under whose name there is none.
func (e *evidence) addBuiltIn() error {
	builtIn, err := BuiltIn()
	if err != nil {
		return err
	}
	for _, p := range e.profiles() {
		delete(builtIn, p.Name)
	}
	for name, p := range builtIn {
		put(e, "ControlProfile", name, p)
	}
	return nil
}

func (e *evidence) profiles() (out []*v1alpha1.ControlProfile) {
	e.store.Read(func(v facts.View) { out = facts.List[v1alpha1.ControlProfile](v) })
	return out
}

// judgeBy makes one profile that of every solution and of the platform, whatever they name.
func (e *evidence) judgeBy(p *v1alpha1.ControlProfile) {
	put(e, "ControlProfile", p.Name, p)
	var solutions []*v1alpha1.HostedSolution
	var platform *v1alpha1.Platform
	e.store.Read(func(v facts.View) {
		solutions = facts.List[v1alpha1.HostedSolution](v)
		platform = facts.Get[v1alpha1.Platform](v, "", v1alpha1.PlatformName)
	})
	for _, s := range solutions {
		c := s.DeepCopy()
		c.Spec.Profile = p.Name
		put(e, "HostedSolution", c.Name, c)
	}
	c := &v1alpha1.Platform{ObjectMeta: metav1.ObjectMeta{Name: v1alpha1.PlatformName}}
	if platform != nil {
		c = platform.DeepCopy()
	}
	c.Spec.DefaultProfile = p.Name
	put(e, "Platform", c.Name, c)
}
