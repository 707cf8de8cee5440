package incident

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/manifest"
)

// incident is the resource that the answers make so far.
func (f *form) incident() *v1alpha1.SecurityIncident {
	i := &v1alpha1.SecurityIncident{Spec: f.spec}
	i.Name = f.name
	breach := f.breach
	if f.contact.Email != "" || f.contact.Phone != "" {
		contact := f.contact
		if contact.Role == "" {
			contact.Role = "DPO"
		}
		breach.Contact = &contact
	}
	if len(breach.Nature)+len(breach.Categories)+len(breach.DataSubjects) > 0 || breach.DataSubjectCount != nil || breach.RecordCount != nil ||
		breach.Consequences != "" || breach.MeasuresTaken != "" || breach.Contact != nil {
		i.Spec.Breach = &breach
	}
	return i
}

// refusal is what the API server would say of the answers so far; what is not answered yet is left to be.
func (f *form) refusal(ctx context.Context) error {
	i := f.incident()
	if i.Name == "" {
		i.Name = "incident"
	}
	if i.Spec.Title == "" {
		i.Spec.Title = "Incident"
	}
	if len(i.Spec.Solutions)+len(i.Spec.Environments) == 0 {
		i.Spec.Solutions = []string{"solution"}
	}
	if i.Spec.DetectedAt == "" {
		i.Spec.DetectedAt = v1alpha1.Instant(written(f.now))
	}
	if i.Spec.PersonalData == "" {
		i.Spec.PersonalData = v1alpha1.PersonalDataUnderInvestigation
	}
	text, err := document(i).Bytes()
	if err != nil {
		return err
	}
	found, err := manifest.Faults(ctx, text, nil)
	if err != nil {
		return err
	}
	var faults []error
	for _, e := range found {
		faults = append(faults, errors.New(strings.TrimPrefix(e.Field+": ", ": ")+e.Message))
	}
	return errors.Join(faults...)
}

// document writes an incident with what art. 33(3) asks for and nobody has said yet as comments.
func document(i *v1alpha1.SecurityIncident) *manifest.Document {
	s := &i.Spec
	d := manifest.New("SecurityIncident", i.Name)
	d.Field("title", s.Title)
	for _, f := range []struct {
		key   string
		value any
		given bool
	}{
		{"description", s.Description, s.Description != ""}, {"solutions", s.Solutions, len(s.Solutions) > 0}, {"environments", s.Environments, len(s.Environments) > 0},
		{"institutions", s.Institutions, len(s.Institutions) > 0}, {"severity", s.Severity, s.Severity != ""}, {"detectedBy", s.DetectedBy, s.DetectedBy != ""},
		{"occurredAt", s.OccurredAt, s.OccurredAt != ""}, {"occurredUntil", s.OccurredUntil, s.OccurredUntil != ""}, {"detectedAt", s.DetectedAt, true},
		{"processorAwareAt", s.ProcessorAwareAt, s.ProcessorAwareAt != ""}, {"controllerAwareAt", s.ControllerAwareAt, s.ControllerAwareAt != ""},
		{"personalData", s.PersonalData, true},
	} {
		switch {
		case f.given:
			d.Field(f.key, f.value)
		case f.key == "controllerAwareAt" && s.PersonalData != v1alpha1.PersonalDataNotAffected:
			d.FillIn(f.key, "until then the clock of art. 33 runs from the creation of this resource, or from the detection if the controllers found it earlier")
		}
	}
	if s.Breach != nil {
		d.Field("breach", s.Breach)
	}
	if s.PersonalData == v1alpha1.PersonalDataNotAffected {
		return d
	}
	if left := unsaid(s.Breach); len(left) > 0 {
		d.FillIn("breach", "art. 33(3) also asks for "+strings.Join(left, ", ")+"; the authority may be told in phases")
	}
	return d.FillIn("riskAssessments", "the level of the risk for the persons, with reason, time and person")
}

// unsaid lists what art. 33(3) asks for and a breach does not say.
func unsaid(b *v1alpha1.PersonalDataBreach) []string {
	if b == nil {
		b = &v1alpha1.PersonalDataBreach{}
	}
	var out []string
	for _, f := range []struct {
		name  string
		given bool
	}{
		{"nature", len(b.Nature) > 0}, {"categories", len(b.Categories) > 0}, {"dataSubjects", len(b.DataSubjects) > 0}, {"dataSubjectCount", b.DataSubjectCount != nil},
		{"recordCount", b.RecordCount != nil}, {"consequences", b.Consequences != ""}, {"measuresTaken", b.MeasuresTaken != ""}, {"contact", b.Contact != nil},
	} {
		if !f.given {
			out = append(out, f.name)
		}
	}
	return out
}

// faultOf names the flag that a fault is in.
func faultOf(q *question, err error) error { return fmt.Errorf("--%s: %w", q.flag, err) }
