package core

import (
	"net/url"
	"slices"
	"strings"
)

// secretParts are parts of names whose values may be secret. Keys are named by id, alias or ARN in most parameters, so
// "key" alone is not among them.
var secretParts = []string{
	"password", "passwd", "passphrase", "secret", "token", "credential", "accesskey", "privatekey", "apikey", "authkey",
	"accountkey", "storagekey", "connectionstring", "basicauth", "bearer", "signature", "licensekey", "username",
}

// secretLike tells whether the value that belongs to a name may be secret.
func secretLike(name string) bool {
	plain := strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r == '.' || r == '/' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToLower(name))
	return plain == "pwd" || plain == "pass" || plain == "sas" || plain == "auth" || plain == "user" ||
		slices.ContainsFunc(secretParts, func(part string) bool { return strings.Contains(plain, part) })
}

// withoutSecrets leaves out parameters whose names say that they hold or name secrets, and credentials in addresses.
func withoutSecrets(parameters map[string]string) map[string]string {
	var kept map[string]string
	for k, v := range parameters {
		if !secretLike(k) {
			kept = with(kept, k, stripCredentials(v))
		}
	}
	return kept
}

// stripCredentials removes user, query and fragment from an address; other values stay as they are.
func stripCredentials(value string) string {
	if !strings.Contains(value, "://") {
		if i := strings.LastIndex(value, "@"); i >= 0 && strings.Contains(value[:i], ":") && !strings.Contains(value[:i], "/") { // user:password@host
			return value[i+1:]
		}
		return value
	}
	parts := strings.Split(value, ",")
	for i, part := range parts {
		u, err := url.Parse(strings.TrimSpace(part))
		if err != nil || strings.Contains(u.Opaque, "@") { // jdbc:postgresql://user:password@host
			return ""
		}
		u.User, u.RawQuery, u.Fragment, u.ForceQuery = nil, "", "", false
		parts[i] = u.String()
	}
	return strings.Join(parts, ",")
}

// maxArgument is more than any flag needs; longer arguments are scripts or inline configuration.
const maxArgument = 512

// safeArguments gives a command line without what may be secret: values of flags with telling names, scripts, inline
// configuration, credentials in addresses.
func safeArguments(line []string) []string {
	if len(line) == 0 {
		return nil
	}
	safe := make([]string, len(line))
	secretNext := false
	for i, arg := range line {
		name, value, assigned := strings.Cut(arg, "=")
		flag := strings.HasPrefix(arg, "-")
		switch {
		case secretNext && !flag, len(arg) > maxArgument, strings.ContainsAny(arg, " \t\n"):
			secretNext = false // and the argument stays empty
			continue
		case assigned && secretLike(name):
			safe[i] = name + "="
		case assigned:
			safe[i] = name + "=" + stripCredentials(value)
		default:
			safe[i] = stripCredentials(arg)
		}
		secretNext = flag && !assigned && secretLike(name)
	}
	return safe
}

// mountOptions leaves out the values of options that may be secret.
func mountOptions(options []string) []string {
	if len(options) == 0 {
		return nil
	}
	safe := make([]string, 0, len(options))
	for _, o := range options {
		if name, _, assigned := strings.Cut(o, "="); assigned && secretLike(name) {
			o = name + "="
		}
		safe = append(safe, o)
	}
	return safe
}
