package network

import (
	"math"
	"net/netip"
	"slices"
)

// Addresses is a set of IP addresses of both families. The zero value is empty.
type Addresses struct {
	ranges []Range // ordered, apart from each other
}

// Range is the addresses from one to another of the same family, both among them.
type Range struct{ From, To netip.Addr }

// AddressesOf makes the set of all addresses of some prefixes.
func AddressesOf(prefixes ...netip.Prefix) Addresses {
	ranges := make([]Range, 0, len(prefixes))
	for _, p := range prefixes {
		if r, ok := rangeOf(p); ok {
			ranges = append(ranges, r)
		}
	}
	return joined(ranges)
}

// Everywhere is every address of both families.
func Everywhere() Addresses {
	return AddressesOf(netip.PrefixFrom(netip.IPv4Unspecified(), 0), netip.PrefixFrom(netip.IPv6Unspecified(), 0))
}

// rangeOf gives the ends of a prefix. One of IPv4 addresses written as IPv6 (::ffff:10.0.0.0/104) is that of the IPv4
// addresses, because that is what leaves the pod.
func rangeOf(p netip.Prefix) (Range, bool) {
	if !p.IsValid() {
		return Range{}, false
	}
	from, bits := p.Addr(), p.Bits()
	if from.Is4In6() && bits >= 96 {
		from, bits = from.Unmap(), bits-96
	}
	p = netip.PrefixFrom(from.WithZone(""), bits).Masked()
	return Range{p.Addr(), last(p)}, true
}

// last gives the highest address of a masked prefix.
func last(p netip.Prefix) netip.Addr {
	raw := p.Addr().AsSlice()
	for bit := p.Bits(); bit < len(raw)*8; bit++ {
		raw[bit/8] |= 1 << (7 - bit%8)
	}
	to, _ := netip.AddrFromSlice(raw)
	return to
}

// joined orders ranges and joins those that overlap or touch.
func joined(ranges []Range) Addresses {
	slices.SortFunc(ranges, func(a, b Range) int { return a.From.Compare(b.From) })
	out := ranges[:0]
	for _, r := range ranges {
		if n := len(out); n > 0 && out[n-1].touches(r) {
			if out[n-1].To.Less(r.To) {
				out[n-1].To = r.To
			}
			continue
		}
		out = append(out, r)
	}
	return Addresses{out}
}

// touches tells whether a range that begins no earlier overlaps or follows at once.
func (r Range) touches(next Range) bool {
	if r.To.BitLen() != next.From.BitLen() {
		return false
	}
	after := r.To.Next()
	return !after.IsValid() || !after.Less(next.From)
}

// And gives the addresses of either set.
func (a Addresses) And(b Addresses) Addresses { return joined(slices.Concat(a.ranges, b.ranges)) }

// Without gives the addresses that are not in the other set.
func (a Addresses) Without(b Addresses) Addresses {
	var out []Range
	for _, r := range a.ranges {
		out = append(out, r.without(b.ranges)...)
	}
	return Addresses{out}
}

func (r Range) without(cuts []Range) (out []Range) {
	for _, c := range cuts {
		if c.From.BitLen() != r.From.BitLen() || c.To.Less(r.From) || r.To.Less(c.From) {
			continue
		}
		if r.From.Less(c.From) {
			out = append(out, Range{r.From, c.From.Prev()})
		}
		if !c.To.Less(r.To) {
			return out
		}
		r.From = c.To.Next()
	}
	return append(out, r)
}

// Contains tells whether an address is in the set.
func (a Addresses) Contains(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	n, found := slices.BinarySearchFunc(a.ranges, addr, func(r Range, x netip.Addr) int { return r.From.Compare(x) })
	if found {
		return true
	}
	return n > 0 && a.ranges[n-1].To.BitLen() == addr.BitLen() && !a.ranges[n-1].To.Less(addr)
}

// Empty tells whether there is no address in the set.
func (a Addresses) Empty() bool { return len(a.ranges) == 0 }

// Ranges gives the parts of the set, IPv4 first. The slice must not be changed.
func (a Addresses) Ranges() []Range { return a.ranges }

// Bits gives the length of the prefix that has as many addresses as the range, rounded to the wider one where there is none:
// 24 for 192.0.2.0-192.0.2.255, 23 for one address more.
func (r Range) Bits() int {
	return r.From.BitLen() - int(math.Ceil(math.Log2(number(r.To)-number(r.From)+1)))
}

// number turns an address into a number, which of IPv6 addresses is not exact beyond the first 53 bits that count.
func number(a netip.Addr) float64 {
	out := 0.0
	for _, b := range a.AsSlice() {
		out = out*256 + float64(b)
	}
	return out
}

// Wide tells whether the set holds half or more of what is routed on the internet of one family: of all IPv4 addresses, or of
// 2000::/3. Nobody who means single destinations writes that, with however many exceptions.
func (a Addresses) Wide() bool {
	v4, v6 := 0.0, 0.0
	routed := Range{netip.MustParseAddr("2000::"), netip.MustParseAddr("3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")}
	for _, r := range a.ranges {
		if r.From.Is4() {
			v4 += number(r.To) - number(r.From) + 1
			continue
		}
		if from, to := number(maxAddr(r.From, routed.From)), number(minAddr(r.To, routed.To)); from <= to {
			v6 += to - from + 1
		}
	}
	return v4 >= 1<<31 || v6 >= math.Pow(2, 124)
}

func maxAddr(a, b netip.Addr) netip.Addr {
	if a.Less(b) {
		return b
	}
	return a
}

func minAddr(a, b netip.Addr) netip.Addr {
	if b.Less(a) {
		return b
	}
	return a
}
