package record

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/decide"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

const (
	changesKept = 200
	outsideKept = 500
	// outsideStep is how often the last sight of a pod out of bounds is brought up to date.
	outsideStep = time.Hour
	valueMax    = 512
	changeMax   = 4096

	nodeKey = "node/"
)

// LocationControl judges where pods run; its results say which ran out of bounds.
const LocationControl v1alpha1.ControlID = "LOC-01"

// VulnerabilityControl judges the age of vulnerabilities; its results name those that are not remembered yet.
const VulnerabilityControl v1alpha1.ControlID = "HRD-03"

// VulnerabilityArg is the argument of such results that names them, with spaces between.
const VulnerabilityArg = "unrecorded"

// Content is the memory of one subject, all shards in one.
type Content = v1alpha1.SupervisionRecordStatus

// EnvironmentInput is what the memory of an environment is made of.
type EnvironmentInput struct {
	Results []v1alpha1.RecordedResult
	// Namespaces that it has; they are remembered of an environment that is Judged, because one that never was supervised
	// nothing and leaves nothing behind.
	Namespaces []string
	Judged     bool
	// Outside are the results of LOC-01 that did not pass, before exceptions.
	Outside []control.Result
	// Scanned are the results of HRD-03 that did not pass, before exceptions.
	Scanned []control.Result
	Now     time.Time
}

// Environment gives the memory of an environment after an evaluation.
func Environment(before Content, in EnvironmentInput) Content {
	after := before
	after.DeletedAt = nil
	after.Results = in.Results
	if in.Judged {
		after.Namespaces = slices.Clone(in.Namespaces)
	}
	after.Outside = slices.Clone(before.Outside)
	for _, r := range in.Outside {
		if p, outside := placement(r, in.Now); outside {
			after.Outside = remember(after.Outside, p)
		}
	}
	slices.SortStableFunc(after.Outside, func(a, b v1alpha1.PlacementOutside) int { return a.Last.Compare(b.Last.Time) })
	after.Outside = newest(after.Outside, outsideKept)
	after.FirstSeen = vulnerabilities(before.FirstSeen, in.Scanned, in.Now)
	return after
}

// vulnerabilities adds those that a scanner has found and that are not remembered yet. None is forgotten while there is
// room, so that a report that is made anew, or an image that is built anew, makes none younger.
func vulnerabilities(before []v1alpha1.FirstSeen, scanned []control.Result, now time.Time) []v1alpha1.FirstSeen {
	known := make(map[string]bool, len(before))
	for _, f := range before {
		known[f.Key] = true
	}
	after := slices.Clone(before)
	for _, r := range scanned {
		for id := range strings.FieldsSeq(arg(r, VulnerabilityArg)) {
			if key := facts.VulnerabilityKey(r.Subject, id); !known[key] && len(after) < v1alpha1.MaxRecordedResults {
				known[key] = true
				after = append(after, v1alpha1.FirstSeen{Key: key, Value: id, At: stamp(now)})
			}
		}
	}
	slices.SortFunc(after, func(a, b v1alpha1.FirstSeen) int { return compare(a.Key, b.Key) })
	return after
}

// placement reads where a pod ran out of bounds from the result of LOC-01.
func placement(r control.Result, now time.Time) (v1alpha1.PlacementOutside, bool) {
	last := now
	switch r.Reason {
	case "Outside":
	case "WasOutside":
		ended, err := time.Parse("2006-01-02 15:04 MST", arg(r, "ended"))
		if err != nil {
			return v1alpha1.PlacementOutside{}, false
		}
		last = ended
	default:
		return v1alpha1.PlacementOutside{}, false
	}
	subject := r.Subject.Shown()
	return v1alpha1.PlacementOutside{
		Namespace: subject.Namespace, Workload: subject.Name, Kind: subject.Kind, APIGroup: subject.Group,
		Node: r.Cause.Name, Place: cut(arg(r, "place"), valueMax), Last: stamp(last),
	}, true
}

func arg(r control.Result, name string) string {
	for _, a := range r.Args {
		if a.Name == name {
			return a.Value
		}
	}
	return ""
}

// remember adds a placement or brings its last sight up to date, in steps.
func remember(list []v1alpha1.PlacementOutside, p v1alpha1.PlacementOutside) []v1alpha1.PlacementOutside {
	for i, old := range list {
		if old.Namespace != p.Namespace || old.Workload != p.Workload || old.Kind != p.Kind || old.APIGroup != p.APIGroup || old.Node != p.Node {
			continue
		}
		if p.Last.Sub(old.Last.Time) >= outsideStep || old.Place != p.Place {
			list[i] = p
		}
		return list
	}
	return append(list, p)
}

// SolutionInput is what the memory of a solution is made of.
type SolutionInput struct {
	Object     *v1alpha1.HostedSolution
	Results    []v1alpha1.RecordedResult
	Namespaces []string // of all its environments
	Judged     bool     // as in EnvironmentInput
	// Exceptions of the solution.
	Exceptions []decide.ExceptionState
	Now        time.Time
}

// Solution gives the memory of a solution after an evaluation.
func Solution(before Content, in SolutionInput) Content {
	after := before
	after.DeletedAt = nil
	after.Results = in.Results
	if in.Judged {
		after.Namespaces = slices.Clone(in.Namespaces)
	}
	after.FirstSeen, after.Changes = slices.Clone(before.FirstSeen), slices.Clone(before.Changes)
	for _, f := range watched(in.Object) {
		note(&after, f, in.Now)
	}
	after.Changes = newest(after.Changes, changesKept)
	after.Exceptions = ledger(before.Exceptions, in.Exceptions, in.Now)
	return after
}

// field is a part of a requirement whose changes are remembered.
type field struct{ name, value, approval string }

func watched(s *v1alpha1.HostedSolution) []field {
	var c v1alpha1.Classification
	if s.Spec.Classification != nil {
		c = *s.Spec.Classification
	}
	approval := ""
	if c.Approval != nil {
		approval = c.Approval.Reference
	}
	fields := []field{
		{"spec.classification.confidentiality", string(c.Confidentiality), approval},
		{"spec.classification.integrity", string(c.Integrity), approval},
		{"spec.classification.availability", string(c.Availability), approval},
	}
	for _, f := range []struct {
		name  string
		value any
		empty bool
	}{
		{"spec.locations", s.Spec.Locations, s.Spec.Locations == nil},
		{"spec.personalData", slices.Sorted(slices.Values(s.Spec.PersonalData)), len(s.Spec.PersonalData) == 0},
		{"spec.supplierChain", chainLinks(s.Spec.SupplierChain), len(s.Spec.SupplierChain) == 0},
		{"spec.version", s.Spec.Version, s.Spec.Version == ""},
		{"spec.purpose", s.Spec.Purpose, s.Spec.Purpose == ""},
		{"spec.retention", s.Spec.Retention, len(s.Spec.Retention) == 0},
		{"spec.login", s.Spec.Login, len(s.Spec.Login) == 0},
		{"spec.externalEndpoints", s.Spec.ExternalEndpoints, len(s.Spec.ExternalEndpoints) == 0},
	} {
		fields = append(fields, field{f.name, encoded(f.value, f.empty), ""})
	}
	return fields
}

// encoded writes a part of a requirement so that two of them can be compared; nothing where it is empty. A text stands as it
// is.
func encoded(value any, empty bool) string {
	if empty {
		return ""
	}
	if text, ok := value.(string); ok {
		return short(text)
	}
	raw, err := json.Marshal(value)
	if err != nil {
		return "" // the types of the API always encode
	}
	return short(string(raw))
}

// chainLinks keeps who is in a chain, where and for whom; how their task is worded changes nothing.
func chainLinks(links []v1alpha1.SupplierLink) []v1alpha1.SupplierLink {
	out := slices.Clone(links)
	for i := range out {
		out[i].Task = ""
	}
	slices.SortFunc(out, func(a, b v1alpha1.SupplierLink) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// note compares a field with what was last seen of it and remembers a change.
func note(c *Content, f field, now time.Time) {
	i := slices.IndexFunc(c.FirstSeen, func(s v1alpha1.FirstSeen) bool { return s.Key == f.name })
	if i < 0 {
		c.FirstSeen = append(c.FirstSeen, v1alpha1.FirstSeen{Key: f.name, Value: f.value, At: stamp(now)})
		return
	}
	if old := c.FirstSeen[i].Value; old != f.value {
		c.Changes = append(c.Changes, v1alpha1.SpecChange{
			Field: f.name, From: cut(old, changeMax), To: cut(f.value, changeMax), Approval: cut(f.approval, valueMax), At: stamp(now),
		})
		c.FirstSeen[i] = v1alpha1.FirstSeen{Key: f.name, Value: f.value, At: stamp(now)}
	}
}

// ledger counts the days on which controls were excepted, whichever exception it was. An operator that was away counts the
// days in between as long as the exception was in force.
func ledger(before []v1alpha1.ExceptionUse, states []decide.ExceptionState, now time.Time) []v1alpha1.ExceptionUse {
	after := slices.Clone(before)
	for _, s := range states {
		if !s.Valid || s.Covered == 0 {
			continue
		}
		id := s.Exception.Object.Spec.Control
		i := slices.IndexFunc(after, func(u v1alpha1.ExceptionUse) bool { return u.Control == id })
		if i < 0 {
			after = append(after, v1alpha1.ExceptionUse{Control: id, First: stamp(now), Last: stamp(now), Days: 1})
			continue
		}
		from := after[i].Last.Time
		if s.Exception.From.After(from) {
			from = s.Exception.From.AddDate(0, 0, -1)
		}
		if passed := daysBetween(from, now); passed > 0 {
			after[i].Days += passed
			after[i].Last = stamp(now)
		}
	}
	slices.SortFunc(after, func(a, b v1alpha1.ExceptionUse) int { return compare(a.Control, b.Control) })
	return after
}

// daysBetween counts the midnights of Copenhagen between two instants.
func daysBetween(from, to time.Time) int32 {
	day := func(t time.Time) time.Time {
		y, m, d := t.In(date.Copenhagen()).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int32(day(to).Sub(day(from)) / (24 * time.Hour))
}

// PlatformInput is what the memory of the platform is made of.
type PlatformInput struct {
	Results []v1alpha1.RecordedResult
	// Nodes that are there now and whose place is known, as provider/region.
	Nodes map[types.UID]string
	// NodesComplete is false where there may be more nodes; then none is forgotten.
	NodesComplete bool
	// Present tells whether a node is there, whatever is known of its place.
	Present func(types.UID) bool
	Now     time.Time
}

// Platform gives the memory of the platform after an evaluation. A node that says it is elsewhere than it was first seen is
// remembered as a change; where it was first seen stays.
func Platform(before Content, in PlatformInput) Content {
	after := before
	after.Results = in.Results
	after.Changes = slices.Clone(before.Changes)
	after.FirstSeen = nil
	seen := map[types.UID]bool{}
	for _, f := range before.FirstSeen {
		name, isNode := strings.CutPrefix(f.Key, nodeKey)
		uid := types.UID(name)
		if isNode && in.NodesComplete && !in.Present(uid) {
			continue
		}
		seen[uid] = true
		after.FirstSeen = append(after.FirstSeen, f)
		if now := in.Nodes[uid]; now != "" && now != f.Value {
			moved(&after, f, now, in.Now)
		}
	}
	for uid, at := range in.Nodes {
		if !seen[uid] {
			after.FirstSeen = append(after.FirstSeen, v1alpha1.FirstSeen{Key: nodeKey + string(uid), Value: cut(at, valueMax), At: stamp(in.Now)})
		}
	}
	slices.SortFunc(after.FirstSeen, func(a, b v1alpha1.FirstSeen) int { return compare(a.Key, b.Key) })
	after.Changes = newest(after.Changes, changesKept)
	return after
}

func moved(c *Content, first v1alpha1.FirstSeen, now string, at time.Time) {
	for _, change := range slices.Backward(c.Changes) {
		if change.Field == first.Key {
			if change.To == now {
				return // told already
			}
			break
		}
	}
	c.Changes = append(c.Changes, v1alpha1.SpecChange{Field: first.Key, From: first.Value, To: cut(now, changeMax), At: stamp(at)})
}

// Institution gives the memory of an institution after an evaluation.
func Institution(before Content, results []v1alpha1.RecordedResult) Content {
	after := before
	after.DeletedAt = nil
	after.Results = results
	return after
}

// afterlife is how long the memory of a deleted solution is kept when nothing of it runs any more, so that making it anew
// does not wipe its exceptions and changes; and that of a deleted incident, whose clocks would else begin anew.
const afterlife = 400 * 24 * time.Hour

// Deleted gives the memory of a subject that is gone, and whether it is kept: as long as workloads run in namespaces that
// it had and nobody has claimed since, and for a solution or incident for a time after.
func Deleted(kind string, before Content, running bool, now time.Time) (after Content, keep bool) {
	after = before
	if after.DeletedAt == nil {
		at := stamp(now)
		after.DeletedAt = &at
	}
	after.Results = nil
	lasts := kind == solutionKind || kind == incidentKind
	return after, running || lasts && now.Sub(after.DeletedAt.Time) < afterlife
}

// Subjects of records.
const (
	solutionKind    = "HostedSolution"
	environmentKind = "SolutionEnvironment"
	platformKind    = "Platform"
	institutionKind = "Institution"
	incidentKind    = "SecurityIncident"
)

// Ref names a subject of a record.
func Ref(kind, name string) facts.Ref {
	return facts.Ref{Group: v1alpha1.GroupVersion.Group, Kind: kind, Name: name}
}

func newest[T any](list []T, n int) []T { return list[max(0, len(list)-n):] }

func stamp(t time.Time) metav1.Time { return metav1.NewTime(t.Truncate(time.Second).UTC()) }

func compare[T ~string](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	default:
		return 0
	}
}

// short gives a value that fits, told apart from other long ones by its digest.
func short(s string) string {
	if len(s) <= valueMax {
		return s
	}
	sum := sha256.Sum256([]byte(s))
	return cut(s, valueMax-40) + " sha256:" + hex.EncodeToString(sum[:12])
}

// cut shortens a text to a number of bytes, at the end of a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	n -= len("…")
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n] + "…"
}
