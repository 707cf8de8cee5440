package scan

import (
	"encoding/base64"
	"iter"
	"math"
	"strings"
	"unicode/utf8"
)

// form is a secret that is known by how it begins.
type form struct {
	begins string
	// least is how many characters of the alphabet follow.
	least      int
	identifier Identifier
	confidence Confidence
}

// secretForms lists what well-known services hand out.
func secretForms() []form {
	return []form{
		{"ghp_", 36, Token, High}, {"gho_", 36, Token, High}, {"ghu_", 36, Token, High}, {"ghs_", 36, Token, High}, {"ghr_", 36, Token, High},
		{"github_pat_", 40, Token, High}, {"glpat-", 20, Token, High}, {"gldt-", 20, Token, High}, {"glrt-", 20, Token, High},
		{"xoxb-", 20, Token, High}, {"xoxp-", 20, Token, High}, {"xoxa-", 20, Token, High}, {"xapp-", 20, Token, High},
		{"sk_live_", 20, Token, High}, {"rk_live_", 20, Token, High}, {"whsec_", 20, Token, High}, {"sk-proj-", 20, Token, High}, {"sk-ant-", 20, Token, High},
		{"npm_", 36, Token, High}, {"pypi-AgE", 40, Token, High}, {"dckr_pat_", 20, Token, High}, {"hvs.", 20, Token, High}, {"dop_v1_", 40, Token, High},
		{"shpat_", 32, Token, High}, {"SG.", 40, Token, Medium}, {"glsa_", 32, Token, High}, {"NRAK-", 20, Token, High},
		{"AKIA", 16, CloudKey, Medium}, {"ASIA", 16, CloudKey, Medium}, {"AIza", 35, CloudKey, Medium}, {"ya29.", 20, CloudKey, High},
		{"AccountKey=", 40, CloudKey, High}, {"SharedAccessKey=", 40, CloudKey, High}, {"SharedAccessSignature=", 40, CloudKey, High},
		{"AGE-SECRET-KEY-1", 40, PrivateKey, High}, {"PuTTY-User-Key-File-", 1, PrivateKey, High},
	}
}

var forms = secretForms() // never changed

// shortestForm is how long the shortest secret of a known form is.
const shortestForm = 18

// forms finds secrets of known forms.
func (f *finder) forms(text string) {
	if len(text) < shortestForm {
		return
	}
	for i := range forms {
		k := &forms[i]
		for at := 0; ; {
			n := strings.Index(text[at:], k.begins)
			if n < 0 {
				break
			}
			start := at + n
			at = start + len(k.begins)
			rest := leading(text[at:], isToken)
			if len(rest) >= k.least && (start == 0 || !isWord(text[start-1])) && !placeholder(rest) && (k.least < 16 || random(k.begins+rest)) {
				f.add(k.identifier, k.confidence)
			}
		}
	}
	f.keys(text)
	f.webTokens(text)
	f.headers(text)
}

// keys finds private keys in PEM.
func (f *finder) keys(text string) {
	for rest := text; ; {
		_, after, ok := strings.Cut(rest, "-----BEGIN ")
		if !ok {
			return
		}
		label, body, ok := strings.Cut(after, "-----")
		if ok && len(label) < 40 && strings.HasSuffix(strings.TrimSuffix(label, " BLOCK"), "PRIVATE KEY") && len(strings.TrimSpace(body)) > 20 {
			f.add(PrivateKey, High)
		}
		rest = after
	}
}

// webTokens finds JSON web tokens with a signature.
func (f *finder) webTokens(text string) {
	for at := 0; ; {
		n := strings.Index(text[at:], "eyJ")
		if n < 0 {
			return
		}
		start := at + n
		whole := leading(text[start:], func(c byte) bool { return isWord(c) || c == '-' || c == '.' })
		at = start + max(len(whole), 3)
		parts := strings.Split(whole, ".")
		if len(parts) == 3 && len(parts[0]) > 10 && strings.HasPrefix(parts[1], "eyJ") && len(parts[2]) > 10 && (start == 0 || !isWord(text[start-1])) {
			f.add(Token, High)
		}
	}
}

// headers finds what is sent to log in by HTTP.
func (f *finder) headers(text string) {
	for _, scheme := range []string{"Bearer ", "bearer ", "Basic ", "basic "} {
		for rest := text; ; {
			_, after, ok := strings.Cut(rest, scheme)
			if !ok {
				break
			}
			value := leading(after, isToken)
			switch {
			case len(value) < 12 || placeholder(value):
			case strings.EqualFold(scheme, "basic ") && strings.Contains(decoded(value), ":"):
				f.add(Password, High)
			case strings.EqualFold(scheme, "bearer ") && random(value) && len(value) >= 16 && !strings.HasPrefix(value, "eyJ"):
				f.add(Token, Medium)
			}
			rest = after
		}
	}
}

// addresses finds passwords within addresses: scheme://user:password@host.
func (f *finder) addresses(text string) {
	for rest := text; ; {
		_, after, ok := strings.Cut(rest, "://")
		if !ok {
			return
		}
		authority := after
		if end := strings.IndexAny(after, " \t\r\n\"'<>"); end >= 0 {
			authority = after[:end]
		}
		if end := strings.Index(authority, "://"); end >= 0 {
			authority = authority[:end]
		}
		if at := strings.LastIndexByte(authority[:min(len(authority), 1024)], '@'); at > 0 {
			if user, password, ok := strings.Cut(authority[:at], ":"); ok && !strings.ContainsAny(user, "/?#") && password != "" && !placeholder(password) &&
				(!strings.ContainsAny(password, "/") || !isPort(password)) {
				f.add(ConnectionString, High)
			}
		}
		rest = after
	}
}

// isPort tells a port and path, as in host:8080/path@v1, from a password.
func isPort(text string) bool {
	port, _, _ := strings.Cut(text, "/")
	return strings.Trim(port, "0123456789") == ""
}

// encoded gives what is encoded in base64 within a text, where that is text again.
func encoded(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		const least = 16
		for at := 0; at < len(text); {
			if !isBase64(text[at]) {
				at++
				continue
			}
			end := at
			for end < len(text) && (isBase64(text[end]) || text[end] == '\n' && end+1 < len(text) && isBase64(text[end+1]) && end-at >= 40) {
				end++
			}
			if end-at >= least && end-at < 1<<20 {
				if inner := decoded(text[at:end]); inner != "" && !yield(inner) {
					return
				}
			}
			at = end
		}
	}
}

// oneAlphabet writes base64 of either alphabet, on however many lines, in one.
var oneAlphabet = strings.NewReplacer("\n", "", "\r", "", "-", "+", "_", "/")

// decoded gives the text that base64 of either alphabet holds, empty where it is none.
func decoded(text string) string {
	text = strings.TrimRight(oneAlphabet.Replace(text), "=")
	raw, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil || len(raw) < 4 || !utf8.Valid(raw) {
		return ""
	}
	for _, c := range raw {
		if c < ' ' && c != '\n' && c != '\t' && c != '\r' || c == 0x7f {
			return ""
		}
	}
	return string(raw)
}

// random tells whether a text looks drawn by lot rather than written: it has many different characters of several classes.
func random(text string) bool {
	var counts [256]int
	classes := 0
	for i := range len(text) {
		counts[text[i]]++
		classes |= class(text[i])
	}
	entropy := 0.0
	for _, n := range counts {
		if n > 0 {
			p := float64(n) / float64(len(text))
			entropy -= p * math.Log2(p)
		}
	}
	return classes&(classes-1) != 0 && entropy >= 3.0
}

// Classes of characters.
const (
	lower = 1 << iota
	upper
	digit
	other
)

func class(c byte) int {
	switch {
	case 'a' <= c && c <= 'z':
		return lower
	case 'A' <= c && c <= 'Z':
		return upper
	case '0' <= c && c <= '9':
		return digit
	}
	return other
}

func isWord(c byte) bool   { return class(c) != other || c == '_' }
func isBase64(c byte) bool { return isWord(c) || c == '+' || c == '/' || c == '=' || c == '-' }
func isToken(c byte) bool  { return isBase64(c) || c == '.' || c == '%' }

// leading gives the longest beginning of which every character is one of a kind.
func leading(text string, is func(byte) bool) string {
	for i := range len(text) {
		if !is(text[i]) {
			return text[:i]
		}
	}
	return text
}
