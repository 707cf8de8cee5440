package remind

import (
	"fmt"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// contacts reminds of contacts to try (REM-15), as GOV-01 asks for it, and INC-03 for suppliers.
func (r *run) contacts() {
	what := func(whose string) string {
		return fmt.Sprintf("Try the contacts of %s, and confirm those that answer", whose)
	}
	const kind = "Contacts"
	for _, s := range r.fleet.Solutions {
		if most, ok := r.of(s.Object.Name).period("GOV-01", "confirmContacts"); ok {
			r.until(Deadline{Kind: kind, Subject: s.Ref(), Solution: s.Object.Name, What: what(s.Object.Name)},
				r.lapses(most, s.Attestations, v1alpha1.AttestContactsConfirmed, s.Object.Spec.ContactsConfirmedAt), 30)
		}
	}
	for _, i := range r.fleet.Institutions {
		if most, ok := (limits{r, i.Policy}).period("GOV-01", "confirmContacts"); ok {
			r.until(Deadline{Kind: kind, Subject: i.Ref(), What: what(i.Object.Name)},
				r.lapses(most, aboutUse(i.Attestations, ""), v1alpha1.AttestContactsConfirmed, i.Object.Spec.ContactsConfirmedAt), 30)
		}
	}
	attested := map[string][]*v1alpha1.Attestation{}
	for _, a := range facts.List[v1alpha1.Attestation](r.view) {
		attested[a.Spec.About.Supplier] = append(attested[a.Spec.About.Supplier], a)
	}
	most, ok := r.of("").period("INC-03", "contactsConfirmed")
	if !ok {
		return
	}
	for _, s := range facts.List[v1alpha1.Supplier](r.view) {
		r.until(Deadline{Kind: kind, Subject: ref("Supplier", s.Name), What: what(s.Name)},
			r.lapses(most, attested[s.Name], v1alpha1.AttestContactsConfirmed, s.Spec.ContactsConfirmedAt), 30)
	}
}
