package place

import (
	"net/netip"
	"strings"
)

// BareHost cuts off a port and a trailing dot, and writes an address in its usual form.
func BareHost(host string) string {
	if mayBeAddress(host) {
		if a, err := netip.ParseAddrPort(host); err == nil {
			return a.Addr().Unmap().String()
		}
		if a, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
			return a.Unmap().String()
		}
	}
	name, _, _ := strings.Cut(host, ":")
	return strings.ToLower(strings.TrimSuffix(name, "."))
}

// mayBeAddress tells names, which most hosts are, from what may be an address: that no name is one costs more to find out.
func mayBeAddress(host string) bool {
	if host == "" {
		return false
	}
	first := host[0]
	return '0' <= first && first <= '9' || first == '[' || first == ']' || strings.Count(host, ":") > 1
}

// IsItself tells whether a name or address is that of the pod or node itself.
func IsItself(host string) bool {
	if !mayBeAddress(host) {
		return host == "localhost"
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}

// IsClusterHost tells whether a name is a Service's, or the pod or node itself. Anybody can own svc.example.org, so a cluster
// domain other than the usual one is not recognised.
func IsClusterHost(host string) bool {
	if mayBeAddress(host) {
		if a, err := netip.ParseAddr(host); err == nil {
			return a.IsLoopback()
		}
	}
	return !strings.Contains(host, ".") || strings.HasSuffix(host, ".svc") || strings.HasSuffix(host, ".svc.cluster.local")
}
