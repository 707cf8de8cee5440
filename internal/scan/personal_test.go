package scan

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// at gives the surest confidence of an identifier, zero where it was not found.
func at(matches []Match, id Identifier) (best Confidence) {
	for _, m := range matches {
		if m.Identifier == id {
			best = max(best, m.Confidence)
		}
	}
	return best
}

// Made-up numbers: the day does not matter, the digits after it belong to nobody known. 010170-1239 passes modulus 11,
// 010170-1234 does not.
func TestCPRNumbers(t *testing.T) {
	for name, tc := range map[string]struct {
		key, text string
		want      Confidence
	}{
		"as people write it, with the right check digit":           {"", "010170-1239", High},
		"as people write it, without the right check digit":        {"", "010170-1234", High},
		"in a row, with the right check digit":                     {"", "0101701239", High},
		"in a row, without the right check digit":                  {"", "0101701234", Medium},
		"of somebody born in 2011":                                 {"", "0708114321", Medium},
		"with a space":                                             {"", "010170 1234", Medium},
		"with spaces and a hyphen":                                 {"", "010170 - 1234", Medium},
		"with a dash of another width":                             {"", "010170–1234", High},
		"with a non-breaking hyphen":                               {"", "010170\u20111234", High},
		"with an underscore":                                       {"", "id_010170_1234", Medium},
		"with a plus for a space, as in a query":                   {"", "/search?q=010170+1234", Medium},
		"with dots in the date":                                    {"", "01.01.70-1234", High},
		"with spaces in the date":                                  {"", "01 01 70 1234", Medium},
		"in digits of full width":                                  {"", "０１０１７０-１２３４", High},
		"in Arabic digits":                                         {"", "٠١٠١٧٠١٢٣٤", Medium},
		"with an invisible character between":                      {"", "010170\u200b1234", Medium},
		"with a soft hyphen between":                               {"", "010170\u00ad1234", Medium},
		"inside a longer string":                                   {"", "user-0101701234-backup", Medium},
		"before the ordinal of a StatefulSet":                      {"", "user-0101701234-0", Medium},
		"after letters":                                            {"", "id0101701234", Medium},
		"in a path":                                                {"", "/borger/0101701234/sager", High},
		"in a host":                                                {"", "p0101701234.example.org", Medium},
		"in JSON":                                                  {"", `{"cpr":"0101701234","navn":"x"}`, High},
		"percent-encoded":                                          {"", "010170%2D1234", High},
		"every digit percent-encoded":                              {"", "%30%31%30%31%37%30%31%32%33%34", Medium},
		"percent-encoded twice":                                    {"", "010170%252D1234", High},
		"in base64":                                                {"", base64.StdEncoding.EncodeToString([]byte("0101701234")), Medium},
		"in base64 within a sentence":                              {"", "value: " + base64.StdEncoding.EncodeToString([]byte("cpr=010170-1234;")), High},
		"in base64 for URLs":                                       {"", base64.RawURLEncoding.EncodeToString([]byte("??>cpr 010170-1234")), High},
		"in base64 as a part of a path":                            {"", "/x/" + base64.RawStdEncoding.EncodeToString([]byte("id 010170-1234")) + "/y", High},
		"in base64 after a hyphen":                                 {"", "x-" + base64.RawStdEncoding.EncodeToString([]byte("id 010170-1234")), High},
		"in base64, escaped for an address":                        {"", url.QueryEscape(base64.StdEncoding.EncodeToString([]byte("x 010170-1234"))), High},
		"under a key that says so":                                 {"cpr", "1601701234", High},
		"beside a word that says so":                               {"", "personnummer 1601701234", High},
		"under the key of an order, with the right check digit":    {"orderNumber", "0101701239", Medium},
		"under the key of an order":                                {"orderNumber", "0101701234", Low},
		"that may be seconds since 1970":                           {"", "1712541234", Low},
		"that may be seconds since 1970, under a key that says so": {"cpr", "1712541234", High},
		"that may be a minute of 2026":                             {"", "backup-261122-1030", 0},
		"as one of many numbers":                                   {"", "0101701234 9912345678 4567890123 7788990011 8899001122", Low},
		"of day 32":                                                {"", "320170-1234", 0},
		"of month 13":                                              {"", "011370-1234", 0},
		"of 30 February":                                           {"", "300270-1234", 0},
		"of 29 February in a year without":                         {"", "290271-1234", 0},
		"of 29 February in a leap year":                            {"", "290272-1234", High},
		"of the nineteenth century":                                {"", "0101705234", 0},
		"of a year that is not yet":                                {"", "010150-5234", 0},
		"of eleven digits":                                         {"", "00101701234", 0},
		"of nine digits":                                           {"", "010170123", 0},
		"after a plus, as telephone numbers":                       {"", "+3101701234", 0},
		"as a fraction":                                            {"", "0.0101701234", 0},
		"with a fraction":                                          {"", "0101701234.5", 0},
		"at the end of a sentence":                                 {"", "It is 010170-1234.", High},
		"in a hash":                                                {"", "sha256:9f0101701234e5b0c1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f6a7b8c9d0e1f2a3b4", 0},
		"in a hexadecimal number":                                  {"", "0x0101701234", 0},
		"joined to a longer number":                                {"", "1234-0101701234", Low},
		"in a UUID":                                                {"", "550e8400-e29b-41d4-a716-446655440000", 0},
		"in a time":                                                {"", "2026-11-22T10:30:00.0101701234Z", 0},
		"in a row of fourteen digits":                              {"", "v0.0.0-20240101120000-abcdef012345", 0},
		"over two lines":                                           {"", "010170\n1234", 0},
		"with too much between":                                    {"", "010170 -- - 1234", 0},
		"no digits at all":                                         {"", "aula-web-5d4f8c7b6d-x2x4z", 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := at(Personal(tc.key, tc.text), CPR); got != tc.want {
				t.Errorf("key %q, text %q: got confidence %d, want %d", tc.key, tc.text, got, tc.want)
			}
		})
	}
}

func TestOtherIdentifiers(t *testing.T) {
	for name, tc := range map[string]struct {
		key, text string
		id        Identifier
		want      Confidence
	}{
		"a Norwegian number":                               {"", "01010750160", NationalIdentity, Medium},
		"a Norwegian number with a wrong check digit":      {"", "01010750161", NationalIdentity, 0},
		"a Swedish number of the last century":             {"", "19811218-9876", NationalIdentity, Medium},
		"a short Swedish number":                           {"", "811218-9876", NationalIdentity, Low},
		"a Swedish number under a key that says so":        {"patient", "811218-9876", NationalIdentity, High},
		"a Swedish number with a wrong check digit":        {"", "19811218-9875", NationalIdentity, 0},
		"a Finnish number":                                 {"", "131052-308T", NationalIdentity, Medium},
		"a Finnish number with a wrong check character":    {"", "131052-308U", NationalIdentity, 0},
		"an account number":                                {"", "DK50 0040 0440 1162 43", IBAN, Low},
		"an account number of a citizen":                   {"citizen", "DK5000400440116243", IBAN, High},
		"an account number with wrong check digits":        {"", "DK5100400440116243", IBAN, 0},
		"an account number in a longer word":               {"", "XDK5000400440116243", IBAN, 0},
		"a telephone number":                               {"", "call +45 12 34 56 78 now", Phone, Low},
		"a telephone number of a patient":                  {"patientPhone", "+4512345678", Phone, High},
		"build metadata of a version":                      {"", "v1.2.3+20240101", Phone, 0},
		"a mail address":                                   {"", "mailto:kim@example.org", Email, Low},
		"a mail address of a student":                      {"student", "kim@example.org", Email, High},
		"a mail address with an escaped sign":              {"", "kim%40example.org", Email, Low},
		"an image digest":                                  {"", "registry.example.org/x@sha256:" + strings.Repeat("a", 64), Email, 0},
		"a repository":                                     {"", "ssh://git@git.example.org/x", Email, 0},
		"a decorator":                                      {"", "@component", Email, 0},
		"a package of a language":                          {"", "left-pad@1.2.3", Email, 0},
		"a national identity number is no telephone":       {"", "131052-308T", Phone, 0},
		"a Danish number is not also that of another land": {"", "010170-1239", NationalIdentity, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := at(Personal(tc.key, tc.text), tc.id); got != tc.want {
				t.Errorf("key %q, text %q: got confidence %d, want %d", tc.key, tc.text, got, tc.want)
			}
		})
	}
}

func TestMatchesAreCounted(t *testing.T) {
	got := Personal("", "010170-1234, 020270-1234 and 0303701234; kim@example.org")
	want := []Match{{CPR, High, 2}, {CPR, Medium, 1}, {Email, Low, 1}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestMaskedTellsNothing(t *testing.T) {
	for text, want := range map[string]string{
		"user-0101701234-0":       "user-**********-*",
		"metadata.labels[cpr]":    "metadata.labels[cpr]",
		"borger/010170%2D1234":    "borger/******-****",
		"aula-web-7d4f8c":         "aula-web-7d4f8c",
		"۰۱۰۱۷۰۱۲۳۴":              "**********",
		"x-MDEwMTcwMTIzNA==-tail": "[encoded]",
		"kim-1712541234":          "kim-1712541234", // an instant, most likely
	} {
		got, changed := Masked(text)
		if got != want || changed != (text != want) {
			t.Errorf("%q: got %q, %t, want %q", text, got, changed, want)
		}
	}
}

func FuzzPersonal(f *testing.F) {
	for _, seed := range []string{
		"010170-1234", "cpr 0101701234", "０１０１７０1234", "%30%31%30", "MDEwMTcwLTEyMzQ=", "131052-308T", "19811218-9876", "01010750160",
		"DK50 0040 0440 1162 43", "+45 12345678", "kim@example.org", "@", "DK5", "12-34-56-7890", "\xff\xfe0101701234", "1-1-1-1-1-1-1-1-1",
	} {
		f.Add("key", seed)
	}
	f.Fuzz(func(t *testing.T, key, text string) {
		got := Personal(key, text)
		for i, m := range got {
			if m.Count < 1 || m.Confidence < Low || m.Confidence > High || !m.Identifier.Personal() {
				t.Errorf("%q gives %+v", text, m)
			}
			if i > 0 && got[i-1] == m {
				t.Errorf("%q gives %+v twice", text, m)
			}
		}
		if !slices.Equal(got, Personal(key, text)) {
			t.Errorf("%q gives something else the second time", text)
		}
		masked, changed := Masked(text)
		if again := Personal("", masked); changed && at(again, CPR) >= Medium {
			t.Errorf("%q is masked as %q, which still holds %v", text, masked, again)
		}
	})
}
