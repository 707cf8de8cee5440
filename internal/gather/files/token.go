package files

import "strings"

// tokenKind is what a token of a rule is.
type tokenKind uint8

const (
	mark tokenKind = iota
	word
	literal // a text; Token.text is what it says
	number
)

// token is a part of a rule in CEL.
type token struct {
	kind tokenKind
	text string
}

// tokensOf splits a rule; nil where there is something in it that is not known.
func tokensOf(rule string) []token {
	var out []token
	for rest := strings.TrimSpace(rule); rest != ""; rest = strings.TrimLeft(rest, " \t\r\n") {
		t, n := nextToken(rest)
		if n == 0 {
			return nil
		}
		out, rest = append(out, t), rest[n:]
	}
	return out
}

// nextToken gives the token that a text begins with, and its length; 0 where it is not known.
func nextToken(s string) (token, int) {
	raw := strings.HasPrefix(s, "r'") || strings.HasPrefix(s, `r"`)
	switch c := s[0]; {
	case raw || c == '\'' || c == '"':
		return text(s, raw)
	case letter(c):
		n := length(s, func(c byte) bool { return letter(c) || digit(c) })
		if n < len(s) && (s[n] == '\'' || s[n] == '"') { // bytes and the like
			return token{}, 0
		}
		return token{kind: word, text: s[:n]}, n
	case digit(c):
		n := length(s, digit)
		if n < len(s) && (letter(s[n]) || s[n] == '.') {
			return token{}, 0
		}
		return token{kind: number, text: s[:n]}, n
	}
	for _, two := range []string{"||", "&&", "==", "!=", "<=", ">="} {
		if strings.HasPrefix(s, two) {
			return token{text: two}, 2
		}
	}
	if strings.IndexByte("()[]{}.,!<>+-*/%?:", s[0]) >= 0 {
		return token{text: s[:1]}, 1
	}
	return token{}, 0
}

// text reads a text in quotes. Escapes are not known.
func text(s string, raw bool) (token, int) {
	from := 1
	if raw {
		from = 2
	}
	quote := s[from-1]
	if strings.HasPrefix(s[from-1:], strings.Repeat(string(quote), 3)) {
		return token{}, 0
	}
	for i := from; i < len(s); i++ {
		switch {
		case s[i] == quote:
			return token{kind: literal, text: s[from:i]}, i + 1
		case s[i] == '\\' && !raw, s[i] == '\n':
			return token{}, 0
		}
	}
	return token{}, 0
}

// length counts the bytes that a text begins with.
func length(s string, of func(byte) bool) int {
	n := 0
	for n < len(s) && of(s[n]) {
		n++
	}
	return n
}

func letter(c byte) bool { return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' }
func digit(c byte) bool  { return c >= '0' && c <= '9' }
