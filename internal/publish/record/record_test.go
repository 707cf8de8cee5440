package record

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/decide"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

var now = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)

func outsideResult(reason control.Reason, ended string) control.Result {
	return control.Fail(reason, "place", "aws us-east-1 (US)", "ended", ended).
		On(facts.Ref{Group: "apps", Kind: "Deployment", Namespace: "aula", Name: "web"}).Because(facts.Ref{Kind: "Node", Name: "n1"})
}

func TestPlacementsOutOfBounds(t *testing.T) {
	running, gone := outsideResult("Outside", ""), outsideResult("WasOutside", "2026-11-20 09:30 UTC")
	at := func(c Content) string {
		if len(c.Outside) != 1 {
			return fmt.Sprint(len(c.Outside), " entries")
		}
		return c.Outside[0].Last.UTC().Format(time.TimeOnly)
	}
	step := func(before Content, d time.Duration, r ...control.Result) Content {
		return Environment(before, EnvironmentInput{Outside: r, Now: now.Add(d)})
	}
	first := step(Content{}, 0, running)
	if at(first) != "10:00:00" || first.Outside[0].Node != "n1" || first.Outside[0].Place != "aws us-east-1 (US)" {
		t.Errorf("a pod that runs outside is remembered as %+v", first.Outside)
	}
	if again := step(first, 10*time.Minute, running); at(again) != "10:00:00" {
		t.Errorf("within the hour it is brought up to date: %s", at(again))
	}
	if again := step(first, time.Hour, running); at(again) != "11:00:00" {
		t.Errorf("after an hour it is not brought up to date: %s", at(again))
	}
	if ended := step(Content{}, time.Hour, gone); at(ended) != "09:30:00" {
		t.Errorf("a pod that is gone is remembered at %s, want its end", at(ended))
	}
	if kept := step(first, 3*time.Hour); at(kept) != "10:00:00" {
		t.Errorf("a finding that ended is forgotten: %s", at(kept))
	}
	if unknown := step(Content{}, 0, control.Unknown("NodeUnplaced")); len(unknown.Outside) > 0 {
		t.Errorf("a node without a place is remembered as outside: %+v", unknown.Outside)
	}
}

func solution(level v1alpha1.Confidentiality, locations ...string) *v1alpha1.HostedSolution {
	s := &v1alpha1.HostedSolution{ObjectMeta: metav1.ObjectMeta{Name: "aula"}}
	s.Spec.Classification = &v1alpha1.Classification{Confidentiality: level, Approval: &v1alpha1.Approval{Reference: "case 1"}}
	if len(locations) > 0 {
		s.Spec.Locations = &v1alpha1.Locations{}
		for _, l := range locations {
			s.Spec.Locations.Allowed = append(s.Spec.Locations.Allowed, v1alpha1.Location{Country: v1alpha1.CountryCode(l)})
		}
	}
	return s
}

func TestChangesOfARequirementAreRemembered(t *testing.T) {
	c := Solution(Content{}, SolutionInput{Object: solution(v1alpha1.ConfidentialitySensitive, "DK"), Now: now})
	if len(c.Changes) != 0 {
		t.Fatalf("what is seen for the first time is a change: %+v", c.Changes)
	}
	c = Solution(c, SolutionInput{Object: solution(v1alpha1.ConfidentialityInternal, "DK", "US"), Now: now.Add(time.Hour)})
	var got []string
	for _, change := range c.Changes {
		got = append(got, fmt.Sprint(change.Field, " ", change.Approval, " ", change.At.UTC().Format(time.TimeOnly)))
	}
	want := []string{"spec.classification.confidentiality case 1 11:00:00", "spec.locations  11:00:00"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if c.Changes[0].From != "Sensitive" || c.Changes[0].To != "Internal" {
		t.Errorf("the level changed from %s to %s", c.Changes[0].From, c.Changes[0].To)
	}
	same := Solution(c, SolutionInput{Object: solution(v1alpha1.ConfidentialityInternal, "DK", "US"), Now: now.Add(2 * time.Hour)})
	if len(same.Changes) != 2 {
		t.Errorf("a change is told again: %+v", same.Changes)
	}
	// Deleted and made anew: what was required before is still known.
	gone, keep := Deleted(solutionKind, c, false, now.Add(3*time.Hour))
	back := Solution(gone, SolutionInput{Object: solution(v1alpha1.ConfidentialityPublic, "DK", "US"), Now: now.Add(4 * time.Hour)})
	if !keep || len(back.Changes) != 3 || back.DeletedAt != nil {
		t.Errorf("after deletion (kept %v) the changes are %+v", keep, back.Changes)
	}
}

func exception(id v1alpha1.ControlID, valid bool, covered int, from time.Time) decide.ExceptionState {
	return decide.ExceptionState{
		Exception: &evaluate.Exception{Object: &v1alpha1.ControlException{Spec: v1alpha1.ControlExceptionSpec{Control: id}}, From: from},
		Valid:     valid, Covered: covered,
	}
}

func TestDaysOfExceptionsAreCountedOverAllExceptions(t *testing.T) {
	day := 24 * time.Hour
	long := now.Add(-100 * day)
	for name, test := range map[string]struct {
		states []decide.ExceptionState // one evaluation each, a day apart
		want   int32
	}{
		"the first day counts":                      {[]decide.ExceptionState{exception("LOC-02", true, 1, long)}, 1},
		"every day counts once":                     {[]decide.ExceptionState{exception("LOC-02", true, 1, long), exception("LOC-02", true, 3, long)}, 2},
		"a day without effect does not count":       {[]decide.ExceptionState{exception("LOC-02", true, 1, long), exception("LOC-02", true, 0, long)}, 1},
		"an exception that ended does not count":    {[]decide.ExceptionState{exception("LOC-02", true, 1, long), exception("LOC-02", false, 1, long)}, 1},
		"a new exception goes on with the counting": {[]decide.ExceptionState{exception("LOC-02", true, 1, long), exception("LOC-02", false, 0, long), exception("LOC-02", true, 1, now.Add(2*day))}, 2},
		"days while the operator was away count":    {[]decide.ExceptionState{exception("LOC-02", true, 1, long), exception("BCK-01", false, 0, long), exception("LOC-02", true, 1, long)}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			var uses []v1alpha1.ExceptionUse
			for i, s := range test.states {
				uses = ledger(uses, []decide.ExceptionState{s}, now.Add(time.Duration(i)*day))
			}
			i := slices.IndexFunc(uses, func(u v1alpha1.ExceptionUse) bool { return u.Control == "LOC-02" })
			if uses[i].Days != test.want {
				t.Errorf("%d days are counted, want %d", uses[i].Days, test.want)
			}
		})
	}
}

func TestDaysEndAtMidnightInCopenhagen(t *testing.T) {
	at := func(s string) time.Time {
		d, err := time.ParseInLocation(time.DateTime, s, date.Copenhagen())
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, test := range []struct {
		from, to string
		want     int32
	}{
		{"2026-11-20 00:00:00", "2026-11-20 23:59:59", 0},
		{"2026-11-20 23:59:59", "2026-11-21 00:00:00", 1},
		{"2026-10-24 12:00:00", "2026-10-26 12:00:00", 2}, // one of the days has 25 hours
		{"2026-03-28 12:00:00", "2026-03-30 12:00:00", 2}, // one has 23
	} {
		if got := daysBetween(at(test.from), at(test.to)); got != test.want {
			t.Errorf("from %s to %s there are %d midnights, want %d", test.from, test.to, got, test.want)
		}
	}
}

func TestChangesThatAssessmentsMustAnswerAreRemembered(t *testing.T) {
	before := solution(v1alpha1.ConfidentialitySensitive, "DK")
	before.Spec.Version, before.Spec.Purpose = "2026.1", "Messages"
	before.Spec.PersonalData = []v1alpha1.DataCategory{v1alpha1.DataOrdinary, v1alpha1.DataHealth}
	before.Spec.SupplierChain = []v1alpha1.SupplierLink{{Name: "processor", Supplier: "kombit"}, {Name: "operation", Supplier: "netcompany", EngagedBy: "processor", Task: "Operation"}}
	c := Solution(Content{}, SolutionInput{Object: before, Now: now})

	order := before.DeepCopy()
	slices.Reverse(order.Spec.PersonalData)
	slices.Reverse(order.Spec.SupplierChain)
	order.Spec.SupplierChain[0].Task = "Development and operation"
	if got := Solution(c, SolutionInput{Object: order, Now: now}).Changes; len(got) != 0 {
		t.Errorf("another order and another wording of a task are changes: %+v", got)
	}
	after := before.DeepCopy()
	after.Spec.Version, after.Spec.Purpose = "2027.1", "Messages and grades"
	after.Spec.PersonalData = after.Spec.PersonalData[:1]
	after.Spec.SupplierChain[1].Supplier = "aws"
	var got []string
	for _, change := range Solution(c, SolutionInput{Object: after, Now: now}).Changes {
		got = append(got, change.Field)
	}
	if diff := cmp.Diff([]string{"spec.personalData", "spec.supplierChain", "spec.version", "spec.purpose"}, got); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

func TestNodesThatSayTheyMoved(t *testing.T) {
	step := func(before Content, nodes map[types.UID]string, complete bool, present ...types.UID) Content {
		return Platform(before, PlatformInput{
			Nodes: nodes, NodesComplete: complete, Present: func(u types.UID) bool { return slices.Contains(present, u) }, Now: now,
		})
	}
	c := step(Content{}, map[types.UID]string{"u1": "aws/eu-north-1", "u2": "aws/eu-north-1"}, true, "u1", "u2")
	c = step(c, map[types.UID]string{"u1": "aws/us-east-1", "u2": "aws/eu-north-1"}, true, "u1", "u2")
	c = step(c, map[types.UID]string{"u1": "aws/us-east-1", "u2": "aws/eu-north-1"}, true, "u1", "u2")
	if len(c.Changes) != 1 || c.Changes[0].Field != "node/u1" || c.Changes[0].From != "aws/eu-north-1" || c.Changes[0].To != "aws/us-east-1" {
		t.Errorf("changes are %+v", c.Changes)
	}
	if c.FirstSeen[0].Value != "aws/eu-north-1" {
		t.Errorf("where it was first seen is now %s", c.FirstSeen[0].Value)
	}
	if kept := step(c, nil, false); len(kept.FirstSeen) != 2 {
		t.Errorf("nodes are forgotten although they may be there: %+v", kept.FirstSeen)
	}
	if kept := step(c, nil, true, "u1"); len(kept.FirstSeen) != 1 {
		t.Errorf("a node whose place is not known now must stay, one that is gone go: %+v", kept.FirstSeen)
	}
}

func TestAnEnvironmentLeavesBehindOnlyWhatItWasJudgedFor(t *testing.T) {
	in := EnvironmentInput{Namespaces: []string{"aula"}, Now: now}
	never := Environment(Content{}, in)
	if len(never.Namespaces) > 0 {
		t.Errorf("one that was never judged is said to have had %v", never.Namespaces)
	}
	in.Judged = true
	once := Environment(never, in)
	if !slices.Equal(once.Namespaces, []string{"aula"}) {
		t.Errorf("one that is judged had %v", once.Namespaces)
	}
	in.Judged, in.Namespaces = false, []string{"other"}
	if later := Environment(once, in); !slices.Equal(later.Namespaces, []string{"aula"}) {
		t.Errorf("one whose solution was deleted is said to have had %v", later.Namespaces)
	}
}

func TestWhatIsKeptOfTheDeleted(t *testing.T) {
	for name, test := range map[string]struct {
		kind    string
		running bool
		after   time.Duration
		keep    bool
	}{
		"an environment whose workloads run":              {environmentKind, true, 0, true},
		"an environment whose workloads run for years":    {environmentKind, true, 5 * afterlife, true},
		"not an environment that is over":                 {environmentKind, false, 0, false},
		"a solution that is over, for its exceptions":     {solutionKind, false, 0, true},
		"not a solution that has been over for long":      {solutionKind, false, afterlife, false},
		"a solution that has been over for long but runs": {solutionKind, true, afterlife, true},
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := Deleted(test.kind, Content{}, test.running, now)
			c, keep := Deleted(test.kind, c, test.running, now.Add(test.after))
			if keep != test.keep || !c.DeletedAt.Time.Equal(now) {
				t.Errorf("kept %v since %v, want %v", keep, c.DeletedAt, test.keep)
			}
		})
	}
}

// large makes a memory of about the given number of bytes.
func large(size int) Content {
	c := Content{Namespaces: []string{"aula"}, Changes: []v1alpha1.SpecChange{{Field: "spec.locations", At: metav1.NewTime(now)}}}
	for i := range size / 150 {
		c.Results = append(c.Results, v1alpha1.RecordedResult{
			Key: fmt.Sprintf("LOC-02|apps/Deployment/aula/%06d-%s", i, strings.Repeat("x", 60)), Verdict: v1alpha1.VerdictFail, Reason: "NotPinned", Since: metav1.NewTime(now),
		})
	}
	return c
}

func TestShardsHoldEverythingAndStayBelowTheirSize(t *testing.T) {
	for _, bytes := range []int{0, 1000, 200 << 10, 1 << 20, 5 << 20} {
		c := large(bytes)
		shards := split(c)
		for i, s := range shards {
			if n := size(s); n > ShardMax {
				t.Errorf("%d bytes: shard %d of %d has %d bytes", bytes, i, len(shards), n)
			}
		}
		if diff := cmp.Diff(c, join(shards)); diff != "" {
			t.Errorf("%d bytes (-before +after):\n%.500s", bytes, diff)
		}
		if len(shards[0].Namespaces) != 1 {
			t.Errorf("%d bytes: the first shard does not say the namespaces", bytes)
		}
	}
}

func TestNamesOfRecordsNeverMeet(t *testing.T) {
	seen := map[string]string{}
	for _, kind := range []string{solutionKind, environmentKind, platformKind} {
		for _, subject := range []string{"a", "a-1", "a.1", "1-a", "solution-a"} {
			for shard := range 12 {
				n := name(kind, subject, shard)
				if other, taken := seen[n]; taken {
					t.Errorf("%s names %s and %s %s %d", n, other, kind, subject, shard)
				}
				seen[n] = fmt.Sprint(kind, subject, shard)
			}
		}
	}
}

// server is an API server of records that counts writes.
func server(t *testing.T) (client.Client, *int) {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	writes := 0
	c := fake.NewClientBuilder().WithScheme(scheme).WithStatusSubresource(&v1alpha1.SupervisionRecord{}).WithInterceptorFuncs(interceptor.Funcs{
		Create: func(ctx context.Context, c client.WithWatch, o client.Object, opts ...client.CreateOption) error {
			writes++
			return c.Create(ctx, o, opts...)
		},
		SubResourcePatch: func(ctx context.Context, c client.Client, sub string, o client.Object, p client.Patch, opts ...client.SubResourcePatchOption) error {
			writes++
			return c.SubResource(sub).Patch(ctx, o, p, opts...)
		},
		Delete: func(ctx context.Context, c client.WithWatch, o client.Object, opts ...client.DeleteOption) error {
			writes++
			return c.Delete(ctx, o, opts...)
		},
	}).Build()
	return c, &writes
}

func TestAMemoryOutlivesItsKeeper(t *testing.T) {
	c, writes := server(t)
	subject := Ref(environmentKind, "aula-production")
	k := NewKeeper(c)
	big := large(600 << 10)
	must := func(n int, err error) int {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if n != *writes {
			t.Errorf("%d requests are told, %d were made", n, *writes)
		}
		*writes = 0
		return n
	}
	shards := len(split(big))
	if n := must(k.Write(t.Context(), subject, big)); n != 2*shards {
		t.Errorf("%d requests for %d new shards", n, shards)
	}
	if n := must(k.Write(t.Context(), subject, big)); n != 0 {
		t.Errorf("%d requests for what has not changed", n)
	}
	changed := big
	changed.Results = slices.Clone(big.Results)
	changed.Results[0].Reason = "NotPinnod"
	if n := must(k.Write(t.Context(), subject, changed)); n != 1 {
		t.Errorf("%d requests for a change in one shard", n)
	}
	other := NewKeeper(c)
	if err := other.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	held, _ := other.Held(subject)
	if diff := cmp.Diff(changed, held); diff != "" {
		t.Errorf("after a restart (-want +got):\n%.500s", diff)
	}
	if diff := cmp.Diff(changed.Results, other.Memory().Records(subject)); diff != "" {
		t.Errorf("the memory for decisions (-want +got):\n%.500s", diff)
	}
	if n := must(other.Write(t.Context(), subject, large(1000))); n != 1+shards-1 {
		t.Errorf("%d requests to shrink %d shards to one", n, shards)
	}
	must(other.Delete(t.Context(), subject))
	var list v1alpha1.SupervisionRecordList
	if err := c.List(t.Context(), &list); err != nil || len(list.Items) > 0 || len(other.Subjects()) > 0 {
		t.Errorf("records are left: %d, %v", len(list.Items), err)
	}
}
