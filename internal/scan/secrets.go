package scan

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// maxText is how much of one text is looked through; what a ConfigMap can hold is less.
const maxText = 2 << 20

// Secrets recognises secrets in a text: private keys, tokens and keys of known forms, addresses with a password in them,
// values under names that say password, token or secret, Secrets written down whole, and all of these within base64. The key
// is the name that the text stands under, for an argument the flag before it; it may be empty. There is at most one match
// for each identifier, ordered by identifier, of the highest confidence and with the number found. Nothing of the text is in it.
func Secrets(key, text string) []Match {
	f := finder{}
	f.look(key, text[:min(len(text), maxText)], 0)
	slices.SortFunc(f.found, func(a, b Match) int { return cmp.Compare(a.Identifier, b.Identifier) })
	return f.found
}

// Public gives the SHA-256 in hexadecimal by which a text can be declared public, empty where the text is so short or plain
// that it could be found from it by trying.
func Public(text string) string {
	text = strings.TrimSpace(text)
	if len(text) < 20 || !random(text) {
		return ""
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

type finder struct{ found []Match }

// add counts a match; the zero Confidence is none.
func (f *finder) add(id Identifier, c Confidence) {
	if c == 0 {
		return
	}
	for i := range f.found {
		if m := &f.found[i]; m.Identifier == id {
			m.Count++
			m.Confidence = max(m.Confidence, c)
			return
		}
	}
	f.found = append(f.found, Match{Identifier: id, Confidence: c, Count: 1})
}

// maxDepth is how often base64 within base64 is followed.
const maxDepth = 3

func (f *finder) look(key, text string, depth int) {
	if len(text) < 4 {
		return
	}
	before := len(f.found)
	if isRelease(key, text) {
		f.add(HelmRelease, High)
		return
	}
	if id, c := secretOf(key, text); c > 0 && !strings.ContainsRune(strings.TrimSpace(text), '\n') && !known(text) {
		f.add(id, c)
	}
	f.manifest(text)
	f.forms(text)
	f.addresses(text)
	f.pairs(text)
	if depth < maxDepth {
		for inner := range encoded(text) {
			if len(f.found) > before && len(inner) == len(text) {
				break // it is the secret itself
			}
			f.look("", inner, depth+1)
		}
	}
}

// isRelease tells the state that Helm keeps of a release: gzip in base64, once or twice.
func isRelease(key, text string) bool {
	return key == "release" && (strings.HasPrefix(text, "H4sI") || strings.HasPrefix(text, "SDRzS"))
}

// manifest finds a Secret that is written down whole, as the annotation of kubectl apply holds it.
func (f *finder) manifest(text string) {
	if !strings.Contains(text, "Secret") || !strings.Contains(text, "ata") {
		return
	}
	for _, kind := range []string{`"kind":"Secret"`, `"kind": "Secret"`, "kind: Secret", `kind: "Secret"`} {
		for rest := text; ; {
			_, after, ok := strings.Cut(rest, kind)
			if !ok {
				break
			}
			if (after == "" || !isWord(after[0])) && holdsData(text) {
				f.add(SecretManifest, High)
			}
			rest = after
		}
	}
}

// holdsData tells whether a manifest has data or stringData with something in it, in JSON or YAML.
func holdsData(text string) bool {
	for _, name := range []string{`"data"`, `"stringData"`} {
		for rest := text; ; {
			_, after, ok := strings.Cut(rest, name)
			if !ok {
				break
			}
			value := strings.TrimLeft(after, " \t\r\n:")
			if inner, object := strings.CutPrefix(value, "{"); object && !strings.HasPrefix(strings.TrimLeft(inner, " \t\r\n"), "}") {
				return true
			}
			rest = after
		}
	}
	for line := range strings.Lines(text) {
		name := strings.TrimSpace(line)
		if name == "data:" || name == "stringData:" || strings.HasPrefix(name, "data: {") && name != "data: {}" || strings.HasPrefix(name, "stringData: {") && name != "stringData: {}" {
			return true
		}
	}
	return false
}
