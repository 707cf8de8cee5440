package report

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/decide"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

const (
	// ResultsMax is how many results a report holds; what is left out is counted in the properties of the last one.
	ResultsMax = 500
	// SizeMax keeps a report well below what the API server stores, in bytes of results as JSON.
	SizeMax = 512 << 10

	// ManagedByLabel has the value ManagedBy on every report of Tilsyn.
	ManagedByLabel = "app.kubernetes.io/managed-by"
	// ManagedBy is the value of ManagedByLabel.
	ManagedBy = "tilsyn"
	// EnvironmentLabel names the environment of a report, SolutionLabel its solution.
	EnvironmentLabel = "tilsyn.dev/environment"
	// SolutionLabel names the solution of a report.
	SolutionLabel = "tilsyn.dev/solution"

	hashAnnotation = "tilsyn.dev/content-hash"
	source         = "tilsyn"
	textMax        = 2048
)

// Name of the report of an environment, the same in each of its namespaces.
func Name(environment string) string { return "tilsyn-" + environment }

// Render makes the report of an environment for one of its namespaces: its failures and unknowns there, and those of the
// environment itself, worst first. The same decision always gives the same report.
func Render(api API, e *decide.Environment, namespace string) *unstructured.Unstructured {
	results := results(e, namespace)
	content := map[string]any{
		"summary": summary(results),
		"results": results,
		"scope":   map[string]any{"apiVersion": "v1", "kind": "Namespace", "name": namespace},
	}
	if api.Name == "openreports" {
		content["source"] = source
	}
	object := e.Resolved.Object
	u := &unstructured.Unstructured{Object: content}
	hash := hashOf(content)
	u.SetGroupVersionKind(api.GVK)
	u.SetNamespace(namespace)
	u.SetName(Name(object.Name))
	u.SetLabels(map[string]string{
		ManagedByLabel: ManagedBy, EnvironmentLabel: object.Name, SolutionLabel: object.Spec.Solution,
	})
	u.SetAnnotations(map[string]string{hashAnnotation: hash})
	return u
}

func results(e *decide.Environment, namespace string) []any {
	out := []any{}
	room, omitted := SizeMax, 0
	for _, f := range e.Findings {
		if s := f.Result.Subject; s.Namespace != namespace && s.Namespace != "" || f.Exception != "" {
			continue
		}
		if len(out) == ResultsMax || room <= 0 {
			omitted++
			continue
		}
		r := result(f)
		raw, err := json.Marshal(r)
		if err != nil {
			panic(fmt.Sprintf("report: a result cannot be encoded: %v", err)) // it holds strings only
		}
		if room -= len(raw); room <= 0 && len(out) > 0 {
			omitted++
			continue
		}
		out = append(out, r)
	}
	if omitted > 0 {
		out[len(out)-1].(map[string]any)["properties"].(map[string]any)["omittedResults"] = strconv.Itoa(omitted)
	}
	return out
}

func result(f decide.Finding) map[string]any {
	properties := map[string]any{"reason": string(f.Result.Reason), "party": string(f.Party), "mode": string(f.Mode)}
	for key, value := range map[string]string{"field": f.Result.Field, "remediation": f.Remediation(), "cause": causeOf(f)} {
		if value != "" {
			properties[key] = cut(value)
		}
	}
	r := map[string]any{
		"source": source, "policy": string(f.Control.ID), "rule": string(f.Result.Reason), "category": f.Control.Title,
		"severity": strings.ToLower(string(f.Control.Severity)), "result": outcome(f), "scored": f.Mode == v1alpha1.ModeRequired,
		"message": cut(f.Message()), "properties": properties, "resources": []any{resource(f.Result.Subject)},
	}
	if !f.Since.IsZero() {
		r["timestamp"] = map[string]any{"seconds": f.Since.Unix(), "nanos": int64(0)}
	}
	return r
}

// outcome in the words of reports: what could not be decided is an error, what is only observed is a warning at most.
func outcome(f decide.Finding) string {
	switch {
	case f.Mode != v1alpha1.ModeRequired && f.Result.Verdict == v1alpha1.VerdictFail:
		return "warn"
	case f.Mode != v1alpha1.ModeRequired:
		return "skip"
	case f.Result.Verdict == v1alpha1.VerdictFail:
		return "fail"
	default:
		return "error"
	}
}

func causeOf(f decide.Finding) string {
	if f.Result.Cause.IsZero() {
		return ""
	}
	return f.Result.Cause.String()
}

func resource(r facts.Ref) map[string]any {
	r = r.Shown()
	out := map[string]any{"kind": r.Kind, "name": r.Name}
	if r.Namespace != "" {
		out["namespace"] = r.Namespace
	}
	out["apiVersion"] = apiVersion(r.Group)
	return out
}

// apiVersion of a subject. Facts know groups; versions of groups that are not built in are not known, and v1 would be a guess.
func apiVersion(group string) string {
	switch group {
	case "":
		return "v1"
	case "apps", "batch":
		return group + "/v1"
	case v1alpha1.GroupVersion.Group:
		return v1alpha1.GroupVersion.String()
	default:
		return group
	}
}

func summary(results []any) map[string]any {
	counts := map[string]any{"pass": int64(0), "fail": int64(0), "warn": int64(0), "error": int64(0), "skip": int64(0)}
	for _, r := range results {
		outcome := r.(map[string]any)["result"].(string)
		counts[outcome] = counts[outcome].(int64) + 1
	}
	return counts
}

func hashOf(content map[string]any) string {
	raw, err := json.Marshal(content) // maps are written in the order of their keys
	if err != nil {
		panic(fmt.Sprintf("report: content cannot be encoded: %v", err))
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:16])
}

func cut(s string) string {
	if len(s) <= textMax {
		return s
	}
	n := textMax - len("…")
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n] + "…"
}
