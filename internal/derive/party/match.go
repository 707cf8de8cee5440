package party

import (
	"bytes"
	"cmp"
	"net/netip"
	"slices"
	"strings"
)

// Match is whose a trace is.
type Match struct {
	// Marks are the most specific entries that match; several suppliers may have the same. None: nobody is known to be it.
	Marks []Mark
	// Wide are entries that would match and do not count.
	Wide []Mark
	// Behind are the entries of the provider that a node's id or a volume driver names, where closer ones decide. Nobody
	// makes the machines and disks of a provider their own by describing them more closely.
	Behind []Mark
}

// Suppliers whose the trace is by the closest entries, sorted.
func (m Match) Suppliers() []string { return suppliersOf(m.Marks) }

// MayBe gives, sorted, the suppliers whose the trace may be: those behind it too.
func (m Match) MayBe() []string { return suppliersOf(slices.Concat(m.Marks, m.Behind)) }

func suppliersOf(marks []Mark) []string {
	var out []string
	for _, mark := range marks {
		out = append(out, mark.Supplier)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// take takes the entries that match at one level and tells whether the next one counts.
func (m *Match) take(level []Mark) bool {
	for _, mark := range level {
		if mark.Wide == "" {
			m.Marks = append(m.Marks, mark)
		} else {
			m.Wide = append(m.Wide, mark)
		}
	}
	return len(m.Marks) == 0
}

// Match finds whose a trace is. The most specific entries decide, so levels are taken from the inside out.
func (x *Index) Match(t Trace) Match {
	var m Match
	switch {
	case t.Node != nil:
		x.node(t.Node, &m)
		if t.Node.Told {
			m.Behind = x.providers[t.Node.Provider]
		}
	case t.Image != Image{}:
		x.image(t.Image, &m)
	case t.Driver != "":
		_ = m.take(x.drivers[t.Driver]) && m.take(x.providers[t.Provider])
		m.Behind = x.providers[t.Provider]
	default:
		x.named(t, &m)
	}
	return m
}

// image: the repository's folders from the inside out, the registry, its address.
func (x *Index) image(i Image, m *Match) {
	var room [256]byte // so that looking up costs no allocation
	name := append(append(append(room[:0], i.Host...), '/'), i.Path...)
	for end := bytes.LastIndexByte(name, '/'); end > len(i.Host); end = bytes.LastIndexByte(name[:end], '/') {
		if !m.take(x.images[string(name[:end+1])]) {
			return
		}
	}
	_ = m.take(x.images[i.Host]) && x.address(i.Host, m)
}

// node: the provider id; then the labels, where the id names no provider; then the provider.
func (x *Index) node(n *Node, m *Match) {
	for end := len(n.ProviderID); end > 0; end-- {
		if c := n.ProviderID[end-1]; (c == ':' || c == '/') && !m.take(x.ids[n.ProviderID[:end]]) {
			return
		}
	}
	if n.Told || m.take(x.labelled(n.Labels)) {
		m.take(x.providers[n.Provider])
	}
}

func (x *Index) labelled(labels map[string]string) []Mark {
	var out []Mark
	for l, marks := range x.labels {
		if value, ok := labels[l.Key]; ok && value == l.Value {
			out = append(out, marks...)
		}
	}
	slices.SortFunc(out, func(a, b Mark) int { return cmp.Or(cmp.Compare(a.Supplier, b.Supplier), cmp.Compare(a.Text, b.Text)) })
	return out
}

// named: a store by its whole name, its folders from the inside out, the host, its domains from the inside out, its
// address, the provider.
func (x *Index) named(t Trace, m *Match) {
	for _, stores := range []bool{true, false} {
		if !m.take(x.whole(t.Names, stores)) || stores && !x.folders(t.Names, m) {
			return
		}
	}
	for _, name := range t.Names {
		if !strings.Contains(name, "/") && (!x.suffixes(name, m) || !x.address(name, m)) {
			return
		}
	}
	m.take(x.providers[t.Provider])
}

// whole gives the entries of names in full: of stores, or of hosts.
func (x *Index) whole(names []string, stores bool) []Mark {
	var out []Mark
	for _, name := range names {
		if strings.Contains(name, "/") == stores {
			out = append(out, x.hosts[name]...)
		}
	}
	return out
}

func (x *Index) folders(names []string, m *Match) bool {
	for _, name := range names {
		for end := strings.LastIndexByte(name, '/'); end > 0; end = strings.LastIndexByte(name[:end], '/') {
			if !m.take(x.stores[name[:end+1]]) {
				return false
			}
		}
	}
	return true
}

// suffixes goes through the domains of a host, itself first.
func (x *Index) suffixes(host string, m *Match) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	for domain, more := host, true; more; _, domain, more = strings.Cut(domain, ".") {
		if !m.take(x.domains[domain]) {
			return false
		}
	}
	return true
}

// address goes through the ranges that hold an address, the longest prefix first.
func (x *Index) address(host string, m *Match) bool {
	if len(x.ranges) == 0 {
		return true
	}
	addr, ok := addressOf(host)
	if !ok {
		return true
	}
	for bits := addr.BitLen(); bits >= 0; bits-- {
		prefix, err := addr.Prefix(bits)
		if err == nil && !m.take(x.ranges[prefix]) {
			return false
		}
	}
	return true
}

// addressOf reads an address, with or without port and brackets.
func addressOf(host string) (netip.Addr, bool) {
	if a, err := netip.ParseAddrPort(host); err == nil {
		return a.Addr().Unmap(), true
	}
	a, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return a.Unmap().WithZone(""), err == nil
}
