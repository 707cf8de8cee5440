package sheet

import "testing"

func TestEscapeLeavesNothingActive(t *testing.T) {
	for name, test := range map[string]struct{ in, want string }{
		"html":                     {"<b onclick=x>&lt;", "&lt;b onclick=x&gt;&amp;lt;"},
		"a link":                   {"[a](javascript:b)", `\[a\](javascript:b)`},
		"an address":               {"see https://a.example.org and www.b.example.org", `see https\://a.example.org and www\.b.example.org`},
		"a cell and a line":        {"a|b\nc\u2028d", `a\|b c d`},
		"code, emphasis, formulae": {"`a` *b* _c_ ~d~ $e$ # f", "\\`a\\` \\*b\\* \\_c\\_ \\~d\\~ \\$e\\$ \\# f"},
		"text turned round":        {"file\u202Etxt.exe\u2066", "filetxt.exe"},
		"Danish text":              {"Støttesystemerne (§ 3, stk. 9): 50 %", "Støttesystemerne (§ 3, stk. 9): 50 %"},
	} {
		if got := Escape(test.in); got != test.want {
			t.Errorf("%s: Escape(%q) = %q, want %q", name, test.in, got, test.want)
		}
	}
}
