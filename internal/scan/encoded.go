package scan

import (
	"encoding/base64"
	"strings"
	"unicode"
)

// fold writes a text in ASCII: digits of every script as the digits they are, dashes and spaces of every width as - and space,
// invisible characters not at all, other letters as x. Texts that are ASCII stay as they are.
func fold(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return r >= 0x80 }) {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	for _, r := range text {
		switch {
		case r < 0x80:
			b.WriteByte(byte(r))
		case unicode.Is(unicode.Nd, r):
			b.WriteByte('0' + digitValue(r))
		case r == 0xAD || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Mn, r):
		case unicode.Is(unicode.Pd, r) || r == 0x2212:
			b.WriteByte('-')
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case r == 'ø' || r == 'Ø':
			b.WriteByte('o')
		case unicode.IsLetter(r):
			b.WriteByte('x')
		default:
			b.WriteByte(1)
		}
	}
	return b.String()
}

// digitValue gives the value of a decimal digit of any script: each script has its ten in a row, zero first.
func digitValue(r rune) byte {
	for _, t := range unicode.Nd.R16 {
		if uint32(r) >= uint32(t.Lo) && uint32(r) <= uint32(t.Hi) { //nolint:gosec // runes are not negative
			return byte((uint32(r) - uint32(t.Lo)) % 10) //nolint:gosec // below ten
		}
	}
	for _, t := range unicode.Nd.R32 {
		if uint32(r) >= t.Lo && uint32(r) <= t.Hi { //nolint:gosec // runes are not negative
			return byte((uint32(r) - t.Lo) % 10) //nolint:gosec // below ten
		}
	}
	return 0
}

// decodePercent reads %41 as the byte it stands for, once or twice over, and leaves other percent signs alone.
func decodePercent(text string) string {
	for range deepest {
		i := strings.IndexByte(text, '%')
		if i < 0 {
			return text
		}
		var b strings.Builder
		b.Grow(len(text))
		changed := false
		for i := 0; i < len(text); i++ {
			if text[i] == '%' && i+2 < len(text) && hexValue(text[i+1]) >= 0 && hexValue(text[i+2]) >= 0 {
				b.WriteByte(byte(hexValue(text[i+1])<<4 | hexValue(text[i+2]))) //nolint:gosec // two hexadecimal digits are one byte
				i += 2
				changed = true
				continue
			}
			b.WriteByte(text[i])
		}
		if !changed {
			return text
		}
		text = fold(b.String())
	}
	return text
}

func hexValue(b byte) int {
	switch {
	case isDigit(b):
		return int(b - '0')
	case b|0x20 >= 'a' && b|0x20 <= 'f':
		return int(b|0x20-'a') + 10
	}
	return -1
}

// packed tells of each character of base64 at which of four positions it can stand where three digits are encoded, as bits.
var packed = func() (c [256]uint8) {
	for a := '0'; a <= '9'; a++ {
		for b := '0'; b <= '9'; b++ {
			for d := '0'; d <= '9'; d++ {
				text := base64.StdEncoding.EncodeToString([]byte{byte(a), byte(b), byte(d)})
				for i := range len(text) {
					c[text[i]] |= 1 << i
				}
			}
		}
	}
	return c
}()

// unpackAll gives the texts that parts of a text encode in base64, where these may hold a number. A part is as long as it can
// be, or where that gives nothing, between the signs that also stand in paths and names.
func unpackAll(text string) []string {
	var out []string
	each(text, func(b byte) bool { return classes[b]&packByte != 0 }, func(token string) {
		if inner, ok := unpack(token); ok {
			out = append(out, inner)
			return
		}
		each(token, func(b byte) bool { return isLetter(b) || isDigit(b) }, func(part string) {
			if inner, ok := unpack(part); ok && len(part) < len(token) {
				out = append(out, inner)
			}
		})
	})
	return out
}

// each gives the parts of a text, long enough for ten digits in base64, whose bytes belong together.
func each(text string, belongs func(byte) bool, give func(string)) {
	for start := 0; start < len(text); {
		end := start
		for end < len(text) && belongs(text[end]) {
			end++
		}
		if end-start >= shortestPack {
			give(text[start:end])
		}
		start = max(end, start+1)
	}
}

// telling tells whether base64 holds three digits in a row at the beginning of a group, as every number of six digits in a row does.
func telling(token string) bool {
	for i := 3; i < len(token); i += 4 {
		if packed[token[i]]&8 != 0 && packed[token[i-1]]&4 != 0 && packed[token[i-2]]&2 != 0 && packed[token[i-3]]&1 != 0 {
			return true
		}
	}
	return false
}

// unpack decodes base64 of a readable text.
func unpack(token string) (string, bool) {
	if !telling(token) {
		return "", false
	}
	encoding := base64.RawStdEncoding
	if strings.ContainsAny(token, "-_") {
		encoding = base64.RawURLEncoding
	}
	if len(token)%4 == 1 {
		token = token[:len(token)-1]
	}
	raw, err := encoding.DecodeString(token)
	if err != nil {
		return "", false
	}
	text, odd := string(raw), 0
	for _, r := range text {
		if r == unicode.ReplacementChar || !unicode.IsGraphic(r) && r != '\n' && r != '\t' && r != '\r' {
			odd++
		}
	}
	return text, odd*20 <= len(raw)
}
