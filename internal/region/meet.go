package region

// Meet returns the places that both sets allow, as for a namespace that two
// solutions share. Both must rest on the same tables and providers.
func Meet(a, b *Allowed) *Allowed {
	m := newSet(a.t, a.providers, meetAll(a.atoms, b.atoms))
	m.validUntil = a.validUntil
	if m.validUntil.IsZero() || !b.validUntil.IsZero() && b.validUntil.Before(m.validUntil) {
		m.validUntil = b.validUntil
	}
	return m
}
