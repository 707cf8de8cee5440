package envvar

import "strings"

// How a client of a data store encrypts, in the words of StoreTLS.
const (
	TLSNone       = "none"
	TLSUnverified = "unverified" // encrypted, but whoever answers is believed
	TLSVerified   = "verified"
)

// tlsOfScheme are schemes that say how a client encrypts. Clients verify by default.
var tlsOfScheme = map[string]string{
	"redis": TLSNone, "valkey": TLSNone, "amqp": TLSNone, "couchbase": TLSNone,
	"rediss": TLSVerified, "valkeys": TLSVerified, "amqps": TLSVerified, "couchbases": TLSVerified, "mongodb+srv": TLSVerified,
}

// tlsWords are values of settings of clients by the setting, all in small letters without hyphens and underscores. Verifying the
// authority alone lets another server of it answer.
var tlsWords = map[string]map[string]string{
	"sslmode": {"disable": TLSNone, "allow": TLSNone, "prefer": TLSNone, "require": TLSUnverified, "verifyca": TLSUnverified, "verifyfull": TLSVerified,
		"disabled": TLSNone, "preferred": TLSNone, "required": TLSUnverified, "verifyidentity": TLSVerified},
	"tls":     {TLSNone: TLSNone, TLSUnverified: TLSUnverified, TLSVerified: TLSVerified, "false": TLSNone, "preferred": TLSNone, "skipverify": TLSUnverified, "true": TLSVerified},
	"ssl":     {"false": TLSNone},
	"usessl":  {"false": TLSNone},
	"encrypt": {"false": TLSNone, "optional": TLSNone, "no": TLSNone, "true": TLSVerified, "yes": TLSVerified, "mandatory": TLSVerified, "strict": TLSVerified},
}

// insecure are settings that, when true, let a client believe whoever answers.
var insecure = []string{"tlsinsecure", "tlsallowinvalidcertificates", "tlsallowinvalidhostnames", "trustservercertificate", "sslacceptallcerts"}

// StoreTLS tells how a client encrypts by the value of a variable that names a data store; empty where the value does not say.
// Applied to what WriteStoreTLS writes it gives the same.
func StoreTLS(value string) string {
	scheme, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(value), "jdbc:"), "://")
	out := tlsOfScheme[strings.ToLower(scheme)]
	trusting := false
	for pair := range strings.FieldsFuncSeq(value, func(r rune) bool { return strings.ContainsRune("?&; ", r) }) {
		k, v, _ := strings.Cut(pair, "=")
		k, v = word(k), word(v)
		if mode := tlsWords[k][v]; mode != "" {
			out = mode
		}
		for _, name := range insecure {
			trusting = trusting || k == name && (v == "true" || v == "yes")
		}
	}
	if trusting && out == TLSVerified {
		return TLSUnverified
	}
	return out
}

// TLSOfMode reads an sslmode of PostgreSQL, as PGSSLMODE holds it; empty for what is none.
func TLSOfMode(mode string) string { return tlsWords["sslmode"][word(mode)] }

var joints = strings.NewReplacer("-", "", "_", "") // made once: making it costs more than using it

func word(s string) string {
	return joints.Replace(strings.ToLower(strings.TrimSpace(s)))
}

// WriteStoreTLS writes hosts as WriteStore does, and how the client encrypts where that is known.
func WriteStoreTLS(hosts, tls string) string {
	out := WriteStore(hosts)
	if out == "" || tls == "" {
		return out
	}
	return out + "?tls=" + tls
}
