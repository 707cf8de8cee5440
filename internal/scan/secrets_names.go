package scan

import "strings"

// pairs finds values that stand under a name that says secret, as name=value, name: value and "name": "value".
func (f *finder) pairs(text string) {
	for at := 0; ; {
		n := strings.IndexAny(text[at:], ":=")
		if n < 0 {
			return
		}
		sign := at + n
		at = sign + 1
		name := nameBefore(text[:sign])
		kind := kindOf(name)
		if kind == "" {
			continue
		}
		value := valueAfter(text[sign+1:])
		if strings.HasPrefix(value, "//") || known(value) {
			continue // an address, or a form that is found by itself
		}
		id, c := judge(kind, value)
		if id == Password && strings.Contains(text, ";") && (strings.EqualFold(name, "password") || strings.EqualFold(name, "pwd")) && text[sign] == '=' && c > 0 {
			id = ConnectionString
		}
		f.add(id, c)
	}
}

// nameBefore gives the name that ends where a text ends.
func nameBefore(text string) string {
	text = strings.TrimRight(text[max(0, len(text)-130):], " \t")
	text = strings.TrimRight(text, `"'\]`)
	for i := len(text) - 1; i >= 0; i-- {
		if c := text[i]; !isWord(c) && c != '-' && c != '.' {
			return text[i+1:]
		}
	}
	return text
}

// valueAfter gives the value that a text begins with, of YAML with | or > the first line of it.
func valueAfter(text string) string {
	text = strings.TrimLeft(text[:min(len(text), 4096)], " \t")
	if head, next, ok := strings.Cut(text, "\n"); ok {
		if mark := strings.TrimRight(head, " \r+-0123456789"); mark == "|" || mark == ">" {
			text = strings.TrimLeft(next, " \t")
		}
	}
	text = strings.TrimPrefix(text, `\`)
	if text == "" {
		return ""
	}
	if quote := text[0]; quote == '"' || quote == '\'' {
		value, _, _ := strings.Cut(text[1:], string(quote))
		return strings.TrimRight(value, `\`)
	}
	if end := strings.IndexAny(text, "\r\n,;&\"' \t"); end >= 0 {
		text = text[:end]
	}
	return strings.TrimRight(text, "})]")
}

// secretOf judges a whole text by the name that it stands under.
func secretOf(key, text string) (Identifier, Confidence) {
	kind := kindOf(key)
	if kind == "" {
		return "", 0
	}
	return judge(kind, strings.Trim(strings.TrimSpace(text), `"'`))
}

// known tells whether a value is recognised by its form, so that its name adds nothing.
func known(value string) bool {
	f := finder{}
	f.forms(value)
	f.addresses(value)
	return len(f.found) > 0
}

// judge tells what a value is that stands under a name of a kind, and how sure that is. Names of credentials hold much else:
// references, switches, templates.
func judge(kind Identifier, value string) (Identifier, Confidence) {
	switch {
	case len(value) < 4 || placeholder(value) || reference(value):
		return kind, 0
	case strings.Trim(value, "0123456789.:smhd") == "" && kind != Password:
		return kind, 0 // a count, a time, a version
	case strings.ContainsAny(value, " \t\n"):
		return kind, min(Low, confidenceOf(value)) // a sentence
	case kind == Password && (random(value) && len(value) >= 8 || strings.HasPrefix(value, "$2") || strings.HasPrefix(value, "$argon2")):
		return kind, High
	case kind == Password:
		return kind, Medium
	}
	return kind, confidenceOf(value)
}

func confidenceOf(value string) Confidence {
	switch {
	case random(value) && len(value) >= 20:
		return High
	case random(value) && len(value) >= 8 && !isName(value):
		return Medium
	}
	return Low
}

// isName tells a name of an object, such as web-tls-2, from a token.
func isName(value string) bool {
	return strings.Contains(value, "-") && strings.ToLower(value) == value && len(value) < 30
}

// placeholder tells what stands where a value will be, or hides it.
func placeholder(value string) bool {
	v := strings.ToLower(strings.TrimSpace(value))
	if v == "" || strings.Trim(v, v[:1]) == "" {
		return true // ****, xxxx, ----
	}
	switch v {
	case "true", "false", "null", "none", "nil", "yes", "no", "on", "off", "enabled", "disabled", "required", "optional", "string", "redacted", "todo", "unset", "empty", "plain", "basic", "bearer":
		return true
	}
	for _, p := range []string{"${", "$(", "{{", "<", "%(", "#{", "enc[", "[redacted", "(redacted", "***", "xxxx", "@@", "!vault", "$ansible_vault", "your-", "your_", "$env"} {
		if strings.HasPrefix(v, p) {
			return true
		}
	}
	if name, isVariable := strings.CutPrefix(value, "$"); isVariable && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") == "" {
		return true
	}
	return len(v) > 2 && v[0] == '%' && v[len(v)-1] == '%'
}

// reference tells what names where a secret is kept.
func reference(value string) bool {
	for _, p := range []string{
		"/", "./", "file:", "vault:", "ref+", "op://", "secret://", "arn:aws:", "projects/", "@microsoft.keyvault", "azurekeyvault", "env:", "http://", "https://",
		"{", "[", "&", "!", "path:", "gcp-sm:", "aws-sm:", "secretkeyref", "valuefrom", "s3://", "gs://",
	} {
		if len(value) >= len(p) && strings.EqualFold(value[:len(p)], p) {
			return true
		}
	}
	return strings.HasPrefix(value, "|") || strings.HasPrefix(value, ">")
}

// kindOf tells what a name says that its value is: Password, Token or CloudKey; empty: nothing.
func kindOf(name string) Identifier {
	if len(name) < 3 || len(name) > 128 || !hints(name) {
		return ""
	}
	words := wordsOf(strings.TrimLeft(name, "-"))
	if len(words) == 0 || about(words[len(words)-1]) || words[0] == "checksum" || words[0] == "hash" {
		return ""
	}
	joined := strings.Join(words, "")
	switch {
	case strings.Contains(joined, "secretaccesskey"), strings.Contains(joined, "storageaccountkey"):
		return CloudKey
	case strings.Contains(joined, "apikey"), strings.Contains(joined, "privatekey"), strings.Contains(joined, "encryptionkey"), strings.Contains(joined, "signingkey"):
		return Token
	}
	var kind Identifier
	for _, w := range words {
		switch {
		case w == "pass", w == "pwd", w == "pw", ends(w, "password"), ends(w, "passwd"), ends(w, "passphrase"), ends(w, "passwort"), ends(w, "kodeord"), ends(w, "adgangskode"):
			return Password
		case ends(w, "token"), ends(w, "secret"), w == "credentials":
			kind = Token
		}
	}
	return kind
}

func ends(word, with string) bool { return strings.HasSuffix(word, with) }

// hints is a quick look whether a name may be of interest: it has a key, a password, a secret, a token, a credential or a kode.
func hints(name string) bool {
	for i := range len(name) {
		after := func(n int) byte {
			if i+n < len(name) {
				return name[i+n] | 0x20
			}
			return 0
		}
		switch name[i] | 0x20 {
		case 'k':
			return true // key, token, kode
		case 'w':
			if after(1) == 'd' {
				return true
			}
		case 'a':
			if after(1) == 's' && after(2) == 's' {
				return true
			}
		case 'p':
			if after(1) == 'w' {
				return true
			}
		case 'e':
			if after(1) == 'c' && after(2) == 'r' || after(1) == 'd' && after(2) == 'e' {
				return true
			}
		}
	}
	return false
}

// about tells last words of names whose value is about a secret and is none.
func about(word string) bool {
	switch word {
	case "file", "path", "dir", "directory", "name", "ref", "reference", "url", "uri", "endpoint", "enabled", "disabled", "ttl", "expiry", "expiration", "expires", "lifetime", "duration",
		"length", "len", "min", "max", "policy", "id", "type", "header", "namespace", "mode", "format", "issuer", "audience", "hash", "checksum", "digest", "version", "count", "size", "limit", "store",
		"provider", "engine", "class", "algorithm", "alg", "age", "rotation", "timeout", "interval", "prefix", "suffix", "field", "label", "required", "template", "mount", "volume", "keyname",
		"host", "port", "user", "username", "role", "scope", "scopes", "validation", "reset", "change", "strength", "pub", "public", "names", "annotation", "selector", "backend", "method", "source",
		"refs", "kind", "location", "env", "var", "variable", "authentication", "login", "manager", "operator", "controller", "generator", "sync", "hint", "cache", "usage", "requests":
		return true
	}
	return false
}

// wordsOf splits a name at separators and at capitals that follow small letters, in lower case.
func wordsOf(name string) []string {
	var out []string
	start := -1
	for i := range len(name) {
		c := name[i]
		switch {
		case class(c) == other:
			if start >= 0 {
				out = append(out, strings.ToLower(name[start:i]))
			}
			start = -1
		case start < 0:
			start = i
		case class(c) == upper && class(name[i-1]) == lower:
			out = append(out, strings.ToLower(name[start:i]))
			start = i
		}
	}
	if start >= 0 {
		out = append(out, strings.ToLower(name[start:]))
	}
	return out
}
