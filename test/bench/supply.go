package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/catalog"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/test/workloads"
)

// Sizes of the contractual side: a long chain, five years of statements on every other link, every municipality.
const (
	chainLinks   = 12
	statements   = 30
	institutions = 98
	// perAgreement bounds the solutions that one agreement names, as the API does.
	perAgreement = 200
)

// papers writes solutions of one owner that all have the same chain. Its last link is the supplier that they share.
type papers struct {
	solutions, statements, institutions int
	now                                 time.Time
}

const contractPrefix = "contract-"

func contractual(i int) string { return fmt.Sprintf("%s%04d", contractPrefix, i) }

const sharedSupplier = "link-11"

func (p papers) objects() ([]client.Object, error) {
	var b strings.Builder
	put := func(kind, name, spec string, args ...any) {
		fmt.Fprintf(&b, "---\napiVersion: tilsyn.dev/v1alpha1\nkind: %s\nmetadata: {name: %s, labels: {group: bodies}}\nspec:\n%s\n", kind, name, fmt.Sprintf(spec, args...))
	}
	day := func(back int) string { return p.now.AddDate(0, 0, -back).Format(time.DateOnly) }
	p.parties(put, day)
	var chain strings.Builder
	for i := range chainLinks {
		by := ""
		if i > 0 {
			by = fmt.Sprintf(", engagedBy: l%d", i-1)
		}
		fmt.Fprintf(&chain, "  - {name: l%d, supplier: link-%02d%s, task: Part of the operation}\n", i, i, by)
	}
	for i := range p.solutions {
		put("HostedSolution", contractual(i), "  owner: {organisation: Example}\n  classification: {confidentiality: Confidential, integrity: Medium, availability: Medium, reviewedAt: %q}\n"+
			"  personalData: [Ordinary]\n  inProduction: [{from: \"2020-01-01\"}]\n  controllers: [{name: Bodies, institutionSelector: {matchLabels: {group: bodies}}}]\n  supplierChain:\n%s", day(100), chain.String())
	}
	for i := range p.statements {
		p.statement(put, i)
	}
	return workloads.Decode([]byte(b.String()))
}

// parties writes the institutions, the suppliers and an agreement for each link.
func (p papers) parties(put func(kind, name, spec string, args ...any), day func(int) string) {
	for i := range p.institutions {
		put("Institution", fmt.Sprintf("body-%02d", i), "  legalName: Body %d\n  type: Municipality", i)
	}
	for i := range chainLinks {
		put("Supplier", fmt.Sprintf("link-%02d", i), "  legalName: Link %d A/S\n  establishedIn: DK\n  ultimateParentCountry: DK\n  processingCountries: [DK]\n  accessCountries: [DK]\n"+
			"  supervision: {activities: [{form: WrittenQuestions, interval: 12mo, lastAt: %q, report: Answers}]}\n  contacts: [{role: Incident, phone: \"+45 12 34 56 78\"}]\n  contactsConfirmedAt: %q\n  incidentProcedure: Manual", i, day(90), day(30))
	}
	for first := 0; first < p.solutions; first += perAgreement {
		var named []string
		for i := first; i < min(first+perAgreement, p.solutions); i++ {
			named = append(named, contractual(i))
		}
		for i := range chainLinks {
			parties, kind := "{customer: {group: {name: Bodies, signed: 98}}, processor: link-00}", "Processing"
			if i > 0 {
				parties, kind = fmt.Sprintf("{customer: {supplier: link-%02d}, processor: link-%02d}", i-1, i), "SubProcessing"
			}
			var below strings.Builder
			for k := i + 1; k < chainLinks; k++ {
				by := ""
				if k > i+1 {
					by = fmt.Sprintf(", engagedBy: link-%02d", k-1)
				}
				fmt.Fprintf(&below, "{supplier: link-%02d%s, description: Operation, processingCountries: [DK], authorisedAt: \"2021-01-01\"}, ", k, by)
			}
			list := "entries: [" + below.String() + "]"
			if i == chainLinks-1 {
				list = "noEntries: true"
			}
			put("ProcessingAgreement", fmt.Sprintf("agreement-%02d-%04d", i, first), "  type: %s\n  parties: %s\n  document: {reference: Agreement, version: \"1\"}\n  solutions: [%s]\n  signedAt: \"2021-01-01\"\n  openEnded: true\n  reviewedAt: %q\n"+
				"  content: [SubjectMatter, Duration, NatureAndPurpose, DataTypes, DataSubjects, ControllerRights, DocumentedInstruction, Confidentiality, Security, SubProcessors, DataSubjectRights, Assistance, DeletionOrReturn, Audits]\n"+
				"  appendixB: {document: {reference: B}, authorisation: Specific, %s}\n  appendixC: {document: {reference: C}, locations: [{group: EEA}], noDeviations: true, retention: 5y, deletionWithin: 30d, breachNoticeHours: 24, securityMeasures: [Encryption at rest]}",
				kind, parties, strings.Join(named, ", "), day(90), list)
		}
	}
}

// statement writes one of five years, with ten observations that are being worked on.
func (p papers) statement(put func(kind, name, spec string, args ...any), i int) {
	year := p.now.Year() - 1 - i%5
	var observations strings.Builder
	for o := range 10 {
		fmt.Fprintf(&observations, "  - {id: B.%d-%d, controlObjective: B.%d, severity: Low, description: Text, owner: Operations, action: Text, dueAt: %q}\n", o, i, o, p.now.AddDate(0, 3, 0).Format(time.DateOnly))
	}
	put("AssuranceStatement", fmt.Sprintf("statement-%02d", i), "  solutions: [%s]\n  supplier: link-%02d\n  year: %d\n  document: Statement\n  standard: ISAE3000\n  type: Type2\n  level: Reasonable\n  scope: Specific\n  parts: [GDPRControls]\n"+
		"  period: {from: \"%d-01-01\", to: \"%d-12-31\"}\n  auditor: {name: Auditors, independence: Independent}\n  opinion: Unmodified\n  subSuppliers: Inclusive\n  receipt: {state: Received, date: \"%d-03-01\"}\n"+
		"  assessment: {at: \"%d-03-20\", by: reader@example.org, conclusion: Sufficient}\n  deliveries: [{group: Bodies, state: Delivered, date: \"%d-03-20\"}]\n  observations:\n%s",
		contractual(0), i/5, year, year, year, year+1, year+1, year+1, observations.String())
}

// contracts measures the controls of the contractual side on facts: one solution with a long chain and many statements, then
// a supplier that a thousand solutions share.
func (b *bench) contracts() error {
	w, objects, err := papersIn(papers{1, statements, institutions, b.now})
	if err != nil {
		return err
	}
	engine := evaluate.NewEngine(catalog.All(), evaluate.Options{Workers: 1})
	if _, err := w.judge(engine, b.now); err != nil {
		return err
	}
	var changed, again []time.Duration
	for i := range 50 {
		if err := w.edit(objects, "AssuranceStatement", "statement-03", fmt.Sprint("Case ", i), "reference"); err != nil {
			return err
		}
		for _, list := range []*[]time.Duration{&changed, &again} {
			j, err := w.judge(engine, b.now)
			if err != nil {
				return err
			}
			*list = append(*list, j.resolve.wall+j.evaluate.wall)
		}
	}
	what := fmt.Sprintf("solution with %d links and %d statements, one statement changed", chainLinks, statements)
	b.table.show(what, millis(percentile(changed, 0.5)), fmt.Sprintf("median; resolve and evaluate the whole catalogue, %d institutions too", institutions))
	b.table.show("  again, nothing changed", millis(percentile(again, 0.5)), "")
	return b.sharedSupplier()
}

func (b *bench) sharedSupplier() error {
	solutions := b.shared
	w, objects, err := papersIn(papers{solutions, 0, 1, b.now})
	if err != nil {
		return err
	}
	engine := evaluate.NewEngine(catalog.All(), evaluate.Options{})
	if _, err := w.judge(engine, b.now); err != nil {
		return err
	}
	if err := w.edit(objects, "Supplier", sharedSupplier, []any{"US"}, "processingCountries"); err != nil {
		return err
	}
	j, err := w.judge(engine, b.now)
	if err != nil {
		return err
	}
	b.table.show(fmt.Sprintf("supplier that %d solutions share moves", solutions), millis(j.wall()), fmt.Sprintf("resolve, evaluate and decide, all cores; each has %d links", chainLinks))
	return nil
}

func papersIn(p papers) (*world, []client.Object, error) {
	objects, err := p.objects()
	if err != nil {
		return nil, nil, err
	}
	w := newWorld()
	for _, o := range objects {
		if err := w.put(o); err != nil {
			return nil, nil, err
		}
	}
	return w, objects, nil
}

// edit sets a field under spec of one of the objects, as if somebody had applied it.
func (w *world) edit(objects []client.Object, kind, name string, value any, field string) error {
	for _, o := range objects {
		u, ok := o.(*unstructured.Unstructured)
		if !ok || u.GetKind() != kind || u.GetName() != name {
			continue
		}
		if err := unstructured.SetNestedField(u.Object, value, "spec", field); err != nil {
			return err
		}
		return w.put(u)
	}
	return fmt.Errorf("there is no %s %s", kind, name)
}

// sharedSupplier measures what the operator does when a supplier of a thousand solutions moves out of the EEA: until the
// status of the last of them says so.
func (c *cluster) sharedSupplier(ctx context.Context) error {
	solutions := c.b.shared
	objects, err := papers{solutions, 0, 1, c.b.now}.objects()
	if err != nil {
		return err
	}
	err = concurrently(ctx, len(objects), func(ctx context.Context, i int) error { return c.client.Create(ctx, objects[i]) })
	if err != nil {
		return err
	}
	if err := c.awaitLocation(ctx, solutions, v1alpha1.VerdictPass); err != nil {
		return err
	}
	before, err := c.writes(ctx)
	if err != nil {
		return err
	}
	cpuBefore, err := processCPU(c.operator.PID())
	if err != nil {
		return err
	}
	began := time.Now()
	supplier := &v1alpha1.Supplier{ObjectMeta: named(sharedSupplier)}
	if err := c.client.Patch(ctx, supplier, client.RawPatch(types.MergePatchType, []byte(`{"spec":{"processingCountries":["US"]}}`))); err != nil {
		return err
	}
	if err := c.awaitLocation(ctx, solutions, v1alpha1.VerdictFail); err != nil {
		return err
	}
	took := time.Since(began)
	cpuAfter, err1 := processCPU(c.operator.PID())
	after, err2 := c.writes(ctx)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	c.b.table.show(fmt.Sprintf("supplier that %d solutions share moves, until the last status is right", solutions), seconds(took),
		fmt.Sprintf("each with %d links; %.0f writes so far, %.1f for each solution; CPU of the operator %s", chainLinks, after-before, (after-before)/float64(solutions), seconds(cpuAfter-cpuBefore)))
	// What follows measures the cluster as it was.
	if err := concurrently(ctx, len(objects), func(ctx context.Context, i int) error { return client.IgnoreNotFound(c.client.Delete(ctx, objects[i])) }); err != nil {
		return err
	}
	return poll(ctx, "the records of the solutions that are gone say so", c.buried)
}

// buried tells whether every record of a solution that was deleted is a tombstone.
func (c *cluster) buried(ctx context.Context) (bool, error) {
	var records v1alpha1.SupervisionRecordList
	if err := c.client.List(ctx, &records); err != nil {
		return false, err
	}
	return !slices.ContainsFunc(records.Items, func(r v1alpha1.SupervisionRecord) bool {
		return strings.HasPrefix(r.Spec.Name, contractPrefix) && r.Status.DeletedAt == nil
	}), nil
}

// awaitLocation waits until the statuses of so many solutions give LOC-05 a verdict.
func (c *cluster) awaitLocation(ctx context.Context, solutions int, want v1alpha1.Verdict) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	w, err := c.client.Watch(ctx, &v1alpha1.HostedSolutionList{})
	if err != nil {
		return err
	}
	defer w.Stop()
	right := map[string]bool{}
	for len(right) < solutions {
		select {
		case event, open := <-w.ResultChan():
			if !open {
				return errors.New("the watch on the solutions has ended")
			}
			if s, ok := event.Object.(*v1alpha1.HostedSolution); ok && slices.ContainsFunc(s.Status.Controls, func(c v1alpha1.ControlStatus) bool { return c.Control == "LOC-05" && c.Verdict == want }) {
				if strings.HasPrefix(s.Name, contractPrefix) {
					right[s.Name] = true
				}
			}
		case <-ctx.Done():
			return fmt.Errorf("LOC-05 is %s in %d of %d solutions: %w", want, len(right), solutions, context.Cause(ctx))
		}
	}
	return nil
}
