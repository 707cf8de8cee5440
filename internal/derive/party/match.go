package party

import (
	"cmp"
	"iter"
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
}

// Suppliers whose the trace may be, sorted.
func (m Match) Suppliers() []string {
	var out []string
	for _, mark := range m.Marks {
		out = append(out, mark.Supplier)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Match finds whose a trace is. The most specific entries decide.
func (x *Index) Match(t Trace) Match {
	var out Match
	for level := range x.levels(t) {
		for _, m := range level {
			if m.Wide == "" {
				out.Marks = append(out.Marks, m)
			} else {
				out.Wide = append(out.Wide, m)
			}
		}
		if len(out.Marks) > 0 {
			break
		}
	}
	return out
}

// levels gives the entries that match, the most specific first.
func (x *Index) levels(t Trace) iter.Seq[[]Mark] {
	switch {
	case t.Node != nil:
		return x.nodeLevels(t.Node)
	case t.Image != Image{}:
		return x.imageLevels(t.Image)
	case t.Driver != "":
		return func(yield func([]Mark) bool) {
			_ = yield(x.drivers[t.Driver]) && yield(x.providers[t.Provider])
		}
	default:
		return x.nameLevels(t)
	}
}

// imageLevels: the repository's folders from the inside out, the registry, its address.
func (x *Index) imageLevels(i Image) iter.Seq[[]Mark] {
	return func(yield func([]Mark) bool) {
		name := i.String()
		for end := strings.LastIndexByte(name, '/'); end > len(i.Host); end = strings.LastIndexByte(name[:end], '/') {
			if !yield(x.images[name[:end+1]]) {
				return
			}
		}
		_ = yield(x.images[i.Host]) && x.address(i.Host, yield)
	}
}

// nodeLevels: the provider id; then the labels, where the id names no provider; then the provider.
func (x *Index) nodeLevels(n *Node) iter.Seq[[]Mark] {
	return func(yield func([]Mark) bool) {
		for end := len(n.ProviderID); end > 0; end-- {
			if c := n.ProviderID[end-1]; (c == ':' || c == '/') && !yield(x.ids[n.ProviderID[:end]]) {
				return
			}
		}
		if n.Told || yield(x.labelled(n.Labels)) {
			yield(x.providers[n.Provider])
		}
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

// nameLevels: a store by its whole name, its folders from the inside out, the host, its domains from the inside out, its
// address, the provider.
func (x *Index) nameLevels(t Trace) iter.Seq[[]Mark] {
	return func(yield func([]Mark) bool) {
		for _, stores := range []bool{true, false} {
			if !yield(x.whole(t.Names, stores)) || stores && !x.folders(t.Names, yield) {
				return
			}
		}
		for _, name := range t.Names {
			if strings.Contains(name, "/") {
				continue
			}
			if !x.suffixes(name, yield) || !x.address(name, yield) {
				return
			}
		}
		yield(x.providers[t.Provider])
	}
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

func (x *Index) folders(names []string, yield func([]Mark) bool) bool {
	for _, name := range names {
		for end := strings.LastIndexByte(name, '/'); end > 0; end = strings.LastIndexByte(name[:end], '/') {
			if !yield(x.stores[name[:end+1]]) {
				return false
			}
		}
	}
	return true
}

// suffixes goes through the domains of a host, itself first.
func (x *Index) suffixes(host string, yield func([]Mark) bool) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	for domain, more := host, true; more; _, domain, more = strings.Cut(domain, ".") {
		if !yield(x.domains[domain]) {
			return false
		}
	}
	return true
}

// address goes through the ranges that hold an address, the longest prefix first.
func (x *Index) address(host string, yield func([]Mark) bool) bool {
	if len(x.ranges) == 0 {
		return true
	}
	addr, ok := addressOf(host)
	if !ok {
		return true
	}
	for bits := addr.BitLen(); bits >= 0; bits-- {
		prefix, err := addr.Prefix(bits)
		if err == nil && !yield(x.ranges[prefix]) {
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
