package logs

import "strings"

// globStyle says what a star in a path pattern stands for.
type globStyle int

const (
	// globPath: *, ? and sets stop at slashes, as in glob(3).
	globPath globStyle = iota
	// globText: they match slashes too, as fnmatch(3) does without flags.
	globText
	// globTree: as globPath; ** stands for any number of directories and {a,b} for a choice.
	globTree
)

// glob is a shell pattern for paths, ready to match.
type glob struct {
	text    string
	style   globStyle
	plain   bool // nothing but text and single stars
	choices [][]globToken
}

type globKind uint8

const (
	globLiteral globKind = iota
	globSet
	globStar
	globAnything // ** at the end or before something else than a slash
	globDirs     // **/
)

type globToken struct {
	kind    globKind
	literal byte
	set     *[256]bool
	slash   bool // a star may take slashes
}

func compileGlob(style globStyle, pattern string) glob {
	g := glob{text: pattern, style: style}
	g.plain = !strings.ContainsAny(pattern, `?[\`) && (style != globTree || !strings.Contains(pattern, "**") && !strings.Contains(pattern, "{"))
	if g.plain {
		return g
	}
	choices := []string{pattern}
	if style == globTree {
		choices = braces(pattern)
	}
	for _, c := range choices {
		g.choices = append(g.choices, globTokens(style, c))
	}
	return g
}

// globMatches is for a pattern that is used once.
func globMatches(style globStyle, pattern, path string) bool {
	g := compileGlob(style, pattern)
	return g.match(path)
}

func compileGlobs(style globStyle, patterns []string) []glob {
	out := make([]glob, 0, len(patterns))
	for _, p := range patterns {
		out = append(out, compileGlob(style, p))
	}
	return out
}

func globTokens(style globStyle, p string) []globToken {
	var out []globToken
	for p != "" {
		t, n := globToken{kind: globLiteral, literal: p[0]}, 1
		switch {
		case style == globTree && strings.HasPrefix(p, "**/"):
			t, n = globToken{kind: globDirs}, len("**/")
		case style == globTree && strings.HasPrefix(p, "**"):
			t, n = globToken{kind: globAnything}, len("**")
		case p[0] == '*':
			t = globToken{kind: globStar, slash: style == globText}
		case p[0] == '?':
			t = globToken{kind: globSet, set: anyByte(style)}
		case p[0] == '[':
			if set, length := readSet(style, p); set != nil {
				t, n = globToken{kind: globSet, set: set}, length
			}
		case p[0] == '\\' && len(p) > 1:
			t, n = globToken{kind: globLiteral, literal: p[1]}, len(`\x`)
		}
		out = append(out, t)
		p = p[n:]
	}
	return out
}

func anyByte(style globStyle) *[256]bool {
	var set [256]bool
	for i := range set {
		set[i] = i != '/' || style == globText
	}
	return &set
}

// readSet reads [abc], [a-z] and [!a] or [^a]; nil for a bracket that is not closed, which is a plain character.
func readSet(style globStyle, p string) (set *[256]bool, length int) {
	i, negated := 1, false
	if i < len(p) && (p[i] == '!' || p[i] == '^') {
		negated = true
		i++
	}
	set = &[256]bool{}
	for first := i; i < len(p) && (p[i] != ']' || i == first); i++ {
		low, high := p[i], p[i]
		if i+2 < len(p) && p[i+1] == '-' && p[i+2] != ']' {
			high = p[i+2]
			i += 2
		}
		for c := int(low); c <= int(high); c++ {
			set[c] = true
		}
	}
	if i >= len(p) {
		return nil, 0
	}
	for c := range set {
		set[c] = set[c] != negated && (c != '/' || style == globText)
	}
	return set, i + 1
}

// match tells whether a path matches; it takes time in proportion to the product of both lengths at most.
func (g *glob) match(path string) bool {
	if g.plain {
		return g.matchPlain(path)
	}
	for _, tokens := range g.choices {
		if matchTokens(tokens, path) {
			return true
		}
	}
	return false
}

// matchPlain is match for text and stars: stars take anything within a segment, or anything at all.
func (g *glob) matchPlain(path string) bool {
	if g.style == globText {
		return matchTag(g.text, path)
	}
	pattern := g.text
	for {
		ps, pr, pMore := strings.Cut(pattern, "/")
		ss, sr, sMore := strings.Cut(path, "/")
		if pMore != sMore || !matchTag(ps, ss) {
			return false
		}
		if !pMore {
			return true
		}
		pattern, path = pr, sr
	}
}

// matchTokens keeps the set of tokens that may come next, after each character of the path.
func matchTokens(tokens []globToken, path string) bool {
	var buffer [2][128]bool
	now, next := buffer[0][:], buffer[1][:]
	if len(tokens) >= len(now) {
		now, next = make([]bool, len(tokens)+1), make([]bool, len(tokens)+1)
	}
	reach(tokens, now, 0)
	for i := range len(path) {
		clear(next)
		alive := false
		for at, t := range tokens {
			if now[at] {
				alive = advance(tokens, next, at, t, path[i]) || alive
			}
		}
		if !alive {
			return false
		}
		now, next = next, now
	}
	return now[len(tokens)]
}

// reach marks a token as possible next, and those behind it that it can be skipped for.
func reach(tokens []globToken, set []bool, at int) {
	for ; ; at++ {
		set[at] = true
		if at == len(tokens) || tokens[at].kind == globLiteral || tokens[at].kind == globSet {
			return
		}
	}
}

func advance(tokens []globToken, next []bool, at int, t globToken, c byte) bool {
	switch t.kind {
	case globLiteral:
		if c != t.literal {
			return false
		}
		reach(tokens, next, at+1)
	case globSet:
		if !t.set[c] {
			return false
		}
		reach(tokens, next, at+1)
	case globStar:
		if c == '/' && !t.slash {
			return false
		}
		reach(tokens, next, at)
	case globAnything:
		reach(tokens, next, at)
	case globDirs:
		next[at] = true // within a directory's name: what follows begins after its slash only
		if c == '/' {
			reach(tokens, next, at+1)
		}
	}
	return true
}

// maxChoices bounds how many patterns a pattern with braces stands for.
const maxChoices = 64

// braces writes out {a,b}; unclosed braces stay as they are.
func braces(pattern string) []string {
	open := strings.IndexByte(pattern, '{')
	if open < 0 {
		return []string{pattern}
	}
	length := strings.IndexByte(pattern[open:], '}')
	if length < 0 {
		return []string{pattern}
	}
	var out []string
	for choice := range strings.SplitSeq(pattern[open+1:open+length], ",") {
		for _, rest := range braces(pattern[open+length+1:]) {
			if len(out) < maxChoices {
				out = append(out, pattern[:open]+choice+rest)
			}
		}
	}
	return out
}
