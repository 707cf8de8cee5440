package party

import "strings"

// plainImage reads the references that are usual, registry.example.org/team/app:1.2 or with a digest of SHA-256, without the
// regular expressions of the library, which are most of what reading takes. It declines every other one.
func plainImage(ref string) (host, path string, ok bool) {
	host, rest, found := strings.Cut(ref, "/")
	hub := strings.HasSuffix(host, dockerHub) // whose names the library completes
	if !found || hub || !strings.Contains(host, ".") || !plainHost(host) || len(ref) > maxPlain {
		return "", "", false
	}
	rest, digest, pinned := strings.Cut(rest, "@")
	if pinned {
		hex, is256 := strings.CutPrefix(digest, "sha256:")
		if !is256 || len(hex) != 64 || strings.Trim(hex, "0123456789abcdef") != "" {
			return "", "", false
		}
	}
	path, tag, tagged := strings.Cut(rest, ":")
	if tagged && !plainTag(tag) {
		return "", "", false
	}
	for part := range strings.SplitSeq(path, "/") {
		if !plainName(part, '_') {
			return "", "", false
		}
	}
	return host, path, true
}

// maxPlain is less than the library allows for repositories.
const maxPlain = 255

// plainHost takes a host with or without a port, in lower case.
func plainHost(host string) bool {
	name, port, hasPort := strings.Cut(host, ":")
	if hasPort && (port == "" || strings.Trim(port, "0123456789") != "") {
		return false
	}
	return plainName(name, '.')
}

// plainName takes lower-case letters and digits with single dots, hyphens or another separator between them.
func plainName(s string, other byte) bool {
	separated := true // at the beginning as behind a separator
	for i := range len(s) {
		letter := s[i] >= 'a' && s[i] <= 'z' || s[i] >= '0' && s[i] <= '9'
		if !letter && (separated || s[i] != '.' && s[i] != '-' && s[i] != other) {
			return false
		}
		separated = !letter
	}
	return !separated
}

func plainTag(tag string) bool {
	for i := range len(tag) {
		c := tag[i]
		letter := c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '_'
		if !letter && (i == 0 || c != '.' && c != '-') {
			return false
		}
	}
	return tag != "" && len(tag) <= 128
}
