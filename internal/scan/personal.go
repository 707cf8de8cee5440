package scan

import (
	"cmp"
	"slices"
	"strings"
)

// Personal finds identifiers of persons in a text: Danish CPR numbers, numbers of persons in Finland, Norway and Sweden, IBANs,
// telephone numbers and e-mail addresses. Key says what the text is called where it stands, for example the last part of its
// path, and may be empty: names such as cpr or orderNumber make a look-alike more or less likely. Parts that are percent-encoded
// or base64 are read as what they stand for. Matches are ordered by identifier, the surest first, and hold no text.
func Personal(key, text string) []Match {
	f := featuresOf(text)
	if !f.wide && !f.percent && !f.email() && !f.number() && !f.packed() {
		return nil
	}
	var t tally
	t.scan(key, text, f)
	return t.matches()
}

// Masked gives a text in which no identifier of a person can be read any more, and whether one was there with at least medium
// confidence. It is for what has to be said, such as the name of an object.
func Masked(text string) (masked string, changed bool) {
	if !slices.ContainsFunc(Personal("", text), func(m Match) bool { return m.Confidence >= Medium }) {
		return text, false
	}
	plain := decodePercent(fold(text))
	if len(unpackAll(plain)) > 0 {
		return "[encoded]", true
	}
	local := strings.LastIndexByte(plain, '@')
	return strings.Map(func(r rune) rune {
		local--
		switch {
		case r >= '0' && r <= '9', local >= 0 && isLetter(byte(r)): //nolint:gosec // folded texts are ASCII
			return '*'
		case r < ' ':
			return '*'
		}
		return r
	}, plain), true
}

// features are what one pass over a text tells of what may be in it.
type features struct {
	digits            int
	longest           int  // part that may be base64
	group             bool // a character that begins three digits in base64
	at, percent, wide bool
}

const (
	fewestDigits = 8  // of a telephone number; everything else needs more
	shortestPack = 14 // base64 of ten digits
)

func (f features) email() bool  { return f.at }
func (f features) number() bool { return f.digits >= fewestDigits }
func (f features) packed() bool { return f.group && f.longest >= shortestPack }

// Classes of bytes.
const (
	digitByte uint8 = 1 << iota
	packByte
	atByte
	percentByte
	wideByte
	groupByte
)

var classes = func() (c [256]uint8) {
	for b := range c {
		switch {
		case b >= 0x80:
			c[b] = wideByte
		case isDigit(byte(b)):
			c[b] = digitByte | packByte
		case b >= 'M' && b <= 'O':
			c[b] = packByte | groupByte
		case isLetter(byte(b)), b == '/', b == '_', b == '+', b == '-':
			c[b] = packByte
		case b == '@':
			c[b] = atByte
		case b == '%':
			c[b] = percentByte
		}
	}
	return c
}()

func featuresOf(text string) (f features) {
	var seen uint8
	from := 0 // where the part that may be base64 began
	for i := range len(text) {
		c := classes[text[i]]
		seen |= c
		f.digits += int(c & digitByte)
		if c&packByte == 0 {
			f.longest, from = max(f.longest, i-from), i+1
		}
	}
	f.longest = max(f.longest, len(text)-from)
	f.group = seen&groupByte != 0
	f.at, f.percent, f.wide = seen&atByte != 0, seen&percentByte != 0, seen&wideByte != 0
	return f
}

// tally counts what was found, by identifier and confidence.
type tally struct {
	found []Match
	depth int
}

// deepest is how often a text within a text is unpacked.
const deepest = 2

func (t *tally) scan(key, text string, f features) {
	if f.wide {
		text = fold(text)
	}
	if f.percent {
		text = decodePercent(text)
	}
	if f.wide || f.percent {
		f = featuresOf(text)
	}
	var room [32]row
	s := source{key: key, text: text, runs: room[:0]}
	if f.number() {
		s.numbers(t)
	}
	if f.at {
		s.emails(t)
	}
	if f.packed() && t.depth < deepest {
		t.depth++
		for _, inner := range unpackAll(text) {
			t.scan(key, inner, featuresOf(inner))
		}
		t.depth--
	}
}

// add takes a match of so many points: one is low, three and more are high.
func (t *tally) add(id Identifier, points int) {
	if points <= 0 {
		return
	}
	confidence := Confidence(min(points, int(High))) //nolint:gosec // 1 to 3
	for i := range t.found {
		if t.found[i].Identifier == id && t.found[i].Confidence == confidence {
			t.found[i].Count++
			return
		}
	}
	t.found = append(t.found, Match{Identifier: id, Confidence: confidence, Count: 1})
}

func (t *tally) matches() []Match {
	slices.SortFunc(t.found, func(a, b Match) int {
		return cmp.Or(cmp.Compare(a.Identifier, b.Identifier), cmp.Compare(b.Confidence, a.Confidence))
	})
	return t.found
}

func isDigit(b byte) bool  { return b >= '0' && b <= '9' }
func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }
