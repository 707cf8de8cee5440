package place

import (
	"net/netip"
	"strings"
)

// BareHost cuts off a port and a trailing dot, and writes an address in its usual form.
func BareHost(host string) string {
	if a, err := netip.ParseAddrPort(host); err == nil {
		return a.Addr().Unmap().String()
	}
	if a, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return a.Unmap().String()
	}
	name, _, _ := strings.Cut(host, ":")
	return strings.ToLower(strings.TrimSuffix(name, "."))
}

// IsItself tells whether a name or address is that of the pod or node itself.
func IsItself(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}

// IsClusterHost tells whether a name is a Service's, or the pod or node itself. Anybody can own svc.example.org, so a cluster
// domain other than the usual one is not recognised.
func IsClusterHost(host string) bool {
	if a, err := netip.ParseAddr(host); err == nil {
		return a.IsLoopback()
	}
	return !strings.Contains(host, ".") || strings.HasSuffix(host, ".svc") || strings.HasSuffix(host, ".svc.cluster.local")
}
