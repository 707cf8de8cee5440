package control

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/date"
)

// Faults of an exception or attestation: why it never has effect, whatever the day.
const (
	// FaultDate: a date cannot be read, or the end is not after the beginning.
	FaultDate = "InvalidDate"
	// FaultServiceAccount: a service account or system user approved or attested.
	FaultServiceAccount = "ServiceAccount"
	// FaultSamePerson: requester and approver, or the one who attests and the one who checked, are one person.
	FaultSamePerson = "SamePerson"
	// FaultLikelySamePerson: their names may well be of one person, and nobody can tell.
	FaultLikelySamePerson = "LikelySamePerson"
	// FaultMixedScripts: a name mixes letters of scripts that look the same.
	FaultMixedScripts = "MixedScripts"
	// FaultNobody: nobody approved or attested, or nothing refers to where that is written down.
	FaultNobody = "NotApproved"
	// FaultUnexplained: reason, risk or compensation is missing.
	FaultUnexplained = "NotExplained"
)

// ExceptionSpan gives when an exception has effect: from 00:00 Europe/Copenhagen of the day of its approval until 00:00 of
// validUntil. With a fault it never has. Whether the control, the solution and the profile allow it is not looked at.
func ExceptionSpan(e *v1alpha1.ControlException) (from, until time.Time, fault string) {
	s := e.Spec
	from, until, ok := span(s.Approval.At, s.ValidUntil)
	likeness := v1alpha1.ComparePersons(s.RequestedBy, s.Approval.By)
	switch {
	case s.Approval.By == "" || s.Approval.Reference == "" || s.RequestedBy == "":
		fault = FaultNobody
	case v1alpha1.IsServiceIdentity(s.Approval.By):
		fault = FaultServiceAccount
	case likeness == v1alpha1.OnePerson:
		fault = FaultSamePerson
	case mixed(s.RequestedBy, s.Approval.By):
		fault = FaultMixedScripts
	case likeness == v1alpha1.LikelyOnePerson:
		fault = FaultLikelySamePerson
	case s.Reason == "" || s.Risk == "" || s.Type == v1alpha1.ExceptionCompensated && s.Compensation == "":
		fault = FaultUnexplained
	case !ok:
		fault = FaultDate
	}
	return from, until, fault
}

// AttestationSpan gives when an attestation has effect: from 00:00 Europe/Copenhagen of its date until 00:00 of validUntil, or
// until the LongestLife of its type ends. With a fault it never has.
func AttestationSpan(a *v1alpha1.Attestation) (from, until time.Time, fault string) {
	s := a.Spec
	from, until, ok := span(s.Date, s.ValidUntil)
	if life := CutShort(a); !life.IsZero() {
		until = life.After(from)
	}
	signed := signers(a)
	likeness := v1alpha1.TwoPersons // of the one who attests with any of the others
	for _, other := range signed[1:] {
		likeness = max(likeness, v1alpha1.ComparePersons(s.By, other))
	}
	switch {
	case strings.TrimSpace(s.By) == "" || strings.TrimSpace(s.Evidence) == "":
		fault = FaultNobody
	case v1alpha1.IsServiceIdentity(s.By):
		fault = FaultServiceAccount
	case s.Approval != nil && v1alpha1.IsServiceIdentity(s.Approval.By):
		fault = FaultServiceAccount
	case likeness == v1alpha1.OnePerson:
		fault = FaultSamePerson
	case mixed(signed...):
		fault = FaultMixedScripts
	case likeness == v1alpha1.LikelyOnePerson:
		fault = FaultLikelySamePerson
	case !ok:
		fault = FaultDate
	}
	return from, until, fault
}

// signers are the persons on whose word an attestation rests, the one who attests first.
func signers(a *v1alpha1.Attestation) []string {
	s := &a.Spec
	out := []string{s.By}
	if s.Approval != nil {
		out = append(out, s.Approval.By)
	}
	if s.Restore != nil {
		out = append(out, s.Restore.CheckedBy)
	}
	if s.AccessReview != nil && s.AccessReview.ReviewerCheckedBy != "" {
		out = append(out, s.AccessReview.ReviewerCheckedBy)
	}
	return out
}

func mixed(names ...string) bool { return slices.ContainsFunc(names, v1alpha1.MixedScripts) }

// LongestLife gives for how long attestations of a type count at most, whatever their validUntil says and however a control
// is set; the zero Period: validUntil alone ends them. Logs are believed to arrive for 30 days, what somebody states in place
// of an observation holds for 12 months (control catalogue, parameters), and the age of everything else, such as risk
// assessments and exercises, is judged by the control that asks for it.
func LongestLife(t v1alpha1.AttestationType) date.Period {
	switch t {
	case v1alpha1.AttestLogArrival:
		return date.Period{Days: 30}
	case v1alpha1.AttestClusterBound, v1alpha1.AttestStorageLocation, v1alpha1.AttestReplicationLocation, v1alpha1.AttestTelemetryLocation,
		v1alpha1.AttestLogRetention, v1alpha1.AttestLogProtection,
		v1alpha1.AttestBackupCoverage, v1alpha1.AttestBackupSeparation, v1alpha1.AttestBackupImmutability, v1alpha1.AttestBackupEncryption,
		v1alpha1.AttestControlPlaneLocation, v1alpha1.AttestKeyLocation, v1alpha1.AttestIdentityProviderLocation, v1alpha1.AttestManagementLocation,
		v1alpha1.AttestAPIAuditLogging, v1alpha1.AttestMultiFactorAuthentication, v1alpha1.AttestEndUserLogin,
		v1alpha1.AttestEncryptionAtRest, v1alpha1.AttestEncryptionInTransit:
		return date.Period{Months: 12}
	default:
		return date.Period{}
	}
}

// CutShort gives the LongestLife of the type of an attestation that ends before its validUntil, the zero Period for any other.
func CutShort(a *v1alpha1.Attestation) date.Period {
	from, end, ok := span(a.Spec.Date, a.Spec.ValidUntil)
	life := LongestLife(a.Spec.Type)
	if ok && !life.IsZero() && life.After(from).Before(end) {
		return life
	}
	return date.Period{}
}

// span reads two days; EndOfValidity gives the instant at which a day begins.
func span(first, last v1alpha1.Date) (from, until time.Time, ok bool) {
	from, err1 := date.EndOfValidity(string(first))
	until, err2 := date.EndOfValidity(string(last))
	return from, until, err1 == nil && err2 == nil && until.After(from)
}

// InForce gives the attestations of a type that count at now, the one with the latest date first, and the next instant at
// which one of that type begins or ceases to count; zero: never. A result that rests on them has Until(changes).
func InForce(list []*v1alpha1.Attestation, typ v1alpha1.AttestationType, now time.Time) (in []*v1alpha1.Attestation, changes time.Time) {
	for _, a := range list {
		if a.Spec.Type != typ {
			continue
		}
		from, until, fault := AttestationSpan(a)
		switch {
		case fault != "" || !now.Before(until):
		case now.Before(from):
			changes = Earliest(changes, from)
		default:
			changes = Earliest(changes, until)
			in = append(in, a)
		}
	}
	slices.SortFunc(in, func(a, b *v1alpha1.Attestation) int {
		return cmp.Or(cmp.Compare(b.Spec.Date, a.Spec.Date), cmp.Compare(a.Name, b.Name))
	})
	return in, changes
}
