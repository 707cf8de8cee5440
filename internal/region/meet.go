package region

// Meet returns the places that both sets allow, as for a namespace that two
// solutions share. Both must rest on the same tables and providers.
func Meet(a, b *Allowed) *Allowed {
	m := &Allowed{t: a.t, atoms: meetAll(a.atoms, b.atoms), providers: a.providers, validUntil: a.validUntil}
	if m.validUntil.IsZero() || !b.validUntil.IsZero() && b.validUntil.Before(m.validUntil) {
		m.validUntil = b.validUntil
	}
	for _, x := range m.atoms {
		if x.provider == "" {
			m.whole.add(x.country)
		} else {
			m.restricted = append(m.restricted, x)
		}
	}
	return m
}
