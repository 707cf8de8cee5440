package region

import "strings"

// zonePlace returns the place of a zone of a provider, if the zone is listed, is
// a region code itself, or has the form that the provider gives its ordinary
// zones. zone is in normal form. The Place has no Zone.
func (t *Tables) zonePlace(provider, zone string) (Place, bool) {
	if zone == "" {
		return Place{}, false
	}
	rules := t.zones[provider]
	for i := range rules {
		if rules[i].matches(zone) {
			return rules[i].place, true
		}
	}
	if p, ok := t.places[key{provider, zone}]; ok {
		return p, true
	}
	region, ok := ordinaryZone(provider, zone)
	if !ok {
		return Place{}, false
	}
	p, ok := t.places[key{provider, region}]
	return p, ok
}

// strangeZone reports a zone that names a region and is not known, at a provider
// whose zones may lie abroad: the region label must not decide then.
func (t *Tables) strangeZone(provider, zone string, known bool) bool {
	if known || provider != "aws" {
		return false
	}
	if _, ordinary := ordinaryZone(provider, zone); ordinary {
		return true // of a region that is not known
	}
	for _, code := range t.providers[provider] {
		if rest, ok := strings.CutPrefix(zone, code); ok && rest != "" {
			return true
		}
	}
	return false
}

// ordinaryZone takes the mark of an ordinary zone off, by provider: eu-north-1a,
// europe-north1-b, westeurope-2, fsn1-dc14, eu-frankfurt-1-ad-1.
func ordinaryZone(provider, zone string) (region string, ok bool) {
	switch provider {
	case "aws", "outscale":
		return cutLetter(zone)
	case "alibaba":
		if region, ok = cutAfter(zone, "-", isLetter); ok {
			return region, true
		}
		return cutLetter(zone)
	case "gcp", "ovh":
		return cutAfter(zone, "-", isLetter)
	case "azure", "scaleway", "ibm", "otc", "stackit":
		return cutAfter(zone, "-", isNumber)
	case "hetzner":
		return cutAfter(zone, "-dc", isNumber)
	case "oracle":
		return cutAfter(zone, "-ad-", isNumber)
	default:
		return "", false
	}
}

// cutLetter takes one letter off that follows a digit.
func cutLetter(zone string) (string, bool) {
	n := len(zone)
	if n < 2 || !isLetter(zone[n-1:]) || !isNumber(zone[n-2:n-1]) {
		return "", false
	}
	return zone[:n-1], true
}

// cutAfter takes the last mark and what follows it off, if that is of a kind.
func cutAfter(zone, mark string, kind func(string) bool) (string, bool) {
	i := strings.LastIndex(zone, mark)
	if i <= 0 || !kind(zone[i+len(mark):]) {
		return "", false
	}
	return zone[:i], true
}

func isLetter(s string) bool { return len(s) == 1 && s[0] >= 'a' && s[0] <= 'z' }

func isNumber(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
