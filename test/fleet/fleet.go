// Package fleet is a sample fleet: a cluster of four places with the solutions of a municipality in it, some in order and
// some broken in different ways, and what Tilsyn must find in it. The demo shows it, the end-to-end test proves it.
//
// Manifests are templates, because backups and attestations must be fresh at any date and because evidence names objects by
// UIDs that only the API server knows:
//
//	{{now}} {{ago "2h"}}             instants, the present one being read anew for each document
//	{{day -10}}                      a date in Europe/Copenhagen, ten days ago
//	{{uid VERSION KIND NS NAME}}     the UID of an object that stands earlier
//	{{owner VERSION KIND NS NAME}}   a controlling owner reference to it
package fleet

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"text/template"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/tilsyn-dev/tilsyn/internal/date"
)

//go:embed manifests
var manifests embed.FS

// document is one part of a manifest file, to be rendered when it is its turn; it may give several objects.
type document struct{ tmpl *template.Template }

// renderer renders documents with what is true at the moment.
type renderer struct {
	now func() time.Time
	// uid finds the UID of an object that was applied before.
	uid func(apiVersion, kind, namespace, name string) (string, error)
}

func (r renderer) functions() template.FuncMap {
	instant := func(t time.Time) string { return t.UTC().Format(time.RFC3339) }
	return template.FuncMap{
		"now": func() string { return instant(r.now()) },
		"ago": func(d string) (string, error) {
			back, err := time.ParseDuration(d)
			return instant(r.now().Add(-back)), err
		},
		"after": func(at, d string) (string, error) {
			t, err1 := time.Parse(time.RFC3339, at)
			later, err2 := time.ParseDuration(d)
			return instant(t.Add(later)), errors.Join(err1, err2)
		},
		"stamp": func(at string) (string, error) {
			t, err := time.Parse(time.RFC3339, at)
			return t.Format("20060102150405"), err
		},
		"day":     func(n int) string { return r.day(n).Format(time.DateOnly) },
		"year":    func(n int) int { return r.day(n).Year() },
		"audited": func(n int) int { return r.audited() + n },
		"list":    func(items ...any) []any { return items },
		"lower":   strings.ToLower,
		"uid":     r.uid,
		"owner":   r.owner,
		"dict":    dict,
	}
}

func (r renderer) owner(apiVersion, kind, namespace, name string) (string, error) {
	uid, err := r.uid(apiVersion, kind, namespace, name)
	return fmt.Sprintf("{apiVersion: %s, kind: %s, name: %s, uid: %q, controller: true, blockOwnerDeletion: true}", apiVersion, kind, name, uid), err
}

// day is n days from now, in the calendar that deadlines are counted by.
func (r renderer) day(n int) time.Time { return r.now().In(date.Copenhagen()).AddDate(0, 0, n) }

// audited is the last year whose statements are due, which is half a year after it has ended.
func (r renderer) audited() int { return r.day(0).AddDate(0, -6, 0).Year() - 1 }

func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, errors.New("dict wants pairs of key and value")
	}
	out := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		key, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("%v is no key", pairs[i])
		}
		out[key] = pairs[i+1]
	}
	return out, nil
}

// Where manifests and the parts that they share are embedded.
const (
	dir       = "manifests/"
	partsFile = "parts.tmpl"
)

// documents parses all manifests, in the order of the files.
func (r renderer) documents() ([]document, error) {
	files, err := fs.Glob(manifests, dir+"*.yaml")
	if err != nil {
		return nil, err
	}
	var out []document
	for _, file := range files {
		text, err := fs.ReadFile(manifests, file)
		if err != nil {
			return nil, err
		}
		for i, part := range strings.Split(string(text), "\n---\n") {
			d, err := r.parse(fmt.Sprintf("%s#%d", strings.TrimPrefix(file, dir), i+1), part)
			if err != nil {
				return nil, err
			}
			out = append(out, d)
		}
	}
	return out, nil
}

// parse reads one document, which may use the shared parts.
func (r renderer) parse(name, text string) (document, error) {
	parts, err := template.New(partsFile).Funcs(r.functions()).Option("missingkey=zero").ParseFS(manifests, dir+partsFile)
	if err != nil {
		return document{}, err
	}
	t, err := parts.New(name).Parse(text)
	return document{tmpl: t}, err
}

// render gives the objects of a document as they are now.
func (d document) render() ([]*unstructured.Unstructured, error) {
	var b bytes.Buffer
	if err := d.tmpl.Execute(&b, nil); err != nil {
		return nil, err
	}
	var out []*unstructured.Unstructured
	for decoder := yaml.NewYAMLToJSONDecoder(&b); ; {
		u := &unstructured.Unstructured{}
		switch err := decoder.Decode(&u.Object); {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, fmt.Errorf("%s: %w", d.tmpl.Name(), err)
		case len(u.Object) > 0:
			out = append(out, u)
		}
	}
}
