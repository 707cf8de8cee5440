package region

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// hostRule matches host names. With captures, the name is before + region code
// (+ "-" and a number) + after.
type hostRule struct {
	wild          bool // one or more names may stand in front
	captures      bool
	numbered      bool
	before, after string
	place         Place // as far as the pattern does not hold it
}

const regionMark = "{region}"

func newHostRule(pattern string) (hostRule, error) {
	rest, wild := strings.CutPrefix(pattern, "*.")
	r := hostRule{wild: wild}
	r.before, r.after, r.captures = strings.Cut(rest, regionMark)
	if !r.captures {
		r.before, r.after = "", rest
	} else if after, ok := strings.CutPrefix(r.after, "-#"); ok {
		r.numbered, r.after = true, after
	}
	if r.after == "" || strings.ContainsAny(r.before+r.after, "*{} /:") || rest != strings.ToLower(rest) {
		return r, fmt.Errorf("host pattern %q is malformed", pattern)
	}
	return r, nil
}

// sortHosts puts the more specific rule first.
func sortHosts(rules []hostRule) {
	slices.SortStableFunc(rules, func(a, b hostRule) int {
		return cmp.Or(cmp.Compare(len(b.after), len(a.after)), cmp.Compare(len(b.before), len(a.before)))
	})
}

// match reports whether the host has the rule's form, and the region code in it.
func (r *hostRule) match(host string) (code string, ok bool) {
	stem, ok := strings.CutSuffix(host, r.after)
	if !ok {
		return "", false
	}
	if !r.captures {
		if !r.wild {
			return "", stem == ""
		}
		return "", len(stem) > 1 && strings.HasSuffix(stem, ".")
	}
	// A region code holds no dot, so it starts within the last name of stem.
	name := stem[strings.LastIndexByte(stem, '.')+1:]
	front := stem[:len(stem)-len(name)]
	head, tail := r.before[:strings.LastIndexByte(r.before, '.')+1], r.before[strings.LastIndexByte(r.before, '.')+1:]
	if code, ok = strings.CutPrefix(name, tail); !ok {
		return "", false
	}
	if front, ok = strings.CutSuffix(front, head); !ok {
		return "", false
	}
	if r.wild != (front != "") || r.wild && (front == "." || !strings.HasSuffix(front, ".")) {
		return "", false
	}
	if r.numbered {
		code, ok = cutAfter(code, "-", isNumber)
	}
	return code, ok && code != ""
}

// HostPlace returns the place that a host name says it is in. A port and a final
// dot are ignored. false means that the place is not known; Provider is then set
// if the name at least says whose host it is.
func (t *Tables) HostPlace(host string) (Place, bool) {
	name := strings.ToLower(strings.TrimSpace(host))
	if before, port, ok := strings.Cut(name, ":"); ok && isNumber(port) {
		name = before
	}
	name = strings.TrimSuffix(name, ".")
	var owner Place
	for i := range t.hosts {
		r := &t.hosts[i]
		code, ok := r.match(name)
		switch {
		case !ok:
			continue
		case r.captures:
			if p, known := t.places[key{r.place.Provider, normal(r.place.Provider, code)}]; known {
				return p, true
			}
			if p, known := t.abbreviated(r.place.Provider, code); known {
				return p, true
			}
		case len(r.place.Countries) > 0:
			return r.place, true
		default:
			return Place{Provider: r.place.Provider}, false
		}
		owner.Provider = r.place.Provider
	}
	return owner, false
}

// abbreviated finds a region of AWS by the short form that some of its host names and its zone ids hold: use1 for us-east-1.
func (t *Tables) abbreviated(provider, short string) (Place, bool) {
	if provider != "aws" || short == "" {
		return Place{}, false
	}
	for _, code := range t.providers[provider] {
		if abbreviate(code) == short {
			p, ok := t.places[key{provider, normal(provider, code)}]
			return p, ok
		}
	}
	return Place{}, false
}

// abbreviate gives use1 for us-east-1, apne2 for ap-northeast-2 and usgw1 for us-gov-west-1; empty for what is of another form.
func abbreviate(code string) string {
	parts := strings.Split(code, "-")
	if len(parts) < 3 || len(parts) > 4 {
		return ""
	}
	var out strings.Builder
	out.WriteString(parts[0])
	for _, word := range parts[1 : len(parts)-1] {
		initials, ok := map[string]string{"north": "n", "south": "s", "east": "e", "west": "w", "central": "c", "northeast": "ne", "northwest": "nw",
			"southeast": "se", "southwest": "sw", "gov": "g", "iso": "i", "isob": "ib"}[word]
		if !ok {
			return ""
		}
		out.WriteString(initials)
	}
	return out.String() + parts[len(parts)-1]
}

// ZoneID returns the region that the id of a zone of AWS is in, use1-az1 or eun1-cph1-az1. false means that it is not known.
func (t *Tables) ZoneID(id string) (Place, bool) {
	short, _, _ := strings.Cut(strings.ToLower(id), "-")
	return t.abbreviated("aws", short)
}
