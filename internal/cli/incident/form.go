package incident

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/near"
)

// question is one thing to be told of an incident: a flag, and where somebody sits at a terminal, a question.
type question struct {
	flag, kind, usage string
	// ask is the question; "" is never asked, and only a flag.
	ask      string
	required bool
	many     bool
	// breach: it is of no interest where no personal data are affected.
	breach bool
	read   func(answer []string) error

	given []string
}

// form holds the questions and what the answers say.
type form struct {
	now       time.Time
	questions []*question

	name     string
	spec     v1alpha1.SecurityIncidentSpec
	breach   v1alpha1.PersonalDataBreach
	contact  v1alpha1.Contact
	occurred time.Time
}

func newForm() *form {
	f := &form{}
	f.questions = append(f.what(), append(f.when(), f.whom()...)...)
	return f
}

// add adds the flags of the questions.
func (f *form) add(set *pflag.FlagSet) {
	for _, q := range f.questions {
		usage := "`" + q.kind + "` " + q.usage
		if q.many {
			usage += " (repeatable, or separated by commas)"
		}
		set.StringArrayVar(&q.given, q.flag, nil, usage)
	}
}

func text(to *string) func([]string) error {
	return func(a []string) error { *to = a[0]; return nil }
}

func list(to *[]string) func([]string) error {
	return func(a []string) error { *to = a; return nil }
}

func (f *form) what() []*question {
	s := &f.spec
	return []*question{
		{flag: "solution", kind: "name", usage: "of a HostedSolution concerned", ask: "Which solutions are concerned", many: true, required: true, read: list(&s.Solutions)},
		{flag: "environment", kind: "name", usage: "of a SolutionEnvironment concerned", many: true, read: list(&s.Environments)},
		{flag: "institution", kind: "name", usage: "of an Institution concerned (default: every controller of the solutions)", many: true, read: list(&s.Institutions)},
		{flag: "title", kind: "line", usage: "that says what happened, without personal data", ask: "What happened, in one line without personal data", required: true, read: text(&s.Title)},
		{flag: "description", kind: "text", usage: "of what happened, without personal data", ask: "Describe it, without personal data", read: text(&s.Description)},
	}
}

func (f *form) when() []*question {
	s := &f.spec
	return []*question{
		{flag: "occurred-at", kind: "instant", usage: "at which it began", ask: "When did it begin", read: f.instant(&s.OccurredAt, "began")},
		{flag: "occurred-until", kind: "instant", usage: "at which it ended", ask: "When did it end", read: f.instant(&s.OccurredUntil, "")},
		{flag: "detected-at", kind: "instant", usage: "at which somebody found it", ask: "When was it found", required: true, read: f.instant(&s.DetectedAt, "")},
		{flag: "detected-by", kind: "name", usage: "of the Supplier that found it (default: the controller)", ask: "Which supplier found it (nothing: the controller)", read: text(&s.DetectedBy)},
		{flag: "processor-aware-at", kind: "instant", usage: "at which the processor became aware", ask: "When did the processor become aware", read: f.instant(&s.ProcessorAwareAt, "")},
		{flag: "aware-at", kind: "instant", usage: "at which the controllers became aware: the clock of art. 33 runs from here (default: the creation of the resource, or the detection if the controllers found it earlier)",
			ask: "When did the controllers become aware, from which the 72 hours run (nothing: when they found it, or the resource is created)", read: f.instant(&s.ControllerAwareAt, "")},
		{flag: "name", kind: "name", usage: "of the resource, for example aula-2026-01", ask: "Name of the resource", required: true, read: text(&f.name)},
	}
}

func (f *form) whom() []*question {
	b := &f.breach
	return []*question{
		{flag: "personal-data", kind: "answer", usage: "whether personal data are affected: Affected, NotAffected or UnderInvestigation (the clock runs)",
			ask: "Are personal data affected: Affected, NotAffected or UnderInvestigation", required: true, read: func(a []string) error {
				known := []string{string(v1alpha1.PersonalDataAffected), string(v1alpha1.PersonalDataNotAffected), string(v1alpha1.PersonalDataUnderInvestigation)}
				return one(a[0], known, func(w string) { f.spec.PersonalData = v1alpha1.Affected(w) })
			}},
		{flag: "nature", kind: "kind", usage: "of breach: Confidentiality, Integrity, Availability", ask: "Nature of the breach: Confidentiality, Integrity, Availability", many: true, breach: true,
			read: func(a []string) error {
				return each(a, &b.Nature, []string{"Confidentiality", "Integrity", "Availability"})
			}},
		{flag: "category", kind: "category", usage: "of personal data concerned, for example NationalID", ask: "Categories of personal data, for example Ordinary, NationalID, Health", many: true, breach: true,
			read: func(a []string) error { return each(a, &b.Categories, categories()) }},
		{flag: "data-subjects", kind: "group", usage: "of persons concerned, for example pupils", ask: "Groups of persons concerned, for example pupils, parents", many: true, breach: true, read: list(&b.DataSubjects)},
		{flag: "data-subject-count", kind: "number", usage: "of persons concerned, approximately", ask: "How many persons, approximately", breach: true, read: number(&b.DataSubjectCount)},
		{flag: "record-count", kind: "number", usage: "of records concerned, approximately", ask: "How many records, approximately", breach: true, read: number(&b.RecordCount)},
		{flag: "consequences", kind: "text", usage: "on the likely consequences", ask: "Likely consequences", breach: true, read: text(&b.Consequences)},
		{flag: "measures", kind: "text", usage: "on the measures taken or proposed", ask: "Measures taken or proposed", breach: true, read: text(&b.MeasuresTaken)},
		{flag: "contact-role", kind: "role", usage: "of the contact point (default: DPO)", breach: true, read: text(&f.contact.Role)},
		{flag: "contact-email", kind: "address", usage: "of the contact point", ask: "E-mail address of the contact point (data protection officer)", breach: true, read: text(&f.contact.Email)},
		{flag: "contact-phone", kind: "number", usage: "of the telephone of the contact point", ask: "Telephone of the contact point", breach: true, read: text(&f.contact.Phone)},
		{flag: "severity", kind: "severity", usage: "of the incident: Critical, High, Medium or Low", read: func(a []string) error {
			known := []string{string(v1alpha1.SeverityCritical), string(v1alpha1.SeverityHigh), string(v1alpha1.SeverityMedium), string(v1alpha1.SeverityLow)}
			return one(a[0], known, func(w string) { f.spec.Severity = v1alpha1.Severity(w) })
		}},
	}
}

// categories of personal data, without the word for none: a breach of none is no breach.
func categories() []string {
	var out []string
	for _, c := range []v1alpha1.DataCategory{v1alpha1.DataOrdinary, v1alpha1.DataPrivateCircumstances, v1alpha1.DataNationalID, v1alpha1.DataCriminalOffence,
		v1alpha1.DataRacialOrEthnicOrigin, v1alpha1.DataPoliticalOpinion, v1alpha1.DataReligiousBelief, v1alpha1.DataUnionMembership, v1alpha1.DataGenetic,
		v1alpha1.DataBiometric, v1alpha1.DataHealth, v1alpha1.DataSexLife} {
		out = append(out, string(c))
	}
	return out
}

// instant reads a time. Nothing is found, and nobody aware, before it began.
func (f *form) instant(to *v1alpha1.Instant, began string) func([]string) error {
	return func(a []string) error {
		t, err := readInstant(a[0], f.now)
		switch {
		case err != nil:
			return err
		case began != "":
			f.occurred = t
		case t.Before(f.occurred):
			return fmt.Errorf("%s is before it began (%s); correct one of them", t.In(date.Copenhagen()).Format(shown), f.occurred.In(date.Copenhagen()).Format(shown))
		}
		*to = v1alpha1.Instant(written(t))
		return nil
	}
}

func one(answer string, known []string, set func(string)) error {
	w, ok := near.Same(answer, known)
	if !ok {
		return fmt.Errorf("%q is not known%s", answer, near.Question(answer, known))
	}
	set(w)
	return nil
}

func each[T ~string](answers []string, to *[]T, known []string) error {
	var out []T
	for _, a := range answers {
		if err := one(a, known, func(w string) { out = append(out, T(w)) }); err != nil {
			return err
		}
	}
	*to = out
	return nil
}

func number(to **int32) func([]string) error {
	return func(a []string) error {
		n, err := strconv.ParseInt(strings.TrimSpace(a[0]), 10, 32)
		const most = 1_000_000_000
		if err != nil || n < 0 || n > most {
			return fmt.Errorf("%q is not a whole number between 0 and %d; leave it out where nobody knows yet", a[0], most)
		}
		*to = new(int32(n))
		return nil
	}
}

// answer reads the answer to a question; nothing where there is none.
func (q *question) answer(given []string) error {
	var parts []string
	for _, g := range given {
		split := []string{g}
		if q.many {
			split = strings.Split(g, ",")
		}
		for _, p := range split {
			if p = strings.TrimSpace(p); p != "" && !slices.Contains(parts, p) {
				parts = append(parts, p)
			}
		}
	}
	switch {
	case len(parts) == 0:
		return nil
	case len(parts) > 1 && !q.many:
		return fmt.Errorf("is given %d times, and there is one answer", len(parts))
	}
	return q.read(parts)
}

// said tells whether a flag or somebody has answered.
func (q *question) said() bool {
	return slices.ContainsFunc(q.given, func(g string) bool { return strings.Trim(g, ", \t") != "" })
}

// missing lists the flags of what has to be said and is not.
func (f *form) missing() []string {
	var out []string
	for _, q := range f.questions {
		if q.required && !q.said() && (q.flag != "solution" || len(f.spec.Environments) == 0) {
			out = append(out, "--"+q.flag)
		}
	}
	return out
}
