package network

import (
	"net/netip"
	"slices"
	"testing"
)

func prefixes(list ...string) (out []netip.Prefix) {
	for _, p := range list {
		out = append(out, netip.MustParsePrefix(p))
	}
	return out
}

func TestWide(t *testing.T) {
	for sentence, tc := range map[string]struct {
		in, except []string
		want       bool
	}{
		"the whole internet is wide":                      {[]string{"0.0.0.0/0"}, nil, true},
		"in two halves too":                               {[]string{"0.0.0.0/1", "128.0.0.0/1"}, nil, true},
		"and without the private networks":                {[]string{"0.0.0.0/0"}, []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"}, true},
		"one half is":                                     {[]string{"128.0.0.0/1"}, nil, true},
		"all of IPv6 is":                                  {[]string{"::/0"}, nil, true},
		"what is routed of IPv6 is":                       {[]string{"2000::/3"}, nil, true},
		"private networks are not":                        {[]string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"}, nil, false},
		"all but nothing left of it is not":               {[]string{"0.0.0.0/0"}, []string{"0.0.0.0/1", "128.0.0.0/2", "192.0.0.0/3"}, false},
		"IPv4 addresses as IPv6 are the IPv4 addresses":   {[]string{"::ffff:0.0.0.0/96"}, nil, true},
		"the documentation's range of IPv6 is not":        {[]string{"2001:db8::/32"}, nil, false},
		"nothing is not":                                  {nil, nil, false},
		"exceptions of the other family change nothing":   {[]string{"0.0.0.0/0"}, []string{"::/0"}, true},
		"half of what is routed of IPv6 is, by halves":    {[]string{"2000::/5", "2800::/5"}, nil, true},
		"a quarter of what is routed of IPv6 is not wide": {[]string{"2000::/5"}, nil, false},
	} {
		if got := AddressesOf(prefixes(tc.in...)...).Without(AddressesOf(prefixes(tc.except...)...)).Wide(); got != tc.want {
			t.Errorf("%s: got %v", sentence, got)
		}
	}
}

func TestBits(t *testing.T) {
	for text, want := range map[string]int{"192.0.2.0/24": 24, "192.0.2.7/32": 32, "0.0.0.0/0": 0, "2001:db8::/32": 32, "::1/128": 128} {
		if got := AddressesOf(netip.MustParsePrefix(text)).Ranges()[0].Bits(); got != want {
			t.Errorf("%s: got %d", text, got)
		}
	}
	if got := AddressesOf(prefixes("192.0.2.0/24", "192.0.3.0/32")...).Ranges()[0].Bits(); got != 23 {
		t.Errorf("256 addresses and one more are as many as a /%d", got)
	}
}

// FuzzAddresses holds the set of what two prefixes leave against the prefixes themselves.
func FuzzAddresses(f *testing.F) {
	for _, s := range [][3]string{{"0.0.0.0/0", "10.0.0.0/8", "10.1.2.3"}, {"2001:db8::/32", "2001:db8::/48", "2001:db8:1::1"}, {"::ffff:10.0.0.0/104", "10.0.0.0/9", "10.200.0.1"},
		{"255.255.255.255/32", "::/0", "255.255.255.255"}, {"192.0.2.7/24", "192.0.2.255/32", "::ffff:192.0.2.1"}} {
		f.Add(s[0], s[1], s[2])
	}
	f.Fuzz(func(t *testing.T, in, except, address string) {
		p, err := netip.ParsePrefix(in)
		e, err2 := netip.ParsePrefix(except)
		a, err3 := netip.ParseAddr(address)
		if err != nil || err2 != nil || err3 != nil {
			return
		}
		set := AddressesOf(p).Without(AddressesOf(e))
		if got, want := set.Contains(a), holds(p, a) && !holds(e, a); got != want {
			t.Errorf("%s without %s has %s: %v, want %v: %v", p, e, a, got, want, set.Ranges())
		}
		both := set.And(AddressesOf(e)).And(AddressesOf(p))
		if holds(p, a) && !both.Contains(a) {
			t.Errorf("%s and %s have lost %s", p, e, a)
		}
		for _, r := range both.Ranges() {
			if bits := r.Bits(); bits < 0 || bits > r.From.BitLen() || r.To.Less(r.From) {
				t.Errorf("range %v has %d bits", r, bits)
			}
		}
		if !slices.IsSortedFunc(both.Ranges(), func(a, b Range) int { return a.To.Compare(b.From) }) {
			t.Errorf("the ranges are not in order: %v", both.Ranges())
		}
	})
}

// holds is the prefix's own word, of addresses that are the same however they are written.
func holds(p netip.Prefix, a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p.Contains(a)
}
