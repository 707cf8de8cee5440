package files

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// documents that the short way takes or has to leave to the library.
var documents = []string{
	"", "null", "{}", "[]", "a", "a: b", "b: 1\na: 2", "a: 1\na: 2", "a: {b: 1, b: 2}", "1: a", "true: a", "? {a: b}\n: c", "a: &x [1]\nb: *x",
	"a: &x {b: 1}\nc:\n  <<: *x\n  d: 2", "a: yes\nb: NO\nc: ~\nd:\ne: 0o17\nf: 017\ng: 0x1F\nh: 1_000\ni: 1e3\nj: .inf\nk: .nan\nl: -0\nm: 18446744073709551615\nn: 1.10",
	"a: 2026-11-22\nb: !!timestamp 2026-11-22\nc: !!binary aGVq\nd: !!str 1\ne: !!float 1\nf: 9223372036854775808\ng: 190:20:30",
	"a: \"<&>\\\"\\\\\\t\\u2028\\u00e6\\0\"\n\"<b>\": c\næ: ø", "a: |\n  b\n  c\nd: >-\n  e\n  f", "a: [1, [2, {b: [c, null]}], {}]", "a: 'b\n\n  c'", "--- # x\na: b\n...\n", "a: b\n---\nc: d",
	"apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Pod}]", "a:\n- b\n- c: d\n  e: f", "!!map {a: b}", "!<tag:x> {a: !y b}", "\xEF\xBB\xBFa: b",
}

func FuzzDirect(f *testing.F) {
	for _, d := range documents {
		f.Add([]byte(d))
	}
	f.Add(corpus(f, 2))
	f.Fuzz(func(t *testing.T, document []byte) {
		got, ok := direct(document)
		if !ok {
			return
		}
		want, err := yaml.YAMLToJSONStrict(document)
		if err != nil {
			t.Fatalf("the library refuses what gives %s: %v", got, err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	})
}

func TestWorkloadsAreReadDirectly(t *testing.T) {
	for _, c := range chunks(t, corpus(t, 200)) {
		if _, ok := direct(c.data); !ok {
			t.Fatalf("%s is left to the library:\n%s", c.Position, c.data)
		}
	}
}

func FuzzHead(f *testing.F) {
	for _, d := range documents {
		if raw, err := yaml.YAMLToJSON([]byte(d)); err == nil {
			f.Add(raw)
		}
	}
	for _, raw := range []string{
		`{"kind":"A","kind":"B","apiVersion":"v1"}`, `{"kind":1,"apiVersion":"v1","kind":"B"}`, `{"kind":"A","apiVersion":null}`, `{"items":[],"kind":"A","items":{"a":"]"},"apiVersion":"v1"}`,
		`{"k\u0069nd":"A","kind":"B","apiVersion":"v1"}`, `{"kind":"A\n","apiVersion":"v1"}`, `{"kind":"A","apiVersion":"v1","items":"x"}`, `{"a":{"kind":"X"},"kind":"A","apiVersion":"v1"}`,
		` { "kind" : "A" , "b":["kind","c:d,"], "apiVersion" : "v1" } `, `{"kind":["A"],"apiVersion":"v1"}`, `{"kind":"A","apiVersion":"v1","items":[1,{"items":[2]}],"items":null}`,
	} {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var want head
		if kjson.UnmarshalCaseSensitivePreserveInts(raw, &want) != nil || bytes.TrimSpace(raw)[0] != '{' {
			return // what is not valid, or no mapping, is never asked about; a head of wrong types is declined, as below
		}
		got, ok := quickHead(raw)
		if !ok {
			return
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", raw, diff)
		}
	})
}

func TestAQuickHeadIsNeverThatOfWrongTypes(t *testing.T) {
	for _, raw := range []string{`{"kind":1,"apiVersion":"v1"}`, `{"kind":"A","kind":["B"],"apiVersion":"v1"}`, `{"kind":{"kind":"A"},"apiVersion":"v1"}`} {
		if h, ok := quickHead([]byte(raw)); ok {
			t.Errorf("%s gives %+v", raw, h)
		}
	}
}
