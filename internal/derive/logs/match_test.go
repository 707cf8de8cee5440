package logs

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

func TestMatchTag(t *testing.T) {
	for _, c := range []struct {
		pattern, tag string
		want         bool
	}{
		{"*", "", true}, {"*", "kube.a", true}, {"kube.*", "kube.", true}, {"kube.*", "kube.a.b", true}, {"kube.*", "kub", false},
		{"kube.*", "xkube.a", false}, {"kube", "kube", true}, {"kube", "kube.a", false}, {"*_aula_*", "kube.var.log.containers.p_aula_c-1.log", true},
		{"*_aula_*", "kube.var.log.containers.p_aula-test_c-1.log", false}, {"a*b*c", "abc", true}, {"a*b*c", "axbxbxc", true}, {"a*b*c", "acb", false},
		{"**", "x", true}, {"", "", true}, {"", "x", false}, {"a*a", "a", false},
	} {
		if got := matchTag(c.pattern, c.tag); got != c.want {
			t.Errorf("%q against %q: got %v", c.pattern, c.tag, got)
		}
	}
}

// bruteTag is the definition: a star takes every possible length in turn.
func bruteTag(pattern, tag string) bool {
	if pattern == "" {
		return tag == ""
	}
	if pattern[0] == '*' {
		for i := range len(tag) + 1 {
			if bruteTag(pattern[1:], tag[i:]) {
				return true
			}
		}
		return false
	}
	return tag != "" && tag[0] == pattern[0] && bruteTag(pattern[1:], tag[1:])
}

func TestMatchTagAgreesWithItsDefinition(t *testing.T) {
	const seed = 20261120
	r := rand.New(rand.NewPCG(seed, 1))
	for range 200_000 {
		pattern, tag := text(r, "ab.*", 7), text(r, "ab.", 8)
		if got, want := matchTag(pattern, tag), bruteTag(pattern, tag); got != want {
			t.Fatalf("seed %d: %q against %q: got %v, want %v", seed, pattern, tag, got, want)
		}
	}
}

func text(r *rand.Rand, alphabet string, longest int) string {
	b := make([]byte, r.IntN(longest+1))
	for i := range b {
		b[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(b)
}

func TestGlob(t *testing.T) {
	const file = "/var/log/containers/web-7c9f_aula_nginx-0123.log"
	for _, c := range []struct {
		style         globStyle
		pattern, path string
		want          bool
	}{
		{globPath, "/var/log/containers/*.log", file, true},
		{globPath, "/var/log/containers/*_aula_*.log", file, true},
		{globPath, "/var/log/containers/*_kube-system_*.log", file, false},
		{globPath, "/var/log/*.log", file, false},
		{globPath, "/var/log/*/*.log", file, true},
		{globPath, "/var/log/**.log", file, false},
		{globText, "/var/log/*.log", file, true},
		{globText, "*_aula_*", file, true},
		{globText, "*/web-*", file, true},
		{globPath, "/a/[!b]", "/a/c", true}, {globPath, "/a/[^b]", "/a/b", false}, {globPath, "/a/[a-c]", "/a/b", true},
		{globPath, "/a/[]x]", "/a/]", true}, {globPath, "/a[b", "/a[b", true}, {globPath, `/a\*`, "/a*", true}, {globPath, `/a\*`, "/ab", false},
		{globPath, "/a?b", "/a/b", false}, {globText, "/a?b", "/a/b", true},
		{globTree, "/var/log/pods/*/*/*.log", "/var/log/pods/aula_web_1/nginx/0.log", true},
		{globTree, "/var/log/pods/aula_*/**", "/var/log/pods/aula_web_1/nginx/0.log", true},
		{globTree, "/var/log/**/*.log", "/var/log/a.log", true}, {globTree, "/var/log/**/*.log", "/var/log/a/b/c.log", true},
		{globTree, "/var/log/**/b/*.log", "/var/log/ab/c.log", false},
		{globTree, "/var/log/pods/{aula,borger}_*/*/*.log", "/var/log/pods/borger_web_1/nginx/0.log", true},
		{globTree, "/var/log/pods/{aula,borger}_*/*/*.log", "/var/log/pods/nemid_web_1/nginx/0.log", false},
		{globTree, "**/kube-system_*/**", "/var/log/pods/kube-system_x_1/c/0.log", true},
	} {
		if got := globMatches(c.style, c.pattern, c.path); got != c.want {
			t.Errorf("style %d: %q against %q: got %v", c.style, c.pattern, c.path, got)
		}
	}
}

// globRegexp writes a pattern without sets, braces and escapes as a regular expression, which is its definition.
func globRegexp(style globStyle, pattern string) *regexp.Regexp {
	one := map[globStyle]string{globPath: "[^/]", globText: "(?s:.)", globTree: "[^/]"}[style]
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		switch {
		case style == globTree && strings.HasPrefix(pattern[i:], "**/"):
			b.WriteString("(?:(?s:.)*/)?")
			i += 2
		case style == globTree && strings.HasPrefix(pattern[i:], "**"):
			b.WriteString("(?s:.)*")
			i++
		case pattern[i] == '*':
			b.WriteString(one + "*")
		case pattern[i] == '?':
			b.WriteString(one)
		default:
			b.WriteString(regexp.QuoteMeta(pattern[i : i+1]))
		}
	}
	return regexp.MustCompile(fmt.Sprintf("^(?:%s)$", b.String()))
}

func TestGlobAgreesWithItsDefinition(t *testing.T) {
	const seed = 20261121
	r := rand.New(rand.NewPCG(seed, 2))
	for range 60_000 {
		style := globStyle(r.IntN(3))
		pattern, path := text(r, "ab/*?*", 8), text(r, "ab/", 8)
		if got, want := globMatches(style, pattern, path), globRegexp(style, pattern).MatchString(path); got != want {
			t.Fatalf("seed %d, style %d: %q against %q: got %v, want %v", seed, style, pattern, path, got, want)
		}
	}
}

func FuzzGlob(f *testing.F) {
	f.Add(2, "/var/log/pods/{a,b}_*/**/[!x]*.log", "/var/log/pods/a_b/c/0.log")
	f.Fuzz(func(t *testing.T, style int, pattern, path string) {
		if len(pattern) > 2000 || len(path) > 2000 {
			return
		}
		globMatches(globStyle(style%3), pattern, path)
		matchTag(pattern, path)
		if re := compileRegex(pattern); re != nil {
			re.MatchString(path)
		}
	})
}

func TestCompileRegex(t *testing.T) {
	for expr, want := range map[string]string{
		"^(aula)$": "aula", "/^aula/": "aula-test", "/AULA/i": "aula", `(?<ns>[^_]+)_`: "aula_",
	} {
		if re := compileRegex(expr); re == nil || !re.MatchString(want) {
			t.Errorf("%s does not match %s", expr, want)
		}
	}
	for _, expr := range []string{"(?!aula).*", "(?<=x)y", "[", `\h+`, "[a-z&&[^b]]", "/x/m"} {
		if compileRegex(expr) != nil {
			t.Errorf("%s was taken to mean the same in Go", expr)
		}
	}
}
